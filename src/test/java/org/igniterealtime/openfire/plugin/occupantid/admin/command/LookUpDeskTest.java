/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin.command;

import org.igniterealtime.openfire.plugin.occupantid.admin.LookUp;
import org.igniterealtime.openfire.plugin.occupantid.admin.RefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.xmpp.packet.JID;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

class LookUpDeskTest
{
    private static final JID ALICE = new JID("alice@example.org/phone");
    private static final JID ALICE_ELSEWHERE = new JID("alice@example.org/pc");
    private static final JID BOB = new JID("bob@example.org/phone");
    private static final String ROOM = "coven@conference.example.org";

    private final AtomicLong clock = new AtomicLong();
    private final LookUpDesk desk = new LookUpDesk(0, clock::get);

    @Test
    void whatTakesLongIsNotBegunAnew() throws Exception
    {
        final LookUp lookUp = lookUp("id", false);
        assertSame(lookUp, desk.ask(ALICE, ROOM, "id", () -> lookUp));
        assertSame(lookUp, desk.ask(ALICE_ELSEWHERE, ROOM, "id", () -> lookUp("id", true)));
        when(lookUp.isOver()).thenReturn(true);
        assertSame(lookUp, desk.ask(ALICE, ROOM, "id", () -> lookUp("id", true)), "its end is what was waited for");
        final LookUp next = lookUp("id", true);
        assertSame(next, desk.ask(ALICE, ROOM, "id", () -> next));
    }

    @Test
    void nobodyHasTwoAtOnce() throws Exception
    {
        final LookUp lookUp = lookUp("id", false);
        desk.ask(ALICE, ROOM, "id", () -> lookUp);
        assertRefused("occupantid.command.error.one_at_a_time", () -> desk.ask(ALICE, ROOM, "other", () -> lookUp("other", true)));
        assertRefused("occupantid.command.error.one_at_a_time",
            () -> desk.ask(ALICE_ELSEWHERE, "other@conference.example.org", "id", () -> lookUp("id", true)));
        final LookUp ofBob = lookUp("other", true);
        assertSame(ofBob, desk.ask(BOB, ROOM, "other", () -> ofBob));
        when(lookUp.isOver()).thenReturn(true);
        final LookUp other = lookUp("other", true);
        assertSame(other, desk.ask(ALICE, ROOM, "other", () -> other));
    }

    @Test
    void nobodyWaitsTwiceForTheSame() throws Exception
    {
        final CountDownLatch waiting = new CountDownLatch(1);
        final CountDownLatch end = new CountDownLatch(1);
        final LookUp lookUp = lookUp("id", true);
        when(lookUp.await(anyLong())).thenAnswer(call -> {
            waiting.countDown();
            return end.await(5, TimeUnit.SECONDS);
        });
        final Thread first = new Thread(() -> {
            try {
                desk.ask(ALICE, ROOM, "id", () -> lookUp);
            } catch (final RefusedException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        first.start();
        waiting.await();
        assertRefused("occupantid.command.error.one_at_a_time", () -> desk.ask(ALICE_ELSEWHERE, ROOM, "id", () -> lookUp));
        end.countDown();
        first.join();
        desk.ask(ALICE, ROOM, "id", () -> lookUp);
    }

    @Test
    void nobodyHasMoreThanTwentyInAMinute() throws Exception
    {
        for (int i = 0; i < 20; i++) {
            clock.addAndGet(TimeUnit.SECONDS.toNanos(1));
            final int number = i;
            if (i % 2 == 0) {
                desk.ask(ALICE, ROOM, "id" + number, () -> lookUp("id" + number, true));
            } else {
                assertRefused("wrong", () -> desk.ask(ALICE, ROOM, "id" + number, () -> {
                    throw new RefusedException("wrong");
                }));
            }
        }
        assertRefused("occupantid.command.error.too_many", () -> desk.ask(ALICE, ROOM, "id", () -> lookUp("id", true)));
        desk.ask(BOB, ROOM, "id", () -> lookUp("id", true));
        clock.addAndGet(TimeUnit.SECONDS.toNanos(43));
        desk.ask(ALICE, ROOM, "id", () -> lookUp("id", true));
        desk.ask(ALICE, ROOM, "id", () -> lookUp("id", true));
        assertRefused("occupantid.command.error.too_many", () -> desk.ask(ALICE, ROOM, "id", () -> lookUp("id", true)));
    }

    private static LookUp lookUp(final String id, final boolean isOver)
    {
        final LookUp lookUp = mock();
        when(lookUp.room()).thenReturn(ROOM);
        when(lookUp.occupantId()).thenReturn(id);
        when(lookUp.isOver()).thenReturn(isOver);
        return lookUp;
    }

    private static void assertRefused(final String key, final Executable executable)
    {
        assertEquals(key, assertThrows(RefusedException.class, executable).getMessage());
    }
}
