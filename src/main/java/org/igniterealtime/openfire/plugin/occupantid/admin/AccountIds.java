/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin;

import org.igniterealtime.openfire.plugin.occupantid.admin.LookUp.IssuedId;
import org.xmpp.packet.JID;

import javax.annotation.Nonnull;
import java.util.List;

/** The ids of one account in a room. */
public final class AccountIds
{
    private final JID account;
    private final boolean missing;
    private final List<IssuedId> ids;

    AccountIds(@Nonnull final JID account, final boolean missing, @Nonnull final List<IssuedId> ids)
    {
        this.account = account;
        this.missing = missing;
        this.ids = ids;
    }

    /** The bare JID of the account that was looked up. */
    @Nonnull
    public JID account()
    {
        return account;
    }

    /** As {@link LookUps#isMissing}. */
    public boolean isMissing()
    {
        return missing;
    }

    /** An id for each secret of the room that is kept, the newest first. */
    @Nonnull
    public List<IssuedId> ids()
    {
        return ids;
    }
}
