/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid;

import org.igniterealtime.openfire.plugin.occupantid.Floods.Kind;
import org.junit.jupiter.api.Test;
import org.xmpp.packet.JID;

import java.util.Date;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class FloodsTest
{
    private static final JID MALLORY = new JID("mallory@example.org/phone");

    private final AtomicLong clock = new AtomicLong(TimeUnit.DAYS.toMillis(20_000));
    private final Floods floods = new Floods("example.org", clock::get);

    @Test
    void whatPeopleDoByHandIsNoFlood()
    {
        for (int minute = 0; minute < 10; minute++) {
            count(99, MALLORY);
            pass(60);
        }
        assertEquals(List.of(), said());
    }

    @Test
    void aFloodIsThatOfAnAccountAndGoesOnUntilThereIsAMinuteWithout()
    {
        count(60, MALLORY);
        count(40, new JID("mallory@example.org/pc"));
        assertEquals(List.of("ROOMS mallory@example.org 100"), said());
        pass(60);
        count(5_000, MALLORY);
        assertEquals(List.of("ROOMS mallory@example.org 5100"), said());
        final Date last = floods.latest().get(0).date();
        assertEquals(new Date(clock.get()), last);
        pass(60);
        count(1, MALLORY);
        pass(60);
        count(1, MALLORY);
        assertEquals(List.of("ROOMS mallory@example.org 5100"), said());
        assertEquals(last, floods.latest().get(0).date());
        count(99, MALLORY);
        assertEquals(List.of("ROOMS mallory@example.org 100"), said(), "another one");
    }

    @Test
    void theKindsAreToldApart()
    {
        for (int i = 0; i < 20; i++) {
            floods.count(Kind.COMMANDS, MALLORY);
            floods.count(Kind.ROOMS, MALLORY);
        }
        assertEquals(List.of("COMMANDS mallory@example.org 20"), said());
    }

    @Test
    void usersOfAnotherServerFloodTogether()
    {
        for (int i = 0; i < 5_000; i++) {
            count(1, new JID("user" + i + "@elsewhere.example"));
        }
        assertEquals(List.of("ROOMS elsewhere.example 5000"), said());
    }

    @Test
    void theLatestComeFirstAndManyAreForgotten()
    {
        for (int i = 0; i < 5_000; i++) {
            count(100, new JID("user" + i + "@example.org"));
        }
        assertEquals(50, floods.latest().size());
        assertEquals("user4999@example.org", floods.latest().get(0).who());
    }

    @Test
    void ofTooManyThoseHeardOfLongestAgoAreNotCounted()
    {
        count(99, MALLORY);
        for (int i = 0; i < 5_000; i++) {
            count(1, new JID("user" + i + "@example.org"));
        }
        count(1, MALLORY);
        assertEquals(List.of(), said());
    }

    @Test
    void aClockThatIsSetBackDoesNotStopTheCounting()
    {
        count(1, MALLORY);
        clock.addAndGet(-TimeUnit.DAYS.toMillis(1));
        count(100, MALLORY);
        assertTrue(said().contains("ROOMS mallory@example.org 100"), () -> said().toString());
    }

    private void pass(final int seconds)
    {
        clock.addAndGet(TimeUnit.SECONDS.toMillis(seconds));
    }

    private void count(final int times, final JID who)
    {
        for (int i = 0; i < times; i++) {
            floods.count(Kind.ROOMS, who);
        }
    }

    private List<String> said()
    {
        return floods.latest().stream().map(flood -> flood.kind() + " " + flood.who() + " " + flood.count()).toList();
    }
}
