/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin;

import org.igniterealtime.openfire.plugin.occupantid.secret.RoomSecrets;

import javax.annotation.Nonnull;
import java.util.ArrayList;
import java.util.List;

/** Whether all is well with the plugin, and if not, what is wrong, for an admin to do something about. */
public final class Status
{
    /** What can be wrong. */
    public enum Problem
    {
        /** The database does not answer. */
        DATABASE_AWAY,
        /** The installation's own key cannot be read: no room has ids. */
        ORIGIN_UNREADABLE,
        /** The secrets of some rooms cannot be read: those have no ids. */
        ROOMS_UNREADABLE
    }

    private final RoomSecrets secrets;

    public Status(@Nonnull final RoomSecrets secrets)
    {
        this.secrets = secrets;
    }

    /** What is wrong; empty if all is well. */
    @Nonnull
    public List<Problem> problems()
    {
        final List<Problem> problems = new ArrayList<>();
        // Finds out, should no stanza have needed it yet.
        secrets.originKey();
        if (secrets.isDatabaseAway()) {
            problems.add(Problem.DATABASE_AWAY);
        }
        if (secrets.isOriginUnreadable()) {
            problems.add(Problem.ORIGIN_UNREADABLE);
        }
        if (secrets.unreadableCount() > 0) {
            problems.add(Problem.ROOMS_UNREADABLE);
        }
        return problems;
    }
}
