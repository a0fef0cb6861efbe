/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.spec;

import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireServer;
import org.igniterealtime.openfire.plugin.occupantid.harness.RawClient;
import org.igniterealtime.openfire.plugin.occupantid.harness.Stanza;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

@DisplayName("An admin can rotate the secret of a room, of a service, and of all rooms")
@OwnServer
class RotationIT extends Spec
{
    @AutoClose
    private static OpenfireServer own;

    @BeforeAll
    static void start()
    {
        own = start(OpenfireServer.builder().plugin(JAR));
    }

    @Test
    @DisplayName("all in the room, and newcomers, see the new ids; history keeps those of its day")
    void room()
    {
        final RawClient alice = user(own, "alice");
        alice.join(room, "witch");
        create(alice, room, "witch");
        final RawClient bob = user(own, "bob");
        final String oldBob = id(bob.join(room, "hag"));
        bob.send("<presence to='" + room + "/hag'><show>away</show><status>on the moor</status></presence>");
        alice.await(status("on the moor"));
        bob.await(status("on the moor"));
        final String oldAlice = id(say(alice, room, "before"));
        alice.clear();
        bob.clear();

        own.plugin("occupantid", "components.rotations.rotateRoom", room, "the test");

        final Stanza announced = alice.await(presence(room + "/hag"));
        final String newBob = id(announced);
        assertNotEquals(oldBob, newBob);
        assertEquals("on the moor", announced.child("jabber:client", "status").text(), "nothing else in the presence changes");
        assertEquals("away", announced.child("jabber:client", "show").text());
        assertEquals(newBob, id(bob.await(presence(room + "/hag"))));
        final String newAlice = id(bob.await(presence(room + "/witch")));
        assertNotEquals(oldAlice, newAlice);
        assertEquals(newAlice, id(alice.await(presence(room + "/witch"))));
        assertEquals(newAlice, id(say(alice, room, "after")));

        final RawClient carol = user(own, "carol");
        carol.join(room, "toad");
        assertEquals(newBob, id(carol.await(presence(room + "/hag"))));
        assertEquals(oldAlice, id(carol.await(message("before"))));
        assertEquals(newAlice, id(carol.await(message("after"))));
    }

    @Test
    @DisplayName("of a service: its rooms and no others, with progress to look at")
    void service() throws InterruptedException
    {
        own.createMucService("other");
        final RawClient alice = user(own, "alice");
        final List<String> rooms = List.of(room, newRoom(), newRoom(), "coven@other.localhost");
        final List<String> old = new ArrayList<>();
        for (final String one : rooms) {
            old.add(id(alice.join(one, "witch")));
            create(alice, one, "witch");
        }
        own.plugin("occupantid", "components.rotations.rotateService", "conference.localhost", "the test");
        for (int i = 0; i < 3; i++) {
            assertNotEquals(old.get(i), id(alice.await(presence(rooms.get(i) + "/witch"))));
        }
        assertEquals(old.get(3), id(say(alice, rooms.get(3), "still")));
        for (int i = 0; i < 50 && !own.plugin("occupantid", "components.rotations.latest.isOver").equals("true"); i++) {
            Thread.sleep(100);
        }
        assertEquals(own.plugin("occupantid", "components.rotations.latest.rooms"), own.plugin("occupantid", "components.rotations.latest.roomsDone"));
        assertTrue(Integer.parseInt(own.plugin("occupantid", "components.rotations.latest.occupantsAnnounced")) >= 3);

        own.plugin("occupantid", "components.rotations.rotateAll", "the test");
        assertNotEquals(old.get(3), id(alice.await(presence(rooms.get(3) + "/witch"))));
        own.deleteMucService("other");
    }

    @Test
    @DisplayName("a room of 50 sees all its new ids within a second")
    void fifty()
    {
        final RawClient alice = user(own, "alice");
        alice.join(room, "witch");
        create(alice, room, "witch", "muc#roomconfig_maxusers", "0");
        final List<RawClient> others = new ArrayList<>();
        for (int i = 0; i < 49; i++) {
            final RawClient other = user(own, i % 2 == 0 ? "bob" : "carol");
            other.join(room, (i % 2 == 0 ? "hag" : "toad") + (i < 2 ? "" : i));
            others.add(other);
        }
        alice.sync();
        alice.clear();
        final long start = System.nanoTime();
        own.plugin("occupantid", "components.rotations.rotateRoom", room, "the test");
        final Set<String> ids = new HashSet<>();
        for (int i = 0; i < 49; i++) {
            ids.add(id(alice.await(Duration.ofSeconds(20), presence(room + (i % 2 == 0 ? "/hag" : "/toad") + (i < 2 ? "" : i)))));
        }
        final Duration took = Duration.ofNanos(System.nanoTime() - start);
        assertEquals(2, ids.size(), "bob's and carol's");
        System.out.println("A room of 50 saw its new ids within " + took.toMillis() + " ms.");
    }

    @Test
    @DisplayName("who leaves while it runs is not brought back")
    void leaving()
    {
        final RawClient alice = user(own, "alice");
        alice.join(room, "witch");
        create(alice, room, "witch");
        final RawClient bob = user(own, "bob");
        final RawClient carol = user(own, "carol");
        for (int i = 0; i < 100; i++) {
            bob.join(room, "hag");
            own.plugin("occupantid", "components.rotations.rotateRoom", room, "the test");
            bob.send("<presence to='" + room + "/hag' type='unavailable'/>");
            bob.await(unavailable(room + "/hag"));
            alice.await(unavailable(room + "/hag"));
            // Once the announcements of the first are over.
            own.plugin("occupantid", "components.rotations.rotateRoom", room, "the test");
            // The server announces a leave before it removes the occupant: one who is listed a moment later need not be back.
            boolean isBack = true;
            for (int look = 0; look < 20 && isBack; look++) {
                isBack = sees(carol, "hag");
            }
            if (isBack && OpenfireServer.isAtLeast(5, 0)) {
                // Since Openfire 5, a presence update during the announcement of a leave puts the occupant back, until the next leave.
                bob.join(room, "hag");
                bob.send("<presence to='" + room + "/hag' type='unavailable'/>");
                alice.await(unavailable(room + "/hag"));
                isBack = sees(carol, "hag");
            }
            assertFalse(isBack, () -> carol.all().toString());
            bob.sync();
            assertEquals(List.of(), bob.clear().stream().filter(error()).toList());
        }
    }

    /** Whether somebody who enters for a moment sees an occupant. */
    private boolean sees(final RawClient visitor, final String nick)
    {
        visitor.clear();
        visitor.join(room, "toad");
        final boolean isThere = visitor.all().stream().anyMatch(presence(room + "/" + nick));
        visitor.send("<presence to='" + room + "/toad' type='unavailable'/>");
        visitor.await(unavailable(room + "/toad"));
        return isThere;
    }

    @Test
    @DisplayName("who has left since hears nothing of the room")
    void left()
    {
        final RawClient alice = user(own, "alice");
        create(alice, room, "witch");
        final RawClient bob = user(own, "bob");
        final String old = id(bob.join(room, "hag"));
        bob.clear();
        own.plugin("occupantid", "components.rotations.rotateRoom", room, "the test");
        assertNotEquals(old, id(bob.await(presence(room + "/hag"))));
        alice.await(presence(room + "/hag"));
        bob.send("<presence to='" + room + "/hag' type='unavailable'/>");
        bob.await(unavailable(room + "/hag"));
        bob.sync();
        bob.clear();
        bob.send("<presence type='unavailable'/>");
        bob.sync();
        assertEquals(List.of(), bob.all().stream().filter(stanza -> room.equals(stanza.attr("from"))).toList());
    }

    @Test
    @DisplayName("a device that came in under a second nick is shown under both with the new id, though nothing is left of the old secret")
    void secondNick()
    {
        try (OpenfireServer forgetful = start(OpenfireServer.builder().plugin(JAR).property("plugin.occupantid.retired.days", "0"))) {
            final RawClient alice = user(forgetful, "alice");
            create(alice, room, "witch");
            final RawClient bob = user(forgetful, "bob");
            final String old = id(bob.join(room, "hag"));
            assertEquals(old, id(bob.join(room, "crone")));
            forgetful.plugin("occupantid", "components.rotations.rotateRoom", room, "the test");
            final String today = id(alice.await(stanza -> presence(room + "/crone").test(stanza) && !old.equals(id(stanza))));
            alice.clear();
            forgetful.install(JAR);
            alice.await(presence(room + "/crone"));
            administer(alice, room, "jid='bob@" + DOMAIN + "' affiliation='admin'");
            // Since Openfire 4.7, a join under a second nickname is a change of nickname.
            assertEquals(today, id(alice.await(presence(room + (OpenfireServer.isAtLeast(4, 7) ? "/crone" : "/hag")))));
        }
    }

    @Test
    @DisplayName("there is no secret for a room that does not exist")
    void noSuchRoom()
    {
        assertThrows(IllegalStateException.class, () -> own.plugin("occupantid", "components.rotations.rotateRoom", room, "the test"));
        assertEquals(List.of(), own.query("SELECT generation FROM ofOccupantIdSecret WHERE roomJID='" + room + "'"));
    }

    @Test
    @DisplayName("the new secret is there after a crash, and the old one for look-ups; 0 days forgets it at once")
    void durable() throws InterruptedException
    {
        final RawClient alice = user(own, "alice");
        alice.join(room, "witch");
        create(alice, room, "witch", "muc#roomconfig_persistentroom", "1");
        alice.clear();
        own.plugin("occupantid", "components.rotations.rotateRoom", room, "the test");
        final String id = id(alice.await(presence(room + "/witch")));
        own.kill();
        own.restart();
        final RawClient later = user(own, "alice");
        assertEquals(id, id(later.join(room, "witch")));
        assertEquals(2, rows());
        own.setProperty("plugin.occupantid.retired.days", "0");
        for (int i = 0; i < 50 && rows() > 1; i++) {
            Thread.sleep(100);
        }
        assertEquals(1, rows());
        assertEquals(id, id(say(later, room, "still")));
        own.plugin("occupantid", "components.rotations.rotateRoom", room, "the test");
        assertNotEquals(id, id(later.await(presence(room + "/witch"))));
        assertEquals(1, rows());
        own.setProperty("plugin.occupantid.retired.days", null);
    }

    private int rows()
    {
        return own.query("SELECT generation FROM ofOccupantIdSecret WHERE roomJID='" + room + "'").size();
    }
}
