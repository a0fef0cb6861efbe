/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.bench;

import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireServer;
import org.igniterealtime.openfire.plugin.occupantid.id.OccupantIds;
import org.igniterealtime.openfire.plugin.occupantid.secret.Database;
import org.igniterealtime.openfire.plugin.occupantid.secret.RoomSecrets;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What many rooms and occupants cost in memory, when all of them are known; and how much longer the plugin takes to start when there
 * are many rooms in the table.
 */
public final class MemoryBench
{
    private static final int ROOMS = 100_000;
    private static final int OCCUPANTS_OF_A_ROOM = 10;
    private static final int STARTS = 5;
    private static final Path TARGET = Path.of(System.getProperty("occupantid.target", "target"));

    private MemoryBench()
    {
    }

    public static void main(final String[] args) throws IOException
    {
        final String text = memory() + starts();
        System.out.print(text);
        Files.writeString(Files.createDirectories(TARGET.resolve("bench")).resolve("memory.txt"), text);
    }

    private static String memory()
    {
        final Database database = new Database();
        // What the database itself keeps in memory is there before anything is measured.
        final RoomSecrets first = database.secrets();
        for (int room = 0; room < ROOMS; room++) {
            first.ofRoom(room(room));
        }
        // The maps keep what fits into half of them for sure.
        final RoomSecrets secrets = new RoomSecrets(database.store(), () -> 3 * ROOMS, () -> 30, room -> null, room -> null);
        final OccupantIds ids = new OccupantIds(secrets::originKey, () -> 3 * ROOMS * OCCUPANTS_OF_A_ROOM);

        final long empty = usedHeap();
        final long start = System.nanoTime();
        for (int room = 0; room < ROOMS; room++) {
            secrets.ofRoom(room(room));
        }
        final double microsOfARoom = (System.nanoTime() - start) / 1e3 / ROOMS;
        final long withRooms = usedHeap();
        for (int room = 0; room < ROOMS; room++) {
            for (int i = 0; i < OCCUPANTS_OF_A_ROOM; i++) {
                ids.idOf(secrets.ofRoom(room(room)), "occupant" + (room * 7 + i) + "@example.org");
            }
        }
        final long withOccupants = usedHeap();
        if (secrets.inMemory(room(0)) == null || !ids.isProven(ids.idOf(secrets.ofRoom(room(0)), "occupant0@example.org"), room(0))) {
            throw new IllegalStateException("Something was forgotten.");
        }
        return String.format(Locale.ROOT, "%d rooms: %d bytes each, fetched from the database in %.0f microseconds each%n"
                + "%d occupants: %d bytes each%n", ROOMS, (withRooms - empty) / ROOMS, microsOfARoom,
            ROOMS * OCCUPANTS_OF_A_ROOM, (withOccupants - withRooms) / ROOMS / OCCUPANTS_OF_A_ROOM);
    }

    private static String room(final int number)
    {
        return "room-number-" + number + "@conference.example.org";
    }

    private static long usedHeap()
    {
        // A second time for what was freed by the first only.
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static String starts()
    {
        try (OpenfireServer server = OpenfireServer.builder().jvmArg("-Xmx1g").start()) {
            final Path jar = TARGET.resolve("occupantid.jar");
            // The first start makes the table.
            server.install(jar);
            final double without = start(server, jar);
            server.query("INSERT INTO ofOccupantIdSecret (roomKey, generation, roomJID, secret, creationDate)"
                + " SELECT 'key' || room, 1, 'room' || room || '@conference.localhost', 'secret', '001000000000000'"
                + " FROM UNNEST(SEQUENCE_ARRAY(1, " + ROOMS + ", 1)) AS rooms(room)");
            final double with = start(server, jar);
            return String.format(Locale.ROOT, "start of the plugin: %.0f ms, with %d rooms in the table %.0f ms (medians of %d)%n", without,
                ROOMS, with, STARTS);
        }
    }

    /** Takes the plugin out and puts it in again, several times. */
    private static double start(final OpenfireServer server, final Path jar)
    {
        final double[] millis = new double[STARTS];
        for (int i = 0; i < STARTS; i++) {
            server.uninstall("occupantid");
            final long start = System.nanoTime();
            server.install(jar);
            millis[i] = (System.nanoTime() - start) / 1e6;
        }
        return new Spread(millis).median();
    }
}
