/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.compatibility;

import javax.annotation.Nonnull;

/** A part of the plugin that a version of Openfire can lack members for. */
public enum Feature
{
    /** The only one that the plugin cannot run without. */
    IDS("occupant ids"),
    ANNOUNCEMENTS("telling new ids to people who are in a room"),
    ROOM_EVENTS("deleting the secret of a room as soon as the room is destroyed"),
    TABLE("creating the database table of the secrets again if it is lost"),
    SETTINGS("settings (the default values apply, and no retired secret is erased), and telling rotations to other nodes of a cluster"),
    CLUSTER("telling rotations to other nodes of the cluster"),
    CONSOLE("pages in the admin console"),
    COMMANDS("ad-hoc commands"),
    AUDIT("entries in the security audit log (they go to the log file)"),
    ACCOUNTS("searching all accounts of the server for the owner of an id"),
    ROOMS("finding rooms in memory, to add missing ids and to tell new ids to occupants"),
    OCCUPANTS("finding occupants, to add missing ids and to tell them new ids"),
    HISTORY("removing ids from the history of rooms when the plugin is removed"),
    AFFILIATIONS("finding owners of ids among the users that a room lists, and moderation by id"),
    CREATION_DATES("new secrets for rooms that were recreated while the plugin was away");

    private final String description;

    Feature(final String description)
    {
        this.description = description;
    }

    /** Names the feature in log lines and on the page. */
    @Nonnull
    public String description()
    {
        return description;
    }
}
