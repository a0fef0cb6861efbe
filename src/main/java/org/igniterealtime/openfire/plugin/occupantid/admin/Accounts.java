/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin;

import org.jivesoftware.openfire.user.UserManager;
import org.jivesoftware.openfire.user.UserNotFoundException;

import javax.annotation.Nonnull;
import java.util.Collection;

/** The accounts of this server. */
public final class Accounts
{
    private Accounts()
    {
    }

    /** The user names of all accounts. */
    @Nonnull
    public static Collection<String> usernames()
    {
        return UserManager.getInstance().getUsernames();
    }

    /** Whether there is an account of that user name. */
    public static boolean exists(@Nonnull final String username)
    {
        try {
            UserManager.getInstance().getUser(username);
            return true;
        } catch (final UserNotFoundException e) {
            return false;
        }
    }
}
