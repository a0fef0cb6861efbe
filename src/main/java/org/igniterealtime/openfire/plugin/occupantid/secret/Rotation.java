/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.secret;

import javax.annotation.Nonnull;
import java.util.Date;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A rotation of secrets, under way or over, and how far it has come. Its figures can be read from any thread. */
public final class Rotation
{
    private final int number;
    private final String creator;
    private final Date startDate = new Date();
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile int rooms;
    private volatile int roomsDone;
    private volatile int roomsFailed;
    private volatile int occupantsAnnounced;
    private volatile boolean cancelled;
    private volatile boolean failed;

    Rotation(final int number, @Nonnull final String creator)
    {
        this.number = number;
        this.creator = creator;
    }

    /** Tells it from the others since the plugin was started. */
    public int number()
    {
        return number;
    }

    /** Who wanted it. */
    @Nonnull
    public String creator()
    {
        return creator;
    }

    /** When it was asked for. */
    @Nonnull
    public Date startDate()
    {
        return new Date(startDate.getTime());
    }

    /** How many rooms it comprises; 0 until that is known. */
    public int rooms()
    {
        return rooms;
    }

    /** How many rooms have a new secret, whose occupants have been told. */
    public int roomsDone()
    {
        return roomsDone;
    }

    /** How many rooms have kept their secret because the database did not answer, or stored nothing. */
    public int roomsFailed()
    {
        return roomsFailed;
    }

    /** How many occupants were announced with their new ids. */
    public int occupantsAnnounced()
    {
        return occupantsAnnounced;
    }

    /** Whether it is over: done, failed or cancelled. */
    public boolean isOver()
    {
        return end.getCount() == 0;
    }

    /** Whether the database did not answer, or stored nothing, so that some rooms, or all, have kept their secrets. It can be asked for again. */
    public boolean isFailed()
    {
        return failed;
    }

    /** Whether it was told to stop. */
    public boolean isCancelled()
    {
        return cancelled;
    }

    /** Stops it after the room that it is at. Rooms that have a new secret keep it. */
    public void cancel()
    {
        cancelled = true;
    }

    /**
     * Waits until it is over.
     *
     * @param seconds how long to wait at most.
     * @return whether it is over.
     * @throws InterruptedException if the thread was interrupted.
     */
    public boolean await(final long seconds) throws InterruptedException
    {
        return end.await(seconds, TimeUnit.SECONDS);
    }

    void comprises(final int rooms)
    {
        this.rooms = rooms;
    }

    void roomDone(final int occupants)
    {
        occupantsAnnounced += occupants;
        roomsDone++;
    }

    void roomsFailed(final int number)
    {
        roomsFailed += number;
        failed = true;
    }

    void over()
    {
        end.countDown();
    }

    @Override
    public String toString()
    {
        return roomsDone + " of " + rooms + " rooms rotated, " + roomsFailed + " failed, " + occupantsAnnounced + " occupants announced"
            + (failed ? ", the database did not answer or stored nothing" : "") + (cancelled ? ", cancelled" : isOver() ? "" : ", under way");
    }
}
