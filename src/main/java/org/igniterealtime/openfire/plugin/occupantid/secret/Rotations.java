/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.secret;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xmpp.packet.JID;

import javax.annotation.Nonnull;
import javax.annotation.Nullable;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.concurrent.Executor;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Rotates secrets: a room gets a new one, and then everybody in it is announced with the id made under it. Ids in history and in
 * archives stay those of their day. One rotation runs at a time; others wait for it.
 */
public final class Rotations
{
    /** Tells those in a room their new ids. */
    public interface Announcement
    {
        /** Returns how many occupants were announced. */
        int announce(@Nonnull JID room) throws InterruptedException;
    }

    private static final Logger Log = LoggerFactory.getLogger(Rotations.class);

    /** After so many rooms in a row the database is taken to be gone for longer: each attempt can take seconds. */
    private static final int ENOUGH_FAILURES = 3;

    private final RoomSecrets secrets;
    private final Predicate<JID> exists;
    private final Announcement announcement;
    private final Consumer<String> otherNodes;
    private final Executor worker;
    private final AtomicInteger asked = new AtomicInteger();
    private volatile Rotation latest;
    private volatile Rotation running;

    /**
     * @param secrets the secrets.
     * @param exists whether a room, given by its bare JID, exists.
     * @param announcement tells those in a room.
     * @param otherNodes tells the other nodes of a cluster the bare JID of a room that was rotated, or {@link RoomSecrets#ALL_ROOMS}
     *     if the origin key was replaced, too.
     * @param worker runs one rotation after the other.
     */
    public Rotations(@Nonnull final RoomSecrets secrets, @Nonnull final Predicate<JID> exists, @Nonnull final Announcement announcement,
                     @Nonnull final Consumer<String> otherNodes, @Nonnull final Executor worker)
    {
        this.secrets = secrets;
        this.exists = exists;
        this.announcement = announcement;
        this.otherNodes = otherNodes;
        this.worker = worker;
    }

    /**
     * Rotates the secret of one room.
     *
     * @param room the room's JID.
     * @param creator who wants it so, for the record.
     * @return the rotation, which goes on in the background.
     * @throws IllegalArgumentException if there is no such room; the message can be shown to the one who asked.
     */
    @Nonnull
    public Rotation rotateRoom(@Nonnull final String room, @Nonnull final String creator)
    {
        final JID address = new JID(room).asBareJID();
        if (!exists.test(address)) {
            throw new IllegalArgumentException("There is no room " + address + " on this server.");
        }
        return rotateRooms(Collections.singleton(address.toString()), creator);
    }

    /**
     * Rotates the secrets of some rooms.
     *
     * @param rooms the rooms' bare JIDs; one that does not exist, or is gone when its turn comes, is left out.
     * @param creator who wants it so, for the record.
     * @return the rotation, which goes on in the background.
     */
    @Nonnull
    public Rotation rotateRooms(@Nonnull final Collection<String> rooms, @Nonnull final String creator)
    {
        final Collection<String> wanted = new LinkedHashSet<>(rooms);
        return start(() -> wanted, creator);
    }

    /**
     * Rotates the secrets of all rooms of a service.
     *
     * @param service the service's domain, such as conference.example.org.
     * @param creator who wants it so, for the record.
     * @return the rotation, which goes on in the background.
     */
    @Nonnull
    public Rotation rotateService(@Nonnull final String service, @Nonnull final String creator)
    {
        return start(() -> roomsWhere(room -> new JID(room).getDomain().equals(service)), creator);
    }

    /**
     * Rotates the secrets of all rooms of the server.
     *
     * @param creator who wants it so, for the record.
     * @return the rotation, which goes on in the background.
     */
    @Nonnull
    public Rotation rotateAll(@Nonnull final String creator)
    {
        return start(() -> roomsWhere(room -> true), creator);
    }

    /** The rotation asked for last, under way or over; null if there was none since the plugin was started. */
    @Nullable
    public Rotation latest()
    {
        return latest;
    }

    /** The rotation that is under way now; if there is none, the one asked for last; null if there was none. */
    @Nullable
    public Rotation current()
    {
        final Rotation now = running;
        return now != null ? now : latest;
    }

    @Nullable
    private Collection<String> roomsWhere(final Predicate<String> condition)
    {
        final Map<String, SecretInfo> rooms = secrets.rooms();
        return rooms == null ? null : rooms.keySet().stream().filter(condition).collect(Collectors.toList());
    }

    private Rotation start(final Supplier<Collection<String>> rooms, final String creator)
    {
        final Rotation rotation = new Rotation(asked.incrementAndGet(), creator);
        latest = rotation;
        worker.execute(() -> {
            try {
                running = rotation;
                run(rotation, rooms.get());
            } catch (final InterruptedException e) {
                rotation.cancel();
                Thread.currentThread().interrupt();
            } catch (final RuntimeException | Error e) {
                // Also the end of memory. Whoever asked for it must not take it for done.
                restFailed(rotation);
                throw e;
            } finally {
                rotation.over();
                running = null;
                Log.info("Secrets rotated, as {} wanted: {}", creator, rotation);
            }
        });
        return rotation;
    }

    private void run(final Rotation rotation, @Nullable final Collection<String> rooms) throws InterruptedException
    {
        if (rooms == null) {
            rotation.roomsFailed(0);
            return;
        }
        rotation.comprises(rooms.size());
        int inARow = 0;
        for (final String room : rooms) {
            if (rotation.isCancelled()) {
                return;
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException();
            }
            if (inARow == ENOUGH_FAILURES) {
                restFailed(rotation);
                return;
            }
            try {
                inARow = rotate(room, rotation) ? 0 : inARow + 1;
            } catch (final RuntimeException e) {
                Log.error("Could not rotate the secret of room {}. The rotation goes on with the next room; rotate this one again.",
                    room, e);
                rotation.roomsFailed(1);
            }
        }
    }

    /** Rotates a room's secret, if the room exists; false if the database is away. */
    private boolean rotate(final String room, final Rotation rotation) throws InterruptedException
    {
        final JID address = new JID(room);
        if (!exists.test(address)) {
            // Destroyed in the meantime, or without our hearing of it: there is nothing to rotate.
            rotation.comprises(rotation.rooms() - 1);
            return true;
        }
        // Rotating then makes a new origin key, which concerns all rooms.
        final boolean all = secrets.isOriginUnreadable();
        if (secrets.rotate(room, rotation.creator()) == null) {
            rotation.roomsFailed(1);
            return false;
        }
        // Before anybody is announced, so that no other node takes the new ids for wrong ones.
        otherNodes.accept(all ? RoomSecrets.ALL_ROOMS : room);
        if (!exists.test(address)) {
            // Destroyed meanwhile; whichever came first, no row is to stay.
            secrets.roomDestroyed(room);
            rotation.comprises(rotation.rooms() - 1);
        } else {
            rotation.roomDone(announcement.announce(address));
        }
        return true;
    }

    /** Notes that the rooms that were not done yet will not be. */
    private static void restFailed(final Rotation rotation)
    {
        rotation.roomsFailed(rotation.rooms() - rotation.roomsDone() - rotation.roomsFailed());
    }
}
