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
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

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

    /** Where there is no memory, there will be none at once. */
    private static final long PAUSE_MILLIS = 1_000;

    private final Set<JID> toAnnounce = ConcurrentHashMap.newKeySet();
    private final BlockingQueue<Task> asked = new LinkedBlockingQueue<>();
    private final Rotations.Announcement announcement;
    private final Task announceAll;
    private final LongSupplier nanoTime;
    private final Routine[] routines;
    private final Thread thread = new Thread(this::work, "occupantid");
    private volatile boolean stopped;

    /**
     * @param mendDatabase is run while the database is away, before it is asked whether it is back.
     * @param lookForCopies looks for other copies of the plugin.
     * @param announcement announces the occupants of a room.
     * @param announceAll announces the occupants of all rooms.
     */
    Worker(@Nonnull final RoomSecrets secrets, @Nonnull final Orphans orphans, @Nonnull final Task mendDatabase,
           @Nonnull final Task lookForCopies, @Nonnull final Rotations.Announcement announcement, @Nonnull final Task announceAll)
    {
        this(secrets, orphans, mendDatabase, lookForCopies, announcement, announceAll, System::nanoTime);
    }

    /**
     * @param nanoTime tells how time passes, as {@link System#nanoTime()}.
     */
    Worker(@Nonnull final RoomSecrets secrets, @Nonnull final Orphans orphans, @Nonnull final Task mendDatabase,
           @Nonnull final Task lookForCopies, @Nonnull final Rotations.Announcement announcement, @Nonnull final Task announceAll,
           @Nonnull final LongSupplier nanoTime)
    {
        this.announcement = announcement;
        this.announceAll = announceAll;
        this.nanoTime = nanoTime;
        routines = new Routine[] {
            new Routine(() -> lookAfterDatabase(secrets, mendDatabase), 5, 5),
            new Routine(lookForCopies, 20, 60),
            new Routine(secrets::eraseRetired, 60, 3_600),
            // Not at once: services of other plugins may come after us.
            new Routine(orphans::purge, 600, 86_400),
        };
        thread.setDaemon(true);
    }

    /** Announces those who were in rooms before the plugin came, and begins with what is due from time to time. */
    void start()
    {
        run(announceAll);
        thread.start();
    }

    /** Does something when all that was asked for earlier is done. */
    void run(@Nonnull final Task task)
    {
        asked.add(task);
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
        stopped = true;
        thread.interrupt();
        try {
            thread.join(10_000);
            if (thread.isAlive()) {
                Log.warn("Something takes long to end.");
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Goes on whatever happens. Java's own executors do not: when memory comes to its end while they wait for what is due, they lose their
     * threads, and do nothing more that is due from time to time.
     */
    private void work()
    {
        boolean failed = false;
        while (!stopped) {
            try {
                if (failed) {
                    failed = false;
                    Thread.sleep(PAUSE_MILLIS);
                }
                workOnce();
            } catch (final InterruptedException e) {
                // To be stopped, most likely.
            } catch (final RuntimeException | Error e) {
                failed = true;
                report(e);
            }
        }
    }

    private void workOnce() throws InterruptedException
    {
        long wait = Long.MAX_VALUE;
        for (final Routine routine : routines) {
            routine.runIfDue();
            wait = Math.min(wait, routine.nanosLeft());
        }
        final Task task = asked.poll(wait, TimeUnit.NANOSECONDS);
        if (task != null) {
            task.run();
        }
    }

    private static void report(final Throwable failure)
    {
        try {
            Log.error("Something in the background failed. What is due from time to time is tried again then.", failure);
        } catch (final VirtualMachineError noMemoryEvenForThat) {
            // Nobody hears of it, but the thread must go on.
        }
    }

    private void lookAfterDatabase(final RoomSecrets secrets, final Task mendDatabase) throws InterruptedException
    {
        if (secrets.isDatabaseAway()) {
            mendDatabase.run();
        }
        if (secrets.isDatabaseBack()) {
            announceAll.run();
        }
    }

    /** What is due from time to time. */
    private final class Routine
    {
        private final Task task;
        private final long period;
        private long due;

        private Routine(final Task task, final long firstSeconds, final long seconds)
        {
            this.task = task;
            period = TimeUnit.SECONDS.toNanos(seconds);
            due = nanoTime.getAsLong() + TimeUnit.SECONDS.toNanos(firstSeconds);
        }

        private long nanosLeft()
        {
            return due - nanoTime.getAsLong();
        }

        private void runIfDue() throws InterruptedException
        {
            if (nanosLeft() <= 0) {
                try {
                    task.run();
                } finally {
                    due = nanoTime.getAsLong() + period;
                }
            }
        }
    }
}
