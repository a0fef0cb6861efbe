/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.fire;

import org.igniterealtime.openfire.plugin.occupantid.harness.DebianProgram;
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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

@Tag("debian")
@DisplayName("The clock of the server is set forward and back by months, while it runs and between its runs")
class ClockIT extends Faults
{
    private static final int DAYS = 90;
    private static final int MESSAGES = 10;

    private Path clock;
    private OpenfireServer own;
    private RawClient alice;
    private RawClient bob;
    private final Map<String, String> inForce = new HashMap<>();
    private int said;

    @Test
    @DisplayName("no id changes, no message is lost, the newest secret counts whatever its date, and none that is retired is erased at once")
    void set(@TempDir final Path directory) throws IOException, InterruptedException
    {
        clock = directory.resolve("clock");
        set(0);
        // The server's own look at who is idle would have it end connections.
        final Path library = DebianProgram.findNewest("/usr/lib", "faketime/libfaketimeMT.so.1", "libfaketime");
        try (OpenfireServer server = server().environment("LD_PRELOAD", library.toString())
                .environment("FAKETIME_TIMESTAMP_FILE", clock.toString())
                .environment("FAKETIME_CACHE_DURATION", "1").environment("FAKETIME_DONT_FAKE_MONOTONIC", "1")
                // Or all of Java's waiting would be a hundred times as much work.
                .environment("FAKETIME_FORCE_MONOTONIC_FIX", "0").environment("NO_FAKE_STAT", "1").property("xmpp.client.idle", "-1").start()) {
            own = server;
            logIn();
            final String old = room("old");
            make(old);
            rotate(old);
            int rows = 2;
            for (final int days : List.of(DAYS, 0, -DAYS, 0)) {
                set(days);
                awaitDay(LocalDate.now().plusDays(days).toString());
                talk();
                own.plugin("occupantid", "components.secrets.eraseRetired");
                if (days <= 0) {
                    // Nor after that: by this clock, the days of none are over.
                    own.plugin("occupantid", "components.secrets.eraseRetired");
                }
                assertEquals(rows, rowsOf(old), "none is erased");
                final String made = room("made" + rows);
                make(made);
                rotate(made);
                rotate(old);
                rows++;
                assertEquals(rows, rowsOf(old));
                assertEquals(rows, secretsOf(old), "are found");
                talk();
            }
            for (final int days : List.of(-DAYS, DAYS)) {
                set(days);
                own.restart();
                logIn();
                talk();
            }
            own.plugin("occupantid", "components.secrets.eraseRetired");
            assertEquals(1, rowsOf(old), "nobody has set the clock since the server was started");
            assertEquals(1, secretsOf(old));
            talk();
            look(alice);
            look(bob);
            assertEquals(0, withoutId);
            figure("clock set 4 times by %d days, and twice between runs: %d messages in %d rooms, each received by both with the right id; %d"
                + " retired secrets, none erased before its days were over", DAYS, said, inForce.size(), rows - 1);
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
    private void talk()
    {
        inForce.forEach((room, id) -> {
            for (int i = 0; i < MESSAGES; i++) {
                final String text = "still " + ++said;
                assertEquals(id, id(say(alice, room, text)));
                assertEquals(id, id(bob.await(message(text))));
            }
        });
    }

    private void rotate(final String room) throws InterruptedException
    {
        bob.sync();
        bob.drain();
        own.plugin("occupantid", "components.rotations.rotateRoom", room, "the test");
        final String id = id(bob.await(presence(room + "/alice")));
        await(own, "components.rotations.latest.isOver");
        assertNotEquals(inForce.put(room, id), id);
    }

    /** How many ids a look-up finds for an account in a room. */
    private int secretsOf(final String room)
    {
        return own.plugin("occupantid", "components.secrets.history", room).split("RoomSecret@").length - 1;
    }

    private int rowsOf(final String room)
    {
        return own.query("SELECT generation FROM ofOccupantIdSecret WHERE roomJID='" + room + "'").size();
    }
}
