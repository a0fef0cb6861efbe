/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.fire;

import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireServer;
import org.igniterealtime.openfire.plugin.occupantid.harness.RawClient;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

@Tag("debian")
@DisplayName("The clock of the server is set forward and back by days, while it runs and between its runs")
class ClockIT extends Faults
{
    private static final int DAYS = 40;

    private Path clock;
    private OpenfireServer own;
    private RawClient alice;
    private RawClient bob;
    private final Map<String, String> inForce = new HashMap<>();
    private int rotations;

    @Test
    @DisplayName("no room loses its secret, none is kept too long or too short, and nothing stalls")
    void set(@TempDir final Path directory) throws IOException, InterruptedException
    {
        clock = directory.resolve("clock");
        set(0);
        try (OpenfireServer server = server().environment("LD_PRELOAD", library()).environment("FAKETIME_TIMESTAMP_FILE", clock.toString())
                .environment("FAKETIME_CACHE_DURATION", "1").environment("FAKETIME_DONT_FAKE_MONOTONIC", "1").start()) {
            own = server;
            final long start = System.nanoTime();
            logIn();
            final List<Integer> days = List.of(0, DAYS, 0, -DAYS, 0);
            for (int i = 0; i < days.size(); i++) {
                set(days.get(i));
                awaitDay(LocalDate.now().plusDays(days.get(i)).toString());
                make(room("made" + i));
                all();
                rotate(room("made" + i));
                rotate(room("made0"));
                // The days of no secret are over, but by this clock.
                own.setProperty("plugin.occupantid.retired.days", String.valueOf(30 + i % 2));
                all();
                assertEquals(1 + rotations(), rowsOf("made0"));
                assertEquals(rotations() + 1, idsOf("made0"), "are found");
            }
            for (final int now : List.of(-DAYS, DAYS, 0)) {
                set(now);
                own.restart();
                logIn();
                all();
            }
            own.setProperty("plugin.occupantid.retired.days", "0");
            for (int i = 0; i < 100 && rowsOf("made0") > 1; i++) {
                Thread.sleep(50);
            }
            assertEquals(1, rowsOf("made0"));
            all();
            look(alice);
            look(bob);
            assertEquals(0, withoutId);
            figure("clock set %d times by %d days, 3 times between runs: %d rooms in all of that with the id they had, %d rotations each announced,"
                + " no retired secret erased by it; %.0f s", days.size() - 1, DAYS, inForce.size(), rotations, secondsSince(start));
        }
    }

    /** The library looks into its file once in a second. */
    private void awaitDay(final String day) throws InterruptedException
    {
        for (int i = 0; i < 100 && !today().equals(day); i++) {
            Thread.sleep(50);
        }
        assertEquals(day, today(), "by the server's clock");
    }

    private String today()
    {
        return own.query("SELECT CURRENT_DATE FROM ofVersion").get(0).get(0);
    }

    private int rotations()
    {
        return rotations - (inForce.size() - 1);
    }

    private void set(final int days) throws IOException
    {
        // In one step: the server reads it whenever it looks at the clock.
        final Path next = Files.writeString(clock.resolveSibling("next"), (days < 0 ? "" : "+") + days * 86_400);
        Files.move(next, clock, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void logIn()
    {
        alice = user(own, "alice");
        bob = user(own, "bob");
        inForce.keySet().forEach(room -> {
            alice.join(room, "alice");
            bob.join(room, "bob");
        });
    }

    private void make(final String room)
    {
        create(alice, room, "alice");
        bob.join(room, "bob");
        inForce.put(room, id(say(alice, room, "first")));
    }

    /** All rooms go by the ids that they had. */
    private void all()
    {
        inForce.forEach((room, id) -> assertEquals(id, id(say(alice, room, "still " + System.nanoTime()))));
    }

    private void rotate(final String room) throws InterruptedException
    {
        bob.sync();
        look(bob);
        own.plugin("occupantid", "rotations.rotateRoom", room, "the test");
        final String id = id(bob.await(presence(room + "/alice")));
        await(own, "rotations.latest.isOver");
        assertNotEquals(inForce.put(room, id), id);
        rotations++;
    }

    /** How many ids a look-up finds for an account in a room. */
    private int idsOf(final String name)
    {
        return own.plugin("occupantid", "administration.idsOf", "the test", room(name), "alice").split("IssuedId").length - 1;
    }

    private int rowsOf(final String name)
    {
        return own.query("SELECT generation FROM ofOccupantIdSecret WHERE roomJID='" + room(name) + "'").size();
    }

    private static String library() throws IOException
    {
        try (Stream<Path> files = Files.find(Path.of("/usr/lib"), 3, (file, attributes) -> file.endsWith("faketime/libfaketimeMT.so.1"))) {
            return files.findFirst().orElseThrow(() -> new IllegalStateException("This test needs the Debian package libfaketime.")).toString();
        }
    }
}
