/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin;

import org.igniterealtime.openfire.plugin.occupantid.Floods;
import org.igniterealtime.openfire.plugin.occupantid.PluginFile;
import org.igniterealtime.openfire.plugin.occupantid.compatibility.Limitations;
import org.igniterealtime.openfire.plugin.occupantid.muc.RoomAccess;
import org.igniterealtime.openfire.plugin.occupantid.secret.RoomSecrets;

import javax.annotation.Nonnull;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

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
        /** This version of the server lacks something that the plugin looks for. The detail is what is not available. */
        VERSION,
        /** Another copy of the plugin is installed. The details are the file that runs and the one that does not. */
        COPY
    }

    private final RoomSecrets secrets;
    private final Limitations limitations;
    private final RoomAccess access;
    private final Floods floods;
    private final PluginFile file;

    public Status(@Nonnull final RoomSecrets secrets, @Nonnull final Limitations limitations, @Nonnull final RoomAccess access,
                  @Nonnull final Floods floods, @Nonnull final PluginFile file)
    {
        this.secrets = secrets;
        this.limitations = limitations;
        this.access = access;
        this.floods = floods;
        this.file = file;
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

    /** The problems there are now, each with the details that its text names; empty if there are none. */
    @Nonnull
    public Map<Problem, List<String>> problems()
    {
        final Map<Problem, List<String>> problems = new EnumMap<>(Problem.class);
        // Finds out, should no stanza have needed it yet.
        secrets.originKey();
        if (secrets.isDatabaseAway()) {
            problems.put(Problem.DATABASE_AWAY, Collections.emptyList());
        }
        if (secrets.isOriginUnreadable()) {
            problems.put(Problem.ORIGIN_UNREADABLE, Collections.emptyList());
        }
        if (secrets.unreadableCount() > 0) {
            problems.put(Problem.ROOMS_UNREADABLE, Collections.emptyList());
        }
        final List<String> unavailable = limitations.descriptions();
        if (!unavailable.isEmpty()) {
            problems.put(Problem.VERSION, Collections.singletonList(String.join("; ", unavailable)));
        }
        final List<String> copies = file.otherCopies();
        if (!copies.isEmpty()) {
            problems.put(Problem.COPY, Arrays.asList(file.name(), String.join(", ", copies)));
        }
        return problems;
    }
}
