/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid;

import org.igniterealtime.openfire.plugin.occupantid.secret.Orphans;
import org.igniterealtime.openfire.plugin.occupantid.secret.RoomSecrets;
import org.igniterealtime.openfire.plugin.occupantid.secret.Rotations;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xmpp.packet.JID;

import javax.annotation.Nonnull;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The plugin's one thread of its own: for what takes long (rotations, announcements) and what is due from time to time. What it
 * does goes one after the other.
 */
final class Worker
{
    /** Something to do that may be told to stop. */
    interface Task
    {
        void run() throws InterruptedException;
    }

    private static final Logger Log = LoggerFactory.getLogger(Worker.class);

    private final Set<JID> toAnnounce = ConcurrentHashMap.newKeySet();
    private final Rotations.Announcement announcement;
    private final RoomSecrets secrets;
    private final Orphans orphans;
    private final Task announceAll;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        final Thread made = new Thread(task, OccupantIdPlugin.NAME);
        made.setDaemon(true);
        return made;
    });

    /**
     * @param announcement announces the occupants of a room.
     * @param announceAll announces the occupants of all rooms.
     */
    Worker(@Nonnull final RoomSecrets secrets, @Nonnull final Orphans orphans,
           @Nonnull final Rotations.Announcement announcement, @Nonnull final Task announceAll)
    {
        this.announcement = announcement;
        this.secrets = secrets;
        this.orphans = orphans;
        this.announceAll = announceAll;
    }

    /** Announces those who were in rooms before the plugin came, and begins with what is due from time to time. */
    void start()
    {
        run(announceAll);
        thread.scheduleWithFixedDelay(() -> attempt(this::lookAfterDatabase), 5, 5, TimeUnit.SECONDS);
        thread.scheduleWithFixedDelay(() -> attempt(secrets::eraseRetired), 1, 60, TimeUnit.MINUTES);
        // Not at once: services of other plugins may come after us.
        thread.scheduleWithFixedDelay(() -> attempt(orphans::purge), 10, 24 * 60, TimeUnit.MINUTES);
    }

    /** Does something when all that was asked for earlier is done. */
    void run(@Nonnull final Task task)
    {
        try {
            thread.execute(() -> attempt(task));
        } catch (final RejectedExecutionException stopped) {
            Log.debug("The plugin ends, and begins nothing new.");
        }
    }

    /** Announces the occupants of a room, soon. Asked for once more before that has begun, it is done once. */
    void announce(@Nonnull final JID room)
    {
        if (toAnnounce.add(room)) {
            run(() -> {
                toAnnounce.remove(room);
                announcement.announce(room);
            });
        }
    }

    /** Ends the thread, and waits for that. */
    void stop()
    {
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(10, TimeUnit.SECONDS)) {
                Log.warn("Something takes long to end.");
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void lookAfterDatabase() throws InterruptedException
    {
        if (secrets.isDatabaseBack()) {
            announceAll.run();
        }
    }

    /** Does something, and goes on whatever becomes of it. */
    static void attempt(@Nonnull final Task task)
    {
        try {
            task.run();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (final RuntimeException | Error e) {
            // Whatever it is, even the end of memory: what is due from time to time would never be done again.
            Log.error("Something in the background failed, and is tried again when it is due.", e);
        }
    }
}
