/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.secret;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xmpp.packet.JID;

import javax.annotation.Nonnull;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/** The secrets whose rooms vanished while the plugin was not there to hear of it. */
public final class Orphans
{
    private static final Logger Log = LoggerFactory.getLogger(Orphans.class);

    private static final String PERSISTENT_ROOMS =
        "SELECT ofMucRoom.name, ofMucService.subdomain FROM ofMucRoom, ofMucService WHERE ofMucRoom.serviceID=ofMucService.serviceID";

    private final RoomSecrets secrets;
    private final SecretStore.Connections connections;
    private final Predicate<JID> exists;
    private final String xmppDomain;

    /**
     * @param secrets the secrets.
     * @param connections gives connections to the server's database.
     * @param exists whether a room, given by its bare JID, exists; asked only for those that are not in the server's table.
     * @param xmppDomain the domain of the server.
     */
    public Orphans(@Nonnull final RoomSecrets secrets, @Nonnull final SecretStore.Connections connections,
                   @Nonnull final Predicate<JID> exists, @Nonnull final String xmppDomain)
    {
        this.secrets = secrets;
        this.connections = connections;
        this.exists = exists;
        this.xmppDomain = xmppDomain;
    }

    /**
     * Deletes them.
     *
     * @return how many rooms' secrets were deleted.
     */
    public int purge()
    {
        final Set<String> rooms = secrets.rooms();
        int purged = 0;
        try {
            if (rooms != null && !rooms.isEmpty()) {
                rooms.removeAll(persistentRooms());
                for (final String room : rooms) {
                    // A room's secret is made after the room, so a room that is not there now is not just being made.
                    if (!exists.test(new JID(room))) {
                        secrets.roomDestroyed(room);
                        purged++;
                    }
                }
            }
        } catch (final SQLException e) {
            Log.warn("Secrets of rooms that are gone could not be looked for; it is tried again later.", e);
        }
        if (purged > 0) {
            Log.info("The secrets of {} rooms that are gone were deleted.", purged);
        }
        return purged;
    }

    private Set<String> persistentRooms() throws SQLException
    {
        final Set<String> rooms = new HashSet<>();
        try (Connection connection = connections.open();
             PreparedStatement statement = connection.prepareStatement(PERSISTENT_ROOMS);
             ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                rooms.add(rows.getString(1) + '@' + rows.getString(2) + '.' + xmppDomain);
            }
        }
        return rooms;
    }
}
