/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin.command;

import org.igniterealtime.openfire.plugin.occupantid.admin.LookUp;
import org.igniterealtime.openfire.plugin.occupantid.admin.RefusedException;
import org.igniterealtime.openfire.plugin.occupantid.secret.BoundedMap;
import org.xmpp.packet.JID;

import javax.annotation.Nonnull;
import javax.annotation.Nullable;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Where look-ups are asked for from clients. A look-up may try every user of the server, so everybody may have one at a time, and
 * a few in a minute. One that takes long is not begun anew when it is asked for again, but waited for once more.
 */
final class LookUpDesk
{
    /** Begins a look-up. */
    interface Beginning
    {
        @Nonnull
        LookUp begin() throws RefusedException;
    }

    private static final int IN_A_MINUTE = 20;
    private static final int REMEMBERED = 1000;
    private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final BoundedMap<String, Visitor> visitors = new BoundedMap<>(REMEMBERED);
    private final int patienceSeconds;
    private final LongSupplier nanoTime;

    /**
     * @param patienceSeconds how long to wait for a look-up at a time.
     * @param nanoTime a clock, as {@link System#nanoTime()}.
     */
    LookUpDesk(final int patienceSeconds, @Nonnull final LongSupplier nanoTime)
    {
        this.patienceSeconds = patienceSeconds;
        this.nanoTime = nanoTime;
    }

    /**
     * Begins a look-up, or goes on with it, and waits for its end.
     *
     * @param requester who asks.
     * @param room the bare JID of the room.
     * @param occupantId the id.
     * @param beginning begins the look-up of that.
     * @return the look-up. If it is not over, it can be asked for again.
     * @throws RefusedException if the requester has asked too much, or the look-up cannot begin.
     * @throws InterruptedException if the thread was interrupted.
     */
    @Nonnull
    LookUp ask(@Nonnull final JID requester, @Nonnull final String room, @Nonnull final String occupantId, @Nonnull final Beginning beginning)
        throws RefusedException, InterruptedException
    {
        final Visitor visitor = visitors.putIfAbsent(requester.toBareJID(), new Visitor());
        final LookUp lookUp = visitor.come(room, occupantId, beginning, nanoTime.getAsLong());
        try {
            lookUp.await(patienceSeconds);
            return lookUp;
        } finally {
            visitor.go();
        }
    }

    /** Somebody who asks. */
    private static final class Visitor
    {
        private final Deque<Long> begun = new ArrayDeque<>();
        private boolean waiting;

        /** What was asked for last and not answered yet; null for nothing. */
        @Nullable
        private LookUp latest;

        synchronized LookUp come(final String room, final String occupantId, final Beginning beginning, final long now)
            throws RefusedException
        {
            final boolean isAskedAgain = latest != null && latest.room().equals(room) && latest.occupantId().equals(occupantId);
            if (waiting || latest != null && !isAskedAgain && !latest.isOver()) {
                throw new RefusedException("occupantid.command.error.one_at_a_time");
            }
            if (!isAskedAgain) {
                while (!begun.isEmpty() && now - begun.peek() > MINUTE_NANOS) {
                    begun.remove();
                }
                if (begun.size() >= IN_A_MINUTE) {
                    throw new RefusedException("occupantid.command.error.too_many", IN_A_MINUTE);
                }
                // What is refused here counts too: it has been to the database.
                begun.add(now);
                latest = null;
                latest = beginning.begin();
            }
            waiting = true;
            return latest;
        }

        synchronized void go()
        {
            waiting = false;
            if (latest != null && latest.isOver()) {
                latest = null;
            }
        }
    }
}
