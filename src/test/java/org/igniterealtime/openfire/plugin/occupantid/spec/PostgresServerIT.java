/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.spec;

import org.igniterealtime.openfire.plugin.occupantid.harness.Cleanup;
import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireServer;
import org.igniterealtime.openfire.plugin.occupantid.harness.PostgresServer;
import org.igniterealtime.openfire.plugin.occupantid.harness.RawClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

@Tag("debian")
@DisplayName("The plugin in a server whose database is PostgreSQL")
@OwnServer
class PostgresServerIT extends Spec
{
    private static PostgresServer postgres;
    private static OpenfireServer own;

    @BeforeAll
    static void start()
    {
        postgres = PostgresServer.launch();
        own = start(OpenfireServer.builder().postgres(postgres.newDatabase("")).plugin(JAR));
    }

    @AfterAll
    static void stop()
    {
        Cleanup.all(own, postgres);
    }

    @Test
    @DisplayName("ids outlast a restart, and change when the secret is rotated")
    void restartAndRotation()
    {
        lives(room, "witch");
    }

    @Test
    @DisplayName("also those of a room whose name is as long as can be, in letters of three bytes")
    void longName()
    {
        // Openfire's table limits a room's name to 50 characters. Openfire 4.2 rejects characters of four bytes in a JID.
        lives("\u5B57".repeat(50) + "@conference.localhost", "\u9B54\u5973");
    }

    private void lives(final String address, final String nick)
    {
        final RawClient alice = user(own, "alice");
        alice.join(address, nick);
        create(alice, address, nick, "muc#roomconfig_persistentroom", "1", "muc#roomconfig_enablelogging", "1");
        final String aliceId = id(say(alice, address, "double"));
        final String bobId = id(user(own, "bob").join(address, "hag"));
        assertNotEquals(aliceId, bobId);

        own.restart();
        final RawClient later = user(own, "alice");
        assertEquals(aliceId, id(later.join(address, nick)));
        assertEquals(aliceId, id(later.await(message("double"))));
        final RawClient bob = user(own, "bob");
        assertEquals(bobId, id(bob.join(address, "hag")));
        later.await(presence(address + "/hag"));

        own.plugin("occupantid", "components.rotations.rotateRoom", address, "test");
        final String newBob = id(later.await(presence(address + "/hag")));
        assertNotEquals(bobId, newBob);
        final String newAlice = id(bob.await(presence(address + "/" + nick).and(stanza -> !aliceId.equals(id(stanza)))));
        assertNotEquals(newBob, newAlice);
        assertEquals(newBob, id(say(bob, address, "toil")));

        later.ask("set", address, "<query xmlns='http://jabber.org/protocol/muc#owner'><destroy/></query>");
        later.await(unavailable(address + "/" + nick));
        assertEquals(List.of(List.of("/origin")), own.query("SELECT roomJID FROM ofOccupantIdSecret"));
        assertEquals(List.of(), own.errors());
        assertFalse(own.log().contains("PSQLException"), own::log);
    }
}
