/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin;

import org.igniterealtime.openfire.plugin.occupantid.Floods;
import org.igniterealtime.openfire.plugin.occupantid.muc.RoomAccess;
import org.igniterealtime.openfire.plugin.occupantid.secret.RoomSecrets;

import javax.annotation.Nonnull;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

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
        ROOMS_UNREADABLE,
        /** This version of the server lacks something that the plugin looks for; {@link #limitations} says what follows. */
        VERSION
    }

    private final RoomSecrets secrets;
    private final RoomAccess access;
    private final Floods floods;

    public Status(@Nonnull final RoomSecrets secrets, @Nonnull final RoomAccess access, @Nonnull final Floods floods)
    {
        this.floods = floods;
        this.secrets = secrets;
        this.access = access;
    }

    /** What cannot be done on this version of the server; empty on all that are known. */
    @Nonnull
    public Set<RoomAccess.Limitation> limitations()
    {
        return access.limitations();
    }

    /** Whether the server makes occupant ids of its own, whose place ours take. */
    public boolean isServerWithOwnIds()
    {
        return access.hasOwnIds();
    }

    /** Who did too much at a time since the plugin was started; the latest first. That alone does no harm. */
    @Nonnull
    public List<Floods.Flood> floods()
    {
        return floods.latest();
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
        if (!limitations().isEmpty()) {
            problems.add(Problem.VERSION);
        }
        return problems;
    }
}
