/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.spec;

import org.igniterealtime.openfire.plugin.occupantid.harness.Cleanup;
import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireServer;
import org.igniterealtime.openfire.plugin.occupantid.harness.RawClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

@DisplayName("Users of other servers have ids like all others")
@OwnServer
class FederationIT extends Spec
{
    private static OpenfireServer home;
    private static OpenfireServer remote;

    @BeforeAll
    static void start()
    {
        home = start(OpenfireServer.builder().plugin(JAR));
        remote = start(OpenfireServer.builder().domain("remote.test"));
        home.knows(remote);
        remote.knows(home);
    }

    @AfterAll
    static void stop()
    {
        Cleanup.all(remote, home);
    }

    @Test
    @DisplayName("in presences, messages and private messages, as both sides see them")
    void visitor()
    {
        final RawClient alice = user(home, "alice");
        alice.join(room, "witch");
        create(alice, room, "witch");
        final String aliceId = id(say(alice, room, "double"));

        final RawClient bob = user(remote, "bob");
        join(bob, room, "hag", forged(aliceId));
        final String bobId = id(bob.await(presence(room + "/hag")));
        assertNotEquals(aliceId, bobId);
        assertEquals(bobId, id(alice.await(presence(room + "/hag"))));
        assertEquals(aliceId, id(bob.await(presence(room + "/witch"))));
        assertEquals(aliceId, id(bob.await(message("double"))));

        assertEquals(bobId, id(say(bob, room, "toil", forged(aliceId))));
        assertEquals(bobId, id(alice.await(message("toil"))));
        bob.send("<message type='chat' to='" + room + "/witch'><body>psst</body>" + forged(aliceId) + "</message>");
        assertEquals(bobId, id(alice.await(message("psst"))));
        alice.send("<message type='chat' to='" + room + "/hag'><body>yes?</body></message>");
        assertEquals(aliceId, id(bob.await(message("yes?"))));

        bob.send("<presence to='" + room + "/crone'/>");
        assertEquals(bobId, id(alice.await(presence(room + "/crone"))));
        assertEquals(bobId, id(bob.await(presence(room + "/crone"))));
        administer(alice, room, "nick='crone' role='none'");
        assertEquals(bobId, id(bob.await(unavailable(room + "/crone"))));
        assertEquals(bobId, id(alice.await(unavailable(room + "/crone"))));

        bob.send("<message type='chat' to='" + room + "/witch'><body>psst</body>" + forged("x") + "</message>");
        assertNoId(bob.await(error()));
    }

    @Test
    @DisplayName("a room destroyed: the visitor, too, is shown the own id")
    void destroyed()
    {
        final RawClient alice = user(home, "alice");
        alice.join(room, "witch");
        create(alice, room, "witch");
        final RawClient bob = user(remote, "bob");
        final String bobId = id(bob.join(room, "hag"));
        alice.ask("set", room, "<query xmlns='http://jabber.org/protocol/muc#owner'><destroy/></query>");
        assertEquals(bobId, id(bob.await(unavailable(room + "/hag"))));
    }

    @Test
    @DisplayName("a user of the same name elsewhere shows another id")
    void sameName()
    {
        final RawClient alice = user(home, "alice");
        final String id = id(alice.join(room, "witch"));
        create(alice, room, "witch");
        assertNotEquals(id, id(user(remote, "alice").join(room, "hag")));
    }
}
