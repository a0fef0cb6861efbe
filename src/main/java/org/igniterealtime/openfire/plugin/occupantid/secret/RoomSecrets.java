/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.secret;

import org.igniterealtime.openfire.plugin.occupantid.secret.SecretStore.UnreadableSecretException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import javax.annotation.Nonnull;
import javax.annotation.Nullable;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntSupplier;

/**
 * The secrets of all rooms: made when a room first needs one, gone when the room is destroyed.
 *
 * While the database does not answer, the rooms whose secrets are in memory keep theirs; the others have none.
 */
public final class RoomSecrets
{
    private static final Logger Log = LoggerFactory.getLogger(RoomSecrets.class);

    /** Stands for all rooms where a room is named. */
    public static final String ALL_ROOMS = "*";

    private static final int CANDIDATES = 2_000;
    private static final int CLOSING = 2_000;

    /**
     * How often a call is tried that fails at once, and for how long. When the database was away, the server's pool, of up to 25 by
     * default, holds dead connections that fail when they are used, and only then are thrown away.
     */
    private static final int ATTEMPTS = 30;
    private static final long ATTEMPTS_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /** A clock that is off by less, between one look and the next, was not set. */
    private static final long CLOCK_TOLERANCE_MILLIS = TimeUnit.MINUTES.toMillis(5);

    private final SecretStore store;
    private final IntSupplier retiredDays;
    private final Function<String, Date> roomDate;
    private final StoredDates storedDates;

    /** By room; empty for a room whose secret cannot be read, so that this is found out, and said, once. */
    private final BoundedMap<String, Optional<RoomSecret>> secrets;

    /**
     * Keys for rooms that may come to be. The presence that creates a room is stamped before there is a room, and most of those
     * who name a room that does not exist will not create it: that must cost no row, and not ever more memory.
     */
    private final BoundedMap<String, byte[]> candidates = new BoundedMap<>(CANDIDATES);

    /**
     * Secrets of rooms that are being destroyed. The server says so only when all is over; until then the last presences show the
     * old ids, while whoever joins already joins another room.
     */
    private final BoundedMap<String, RoomSecret> closing = new BoundedMap<>(CLOSING);

    /**
     * What changes a room's secret, or fetches it, holds the room's lock, so that none overtakes another. Nothing is asked of the
     * server's rooms while it is held: the server may be waiting for it with a lock of its own.
     */
    private final Object[] locks = new Object[256];

    /** Rooms whose new secret may be stored or not: the database went away before it said so. */
    private final Set<String> doubtful = ConcurrentHashMap.newKeySet();

    private volatile long clockOffset = clockOffset();
    private volatile byte[] originKey;
    private volatile boolean originUnreadable;
    private volatile boolean away;

    /**
     * @param store where the secrets are kept.
     * @param roomsInMemory gives how many rooms' secrets are kept in memory at most; the others are fetched again when they are needed.
     * @param retiredDays gives the number of days that a secret is kept when another has followed it; 0 for not at all.
     * @param roomDate gives the date when a room, named by its bare JID, was created; null for a room that is not in memory.
     * @param storedDates gives the same as the server's table has it.
     */
    public RoomSecrets(@Nonnull final SecretStore store, @Nonnull final IntSupplier roomsInMemory, @Nonnull final IntSupplier retiredDays,
                       @Nonnull final Function<String, Date> roomDate,
                       @Nonnull final StoredDates storedDates)
    {
        this.store = store;
        // A secret that leaves memory can be rotated unnoticed, so the ids that were made with it must be checked again.
        this.secrets = new BoundedMap<>(roomsInMemory, evicted -> evicted.ifPresent(RoomSecret::retire));
        this.retiredDays = retiredDays;
        this.roomDate = roomDate;
        this.storedDates = storedDates;
        Arrays.setAll(locks, i -> new Object());
    }

    /**
     * The key that shows which ids come from this installation. Made when it is first asked for.
     *
     * @return the key, not to be changed; null while it cannot be read.
     */
    @Nullable
    public byte[] originKey()
    {
        final byte[] known = originKey;
        return known != null || originUnreadable ? known : readOriginKey();
    }

    @Nullable
    private synchronized byte[] readOriginKey()
    {
        if (originKey == null && !originUnreadable) {
            try {
                originKey = fromDatabase(store::originKey);
            } catch (final UnreadableSecretException e) {
                originUnreadable = true;
                Log.error("No occupant ids are given. {} Bring back the encryption key that this server had (conf/security.xml) and"
                    + " restart the server, or rotate the secrets of all rooms.", e.getMessage());
            }
        }
        return originKey;
    }

    /**
     * The secret of a room, if it is in memory.
     *
     * @param room the room's bare JID.
     * @return the secret, or null.
     */
    @Nullable
    public RoomSecret inMemory(@Nonnull final String room)
    {
        final Optional<RoomSecret> known = secrets.get(room);
        return known == null ? null : known.orElse(null);
    }

    /**
     * The secret of a room that exists; made now if the room has none yet.
     *
     * @param room the room's bare JID.
     * @return the secret, or null if there is none to be had now.
     */
    @Nullable
    public RoomSecret ofRoom(@Nonnull final String room)
    {
        return ofRoom(room, () -> true);
    }

    /**
     * The secret of a room that was there a moment ago. If it is destroyed while its secret is made, no row stays behind, whoever
     * heard of what first.
     *
     * @param room the room's bare JID.
     * @param exists whether the room is there, or those in it are; asked only when a secret was made.
     * @return the secret, or null if there is none to be had now.
     */
    @Nullable
    public RoomSecret ofRoom(@Nonnull final String room, @Nonnull final BooleanSupplier exists)
    {
        final Optional<RoomSecret> known = secrets.get(room);
        if (known != null) {
            return known.orElse(null);
        }
        // One that was there before is not to be lost by this, even if the server errs.
        final boolean isNew = learn(room, roomDate.apply(room));
        final RoomSecret secret = inMemory(room);
        if (!isNew || exists.getAsBoolean()) {
            return secret;
        }
        synchronized (lockOf(room)) {
            if (secret != null && inMemory(room) == secret) {
                secrets.remove(room);
                fromDatabase(() -> {
                    store.delete(room);
                    return null;
                });
            }
        }
        return null;
    }

    /** Has the secret of a room that exists in memory; true if it was made for that. */
    private boolean learn(final String room, @Nullable final Date created)
    {
        synchronized (lockOf(room)) {
            if (secrets.get(room) != null) {
                return false;
            }
            final byte[] candidate = candidate(room);
            fetch(room, () -> loadOrMake(room, candidate, created));
            final RoomSecret secret = inMemory(room);
            // Read back from the row, it is another array: if the answer to its insertion was lost, and the next attempt found it.
            return secret != null && Arrays.equals(secret.key(), candidate);
        }
    }

    /**
     * The secret that a room will have, should it come to be. Nothing is stored until it does.
     *
     * @param room the bare JID of a room that does not exist.
     * @return the secret, or null if the database could not take it now.
     */
    @Nullable
    public RoomSecret ofFutureRoom(@Nonnull final String room)
    {
        final Integer generation = fromDatabase(() -> store.newestGeneration(room));
        return generation == null ? null : new RoomSecret(room, generation + 1, candidate(room), new Date(), null);
    }

    /**
     * The secret of a room that is being destroyed, for the last presences that it sends. No one who joins from now on gets it.
     *
     * @param room the room's bare JID.
     * @return the secret, or null if there is none to be had now.
     */
    @Nullable
    public RoomSecret ofClosingRoom(@Nonnull final String room)
    {
        final Date created = roomDate.apply(room);
        synchronized (lockOf(room)) {
            RoomSecret secret = closing.get(room);
            if (secret == null) {
                learn(room, created);
                secret = inMemory(room);
                if (secret != null && isOfRoom(secret, created)) {
                    // A room that is there, and as old as that, is not the one that ends: somebody was faster to make it anew.
                    return null;
                }
                if (secret != null) {
                    closing.put(room, secret);
                    secrets.remove(room);
                }
            }
            return secret;
        }
    }

    /**
     * Gives a room that was just created its secret. It shares nothing with any earlier room of that name.
     *
     * @param room the room's bare JID.
     */
    public void roomCreated(@Nonnull final String room)
    {
        final Date created = roomDate.apply(room);
        synchronized (lockOf(room)) {
            final RoomSecret known = inMemory(room);
            // Else it is of the room already: somebody has spoken to it before this was called.
            if (known == null || !isOfRoom(known, created)) {
                forget(room);
                fetch(room, () -> makeAnew(room, candidate(room), created));
            }
        }
    }

    /**
     * Forgets the secret of a room that was destroyed, unless another room of that name has a secret of its own by now.
     *
     * @param room the room's bare JID.
     */
    public void roomDestroyed(@Nonnull final String room)
    {
        final RoomSecret before = inMemory(room);
        final Date successor = roomDate.apply(room);
        synchronized (lockOf(room)) {
            closing.remove(room);
            final RoomSecret secret = inMemory(room);
            if (secret != null && (secret != before || isOfRoom(secret, successor))) {
                return;
            }
            // A candidate stays: it is for whoever is about to make the room anew, and stamped already.
            forget(room);
            fromDatabase(() -> {
                // What is still in the server's table was not destroyed, but only what the server had in its place.
                if (storedDates.of(room) == null) {
                    store.delete(room);
                }
                return null;
            });
        }
    }

    /**
     * Replaces a room's secret, readable or not, by a new one. It is stored when this returns, and used from then on. Asks the
     * database also while it is held to be away, so no thread that chat waits for may call this.
     *
     * @param room the room's bare JID.
     * @param creator who wants it so.
     * @return the new secret; null if the database is away. Then nothing has changed, unless its answer got lost: what it has is
     *     found out when it is back.
     */
    @Nullable
    public RoomSecret rotate(@Nonnull final String room, @Nonnull final String creator)
    {
        if (originUnreadable) {
            replaceOriginKey();
        }
        final Date created = roomDate.apply(room);
        final RoomSecret secret;
        synchronized (lockOf(room)) {
            candidates.remove(room);
            try {
                secret = attempt(() -> store.addNext(room, RoomSecret.newKey(), dateFor(created), creator));
                if (secret == null) {
                    doubtful.add(room);
                    return null;
                }
                retire(room);
                secrets.put(room, Optional.of(secret));
            } catch (final Error e) {
                // The end of memory, most likely. It may be stored by now: whoever needs it next finds that out.
                reread(room);
                throw e;
            }
        }
        if (retiredDays.getAsInt() == 0) {
            fromDatabase(() -> {
                store.deleteBefore(room, secret.generation());
                return null;
            });
        }
        return secret;
    }

    /**
     * All secrets of a room that are kept, for look-ups: the one in use and those retired.
     *
     * @param room the room's bare JID.
     * @return the secrets, the newest first; null if the database is away.
     */
    @Nullable
    public List<RoomSecret> history(@Nonnull final String room)
    {
        return fromDatabase(() -> store.loadAll(room));
    }

    /**
     * The rooms that have a secret, whether anybody is in them or not, with what may be shown of it. Asks the database also while
     * it is held to be away, so no thread that chat waits for may call this.
     *
     * @return by the rooms' bare JIDs, with null for a room that nothing can be read of; null if the database is away.
     */
    @Nullable
    public Map<String, SecretInfo> rooms()
    {
        return attempt(store::infos);
    }

    /**
     * What may be shown of all secrets of a room that are kept: the one in use and those retired, readable or not.
     *
     * @param room the room's bare JID.
     * @return the newest first; empty if there is none, or the database is away.
     */
    @Nonnull
    public List<SecretInfo> infosOf(@Nonnull final String room)
    {
        try {
            final List<SecretInfo> infos = fromDatabase(() -> store.infosOf(room));
            return infos == null ? Collections.emptyList() : infos;
        } catch (final UnreadableSecretException e) {
            return Collections.emptyList();
        }
    }

    /**
     * Whether a room has a secret that cannot be read. None is made for this.
     *
     * @param room the room's bare JID.
     * @return true if it has; false also while the database is away.
     */
    public boolean isUnreadable(@Nonnull final String room)
    {
        final Optional<RoomSecret> known = secrets.get(room);
        if (known != null) {
            return !known.isPresent();
        }
        try {
            fromDatabase(() -> store.load(room));
            return false;
        } catch (final UnreadableSecretException e) {
            return true;
        }
    }

    /** How many rooms are known, since they were last in use, to have a secret that cannot be read. */
    public int unreadableCount()
    {
        return (int) secrets.mapped(Optional::isPresent).values().stream().filter(readable -> !readable).count();
    }

    /** Whether the installation's own key cannot be read, so that no room has ids. Rotating any room's secret makes a new one. */
    public boolean isOriginUnreadable()
    {
        return originUnreadable;
    }

    /**
     * Erases the retired secrets whose days are over. Not if the clock was set since this was called last: should it be wrong now, it
     * can be set right before the next time.
     */
    public void eraseRetired()
    {
        final long before = clockOffset;
        clockOffset = clockOffset();
        if (Math.abs(clockOffset - before) > CLOCK_TOLERANCE_MILLIS) {
            Log.info("The clock was set, so no retired secrets are erased this time.");
            return;
        }
        final Date limit = new Date(System.currentTimeMillis() - TimeUnit.DAYS.toMillis(retiredDays.getAsInt()));
        final Integer erased = fromDatabase(() -> store.deleteRetiredBefore(limit));
        if (erased != null && erased > 0) {
            Log.info("Retired secrets of {} rooms were erased.", erased);
        }
    }

    /**
     * Forgets what is in memory of a room if the database has another secret for it, since another node has changed it.
     *
     * @param room the room's bare JID.
     */
    public void rereadIfChanged(@Nonnull final String room)
    {
        final RoomSecret known = inMemory(room);
        if (known != null) {
            try {
                final RoomSecret stored = fromDatabase(() -> store.load(room));
                if (!away && (stored == null || !Arrays.equals(stored.key(), known.key()))) {
                    reread(room);
                }
            } catch (final UnreadableSecretException e) {
                reread(room);
            }
        }
    }

    /**
     * Forgets what is in memory of a room, since another node has changed it.
     *
     * @param room the room's bare JID.
     */
    public void reread(@Nonnull final String room)
    {
        synchronized (lockOf(room)) {
            forget(room);
            candidates.remove(room);
        }
    }

    /** Whether a secret is known to be that of the room that was created then, not of one before it. */
    private static boolean isOfRoom(final RoomSecret secret, @Nullable final Date created)
    {
        return created != null && !secret.creationDate().before(created);
    }

    private void forget(final String room)
    {
        retire(room);
        secrets.remove(room);
    }

    private void retire(final String room)
    {
        final RoomSecret secret = inMemory(room);
        if (secret != null) {
            secret.retire();
        }
    }

    /** Forgets all that is in memory, since other nodes may have changed it. */
    public synchronized void rereadAll()
    {
        for (final Object lock : locks) {
            synchronized (lock) {
                // A thread that has read a former row has put it into memory when its lock is free.
            }
        }
        secrets.mapped(secret -> secret).values().forEach(secret -> secret.ifPresent(RoomSecret::retire));
        secrets.clear();
        candidates.clear();
        originKey = null;
        originUnreadable = false;
    }

    /** Whether the database did not answer, or refused to store something, when it was last needed. */
    public boolean isDatabaseAway()
    {
        return away;
    }

    /**
     * Asks a database that is away whether it is back, and takes new secrets. Nobody else does.
     *
     * @return true if it was away and is back.
     */
    public boolean isDatabaseBack()
    {
        // Not only whether it answers: a full or read-only one does, and then refuses the first new secret.
        if (!away || attempt(() -> {
            store.probe();
            return true;
        }) == null) {
            return false;
        }
        away = false;
        doubtful.forEach(room -> {
            doubtful.remove(room);
            reread(room);
        });
        Log.info("The database answers again: all rooms have occupant ids.");
        return true;
    }

    private synchronized void replaceOriginKey()
    {
        if (originUnreadable) {
            originKey = attempt(store::replaceOriginKey);
            originUnreadable = originKey == null;
        }
    }

    /** What the database has for a room that exists, or now has. */
    private RoomSecret loadOrMake(final String room, final byte[] candidate, @Nullable final Date created) throws SQLException
    {
        if (closing.get(room) != null) {
            return makeAnew(room, candidate, created);
        }
        final RoomSecret secret = store.loadOrAdd(room, candidate, dateFor(created));
        if (created != null && secret.creationDate().before(created) && !isStoredSince(room, secret.creationDate())) {
            // Of an earlier room of that name, whose end was not heard of, or could not be noted.
            return makeAnew(room, candidate, created);
        }
        candidates.remove(room);
        return secret;
    }

    /**
     * Whether the server's table has a room that is as old as that. If the database is away when somebody enters a room that is not in
     * memory, the server makes one in its place, and keeps it until all have left. The next time, the room is what it was.
     */
    private boolean isStoredSince(final String room, final Date time) throws SQLException
    {
        final Date stored = storedDates.of(room);
        return stored != null && !stored.after(time);
    }

    private RoomSecret makeAnew(final String room, final byte[] candidate, @Nullable final Date created) throws SQLException
    {
        final RoomSecret secret = store.addNext(room, candidate, dateFor(created), null);
        store.deleteBefore(room, secret.generation());
        candidates.remove(room);
        return secret;
    }

    /** Now, but not before the room was created, should clocks disagree: a secret older than its room is not the room's. */
    private static Date dateFor(@Nullable final Date created)
    {
        final Date now = new Date();
        return created != null && created.after(now) ? created : now;
    }

    private byte[] candidate(final String room)
    {
        return candidates.putIfAbsent(room, RoomSecret.newKey());
    }

    /** What the clock shows, less the time that passes: always the same, but for when the clock is set. */
    private static long clockOffset()
    {
        return System.currentTimeMillis() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    private Object lockOf(final String room)
    {
        return locks[(room.hashCode() & Integer.MAX_VALUE) % locks.length];
    }

    /** Takes a room's secret into memory; nothing is taken while the database is away. */
    private void fetch(final String room, final DatabaseCall<RoomSecret> call)
    {
        try {
            final RoomSecret secret = fromDatabase(call);
            if (secret != null) {
                secrets.put(room, Optional.of(secret));
            }
        } catch (final UnreadableSecretException e) {
            secrets.put(room, Optional.empty());
            Log.error("The occupants of room {} have no ids. {} Nothing was overwritten; rotating the room's secret gives it a new one.",
                room, e.getMessage());
        }
    }

    /**
     * Runs a call, or answers null while the database is away. Then it is left alone by all that comes along with the chat, since
     * each attempt takes seconds; {@link #isDatabaseBack()} finds out when it is back.
     */
    @Nullable
    private <T> T fromDatabase(final DatabaseCall<T> call)
    {
        return away ? null : attempt(call);
    }

    /** Runs a call, or answers null if the database does not answer. An outage is logged once, when it begins. */
    @Nullable
    private <T> T attempt(final DatabaseCall<T> call)
    {
        final long start = System.nanoTime();
        for (int attempt = 1;; attempt++) {
            try {
                return call.run();
            } catch (final UnreadableSecretException e) {
                throw e;
            } catch (final SQLException | RuntimeException e) {
                if (attempt == ATTEMPTS || System.nanoTime() - start > ATTEMPTS_NANOS) {
                    failed(e);
                    return null;
                }
            }
        }
    }

    private void failed(final Exception cause)
    {
        if (!away) {
            away = true;
            Log.error("The database does not answer, or stores nothing. Chat goes on, but rooms whose secrets are not in memory have no"
                + " occupant ids until it does.", cause);
        }
    }

    /** When rooms that outlast a restart were created. */
    public interface StoredDates
    {
        /** Returns the date of a room, named by its bare JID, from the server's table; null for a room that is not there. */
        @Nullable
        Date of(@Nonnull String room) throws SQLException;
    }

    private interface DatabaseCall<T>
    {
        T run() throws SQLException;
    }
}
