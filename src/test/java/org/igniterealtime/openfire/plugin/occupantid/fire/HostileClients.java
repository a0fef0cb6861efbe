/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.fire;

import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireBuilder;
import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireServer;
import org.igniterealtime.openfire.plugin.occupantid.harness.RawClient;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;

/**
 * Hostile clients against a real server with the plugin: they send whatever {@link Malice} makes up, while honest clients chat in the
 * same rooms. {@link Judge} looks at all that any of them receives. Also the main class of {@code bin/soak wire}.
 */
final class HostileClients implements AutoCloseable
{
    /** After so many stanzas everything is waited for and judged. */
    private static final int BATCH = 500;
    private static final int BATCHES_BETWEEN_ROTATIONS = 4;
    private static final int ATTACKERS = 5;
    private static final String PASSWORD = "secret";
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final Duration GOODBYE = Duration.ofSeconds(5);
    /** Said by the plugin, or thrown by it; but for what has to be said, that attackers flood the server with names of rooms. */
    private static final Pattern FAULT_OF_OURS = Pattern.compile("(?m)^(?!.* A flood: mallory).*( (WARN|ERROR) .*openfire\\.plugin\\.occupantid"
        + "|OutOfMemoryError|StackOverflowError).*$|^(?!\\t).*\\R\\tat org\\.igniterealtime\\.openfire\\.plugin\\.occupantid.*$");

    private static final String OPEN = "open@" + Judge.SERVICE;
    private static final String MODERATED = "moderated@" + Judge.SERVICE;
    private static final String CLOSED = "closed@" + Judge.SERVICE;
    private static final String ODD = "öde+räume-日本\\20x@" + Judge.SERVICE;
    private static final List<String> ROOMS = List.of(OPEN, MODERATED, CLOSED, ODD);

    private final OpenfireServer server;
    private final Judge judge = new Judge(new LinkedHashSet<>(ROOMS));
    private final List<String> attackers = new ArrayList<>();
    private final Malice malice;

    /** By the name of the account, with the device. */
    private final Map<String, RawClient> clients = new TreeMap<>();
    /** Held by whoever speaks honestly: nobody does while secrets are rotated. */
    private final Object turn = new Object();
    private final AtomicReference<Throwable> silence = new AtomicReference<>();
    private final List<Long> latencies = Collections.synchronizedList(new ArrayList<>());
    private volatile boolean over;
    private RawClient talker;

    private int devices;
    private int syncs;
    private long sent;
    private int reconnections;
    private int brokenStreams;
    private int rotations;
    private int said;
    private int haunted;

    HostileClients(final Path plugin, final long seed)
    {
        final List<String> honest = List.of("host", "guest", "late", "talker");
        final OpenfireBuilder builder = OpenfireServer.builder().plugin(plugin);
        honest.forEach(user -> builder.account(user, PASSWORD));
        for (int i = 0; i < ATTACKERS; i++) {
            attackers.add("mallory" + i);
        }
        attackers.forEach(user -> builder.account(user, PASSWORD));
        server = builder.start();
        final List<String> all = new ArrayList<>(honest);
        all.addAll(attackers);
        malice = new Malice(seed, judge, ROOMS, all);
    }

    /**
     * @param args --stanzas and --seed, each with a number.
     */
    public static void main(final String[] args)
    {
        int stanzas = 100_000;
        long seed = System.nanoTime();
        for (int i = 0; i < args.length; i += 2) {
            if (args[i].equals("--stanzas") && i + 1 < args.length) {
                stanzas = Integer.parseInt(args[i + 1]);
            } else if (args[i].equals("--seed") && i + 1 < args.length) {
                seed = Long.parseLong(args[i + 1]);
            } else {
                System.err.println("Unknown option: " + args[i] + " (bin/soak --help tells what there is)");
                System.exit(2);
            }
        }
        final List<String> findings;
        try (HostileClients run = new HostileClients(Path.of(System.getProperty("occupantid.target", "target"), "occupantid.jar"), seed)) {
            System.out.println("Seed " + seed);
            findings = run.attack(stanzas);
        }
        System.exit(findings.isEmpty() ? 0 : 1);
    }

    /**
     * Sends stanzas, prints what came of them, and tells what was wrong.
     */
    List<String> attack(final int stanzas)
    {
        final long start = System.nanoTime();
        gather();
        talker = RawClient.connect(server, "talker", PASSWORD, "talk");
        final Thread talk = new Thread(this::talk, "honest chat");
        talk.start();
        long heapAtFirst = 0;
        for (int batch = 0; sent < stanzas && silence.get() == null; batch++) {
            if (batch % BATCHES_BETWEEN_ROTATIONS == 0) {
                newEpoch(batch > 0);
            }
            for (int i = 0; i < BATCH && sent < stanzas; i++) {
                strike();
            }
            settle();
            // When the server has met everything once.
            heapAtFirst = sent >= stanzas / 5 && heapAtFirst == 0 ? server.footprint().heap() : heapAtFirst;
        }
        over = true;
        join(talk);
        settle();
        final long heapAtLast = server.footprint().heap();
        final List<String> findings = findings();
        report(System.nanoTime() - start, heapAtFirst, heapAtLast, findings);
        if (!findings.isEmpty()) {
            keepLog();
        }
        return findings;
    }

    @Override
    public void close()
    {
        over = true;
        clients.values().forEach(RawClient::drop);
        if (talker != null) {
            talker.drop();
        }
        server.close();
    }

    /** Honest clients make the rooms and enter them. */
    private void gather()
    {
        final RawClient host = client("host");
        for (final String room : ROOMS) {
            enter("host", room, "host");
            host.configure(room, "muc#roomconfig_whois", "moderators", "muc#roomconfig_changesubject", "1", "muc#roomconfig_maxusers", "0",
                "muc#roomconfig_allowinvites", "1", "muc#roomconfig_moderatedroom", room.equals(MODERATED) ? "1" : "0",
                "muc#roomconfig_membersonly", room.equals(CLOSED) ? "1" : "0");
            for (final String user : List.of("guest", "late")) {
                administer(room, "jid='" + user + "@localhost' affiliation='member'");
                enter(user, room, user);
            }
        }
        for (final String user : attackers) {
            client(user).ask("set", null, "<enable xmlns='urn:xmpp:carbons:2'/>");
            // As contacts, the rooms get all presences that are for nobody in particular.
            for (final String room : ROOMS) {
                client(user).ask("set", null, "<query xmlns='jabber:iq:roster'><item jid='" + room + "'/></query>");
                send(user, "<presence type='subscribed' to='" + room + "'>" + judge.mark(user, 0, false) + "</presence>");
            }
        }
        client("mallory0/other").ask("set", null, "<enable xmlns='urn:xmpp:carbons:2'/>");
    }

    /** Secrets are rotated, and everybody shows the new id, for the attackers to copy. */
    private void newEpoch(final boolean rotate)
    {
        synchronized (turn) {
            if (rotate) {
                settleAndTalker();
                judge.rotating();
                server.plugin("occupantid", "components.rotations.rotateAll", "the test");
                while (!Boolean.parseBoolean(server.plugin("occupantid", "components.rotations.latest.isOver"))) {
                    pause(20);
                }
                rotations++;
                settleAndTalker();
                judge.rotated();
            }
            for (final String room : ROOMS) {
                for (final String user : List.of("host", "guest", "late")) {
                    say(user, room);
                }
                for (final String user : attackers) {
                    administer(room, "jid='" + user + "@localhost' affiliation='none'");
                    enter(user, room, user);
                    say(user, room);
                }
            }
            settle();
            malice.spy();
        }
    }

    private void enter(final String user, final String room, final String nick)
    {
        send(user, "<presence to='" + room + "/" + nick + "'><x xmlns='http://jabber.org/protocol/muc'/>" + judge.mark(user, 0, false)
            + "</presence>");
    }

    private void say(final String user, final String room)
    {
        send(user, "<message type='groupchat' to='" + room + "'><body>hi</body>" + judge.mark(user, 0, false) + "</message>");
    }

    private void administer(final String room, final String item)
    {
        send("host", "<iq type='set' id='admin' to='" + room + "'><query xmlns='http://jabber.org/protocol/muc#admin'><item " + item
            + "/></query></iq>");
    }

    /** One stanza of an attacker; now and then a moderator strikes back, or a stream is broken. */
    private void strike()
    {
        final String user = attackers.get((int) (sent % attackers.size()));
        send(user, malice.next(user));
        sent++;
        final int chance = malice.random().nextInt(400);
        final String room = ROOMS.get(malice.random().nextInt(ROOMS.size()));
        if (chance < 8) {
            administer(room, "nick='" + attackers.get(chance % attackers.size()) + "' role='none'");
        } else if (chance < 16) {
            administer(room, "nick='imp' role='" + List.of("none", "visitor", "participant").get(chance % 3) + "'");
        } else if (chance < 24) {
            administer(room, "jid='" + user + "@localhost' affiliation='" + List.of("none", "member", "outcast").get(chance % 3) + "'");
        } else if (chance < 30) {
            enter(user, room, user);
        } else if (chance == 30) {
            breakStream(user, room);
        } else if (chance == 31) {
            lose(user);
        }
    }

    /** Another device of an attacker, which is in a room when its stream ends. */
    private void breakStream(final String user, final String room)
    {
        brokenStreams++;
        final String garbage = malice.garbage();
        final String join = malice.join(user, room);
        final RawClient device = connect(user);
        try {
            device.send(join);
            sync(device);
            device.send(garbage);
            device.send(presenceToAll(user));
        } catch (final UncheckedIOException | AssertionError e) {
            // The server was faster.
        }
        judgeReceived(user, device);
        device.drop();
    }

    /** Waits until all has been processed that was sent, has a newcomer look at the history, and judges what has come. */
    private void settle()
    {
        judgeAll();
        for (final String name : List.copyOf(clients.keySet())) {
            sync(name);
        }
        for (final String room : ROOMS) {
            send("late", "<presence type='unavailable' to='" + room + "/late'>" + judge.mark("late", 0, false) + "</presence>");
            enter("late", room, "late");
        }
        sync("late");
        for (final String name : List.copyOf(clients.keySet())) {
            sync(name);
        }
        judgeAll();
    }

    /** Only while the talker is silent. */
    private void settleAndTalker()
    {
        settle();
        sync(talker);
        judgeReceived("talker", talker);
    }

    /** What the honest talker receives is judged where it talks. */
    private void judgeAll()
    {
        clients.forEach((name, client) -> judgeReceived(userOf(name), client));
    }

    private void judgeReceived(final String user, final RawClient client)
    {
        client.clear().forEach(stanza -> judge.judge(user, stanza));
    }

    /** An attacker who is thrown out comes back; that honest ones are not is another thing to be found out. */
    private void sync(final String name)
    {
        try {
            sync(client(name));
        } catch (final UncheckedIOException | AssertionError e) {
            thrownOut(name, e);
        }
    }

    private void sync(final RawClient client)
    {
        final String id = "sync" + ++syncs;
        client.send("<iq type='get' id='" + id + "' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>");
        client.await(PATIENCE, stanza -> id.equals(stanza.attr("id")));
    }

    private void send(final String name, final String xml)
    {
        try {
            client(name).send(xml);
        } catch (final UncheckedIOException e) {
            thrownOut(name, e);
        }
    }

    private void thrownOut(final String name, final Throwable reason)
    {
        if (!name.startsWith("mallory")) {
            throw new AssertionError("An honest client is thrown out: " + name, reason);
        }
        reconnections++;
        lose(name);
    }

    private void lose(final String name)
    {
        final RawClient lost = clients.remove(name);
        if (lost != null) {
            judgeReceived(userOf(name), lost);
            lost.drop();
        }
    }

    private RawClient client(final String name)
    {
        return clients.computeIfAbsent(name, missing -> connect(userOf(missing)));
    }

    private RawClient connect(final String user)
    {
        final RawClient client = RawClient.connectWithoutPresence(server, user, PASSWORD, "wire" + ++devices);
        client.send(presenceToAll(user));
        return client;
    }

    /** A room can be among the contacts who get that. */
    private String presenceToAll(final String user)
    {
        return "<presence>" + judge.mark(user, 0, false) + "</presence>";
    }

    private static String userOf(final String name)
    {
        return name.replaceFirst("/.*", "");
    }

    /** Says one thing after the other, each when the one before has come back. */
    private void talk()
    {
        try {
            talker.send("<presence to='" + OPEN + "/talker'><x xmlns='http://jabber.org/protocol/muc'/>" + judge.mark("talker", 0, false)
                + "</presence>");
            while (!over) {
                synchronized (turn) {
                    final String text = "talk " + ++said;
                    final long start = System.nanoTime();
                    talker.send("<message type='groupchat' to='" + OPEN + "'><body>" + text + "</body>" + judge.mark("talker", said, false)
                        + "</message>");
                    talker.await(PATIENCE, stanza -> stanza.name().equals("message") && (OPEN + "/talker").equals(stanza.attr("from"))
                        && stanza.child("jabber:client", "body") != null && text.equals(stanza.child("jabber:client", "body").text()));
                    latencies.add(System.nanoTime() - start);
                    judgeReceived("talker", talker);
                }
                pause(20);
            }
        } catch (final AssertionError | RuntimeException e) {
            silence.set(e);
        }
    }

    private List<String> findings()
    {
        final List<String> findings = new ArrayList<>(judge.findings());
        if (silence.get() != null) {
            findings.add("Honest chat does not go on: " + silence.get());
        }
        for (final String user : List.of("host", "guest")) {
            if (judge.heard(user, "talker") != said) {
                findings.add(user + " has heard " + judge.heard(user, "talker") + " of " + said + " honest messages");
            }
        }
        FAULT_OF_OURS.matcher(server.log()).results().limit(5).forEach(fault -> findings.add("In the server's log: " + fault.group()));
        roomsWithSecrets().forEach(room -> findings.add("A secret remains of a room that is gone: " + room));
        return findings;
    }

    /** Which rooms still have a secret when the attackers have gone, and their rooms with them. */
    private List<String> roomsWithSecrets()
    {
        attackers.forEach(user -> clients.keySet().stream().filter(name -> userOf(name).equals(user)).toList()
            .forEach(name -> clients.remove(name).drop()));
        final long deadline = System.nanoTime() + GOODBYE.toNanos();
        while (!attackersRooms().isEmpty() && System.nanoTime() < deadline) {
            pause(50);
        }
        // A server that was told nonsense may go on to show users in rooms who have left. Then the room is there until it is destroyed.
        final List<String> gone = new ArrayList<>();
        for (final String room : attackersRooms()) {
            try {
                server.destroyRoom("conference", room.substring(0, room.lastIndexOf('@')));
                haunted++;
            } catch (final IllegalStateException noSuchRoom) {
                gone.add(room);
            }
        }
        gone.addAll(attackersRooms());
        return gone;
    }

    private List<String> attackersRooms()
    {
        return server.query("SELECT DISTINCT roomJID FROM ofOccupantIdSecret").stream().map(row -> row.get(0))
            .map(jid -> jid.startsWith("//") ? new String(Base64.getDecoder().decode(jid.substring(2)), StandardCharsets.UTF_8) : jid)
            .filter(jid -> jid.contains("@") && !ROOMS.contains(jid)).toList();
    }

    private void report(final long nanos, final long heapAtFirst, final long heapAtLast, final List<String> findings)
    {
        final List<Long> sorted = latencies.stream().sorted().toList();
        System.out.printf("%,d hostile stanzas in %d s; attackers thrown out %d times, streams broken %d times, secrets rotated %d times%n",
            sent, nanos / 1_000_000_000, reconnections, brokenStreams, rotations);
        System.out.printf("Judged: %s; %,d ids%n", judge.judged(), judge.idsSeen());
        if (!sorted.isEmpty()) {
            System.out.printf("Honest chat: %,d messages, until they come back %.1f ms (median), %.1f ms (99%%), %.1f ms (longest)%n", said,
                sorted.get(sorted.size() / 2) / 1e6, sorted.get(sorted.size() * 99 / 100) / 1e6, sorted.get(sorted.size() - 1) / 1e6);
        }
        System.out.printf("Heap of the server after a full collection: %.1f MB after a fifth, %.1f MB in the end%n", heapAtFirst / 1e6,
            heapAtLast / 1e6);
        System.out.printf("Rooms of the attackers with users who had left: %d; rows of secrets in the end: %s, for %d rooms and %d rotations%n",
            haunted, server.query("SELECT COUNT(*) FROM ofOccupantIdSecret").get(0).get(0), ROOMS.size(), rotations);
        System.out.printf("Wrong: %,d stanzas%n", judge.wrong());
        findings.forEach(finding -> System.out.println("FINDING: " + finding));
    }

    private void keepLog()
    {
        final Path file = Path.of(System.getProperty("occupantid.target", "target"), "hostile-clients.log");
        try {
            Files.writeString(file, server.log());
            System.out.println("The server's log is in " + file);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void join(final Thread thread)
    {
        try {
            thread.join();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pause(final long millis)
    {
        try {
            Thread.sleep(millis);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
