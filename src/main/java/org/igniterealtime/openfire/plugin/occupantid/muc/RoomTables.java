/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.muc;

import org.igniterealtime.openfire.plugin.occupantid.secret.SecretStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xmpp.packet.JID;

import javax.annotation.Nonnull;
import javax.annotation.Nullable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Date;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;

/** What the server's own tables say of rooms, whether those are in memory or not. Nothing is written there. */
public final class RoomTables
{
    private static final Logger Log = LoggerFactory.getLogger(RoomTables.class);

    private static final String PERSISTENT_ROOMS =
        "SELECT ofMucRoom.name, ofMucService.subdomain FROM ofMucRoom, ofMucService WHERE ofMucRoom.serviceID=ofMucService.serviceID";
    private static final String CREATION_DATE = "SELECT ofMucRoom.creationDate FROM ofMucRoom, ofMucService"
        + " WHERE ofMucRoom.serviceID=ofMucService.serviceID AND ofMucRoom.name=? AND ofMucService.subdomain=?";
    private static final int TIMEOUT_SECONDS = 30;
    private static final String SPEAKERS =
        "SELECT DISTINCT sender FROM ofMucConversationLog WHERE roomID=?";

    private final SecretStore.Connections connections;
    private final String xmppDomain;

    /**
     * @param connections gives connections to the server's database.
     * @param xmppDomain the domain of the server.
     */
    public RoomTables(@Nonnull final SecretStore.Connections connections, @Nonnull final String xmppDomain)
    {
        this.connections = connections;
        this.xmppDomain = xmppDomain;
    }

    /**
     * The rooms that outlast a restart of the server.
     *
     * @return their bare JIDs.
     * @throws SQLException if the database does not answer.
     */
    @Nonnull
    public Set<String> persistentRooms() throws SQLException
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

    /**
     * When a room was created that outlasts a restart of the server.
     *
     * @param room the room's bare JID.
     * @return the date, or 1970 if it is damaged, so that the room counts as old and keeps its secret; null if there is no such room in
     *     the table.
     * @throws SQLException if the database does not answer.
     */
    @Nullable
    public Date creationDateOf(@Nonnull final String room) throws SQLException
    {
        final JID jid = new JID(room);
        final String suffix = '.' + xmppDomain;
        if (!jid.getDomain().endsWith(suffix)) {
            return null;
        }
        try (Connection connection = connections.open();
             PreparedStatement statement = connection.prepareStatement(CREATION_DATE)) {
            statement.setString(1, jid.getNode());
            statement.setString(2, jid.getDomain().substring(0, jid.getDomain().length() - suffix.length()));
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? date(rows.getString(1)) : null;
            }
        }
    }

    private static Date date(@Nullable final String stored)
    {
        try {
            return new Date(Long.parseLong(String.valueOf(stored).trim()));
        } catch (final NumberFormatException damaged) {
            return new Date(0);
        }
    }

    /**
     * Those whose messages are in the conversation log of a room, as far as the room keeps one.
     *
     * @param room the number that the server's tables know the room by.
     * @return their real bare JIDs.
     * @throws SQLException if the database does not answer.
     */
    @Nonnull
    public Set<String> speakersIn(final long room) throws SQLException
    {
        final Set<String> speakers = new LinkedHashSet<>();
        try (Connection connection = connections.open();
             PreparedStatement statement = connection.prepareStatement(SPEAKERS)) {
            // Not all versions of the table have an index for this.
            statement.setQueryTimeout(TIMEOUT_SECONDS);
            statement.setLong(1, room);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    try {
                        speakers.add(new JID(rows.getString(1), true).toBareJID());
                    } catch (final IllegalArgumentException damaged) {
                        Log.debug("A row of the conversation log without a sender's JID is left out.", damaged);
                    }
                }
            }
        }
        return speakers;
    }
}
