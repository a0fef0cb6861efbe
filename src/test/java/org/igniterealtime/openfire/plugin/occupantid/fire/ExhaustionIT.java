/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.fire;

import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireServer;
import org.igniterealtime.openfire.plugin.occupantid.harness.RawClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

@DisplayName("Nobody fills the memory or the table, and the admin sees who tries")
class ExhaustionIT
{
    private static final Path TARGET = Path.of(System.getProperty("occupantid.target", "target"));
    /** Where everybody may create rooms, and where nobody may. */
    private static final String OPEN = "@conference.localhost";
    private static final String CLOSED = "@closed.localhost";

    private static OpenfireServer server;
    private final List<RawClient> clients = new ArrayList<>();

    @BeforeAll
    static void start()
    {
        server = OpenfireServer.builder().account("alice", "secret").account("bob", "secret").account("mallory", "secret")
            .plugin(TARGET.resolve("occupantid.jar")).start();
        server.createMucService("closed");
        // Despite its name, this property says whether creation is restricted.
        server.query("INSERT INTO ofMucServiceProp (serviceID, name, propValue)"
            + " SELECT serviceID, 'create.anyone', 'true' FROM ofMucService WHERE subdomain='closed'");
        server.restart();
    }

    @AfterAll
    static void stop()
    {
        server.close();
    }

    @AfterEach
    void closeClients()
    {
        clients.forEach(RawClient::close);
    }

    @Test
    @DisplayName("20,000 longest names of rooms that never come to be")
    void madeUpNames() throws Exception
    {
        final long secrets = instances("secret.RoomSecret");
        final long before = heap();
        final RawClient mallory = user("mallory");
        final long start = System.nanoTime();
        for (int i = 0; i < 20_000; i++) {
            mallory.send("<presence to='" + longest(i) + CLOSED + "/x'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
            if (i % 100 == 99) {
                mallory.sync();
                mallory.clear();
            }
        }
        System.out.println("MADEUP s " + (System.nanoTime() - start) / 1e9 + " heap " + (heap() - before) + " secrets " + secrets + " -> "
            + instances("secret.RoomSecret") + " rows " + rows());
    }

    @Test
    @DisplayName("rooms created and destroyed in a loop, while others speak to them")
    void createAndDestroy() throws Exception
    {
        final long before = heap();
        final RawClient mallory = user("mallory");
        final AtomicInteger at = new AtomicInteger();
        final AtomicBoolean over = new AtomicBoolean();
        final List<Thread> others = new ArrayList<>();
        for (final String name : List.of("alice", "bob")) {
            final RawClient client = user(name);
            final Thread thread = new Thread(() -> {
                while (!over.get()) {
                    for (int i = 0; i < 20; i++) {
                        client.send("<message type='groupchat' to='" + longest(at.get()) + OPEN + "'><body>hi</body></message>");
                    }
                    client.sync();
                    client.clear();
                }
            });
            thread.start();
            others.add(thread);
        }
        final long start = System.nanoTime();
        final int rooms = 2_000;
        for (int i = 0; i < rooms; i++) {
            at.set(i);
            final String room = longest(i) + OPEN;
            mallory.send("<presence to='" + room + "/x'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
            mallory.send("<presence to='" + room + "/x' type='unavailable'/>");
            mallory.sync();
            mallory.clear();
        }
        over.set(true);
        for (final Thread other : others) {
            other.join();
        }
        System.out.println("LOOP s " + (System.nanoTime() - start) / 1e9 + " heap " + (heap() - before) + " secrets "
            + instances("secret.RoomSecret") + " rows " + rows());
    }

    private RawClient user(final String name)
    {
        final RawClient client = RawClient.connect(server, name, "secret", "device" + clients.size());
        clients.add(client);
        return client;
    }

    private static int rows()
    {
        return Integer.parseInt(server.query("SELECT COUNT(*) FROM ofOccupantIdSecret").get(0).get(0));
    }

    private static String longest(final int number)
    {
        return String.format("%01023d", number);
    }

    private static long heap() throws IOException, InterruptedException
    {
        final Matcher total = Pattern.compile("(?m)^Total +\\d+ +(\\d+)").matcher(histogram());
        assertTrue(total.find());
        return Long.parseLong(total.group(1));
    }

    private static long instances(final String type) throws IOException, InterruptedException
    {
        final Matcher line = Pattern.compile("(?m)^ *\\d+: +(\\d+) +\\d+ +org\\.igniterealtime\\.openfire\\.plugin\\.occupantid\\."
            + Pattern.quote(type) + "\\b(?!\\$)").matcher(histogram());
        return line.find() ? Long.parseLong(line.group(1)) : 0;
    }

    private static String histogram() throws IOException, InterruptedException
    {
        final Process jcmd = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
            Long.toString(server.pid()), "GC.class_histogram").redirectErrorStream(true).start();
        final String text = new String(jcmd.getInputStream().readAllBytes());
        assertEquals(0, jcmd.waitFor(), text);
        return text;
    }
}
