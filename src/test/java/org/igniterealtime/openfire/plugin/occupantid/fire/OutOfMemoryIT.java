/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.fire;

import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireServer;
import org.igniterealtime.openfire.plugin.occupantid.harness.RawClient;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

@DisplayName("When the server has no memory left, again and again")
class OutOfMemoryIT extends Faults
{
    private static final int TIMES = 12;
    private static final int ROOMS = 10;

    @Test
    @DisplayName("nobody is seen with another's id, and after that all is as it was")
    void eaten(@TempDir final Path directory) throws Exception
    {
        try (OpenfireServer own = server().jvmArg("-Xmx96m").start()) {
            own.install(Meddler.jar(directory));
            final List<RawClient> crowd = new ArrayList<>();
            final List<String> before = new ArrayList<>();
            for (final String name : List.of("alice", "bob", "carol")) {
                crowd.add(user(own, name));
            }
            for (int i = 0; i < ROOMS; i++) {
                create(crowd.get(0), room("r" + i), "alice");
                crowd.get(1).join(room("r" + i), "bob");
                crowd.get(2).join(room("r" + i), "carol");
                before.add(id(say(crowd.get(1), room("r" + i), "before")));
            }

            final AtomicBoolean over = new AtomicBoolean();
            final AtomicInteger sent = new AtomicInteger();
            final List<Thread> talkers = new ArrayList<>();
            for (final RawClient client : crowd) {
                final Thread talker = new Thread(() -> talk(client, over, sent));
                talker.start();
                talkers.add(talker);
            }
            final String eaten = own.plugin("meddler", "eat", String.valueOf(TIMES));
            over.set(true);
            for (final Thread talker : talkers) {
                talker.join();
            }
            crowd.forEach(this::look);
            final int seen = withId;
            final int without = withoutId;

            // The server may have lost them; the rooms and their secrets it has not.
            final RawClient alice = user(own, "alice");
            final RawClient bob = user(own, "bob");
            for (int i = 0; i < ROOMS; i++) {
                alice.join(room("r" + i), "alice");
                final String id = id(bob.join(room("r" + i), "bob"));
                assertEquals(before.get(i), id);
                assertEquals(id, id(say(bob, room("r" + i), "after")));
            }
            own.plugin("occupantid", "rotations.rotateAll", "the test");
            await(own, "rotations.latest.isOver");
            assertEquals("false", own.plugin("occupantid", "rotations.latest.isFailed"));
            for (int i = 0; i < ROOMS; i++) {
                assertNotEquals(before.get(i), id(say(bob, room("r" + i), "and rotated")));
            }
            look(alice);
            look(bob);
            assertEquals("1", own.plugin("meddler", "threads", "occupantid"));
            final long failures = own.log().lines().filter(line -> line.contains("OutOfMemoryError")).count();
            figure("out of memory %d times (%s MB taken), %d errors of it in the log: %d messages sent, %d stanzas with the right id, %d"
                + " without, 0 with a wrong one", TIMES, eaten, failures, sent.get(), seen, without);
            assertTrue(failures > 0, "it was not enough");
        }
    }

    private static void talk(final RawClient client, final AtomicBoolean over, final AtomicInteger sent)
    {
        try {
            while (!over.get()) {
                send(client, room("r" + sent.get() % ROOMS), "text " + sent.incrementAndGet());
                Thread.sleep(5);
            }
        } catch (final UncheckedIOException lost) {
            // The server has closed the connection.
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
