/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.fire;

import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireServer;
import org.igniterealtime.openfire.plugin.occupantid.harness.RawClient;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

@DisplayName("The server is killed while the secrets of many rooms are rotated, and rooms are created")
class KilledServerIT extends Faults
{
    private static final int KILLS = 4;
    private static final int ROOMS = 60;
    private static final long SEED = 421;

    @Test
    @DisplayName("each room has one secret after that, and rooms that are no more leave nothing")
    void killed() throws InterruptedException
    {
        final Random random = new Random(SEED);
        try (OpenfireServer own = server().start()) {
            RawClient alice = user(own, "alice");
            final List<String> before = new ArrayList<>();
            for (int i = 0; i < ROOMS; i++) {
                create(alice, room("r" + i), "alice");
                before.add(id(say(alice, room("r" + i), "hello")));
            }
            look(alice);
            int rotated = 0;
            int orphans = 0;
            for (int kill = 0; kill < KILLS; kill++) {
                final RawClient bob = user(own, "bob");
                final String names = "k" + kill + "-";
                final Thread creation = new Thread(() -> {
                    try {
                        for (int i = 0; i < 10_000; i++) {
                            enter(bob, room(names + i), "bob");
                        }
                    } catch (final UncheckedIOException ended) {
                        // The server has, which is what this is about.
                    }
                });
                own.plugin("occupantid", "components.rotations.rotateAll", "the test");
                creation.start();
                Thread.sleep(random.nextInt(400));
                own.kill();
                creation.join();
                look(alice);
                look(bob);
                own.restart();

                alice = user(own, "alice");
                for (int i = 0; i < ROOMS; i++) {
                    final String room = room("r" + i);
                    final String id = id(alice.join(room, "alice"));
                    // Not the same text each time: Openfire 4.7 and later show the history after a kill.
                    assertEquals(id, id(say(alice, room, "again " + kill)));
                    look(alice);
                    final List<String> all = idsOf(room, "alice");
                    assertTrue(all.indexOf(id) >= all.indexOf(before.get(i)), "not one from before the one before");
                    assertEquals(id, all.get(all.size() - 1), "what was announced before the end is there after it");
                    rotated += id.equals(before.get(i)) ? 0 : 1;
                    before.set(i, id);
                }
                orphans += Integer.parseInt(own.plugin("occupantid", "components.orphans.purge"));
                assertEquals(List.of(), own.query("SELECT roomJID FROM ofOccupantIdSecret WHERE roomJID LIKE 'k%'"));
                // A room that was made before, and is made anew.
                final RawClient carol = user(own, "carol");
                final String anew = room(names + "0");
                assertEquals(id(carol.join(anew, "carol")), id(say(carol, anew, "mine")));
                look(carol);
                leave(carol, anew, "carol");
            }
            own.plugin("occupantid", "components.rotations.rotateAll", "the test");
            await(own, "components.rotations.latest.isOver");
            assertEquals(String.valueOf(ROOMS), own.plugin("occupantid", "components.rotations.latest.roomsDone"));
            for (int i = 0; i < ROOMS; i++) {
                assertNotEquals(before.get(i), id(say(alice, room("r" + i), "and once more")));
            }
            look(alice);
            figure("%d kills (seed %d) in rotations of %d rooms: %d new secrets in force after it, %d old ones; %d rows of"
                + " rooms that were being created deleted, 0 left", KILLS, SEED, ROOMS, rotated, KILLS * ROOMS - rotated, orphans);
        }
    }
}
