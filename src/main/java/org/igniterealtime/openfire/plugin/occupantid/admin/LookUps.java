/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin;

import org.igniterealtime.openfire.plugin.occupantid.admin.LookUp.IssuedId;
import org.igniterealtime.openfire.plugin.occupantid.admin.LookUp.Match;
import org.igniterealtime.openfire.plugin.occupantid.admin.LookUp.Place;
import org.igniterealtime.openfire.plugin.occupantid.id.OccupantIds;
import org.igniterealtime.openfire.plugin.occupantid.muc.LocalRooms;
import org.igniterealtime.openfire.plugin.occupantid.muc.Occupant;
import org.igniterealtime.openfire.plugin.occupantid.muc.RoomTables;
import org.igniterealtime.openfire.plugin.occupantid.secret.RoomSecret;
import org.igniterealtime.openfire.plugin.occupantid.secret.RoomSecrets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xmpp.packet.JID;

import javax.annotation.Nonnull;
import javax.annotation.Nullable;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Finds the account behind an occupant id, and the ids of an account. An id does not tell its owner, so those who may be it are
 * tried one after the other: who is in the room, who is on its lists, who has spoken there, and every user of this server.
 */
public final class LookUps
{
    private static final Logger Log = LoggerFactory.getLogger(LookUps.class);

    /** What is the same when it is normalised, as nearly all names are. */
    private static final Pattern PLAIN_NAME = Pattern.compile("[a-z0-9._-]+");

    private static final int WAITING = 20;
    private static final int REMEMBERED = 50;

    private final LocalRooms rooms;
    private final RoomSecrets secrets;
    private final OccupantIds ids;
    private final RoomTables tables;
    private final Supplier<Collection<String>> usernames;
    @Nullable
    private final Predicate<String> isUser;
    private final String xmppDomain;
    private final Pattern userOfDomain;
    private final long limitNanos;
    private final ThreadPoolExecutor threads;

    private final Map<String, LookUp> latest = new LinkedHashMap<String, LookUp>()
    {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(final Map.Entry<String, LookUp> eldest)
        {
            return size() > REMEMBERED;
        }
    };

    /**
     * @param usernames gives the names of all users of this server.
     * @param isUser whether there is a user of a name on this server; null if that cannot be asked.
     * @param xmppDomain the domain of this server.
     * @param limitSeconds how long a search may take.
     * @param atOnce how many searches go on at a time; others wait.
     */
    public LookUps(@Nonnull final LocalRooms rooms, @Nonnull final RoomSecrets secrets, @Nonnull final OccupantIds ids,
                   @Nonnull final RoomTables tables, @Nonnull final Supplier<Collection<String>> usernames,
                   @Nullable final Predicate<String> isUser, @Nonnull final String xmppDomain, final int limitSeconds, final int atOnce)
    {
        this.rooms = rooms;
        this.secrets = secrets;
        this.ids = ids;
        this.tables = tables;
        this.usernames = usernames;
        this.isUser = isUser;
        this.xmppDomain = xmppDomain;
        userOfDomain = Pattern.compile("(.+?)@" + Pattern.quote(xmppDomain) + "(/.*)?", Pattern.CASE_INSENSITIVE);
        this.limitNanos = TimeUnit.SECONDS.toNanos(limitSeconds);
        threads = new ThreadPoolExecutor(atOnce, atOnce, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(WAITING), task -> {
            final Thread thread = new Thread(task, "occupantid look-up");
            thread.setDaemon(true);
            return thread;
        });
        threads.allowCoreThreadTimeOut(true);
    }

    /**
     * Begins to look for the account behind an id.
     *
     * @param room the JID of the room that the id was seen in.
     * @param occupantId the id.
     * @return the search, which goes on in the background.
     * @throws RefusedException if there is no such room, or this server has not issued that id there, or it cannot be looked up now.
     */
    @Nonnull
    public LookUp findAccount(@Nonnull final String room, @Nonnull final String occupantId) throws RefusedException
    {
        final JID address = existing(room);
        final String id = occupantId.trim();
        final List<RoomSecret> history = historyOf(address);
        if (!ids.isProven(id, address.toString())) {
            throw new RefusedException("occupantid.lookup.error.not_issued", id, address);
        }
        final LookUp lookUp = new LookUp(UUID.randomUUID().toString(), address.toString(), id);
        try {
            threads.execute(() -> search(lookUp, address, history));
        } catch (final RejectedExecutionException tooMany) {
            throw new RefusedException("occupantid.lookup.error.busy");
        }
        synchronized (latest) {
            latest.put(lookUp.token(), lookUp);
        }
        return lookUp;
    }

    /**
     * A look-up that was begun earlier.
     *
     * @param token what names it.
     * @return the look-up; null if there is none of that name, or none any more.
     */
    @Nullable
    public LookUp get(@Nullable final String token)
    {
        synchronized (latest) {
            return latest.get(token);
        }
    }

    /**
     * The ids of an account in a room, whether it was ever there or not.
     *
     * @param room the room's JID.
     * @param account the account: its JID, or the name of a user of this server, each escaped (XEP-0106) or not; or the address of an
     *                occupant in a room of the same service.
     * @return the account that this means, and its ids.
     * @throws RefusedException if there is no such room, or no such thing as that account can be, or it cannot be looked up now.
     */
    @Nonnull
    public AccountIds idsOf(@Nonnull final String room, @Nonnull final String account) throws RefusedException
    {
        final JID address = existing(room);
        final JID jid = accountJid(account.trim(), address.getDomain());
        final String bareJid = jid.toString();
        final List<IssuedId> issued = new ArrayList<>();
        Date retired = null;
        for (final RoomSecret secret : historyOf(address)) {
            final String id = ids.idOf(secret, bareJid);
            if (id == null) {
                throw new RefusedException("occupantid.lookup.error.unreadable", address);
            }
            issued.add(new IssuedId(id, secret.info(), retired));
            retired = secret.creationDate();
        }
        return new AccountIds(jid, isMissing(jid), issued);
    }

    /**
     * Reads the JID of a room.
     *
     * @param room the JID.
     * @return the bare JID of a room that exists.
     * @throws RefusedException if there is none.
     */
    @Nonnull
    public JID existing(@Nonnull final String room) throws RefusedException
    {
        final String text = room.trim();
        requireDatabase();
        try {
            final JID jid = new JID(text).asBareJID();
            if (rooms.exists(jid)) {
                return jid;
            }
        } catch (final IllegalArgumentException noJid) {
            // Said below.
        }
        throw new RefusedException("occupantid.error.no_room", text);
    }

    /**
     * Makes sure that the database answers, before anything is asked of rooms: the server would look for those that are not in memory,
     * which takes it half a minute each.
     *
     * @throws RefusedException if the database is known to be away.
     */
    public void requireDatabase() throws RefusedException
    {
        if (secrets.isDatabaseAway()) {
            throw new RefusedException("occupantid.lookup.error.away");
        }
    }

    /**
     * Whether an account is one of this server, by its address.
     *
     * @param account the bare JID.
     */
    public boolean isLocal(@Nonnull final JID account)
    {
        return xmppDomain.equals(account.getDomain());
    }

    /**
     * Whether an account would be one of this server, but is not there: an anonymous guest, or deleted, or misspelt. Its ids can be told
     * all the same.
     *
     * @param account the bare JID.
     */
    public boolean isMissing(@Nonnull final JID account)
    {
        return isUser != null && isLocal(account) && !isUser.test(account.getNode());
    }

    /** Ends all that goes on. */
    public void stop()
    {
        threads.shutdownNow();
    }

    /**
     * Reads the bare JID of an account. Of several readings, the first that is an account of this server wins, so that {@code joe@corp}
     * is the local user {@code joe\40corp} if there is one; else it is taken as a JID.
     */
    private JID accountJid(final String text, final String service) throws RefusedException
    {
        final JID address = jidOf(text);
        if (address != null && rooms.own(address.toString())) {
            return occupantJid(address, service);
        }
        final Matcher matcher = userOfDomain.matcher(text);
        final String name = matcher.matches() ? matcher.group(1) : text;
        final List<JID> readings = new ArrayList<>();
        for (final String node : Arrays.asList(name, JID.escapeNode(name), JID.escapeNode(text))) {
            final JID reading = userJid(node);
            if (reading != null) {
                if (isUser != null && isUser.test(reading.getNode())) {
                    return reading;
                }
                readings.add(reading);
            }
        }
        if (address != null) {
            return address.asBareJID();
        }
        if (readings.isEmpty() || name.equals(text) && text.indexOf('@') >= 0) {
            throw new RefusedException("occupantid.lookup.error.no_account", text);
        }
        return readings.get(0);
    }

    /** Finds the bare JID of an occupant. Only rooms of the same service are allowed: a sysadmin has rights in one service only. */
    private JID occupantJid(final JID address, final String service) throws RefusedException
    {
        final JID holder = address.getResource() == null || !address.getDomain().equals(service) ? null : rooms.holderOf(address);
        if (holder == null) {
            throw new RefusedException("occupantid.lookup.error.no_occupant", address, service);
        }
        return holder.asBareJID();
    }

    /** A JID that has a node; null if the text is none. */
    @Nullable
    private static JID jidOf(final String text)
    {
        try {
            final JID jid = new JID(text);
            return jid.getNode() == null ? null : jid;
        } catch (final IllegalArgumentException noJid) {
            return null;
        }
    }

    /** The JID of a user of this server; null if the text cannot be the node of one. */
    @Nullable
    private JID userJid(final String node)
    {
        try {
            return node.isEmpty() ? null : new JID(node, xmppDomain, null);
        } catch (final IllegalArgumentException noNode) {
            return null;
        }
    }

    private List<RoomSecret> historyOf(final JID room) throws RefusedException
    {
        final List<RoomSecret> history = secrets.history(room.toString());
        if (history == null) {
            throw new RefusedException("occupantid.lookup.error.away");
        }
        if (history.isEmpty()) {
            throw new RefusedException(secrets.isUnreadable(room.toString())
                ? "occupantid.lookup.error.unreadable" : "occupantid.lookup.error.no_secret", room);
        }
        return history;
    }

    private void search(final LookUp lookUp, final JID room, final List<RoomSecret> history)
    {
        final long start = System.nanoTime();
        try {
            final Set<String> seen = new LinkedHashSet<>();
            for (final Place place : Place.values()) {
                if (System.nanoTime() - start > limitNanos) {
                    lookUp.outOfTime();
                }
                if (lookUp.isOutOfTime() || isFoundAmong(candidates(place, lookUp, room), place, lookUp, history, seen, start)) {
                    return;
                }
            }
        } finally {
            lookUp.over();
        }
    }

    private boolean isFoundAmong(final Collection<String> candidates, final Place place, final LookUp lookUp, final List<RoomSecret> history,
                                 final Set<String> seen, final long start)
    {
        lookUp.searching(place);
        for (final String candidate : candidates) {
            lookUp.searched(place);
            // All users of a server can be many: those are not noted, nor all made JIDs at once.
            final String account = place == Place.USERS ? accountOf(candidate) : candidate;
            if (account != null && (place == Place.USERS ? !seen.contains(account) : seen.add(account))) {
                if (Thread.currentThread().isInterrupted() || System.nanoTime() - start > limitNanos) {
                    lookUp.outOfTime();
                    return false;
                }
                Date retired = null;
                for (final RoomSecret secret : history) {
                    if (OccupantIds.isIdOf(lookUp.occupantId(), secret, account)) {
                        lookUp.found(new Match(account, place, new IssuedId(lookUp.occupantId(), secret.info(), retired),
                            Occupant.nicksOf(rooms.allOccupantsOf(new JID(lookUp.room())), new JID(account))));
                        return true;
                    }
                    retired = secret.creationDate();
                }
            }
        }
        return false;
    }

    /** The bare JID of a user, as the server normalises it; directories give names in upper and lower case. Null for what is no name. */
    @Nullable
    private String accountOf(final String username)
    {
        if (PLAIN_NAME.matcher(username).matches()) {
            return username + '@' + xmppDomain;
        }
        try {
            return new JID(username, xmppDomain, null).toBareJID();
        } catch (final IllegalArgumentException noName) {
            return null;
        }
    }

    /** Bare JIDs; of users, only the names. */
    private Collection<String> candidates(final Place place, final LookUp lookUp, final JID room)
    {
        try {
            switch (place) {
                case OCCUPANTS:
                    return rooms.allOccupantsOf(room).stream().map(occupant -> occupant.realJid().toBareJID()).collect(Collectors.toSet());
                case AFFILIATIONS:
                    return rooms.affiliatedWith(room).stream().map(JID::toBareJID).collect(Collectors.toSet());
                case CONVERSATION_LOG:
                    final Long number = rooms.idOf(room);
                    return number == null ? new ArrayList<>() : tables.speakersIn(number);
                default:
                    return usernames.get();
            }
        } catch (final SQLException | RuntimeException e) {
            Log.warn("A look-up of an occupant id of room {} goes on without {}.", room, place, e);
            lookUp.failed(place);
            return new ArrayList<>();
        }
    }
}
