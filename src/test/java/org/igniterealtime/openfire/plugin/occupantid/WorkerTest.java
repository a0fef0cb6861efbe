/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid;

import org.igniterealtime.openfire.plugin.occupantid.secret.Database;
import org.igniterealtime.openfire.plugin.occupantid.secret.Orphans;
import org.igniterealtime.openfire.plugin.occupantid.secret.RoomSecrets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xmpp.packet.JID;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class WorkerTest
{
    private static final JID COVEN = new JID("coven@conference.example.org");
    private static final JID HEATH = new JID("heath@conference.example.org");

    private final List<JID> announced = Collections.synchronizedList(new ArrayList<>());
    private final RoomSecrets secrets = new Database().secrets();
    private final Worker worker = new Worker(secrets, new Orphans(secrets, Set::of, room -> true), () -> { }, () -> { }, room -> {
        announced.add(room);
        return 1;
    }, () -> { });

    @BeforeEach
    void start()
    {
        worker.start();
    }

    @AfterEach
    void stop()
    {
        worker.stop();
    }

    @Test
    void howeverOftenARoomIsToBeAnnouncedItWaitsOnce() throws Exception
    {
        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch end = new CountDownLatch(1);
        worker.run(() -> {
            begun.countDown();
            end.await();
        });
        begun.await();
        for (int i = 0; i < 10_000; i++) {
            worker.announce(COVEN);
            worker.announce(new JID(HEATH.toString()));
        }
        end.countDown();
        awaitAll();
        assertEquals(List.of(COVEN, HEATH), announced);
        worker.announce(COVEN);
        awaitAll();
        assertEquals(List.of(COVEN, HEATH, COVEN), announced, "what is done can be asked for anew");
    }

    @Test
    void whatIsAskedForWhileItIsBeingDoneIsDoneOnceMore() throws Exception
    {
        final Worker[] own = new Worker[1];
        own[0] = new Worker(secrets, new Orphans(secrets, Set::of, room -> true), () -> { }, () -> { }, room -> {
            announced.add(room);
            if (announced.size() == 1) {
                own[0].announce(room);
            }
            return 1;
        }, () -> { });
        own[0].announce(COVEN);
        own[0].start();
        awaitAll(own[0]);
        awaitAll(own[0]);
        own[0].stop();
        assertEquals(List.of(COVEN, COVEN), announced);
    }

    @Test
    void whatIsDueFromTimeToTimeIsDone() throws Exception
    {
        final AtomicLong clock = new AtomicLong();
        final AtomicInteger days = new AtomicInteger(30);
        final Database database = new Database();
        final RoomSecrets due = new RoomSecrets(database.store(), () -> 1_000, days::get, room -> null, room -> null);
        due.ofRoom(HEATH.toString());
        due.rotate(COVEN.toString(), "admin");
        due.rotate(COVEN.toString(), "admin");
        days.set(0);
        final Worker own = new Worker(due, new Orphans(due, Set::of, COVEN::equals), () -> { }, () -> { }, room -> 1, () -> announced.add(null), clock::get);
        own.start();
        awaitAll(own);
        assertEquals(3, database.rows().size());
        assertEquals(1, announced.size(), "those who were there before");

        database.away(true);
        due.ofRoom("another@conference.example.org");
        database.away(false);
        pass(5, clock, own);
        assertEquals(2, announced.size(), "the database is back");
        pass(60, clock, own);
        assertEquals(2, database.rows().size(), "the days of the retired one are over");
        pass(600, clock, own);
        assertEquals(1, database.rows().size(), "there is no heath");
        own.stop();
    }

    private static void pass(final int seconds, final AtomicLong clock, final Worker worker) throws InterruptedException
    {
        clock.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
        awaitAll(worker);
        // It looks at the clock before it waits for the next one.
        awaitAll(worker);
    }

    @Test
    void notEvenTheEndOfMemoryEndsIt() throws Exception
    {
        worker.run(() -> {
            throw new OutOfMemoryError("a test");
        });
        worker.run(() -> {
            throw new IllegalStateException("a test");
        });
        awaitAll();
    }

    private void awaitAll() throws InterruptedException
    {
        awaitAll(worker);
    }

    private static void awaitAll(final Worker worker) throws InterruptedException
    {
        final CountDownLatch all = new CountDownLatch(1);
        worker.run(all::countDown);
        assertTrue(all.await(5, TimeUnit.SECONDS));
    }
}
