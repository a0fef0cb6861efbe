/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.spec;

import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireServer;
import org.igniterealtime.openfire.plugin.occupantid.harness.PostgresServer;
import org.igniterealtime.openfire.plugin.occupantid.harness.RawClient;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Tag("debian")
@DisplayName("Two servers with one database, as the nodes of a cluster have it")
@OwnServer
class TwoServersIT extends Spec
{
    private static final int ROOMS = 200;

    @Test
    @DisplayName("have one secret for each room, and one key of the installation, whichever of them makes it")
    void race() throws Exception
    {
        try (PostgresServer postgres = PostgresServer.launch()) {
            final String database = postgres.newDatabase("");
            try (OpenfireServer one = start(OpenfireServer.builder().postgres(database))) {
                // They are loaded when somebody joins; the other server loads them when it starts.
                one.query(persistentRooms("shared", ROOMS));
                try (OpenfireServer other = start(OpenfireServer.builder().postgres(database))) {
                    // Not at once: Openfire would have both make the table. The key is made when it is first needed.
                    one.install(JAR);
                    other.install(JAR);
                    final CyclicBarrier barrier = new CyclicBarrier(2);
                    final List<List<String>> ids = both(() -> join(user(one, "alice"), barrier), () -> join(user(other, "alice"), barrier));
                    assertEquals(ROOMS, ids.get(0).stream().distinct().count());
                    assertEquals(ids.get(0), ids.get(1));
                    assertEquals(List.of(List.of(String.valueOf(ROOMS + 1), "1", "1")), one.query("SELECT COUNT(*), MIN(rows), MAX(rows)"
                        + " FROM (SELECT COUNT(*) AS rows FROM ofOccupantIdSecret GROUP BY roomKey) AS counts"));

                    // Each proves what the other has issued: history is the same wherever it is looked at.
                    assertNotEquals(ids.get(0).get(0), id(user(other, "bob").join(room(1), "hag")));
                    for (final OpenfireServer server : List.of(one, other)) {
                        assertEquals(List.of(), server.errors());
                        assertTrue(server.log().lines().noneMatch(line -> line.contains("does not answer")), server::log);
                    }
                }
            }
        }
    }

    /** The statement that puts rooms into the database, numbered from 1. */
    static String persistentRooms(final String name, final int count)
    {
        // These columns of Openfire 5.0 must not be null.
        final boolean retires = OpenfireServer.isAtLeast(5, 0);
        return "INSERT INTO ofMucRoom (serviceID, roomID, name, naturalName, creationDate, modificationDate, lockedDate,"
            + " canChangeSubject, maxUsers, publicRoom, moderated, membersOnly, canInvite, canDiscoverJID, logEnabled,"
            + " rolesToBroadcast, useReservedNick, canChangeNick, canRegister, allowpm"
            + (retires ? ", retireOnDeletion, preserveHistOnDel)" : ")")
            + " SELECT 1, 1000 + n, '" + name + "' || n, '" + name + "' || n, '001700000000000', '001700000000000', '000000000000000',"
            + " 0, 0, 1, 0, 0, 0, 0, 0, 7, 0, 1, 1, 0" + (retires ? ", 0, 0" : "") + " FROM generate_series(1, " + count + ") n";
    }

    /** Joins all rooms, each at the moment when the other does, and returns the ids. */
    private static List<String> join(final RawClient client, final CyclicBarrier barrier) throws Exception
    {
        final List<String> ids = new ArrayList<>();
        for (final int number : IntStream.rangeClosed(1, ROOMS).toArray()) {
            barrier.await(30, TimeUnit.SECONDS);
            ids.add(id(client.join(room(number), "witch")));
        }
        return ids;
    }

    private static String room(final int number)
    {
        return "shared" + number + "@conference.localhost";
    }

    private static List<List<String>> both(final Callable<List<String>> first, final Callable<List<String>> second) throws Exception
    {
        final ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            final List<List<String>> results = new ArrayList<>();
            for (final Future<List<String>> result : threads.invokeAll(List.of(first, second))) {
                results.add(result.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }
}
