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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class WorkerTest
{
    private static final JID COVEN = new JID("coven@conference.example.org");
    private static final JID HEATH = new JID("heath@conference.example.org");

    private final List<JID> announced = Collections.synchronizedList(new ArrayList<>());
    private final RoomSecrets secrets = new Database().secrets();
    private final Worker worker = new Worker(secrets, new Orphans(secrets, Set::of, room -> true), room -> {
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
        final CountDownLatch all = new CountDownLatch(1);
        worker.run(all::countDown);
        assertTrue(all.await(5, TimeUnit.SECONDS));
    }
}
