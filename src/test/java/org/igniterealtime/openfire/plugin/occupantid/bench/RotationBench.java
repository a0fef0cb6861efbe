/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.bench;

import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireBuilder;
import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireServer;
import org.igniterealtime.openfire.plugin.occupantid.harness.RawClient;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/**
 * How long it takes to rotate the secrets of many rooms, and what chat in another room feels of it: the time from sending a message
 * until its sender has it back, which is after some of the other occupants have it, before and during the rotation.
 */
public final class RotationBench
{
    private static final int ROOMS = 1_000;
    private static final int OCCUPANTS = 10;
    private static final int BUSY_ROOM = 50;
    private static final String CHAT = "chat@conference.localhost";

    private RotationBench()
    {
    }

    public static void main(final String[] args) throws InterruptedException
    {
        final OpenfireBuilder builder = OpenfireServer.builder().jvmArg("-Xmx2g")
            .plugin(Path.of(System.getProperty("occupantid.target", "target"), "occupantid.jar"));
        for (int i = 0; i < BUSY_ROOM; i++) {
            builder.account("user" + i, "secret");
        }
        try (OpenfireServer server = builder.start()) {
            fillRooms(server);
            final RawClient speaker = fillBusyRoom(server);
            final long quiet = System.nanoTime() + Duration.ofSeconds(10).toNanos();
            report("before", chatUntil(() -> System.nanoTime() > quiet, speaker));

            final long start = System.nanoTime();
            server.plugin("occupantid", "components.rotations.rotateAll", "benchmark");
            report("during", chatUntil(() -> server.plugin("occupantid", "components.rotations.latest.isOver").equals("true"), speaker));
            final double seconds = (System.nanoTime() - start) / 1e9;
            System.out.printf(Locale.ROOT, "rotation: %.1f s, %s%n", seconds, server.plugin("occupantid", "components.rotations.latest"));
        }
    }

    private static void fillRooms(final OpenfireServer server)
    {
        for (int i = 0; i < OCCUPANTS; i++) {
            final RawClient client = RawClient.connect(server, "user" + i, "secret", "rooms");
            for (int room = 0; room < ROOMS; room++) {
                // Without the element of multi-user chat, the room is open to others at once.
                client.send("<presence to='room" + room + "@conference.localhost/nick" + i + "'/>");
                if (room % 100 == 99) {
                    client.sync();
                    client.clear();
                }
            }
        }
    }

    private static RawClient fillBusyRoom(final OpenfireServer server)
    {
        final RawClient speaker = RawClient.connect(server, "user0", "secret", "chat");
        speaker.join(CHAT, "nick0");
        speaker.configure(CHAT, "muc#roomconfig_maxusers", "0");
        for (int i = 1; i < BUSY_ROOM; i++) {
            RawClient.connect(server, "user" + i, "secret", "chat").join(CHAT, "nick" + i);
        }
        return speaker;
    }

    /** Speaks 50 times a second, and returns how long each message took, in milliseconds. */
    private static List<Double> chatUntil(final BooleanSupplier end, final RawClient speaker) throws InterruptedException
    {
        final List<Double> latencies = new ArrayList<>();
        do {
            // Asked now and then only, so that the asking is not what is measured.
            for (int i = 0; i < 10; i++) {
                final long sent = System.nanoTime();
                final String id = "m" + sent;
                speaker.send("<message type='groupchat' id='" + id + "' to='" + CHAT + "'><body>hi</body></message>");
                speaker.await(Duration.ofSeconds(30), stanza -> id.equals(stanza.attr("id")));
                latencies.add((System.nanoTime() - sent) / 1e6);
                speaker.clear();
                Thread.sleep(20);
            }
        } while (!end.getAsBoolean());
        return latencies;
    }

    private static void report(final String when, final List<Double> latencies)
    {
        final List<Double> sorted = latencies.stream().sorted().toList();
        System.out.printf(Locale.ROOT, "%s: %d messages in a room of %d, latency median %.1f ms, 99th percentile %.1f ms, most %.1f ms%n",
            when, sorted.size(), BUSY_ROOM, sorted.get(sorted.size() / 2), sorted.get(sorted.size() * 99 / 100), sorted.get(sorted.size() - 1));
    }
}
