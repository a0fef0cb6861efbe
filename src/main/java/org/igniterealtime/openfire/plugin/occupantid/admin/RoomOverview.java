/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin;

import org.igniterealtime.openfire.plugin.occupantid.id.OccupantIds;
import org.igniterealtime.openfire.plugin.occupantid.muc.LocalRooms;
import org.igniterealtime.openfire.plugin.occupantid.muc.Occupant;
import org.igniterealtime.openfire.plugin.occupantid.secret.RoomSecret;
import org.igniterealtime.openfire.plugin.occupantid.secret.Orphans.PersistentRooms;
import org.igniterealtime.openfire.plugin.occupantid.secret.RoomSecrets;
import org.igniterealtime.openfire.plugin.occupantid.secret.SecretInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xmpp.packet.JID;

import javax.annotation.Nonnull;
import javax.annotation.Nullable;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** All rooms, with what is known of their secrets: searched, sorted, and a page at a time. */
public final class RoomOverview
{
    /** What the rooms can be sorted by. Rooms that are equal in it stand in the order of their JIDs. */
    public enum Order
    {
        ROOM,
        OCCUPANTS,
        /** By the date of the secret; rooms without one come last. */
        DATE,
        GENERATION,
        /** By who rotated the secret last. */
        CREATOR
    }

    private static final Logger Log = LoggerFactory.getLogger(RoomOverview.class);

    private final LocalRooms rooms;
    private final RoomSecrets secrets;
    private final OccupantIds ids;
    private final PersistentRooms persistentRooms;

    public RoomOverview(@Nonnull final LocalRooms rooms, @Nonnull final RoomSecrets secrets, @Nonnull final OccupantIds ids,
                        @Nonnull final PersistentRooms persistentRooms)
    {
        this.rooms = rooms;
        this.secrets = secrets;
        this.ids = ids;
        this.persistentRooms = persistentRooms;
    }

    /**
     * Some of the rooms.
     *
     * @param service the domain of their service; null for all services.
     * @param search what stands in their JIDs, in upper or lower case; empty for anything.
     * @param order what to sort them by.
     * @param descending whether the highest come first.
     * @param start how many to pass over.
     * @param size how many to give at most.
     */
    @Nonnull
    public Page page(@Nullable final String service, @Nonnull final String search, @Nonnull final Order order, final boolean descending,
                     final int start, final int size)
    {
        final Map<String, SecretInfo> infos = secrets.rooms();
        final Map<String, Integer> occupants = occupants();
        final String wanted = search.trim().toLowerCase(Locale.ROOT);
        final List<Row> rows = new ArrayList<>();
        for (final String room : all(occupants.keySet())) {
            if ((service == null || room.endsWith('@' + service)) && room.toLowerCase(Locale.ROOT).contains(wanted)) {
                rows.add(new Row(room, occupants.getOrDefault(room, 0), infos == null ? null : infos.get(room),
                    infos != null && !infos.containsKey(room)));
            }
        }
        rows.sort(comparator(order, descending));
        final int from = start < rows.size() ? Math.max(start, 0) : Math.max(0, rows.size() - 1) / size * size;
        final List<Row> some = new ArrayList<>(rows.subList(from, from + Math.min(size, rows.size() - from)));
        for (final Row row : some) {
            row.unreadable = isUnreadable(row.room);
        }
        return new Page(some, rows.size(), from);
    }

    /**
     * The secrets of a room that are kept, but for the secrets themselves.
     *
     * @param room the room's bare JID.
     * @return the one in use first, and those retired after it; empty if there is none, or the database is away.
     */
    @Nonnull
    public List<SecretInfo> secretsOf(@Nonnull final JID room)
    {
        return secrets.infosOf(room.toString());
    }

    /**
     * Whether a room has a secret that cannot be read, so that it has no ids until that is rotated.
     *
     * @param room the room's bare JID.
     */
    public boolean isUnreadable(@Nonnull final JID room)
    {
        return isUnreadable(room.toString());
    }

    private boolean isUnreadable(final String room)
    {
        return secrets.isOriginUnreadable() || secrets.isUnreadable(room);
    }

    /**
     * Those who are in a room now, with their ids.
     *
     * @param room the room's bare JID.
     * @return in the order of their nicks; several devices under one nick are one.
     */
    @Nonnull
    public List<Present> occupantsOf(@Nonnull final JID room)
    {
        final Map<String, Present> present = new TreeMap<>();
        final List<Occupant> occupants = rooms.allOccupantsOf(room);
        final RoomSecret secret = occupants.isEmpty() ? null
            : secrets.ofRoom(room.toString(), () -> !rooms.allOccupantsOf(room).isEmpty());
        for (final Occupant occupant : occupants) {
            final String account = occupant.realJid().toBareJID();
            final String nick = occupant.address().getResource();
            present.put(nick, new Present(nick, account, secret == null ? null : ids.idOf(secret, account)));
        }
        return new ArrayList<>(present.values());
    }

    private Set<String> all(final Set<String> inMemory)
    {
        final Set<String> all = new HashSet<>(inMemory);
        if (!secrets.isDatabaseAway()) {
            try {
                all.addAll(persistentRooms.bareJids());
            } catch (final SQLException e) {
                Log.warn("The table of rooms could not be read; rooms that nobody is in are not shown.", e);
            }
        }
        return all;
    }

    private Map<String, Integer> occupants()
    {
        final Map<String, Integer> occupants = new HashMap<>();
        for (final JID room : rooms.inMemory()) {
            occupants.put(room.toString(), rooms.occupantsCountOf(room));
        }
        return occupants;
    }

    private static Comparator<Row> comparator(final Order order, final boolean descending)
    {
        final Comparator<Row> comparator;
        switch (order) {
            case OCCUPANTS:
                comparator = Comparator.comparingInt(Row::occupants);
                break;
            case DATE:
                comparator = Comparator.comparing(row -> row.secret() == null ? null : row.secret().creationDate(),
                    Comparator.nullsLast(Comparator.naturalOrder()));
                break;
            case GENERATION:
                comparator = Comparator.comparingInt(row -> row.secret() == null ? 0 : row.secret().generation());
                break;
            case CREATOR:
                comparator = Comparator.comparing(row -> row.secret() == null ? null : row.secret().creator(),
                    Comparator.nullsLast(String.CASE_INSENSITIVE_ORDER));
                break;
            default:
                comparator = Comparator.comparing(Row::room);
        }
        return (descending ? comparator.reversed() : comparator).thenComparing(Row::room);
    }

    /** Some of the rooms. */
    public static final class Page
    {
        private final List<Row> rows;
        private final int total;
        private final int start;

        private Page(final List<Row> rows, final int total, final int start)
        {
            this.rows = rows;
            this.total = total;
            this.start = start;
        }

        /** The rooms. */
        @Nonnull
        public List<Row> rows()
        {
            return rows;
        }

        /** How many rooms there are in all that fit the search. */
        public int total()
        {
            return total;
        }

        /** How many of those come before the first one here. */
        public int start()
        {
            return start;
        }
    }

    /** A room. */
    public static final class Row
    {
        private final String room;
        private final int occupants;
        private final SecretInfo secret;
        private final boolean withoutSecret;
        private boolean unreadable;

        private Row(final String room, final int occupants, @Nullable final SecretInfo secret, final boolean withoutSecret)
        {
            this.withoutSecret = withoutSecret;
            this.room = room;
            this.occupants = occupants;
            this.secret = secret;
        }

        /** The room's bare JID. */
        @Nonnull
        public String room()
        {
            return room;
        }

        /** How many occupants it has now. */
        public int occupants()
        {
            return occupants;
        }

        /** Whether it has no secret yet, since nobody was in it since the plugin came. */
        public boolean isWithoutSecret()
        {
            return withoutSecret;
        }

        /** What may be shown of its secret; null if it has none, or the database is away. */
        @Nullable
        public SecretInfo secret()
        {
            return secret;
        }

        /** Whether its secret cannot be read, so that it has no ids until it is rotated. */
        public boolean isUnreadable()
        {
            return unreadable;
        }
    }

    /** Somebody who is in a room. */
    public static final class Present
    {
        private final String nick;
        private final String account;
        private final String occupantId;

        private Present(final String nick, final String account, @Nullable final String occupantId)
        {
            this.nick = nick;
            this.account = account;
            this.occupantId = occupantId;
        }

        @Nonnull
        public String nick()
        {
            return nick;
        }

        /** The real bare JID. */
        @Nonnull
        public String account()
        {
            return account;
        }

        /** The id; null if the room has none now. */
        @Nullable
        public String occupantId()
        {
            return occupantId;
        }
    }
}
