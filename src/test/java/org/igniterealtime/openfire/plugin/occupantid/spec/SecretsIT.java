/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.spec;

import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireServer;
import org.igniterealtime.openfire.plugin.occupantid.harness.RawClient;
import org.jivesoftware.util.Blowfish;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

@DisplayName("XEP-0421 §4.1: a room's secret lasts as long as the room")
@OwnServer
class SecretsIT extends Spec
{
    private static final String ENCRYPTION_KEY = "the key of this server alone";

    /** The plugin looks every five seconds whether the database is back. */
    private static final Duration A_PROBE = Duration.ofSeconds(15);

    @AutoClose
    private static OpenfireServer own;

    @BeforeAll
    static void start()
    {
        own = start(OpenfireServer.builder().plugin(JAR).encryptionKey(ENCRYPTION_KEY));
    }

    @Test
    @DisplayName("ids, and those in history, are the same after a restart of the server; also if the room was a temporary one at first")
    void restart()
    {
        final RawClient alice = user(own, "alice");
        final String first = id(alice.join(room, "witch"));
        create(alice, room, "witch", "muc#roomconfig_persistentroom", "1", "muc#roomconfig_enablelogging", "1");
        final String aliceId = id(say(alice, room, "double", forged("x")));
        assertEquals(first, aliceId);
        final RawClient bob = user(own, "bob");
        final String bobId = id(bob.join(room, "hag"));
        say(bob, room, "toil and trouble", forged(aliceId));
        own.awaitConversationLog("toil and trouble");
        own.restart();
        final RawClient later = user(own, "bob");
        assertEquals(bobId, id(later.join(room, "crone")));
        assertEquals(aliceId, id(later.await(message("double"))));
        assertEquals(bobId, id(later.await(message("toil and trouble"))));
        assertEquals(aliceId, id(user(own, "alice").join(room, "witch")));
    }

    @Test
    @DisplayName("ids are the same after the plugin was reloaded, also for those who stayed in the room")
    void reload()
    {
        final RawClient alice = user(own, "alice");
        alice.join(room, "witch");
        create(alice, room, "witch");
        final String id = id(say(alice, room, "double"));
        own.install(JAR);
        assertEquals(id, id(say(alice, room, "toil")));
        final RawClient bob = user(own, "bob");
        bob.join(room, "hag");
        assertEquals(id, id(bob.await(presence(room + "/witch"))));
        assertEquals(id, id(bob.await(message("double"))));
    }

    @Test
    @DisplayName("a lost table is created again when the plugin starts, and rooms have ids")
    void lostTable()
    {
        final RawClient alice = user(own, "alice");
        final String former = id(alice.join(room, "witch"));
        create(alice, room, "witch", "muc#roomconfig_persistentroom", "1");
        own.query("DROP TABLE ofOccupantIdSecret");
        final int errors = errors().size();
        own.restart();
        final String id = id(user(own, "alice").join(room, "witch"));
        assertNotEquals(former, id);
        assertEquals(1, rowsOf(room));
        own.restart();
        assertEquals(errors + 1, errors().size(), () -> "once, and not that the database does not answer: " + errors());
        assertTrue(errors().get(errors).contains("table ofOccupantIdSecret was missing"), () -> errors().toString());
        assertEquals(id, id(user(own, "alice").join(room, "witch")));
    }

    @Test
    @DisplayName("a table that is lost while the server runs is created again, and everybody is announced")
    void lostTableWhileRunning()
    {
        final RawClient alice = user(own, "alice");
        final String former = id(alice.join(room, "witch"));
        own.query("DROP TABLE ofOccupantIdSecret");
        final RawClient bob = user(own, "bob");
        final String other = newRoom();
        join(bob, other, "hag");
        assertNoId(bob.await(presence(other + "/hag")));
        bob.clear();
        final String bobId = id(bob.await(A_PROBE, presence(other + "/hag")));
        assertNotEquals(former, id(alice.await(A_PROBE, presence(room + "/witch"))));
        assertEquals(bobId, id(say(bob, other, "double")));
        assertEquals(1, rowsOf(room));
        assertEquals(1, rowsOf(other));
    }

    @Test
    @DisplayName("a temporary room that was left and made anew has new ids, and one row in the table")
    void temporaryRoom()
    {
        final RawClient alice = user(own, "alice");
        final String id = id(alice.join(room, "witch"));
        assertEquals(1, rowsOf(room));
        alice.send("<presence to='" + room + "/witch' type='unavailable'/>");
        alice.await(unavailable(room + "/witch"));
        alice.sync();
        assertEquals(0, rowsOf(room));
        assertNotEquals(id, id(alice.join(room, "witch")));
        assertEquals(1, rowsOf(room));
    }

    @Test
    @DisplayName("a persistent room that was destroyed and made anew has new ids")
    void persistentRoom()
    {
        final RawClient alice = user(own, "alice");
        alice.join(room, "witch");
        create(alice, room, "witch", "muc#roomconfig_persistentroom", "1");
        final String id = id(say(alice, room, "double"));
        alice.ask("set", room, "<query xmlns='http://jabber.org/protocol/muc#owner'><destroy/></query>");
        alice.await(unavailable(room + "/witch"));
        assertEquals(0, rowsOf(room));
        alice.join(room, "witch");
        create(alice, room, "witch");
        assertNotEquals(id, id(say(alice, room, "double")));
    }

    @Test
    @DisplayName("10,000 names of rooms that never came to be leave no row")
    void madeUpRooms()
    {
        // Despite its name, this property says whether creation is restricted.
        own.query("INSERT INTO ofMucServiceProp (serviceID, name, propValue) SELECT serviceID, 'create.anyone', 'true' FROM ofMucService");
        own.restart();
        try {
            final RawClient bob = user(own, "bob");
            for (int i = 0; i < 10_000; i++) {
                final String madeUp = "no-" + i + "-" + room;
                join(bob, madeUp, "hag");
                if (i % 100 == 0) {
                    bob.send("<message type='groupchat' to='" + madeUp + "'><body>hi</body></message><message type='chat' to='" + madeUp
                        + "/x'><body>hi</body></message><presence type='unavailable' to='" + madeUp + "/x'/>");
                    bob.sync();
                    bob.all().forEach(Spec::assertNoId);
                    bob.clear();
                }
            }
            bob.sync();
            assertEquals(List.of(), own.query("SELECT roomJID FROM ofOccupantIdSecret WHERE roomJID LIKE 'no-%'"));
        } finally {
            own.query("DELETE FROM ofMucServiceProp");
            own.restart();
        }
    }

    @Test
    @DisplayName("secrets of rooms that vanished while the plugin was not there are purged, and no others")
    void orphans()
    {
        final RawClient alice = user(own, "alice");
        final String stays = newRoom();
        for (final String one : List.of(room, stays)) {
            alice.join(one, "witch");
            create(alice, one, "witch", "muc#roomconfig_persistentroom", "1");
        }
        final String temporary = newRoom();
        alice.join(temporary, "witch");
        own.plugin("occupantid", "components.orphans.purge");
        own.uninstall("occupantid");
        own.destroyRoom("conference", room.substring(0, room.indexOf('@')));
        own.install(JAR);
        assertEquals(1, rowsOf(room));
        assertEquals("1", own.plugin("occupantid", "components.orphans.purge"));
        assertEquals(0, rowsOf(room));
        assertEquals(1, rowsOf(stays));
        assertEquals(1, rowsOf(temporary));
    }

    @Test
    @DisplayName("a room destroyed and made anew while the plugin was not there has new ids, and so has one whose service was")
    void withoutAWord()
    {
        final RawClient alice = user(own, "alice");
        alice.join(room, "witch");
        create(alice, room, "witch", "muc#roomconfig_persistentroom", "1");
        final String id = id(say(alice, room, "double"));
        own.uninstall("occupantid");
        own.destroyRoom("conference", room.substring(0, room.indexOf('@')));
        alice.join(room, "witch");
        create(alice, room, "witch", "muc#roomconfig_persistentroom", "1");
        own.install(JAR);
        assertNotEquals(id, id(say(alice, room, "toil")));

        final String elsewhere = room.replace("conference", "passing");
        own.createMucService("passing");
        final String first = id(alice.join(elsewhere, "witch"));
        own.deleteMucService("passing");
        own.createMucService("passing");
        final String second = id(alice.join(elsewhere, "witch"));
        // Since Openfire 4.7, the rooms of a deleted service stay in memory, so it is still the same room.
        assertEquals(OpenfireServer.isAtLeast(4, 7), first.equals(second));
        own.deleteMucService("passing");
    }

    @Test
    @DisplayName("who joins while a room is being destroyed has one id in its successor, and not that of old")
    void joiningWhileDestroyed()
    {
        final List<RawClient> crowd = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            crowd.add(user(own, "bob"));
        }
        final RawClient alice = user(own, "alice");
        final RawClient carol = user(own, "carol");
        for (int i = 0; i < 20; i++) {
            final String one = newRoom();
            alice.join(one, "witch");
            create(alice, one, "witch", "muc#roomconfig_persistentroom", String.valueOf(i % 2));
            crowd.forEach(bob -> join(bob, one, "hag"));
            crowd.forEach(RawClient::sync);
            final String old = id(carol.join(one, "toad"));
            carol.clear();
            alice.send("<iq type='set' id='d" + i + "' to='" + one + "'><query xmlns='http://jabber.org/protocol/muc#owner'><destroy/></query></iq>");
            assertEquals(old, id(carol.await(unavailable(one + "/toad"))));
            carol.send("<presence to='" + one + "/toad'/>");
            final String next = id(carol.await(presence(one + "/toad")));
            assertNotEquals(old, next);
            final String done = "d" + i;
            alice.await(stanza -> done.equals(stanza.attr("id")));
            assertEquals(next, id(say(carol, one, "one")));
            assertEquals(next, id(say(carol, one, "two")));
            carol.send("<presence to='" + one + "/toad' type='unavailable'/>");
            carol.sync();
        }
    }

    @Test
    @DisplayName("the table shows a secret to whoever has the server's encryption key, and to nobody else")
    void encrypted()
    {
        user(own, "alice").join(room, "witch");
        final String stored = own.query("SELECT secret FROM ofOccupantIdSecret WHERE roomJID='" + room + "'").get(0).get(0);
        final String secret = new Blowfish(ENCRYPTION_KEY).decrypt(stored);
        assertEquals(32, Base64.getDecoder().decode(secret).length);
        assertNotEquals(secret, new Blowfish().decrypt(stored), "the key that all servers have in common");
        assertFalse(own.query("SELECT * FROM ofProperty").toString().contains(ENCRYPTION_KEY));
    }

    private static List<String> errors()
    {
        return own.log().lines().filter(line -> line.contains(" ERROR ") && line.contains("plugin.occupantid")).toList();
    }

    private static int rowsOf(final String room)
    {
        return own.query("SELECT generation FROM ofOccupantIdSecret WHERE roomJID='" + room + "'").size();
    }
}
