/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.spec;

import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireServer;
import org.igniterealtime.openfire.plugin.occupantid.harness.RawClient;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

@DisplayName("A crash in the middle of a rotation leaves each room the old secret or the new one")
@OwnServer
class CrashIT extends Spec
{
    private static final int KILLS = 50;
    private static final int ROOMS = 5;

    @Test
    @DisplayName("50 times")
    void killed() throws InterruptedException
    {
        // The same seed each time, for what fails here must fail again.
        final Random random = new Random(421);
        try (OpenfireServer own = start(OpenfireServer.builder().plugin(JAR))) {
            final RawClient owner = user(own, "alice");
            final List<String> rooms = new ArrayList<>();
            final List<String> ids = new ArrayList<>();
            for (int i = 0; i < ROOMS; i++) {
                rooms.add(newRoom());
                owner.join(rooms.get(i), "witch");
                create(owner, rooms.get(i), "witch", "muc#roomconfig_persistentroom", "1");
                ids.add(id(say(owner, rooms.get(i), "double")));
            }
            int rotated = 0;
            for (int kill = 0; kill < KILLS; kill++) {
                final RawClient alice = user(own, "alice");
                rooms.forEach(one -> alice.join(one, "witch"));
                alice.sync();
                alice.clear();
                own.plugin("occupantid", "components.rotations.rotateAll", "the test");
                // A rotation of these rooms takes some 20 ms: mostly hit, sometimes missed.
                Thread.sleep(random.nextInt(30));
                own.kill();
                own.restart();

                final RawClient later = user(own, "alice");
                for (int i = 0; i < ROOMS; i++) {
                    final String one = rooms.get(i);
                    final String id = id(later.join(one, "witch"));
                    assertEquals(id, id(say(later, one, "still " + kill)), "one id, on presences and messages");
                    final String before = ids.get(i);
                    final List<String> seen = alice.all().stream().filter(presence(one + "/witch")).map(Spec::id).toList();
                    assertTrue(seen.stream().allMatch(other -> other.equals(before) || other.equals(id)),
                        "what was announced before the crash is there after it");
                    rotated += id.equals(before) ? 0 : 1;
                    ids.set(i, id);
                }
            }
            System.out.println(KILLS + " kills left " + rotated + " new secrets and " + (KILLS * ROOMS - rotated) + " old ones.");
            assertEquals(ROOMS, own.query("SELECT roomJID FROM ofOccupantIdSecret WHERE generation=1 AND roomJID LIKE '%@%'").size());
        }
    }
}
