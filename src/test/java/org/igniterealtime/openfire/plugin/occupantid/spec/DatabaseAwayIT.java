/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.spec;

import org.igniterealtime.openfire.plugin.occupantid.harness.Cleanup;
import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireServer;
import org.igniterealtime.openfire.plugin.occupantid.harness.PostgresServer;
import org.igniterealtime.openfire.plugin.occupantid.harness.RawClient;
import org.igniterealtime.openfire.plugin.occupantid.harness.Stanza;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

@Tag("debian")
@DisplayName("While the database is away, chat goes on")
@OwnServer
class DatabaseAwayIT extends Spec
{
    /** Openfire tries eleven times for a connection, which takes it almost three seconds. */
    private static final Duration A_CONNECTION = Duration.ofSeconds(10);
    /** Openfire 4.7 and later block on the database at each message in a room: 2.5 s if it is down, for ever if it hangs. */
    private static final boolean MESSAGES_NEED_DATABASE = OpenfireServer.isAtLeast(4, 7);
    private static final Duration AT_ONCE = Duration.ofSeconds(MESSAGES_NEED_DATABASE ? 10 : 2);
    private static final Duration SOON = Duration.ofSeconds(15);

    private static PostgresServer postgres;
    private static OpenfireServer own;

    private RawClient alice;
    private RawClient bob;
    private RawClient carol;
    private RawClient dave;
    private String aliceId;

    @BeforeAll
    static void launch()
    {
        postgres = PostgresServer.launch();
        own = start(OpenfireServer.builder().postgres(postgres.newDatabase("")).plugin(JAR));
        own.query(TwoServersIT.persistentRooms("quiet", 5));
    }

    @AfterAll
    static void end()
    {
        Cleanup.all(own, postgres);
    }

    /** All rooms are in the server's memory then, but only the secret of this test's own room is. */
    @BeforeEach
    void enter()
    {
        own.restart();
        alice = user(own, "alice");
        alice.join(room, "witch");
        create(alice, room, "witch");
        bob = user(own, "bob");
        bob.join(room, "hag");
        carol = user(own, "carol");
        dave = user(own, "dave");
        aliceId = id(say(alice, room, "before"));
    }

    @AfterEach
    void bringBack()
    {
        postgres.resume();
        postgres.start();
    }

    @Test
    @DisplayName("known rooms keep their ids, others have none until it is back, and the log says so once")
    void stopped() throws InterruptedException
    {
        final int before = errors();
        for (int outage = 1; outage <= 2; outage++) {
            final String quiet = "quiet" + outage + "@conference.localhost";
            postgres.stop();
            join(carol, quiet, "toad", forged(aliceId));
            goesOn("during");
            assertNoId(carol.await(A_CONNECTION, presence(quiet + "/toad")));
            assertNoId(say(carol, quiet, "mine", forged(aliceId)));
            assertNoId(bob.join(quiet, "hag"));
            assertNoId(bob.await(presence(quiet + "/toad")));
            final String daveId = id(dave.join(room, "newt" + outage));
            Thread.sleep(10_000);
            goesOn("still");
            assertNoId(say(carol, quiet, "and still mine", forged(aliceId)));
            assertEquals(before + outage, errors());

            carol.clear();
            bob.clear();
            postgres.start();
            final String carolId = id(bob.await(SOON, presence(quiet + "/toad")));
            assertEquals(carolId, id(carol.await(SOON, presence(quiet + "/toad"))));
            assertNotEquals(id(carol.await(SOON, presence(quiet + "/hag"))), carolId);
            assertEquals(carolId, id(say(carol, quiet, "back", forged(aliceId))));
            assertEquals(daveId, id(say(dave, room, "back")));
            goesOn("after");
            assertEquals(before + outage, errors());
        }
    }

    @Test
    @DisplayName("also after an outage that is over at once, all get their ids")
    void brief()
    {
        final String quiet = "quiet3@conference.localhost";
        postgres.stop();
        join(carol, quiet, "toad", forged(aliceId));
        assertNoId(carol.await(A_CONNECTION, presence(quiet + "/toad")));
        postgres.start();
        id(carol.await(SOON, presence(quiet + "/toad")));
    }

    @Test
    @DisplayName("after a restart of the database that nobody noticed, nobody is without an id")
    void unnoticed()
    {
        final String quiet = "quiet4@conference.localhost";
        postgres.stop();
        postgres.start();
        id(carol.join(quiet, "toad"));
        id(say(carol, quiet, "mine", forged(aliceId)));
    }

    @Test
    @DisplayName("also if it takes connections but does not answer; who enters an unknown room then has to wait")
    void paused()
    {
        final String quiet = "quiet5@conference.localhost";
        postgres.pause();
        join(carol, quiet, "toad", forged(aliceId));
        if (!MESSAGES_NEED_DATABASE) {
            goesOn("during");
        }
        assertEquals(List.of(), carol.all().stream().filter(stanza -> stanza.attr("from").startsWith(quiet)).toList());
        postgres.resume();
        id(carol.await(SOON, presence(quiet + "/toad")));
        goesOn("after");
    }

    private void goesOn(final String text)
    {
        for (int i = 0; i < (MESSAGES_NEED_DATABASE ? 2 : 10); i++) {
            final String body = text + i;
            alice.send("<message type='groupchat' to='" + room + "'><body>" + body + "</body></message>");
            final Stanza heard = bob.await(AT_ONCE, message(body));
            assertEquals(aliceId, id(heard));
        }
    }

    /** How many errors the plugin has logged. */
    private static int errors()
    {
        return (int) own.log().lines().filter(line -> line.contains(" ERROR ") && line.contains("plugin.occupantid")).count();
    }
}
