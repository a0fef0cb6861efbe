/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.fire;

import org.igniterealtime.openfire.plugin.occupantid.harness.Cleanup;
import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireServer;
import org.igniterealtime.openfire.plugin.occupantid.harness.PostgresServer;
import org.igniterealtime.openfire.plugin.occupantid.harness.RawClient;
import org.igniterealtime.openfire.plugin.occupantid.harness.Stanza;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Tag("debian")
@DisplayName("The database fails while people talk")
class DatabaseFaultsIT extends Faults
{
    /** The database is asked every five seconds whether it is back. */
    private static final Duration SOON = Duration.ofSeconds(20);
    /** Openfire itself asks for a room that it does not have in memory again and again, almost three seconds each time. */
    private static final Duration A_ROOM = Duration.ofSeconds(60);

    private static PostgresServer postgres;
    private static OpenfireServer own;

    @BeforeAll
    static void launch()
    {
        postgres = PostgresServer.launch();
        own = server().postgres(postgres.newDatabase("")).start();
    }

    @AfterAll
    static void end()
    {
        Cleanup.all(own, postgres);
    }

    @AfterEach
    void bringBack() throws InterruptedException
    {
        postgres.start();
        for (int i = 0; i < 400 && own.plugin("occupantid", "components.secrets.isDatabaseAway").equals("true"); i++) {
            Thread.sleep(50);
        }
    }

    @Test
    @DisplayName("killed: nothing said is lost, known rooms keep their ids, others get theirs when it is back, and none has lost its secret")
    void killed() throws InterruptedException
    {
        final String known = room("known");
        final String quiet = room("quiet");
        final String idle = room("idle");
        RawClient alice = user(own, "alice");
        RawClient carol = user(own, "carol");
        for (final String one : List.of(known, quiet, idle)) {
            create(alice, one, "alice");
        }
        final String quietId = id(carol.join(quiet, "carol"));
        final String idleId = id(carol.join(idle, "carol"));
        for (final String one : List.of(quiet, idle)) {
            leave(alice, one, "alice");
            leave(carol, one, "carol");
        }
        // Rooms that nobody was in for a month are not in the server's memory when it has been restarted.
        own.query("UPDATE ofMucRoom SET emptyDate='001700000000000' WHERE name='idle'");
        own.restart();
        alice = user(own, "alice");
        carol = user(own, "carol");
        final RawClient bob = user(own, "bob");
        final String aliceId = id(alice.join(known, "alice"));
        bob.join(known, "bob");

        final AtomicBoolean over = new AtomicBoolean();
        final List<String> sent = new ArrayList<>();
        final RawClient speaker = alice;
        final Thread talk = new Thread(() -> {
            while (!over.get()) {
                final String body = "talk " + sent.size();
                send(speaker, known, body);
                sent.add(body);
                bob.await(SOON, message(body));
            }
        });
        talk.start();
        final long killed = System.nanoTime();
        postgres.kill();
        enter(carol, quiet, "carol");
        assertFalse(hasId(carol.await(A_ROOM, presence(quiet + "/carol"))));
        own.plugin("occupantid", "components.rotations.rotateRoom", known, "the test");
        await(own, "components.rotations.latest.isOver");
        assertEquals("true", own.plugin("occupantid", "components.rotations.latest.isFailed"));
        // The server cannot read it, makes another in its place, and lets nobody in until it is restarted.
        enter(carol, idle, "carol");
        carol.await(A_ROOM, refusal(idle));
        final double outage = secondsSince(killed);

        look(carol);
        final int duringOutage = withoutId;
        postgres.start();
        final long back = System.nanoTime();
        assertEquals(quietId, id(carol.await(SOON, presence(quiet + "/carol"))));
        final double healed = secondsSince(back);
        over.set(true);
        talk.join();
        assertEquals(quietId, id(say(carol, quiet, "back")));
        enter(carol, idle, "carol");
        carol.await(refusal(idle));
        assertEquals(aliceId, id(say(alice, known, "still")));
        alice.sync();
        bob.sync();
        for (final RawClient client : List.of(alice, bob)) {
            final List<String> heard = client.all().stream().flatMap(stanza -> stanza.children("jabber:client", "body").stream())
                .map(Stanza::text).filter(body -> body.startsWith("talk ")).toList();
            assertEquals(sent, heard);
        }
        withoutId = 0;
        look(alice);
        look(bob);
        assertEquals(0, withoutId, "of those in a room that is known");

        own.restart();
        alice = user(own, "alice");
        carol = user(own, "carol");
        assertEquals(aliceId, id(alice.join(known, "alice")));
        assertEquals(idleId, id(carol.join(idle, "carol")));
        assertEquals(quietId, id(carol.join(quiet, "carol")));
        assertEquals("0", own.plugin("occupantid", "components.orphans.purge"));
        assertEquals(1, rowsOf(idle));
        figure("database killed with SIGKILL for %.1f s: %d of %d messages delivered to each, all with the right id; %d stanzas of rooms not known"
            + " without one; ids everywhere %.1f s after it was back", outage, sent.size(), sent.size(), duringOutage, healed);
    }

    @Test
    @DisplayName("read-only: new rooms have no ids, a rotation fails and says so, the log tells it once, and all follows when it can be written to")
    void readOnly() throws InterruptedException
    {
        // For connections that are there already, too, as when a database has become the standby of another.
        storesNothing("read-only", () -> setReadOnly(true), () -> setReadOnly(false));
    }

    @Test
    @DisplayName("full, so that none of its files may grow: the same, and ids come without a restart when there is room again")
    void full() throws InterruptedException
    {
        own.query("ALTER TABLE ofOccupantIdSecret SET (autovacuum_enabled = off)");
        storesNothing("full", DatabaseFaultsIT::fill, () -> postgres.limitFiles("unlimited"));
        own.query("DELETE FROM ofOccupantIdSecret WHERE creationDate = '0'");
    }

    private static void setReadOnly(final boolean value)
    {
        own.query("ALTER SYSTEM SET default_transaction_read_only = " + value);
        own.query("SELECT pg_reload_conf()");
        for (int i = 0; i < 100 && own.query("SHOW default_transaction_read_only").get(0).get(0).equals(value ? "off" : "on"); i++) {
            // Until all have heard of it.
            pause();
        }
    }

    /** Fills the table until it cannot grow, and what is left in its pages until not even a short row fits in. */
    private static void fill()
    {
        postgres.limitFiles(String.valueOf(1 << 20));
        fill("repeat('y', 300)");
        own.query("VACUUM ofOccupantIdSecret");
        fill("'y'");
    }

    private static void fill(final String text)
    {
        own.query("DO $$ BEGIN FOR i IN 1..20000 LOOP BEGIN INSERT INTO ofOccupantIdSecret VALUES (md5(i || " + text + ") || md5(i::text), 1,"
            + " 'gone' || i || " + text + ", 'z', '0', NULL); EXCEPTION WHEN OTHERS THEN EXIT; END; END LOOP; END $$");
    }

    private static void pause()
    {
        try {
            Thread.sleep(50);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void storesNothing(final String how, final Runnable begin, final Runnable end) throws InterruptedException
    {
        final String known = room("before-" + how);
        final String another = room("meanwhile-" + how);
        final RawClient alice = user(own, "alice");
        create(alice, known, "alice");
        final RawClient bob = user(own, "bob");
        bob.join(known, "bob");
        final String aliceId = id(say(alice, known, "hello"));
        assertEquals("false", own.plugin("occupantid", "components.secrets.isDatabaseAway"));
        final int errors = errors();
        begin.run();
        final long start = System.nanoTime();
        alice.join(another, "alice");
        alice.configure(another, "muc#roomconfig_whois", "moderators");
        final Stanza without = say(alice, another, "who am I");
        assertFalse(hasId(without), without::toString);
        bob.join(another, "bob");
        assertFalse(hasId(say(bob, another, "and I")));

        own.plugin("occupantid", "components.rotations.rotateRoom", known, "the test");
        await(own, "components.rotations.latest.isOver");
        assertEquals("0 of 1 rooms rotated, 1 failed, 0 occupants announced, the database did not answer or stored nothing",
            own.plugin("occupantid", "components.rotations.latest.toString"));
        // It is looked for twice meanwhile whether it can be written to.
        while (secondsSince(start) < 12) {
            assertEquals(aliceId, id(say(alice, known, "on " + System.nanoTime())));
            Thread.sleep(100);
        }
        assertFalse(hasId(say(alice, another, "still not")));
        assertEquals(errors + 1, errors(), "said once");

        alice.clear();
        end.run();
        final long back = System.nanoTime();
        final String bobId = id(alice.await(SOON, presence(another + "/bob")));
        final double healed = secondsSince(back);
        assertEquals(bobId, id(say(bob, another, "back")));
        assertEquals(1, rowsOf(another));
        own.plugin("occupantid", "components.rotations.rotateRoom", known, "the test");
        await(own, "components.rotations.latest.isOver");
        assertNotEquals(aliceId, id(say(alice, known, "new")));
        assertEquals(errors + 1, errors());
        look(alice);
        look(bob);
        figure("database " + how + " for %.1f s: 1 error in the log, 1 rotation refused, known rooms with ids; ids everywhere %.1f s after it could"
            + " be written to", 12.0, healed);
    }

    private static Predicate<Stanza> refusal(final String room)
    {
        return stanza -> "error".equals(stanza.attr("type")) && stanza.attr("from").startsWith(room);
    }

    private static int rowsOf(final String room)
    {
        return own.query("SELECT generation FROM ofOccupantIdSecret WHERE roomJID='" + room + "'").size();
    }

    /** How many errors the plugin has logged. */
    private static int errors()
    {
        return (int) own.log().lines().filter(line -> line.contains(" ERROR ") && line.contains("plugin.occupantid")).count();
    }
}
