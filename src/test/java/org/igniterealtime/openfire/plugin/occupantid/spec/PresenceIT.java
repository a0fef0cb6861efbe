/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.spec;

import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireServer;
import org.igniterealtime.openfire.plugin.occupantid.harness.RawClient;
import org.igniterealtime.openfire.plugin.occupantid.harness.Stanza;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

@DisplayName("XEP-0421 §4: every presence that a room sends about an occupant carries the occupant's id")
class PresenceIT extends Spec
{
    @Test
    @DisplayName("the presence that creates a room")
    void creation()
    {
        final RawClient alice = user("alice");
        final String id = id(alice.join(room, "witch"));
        assertEquals(id, id(alice.join(room, "witch")), "also when joining again without leaving");
    }

    @Test
    @DisplayName("§3.1 a join, as the newcomer and the others see it")
    void join()
    {
        final RawClient alice = owner("alice", "witch");
        final RawClient bob = user("bob");
        final String id = id(bob.join(room, "hag"));
        assertEquals(id, id(alice.await(presence(room + "/hag"))));
    }

    @Test
    @DisplayName("a join as clients made it before multi-user chat")
    void oldJoin()
    {
        final RawClient alice = owner("alice", "witch");
        final RawClient bob = user("bob");
        bob.send("<presence to='" + room + "/hag'/>");
        assertEquals(id(bob.await(presence(room + "/hag"))), id(alice.await(presence(room + "/hag"))));
    }

    @Test
    @DisplayName("§3.1 the presences of those already there, sent to a newcomer")
    void initialPresences()
    {
        final RawClient alice = user("alice");
        final String aliceId = id(alice.join(room, "witch"));
        create(alice, room, "witch");
        final RawClient bob = user("bob");
        final String bobId = id(bob.join(room, "hag"));
        final RawClient carol = user("carol");
        carol.join(room, "toad");
        assertEquals(aliceId, id(bob.await(presence(room + "/witch"))));
        assertEquals(aliceId, id(carol.await(presence(room + "/witch"))));
        assertEquals(bobId, id(carol.await(presence(room + "/hag"))));
        assertNotEquals(aliceId, bobId);
    }

    @Test
    @DisplayName("an update, to the nick or to the room")
    void update()
    {
        final RawClient alice = owner("alice", "witch");
        final RawClient bob = user("bob");
        final String id = id(bob.join(room, "hag"));
        bob.send("<presence to='" + room + "/hag'><show>away</show><status>one</status></presence>");
        assertEquals(id, id(alice.await(status("one"))));
        assertEquals(id, id(bob.await(status("one"))));
        bob.send("<presence to='" + room + "'><status>two</status></presence>");
        assertEquals(id, id(alice.await(status("two"))));
    }

    @Test
    @DisplayName("a presence of type probe, which is none for a room, but which some versions take for an update")
    void probe()
    {
        final RawClient alice = owner("alice", "witch");
        final RawClient bob = user("bob");
        final String id = id(bob.join(room, "hag"));
        bob.send("<presence type='probe' to='" + room + "/hag'><status>anybody there?</status>" + forged("x") + "</presence>");
        bob.sync();
        final RawClient carol = user("carol");
        join(carol, room, "toad");
        carol.await(presence(room + "/toad"));
        // Versions that take it for an update, and then for a question to those who are to see it, send errors about that.
        for (final RawClient client : new RawClient[] {alice, carol}) {
            client.sync();
            client.all().stream().filter(stanza -> (room + "/hag").equals(stanza.attr("from"))).filter(error().negate())
                .forEach(update -> assertEquals(id, id(update)));
        }
    }

    @Test
    @DisplayName("both halves of a change of nick")
    void nickChange()
    {
        final RawClient alice = owner("alice", "witch");
        final RawClient bob = user("bob");
        final String id = id(bob.join(room, "hag"));
        bob.send("<presence to='" + room + "/crone'/>");
        for (final RawClient client : new RawClient[] {alice, bob}) {
            assertEquals(id, id(client.await(unavailable(room + "/hag"))));
            assertEquals(id, id(client.await(presence(room + "/crone"))));
        }
    }

    @Test
    @DisplayName("a change of role")
    void role()
    {
        final RawClient alice = owner("alice", "witch");
        final RawClient bob = user("bob");
        final String id = id(bob.join(room, "hag"));
        alice.await(presence(room + "/hag"));
        administer(alice, room, "nick='hag' role='moderator'");
        assertEquals(id, id(alice.await(presence(room + "/hag"))));
        assertEquals(id, id(bob.await(presence(room + "/hag"))));
    }

    @Test
    @DisplayName("a change of affiliation")
    void affiliation()
    {
        final RawClient alice = owner("alice", "witch");
        final RawClient bob = user("bob");
        final String id = id(bob.join(room, "hag"));
        alice.await(presence(room + "/hag"));
        administer(alice, room, "jid='bob@" + DOMAIN + "' affiliation='admin'");
        assertEquals(id, id(alice.await(presence(room + "/hag"))));
        assertEquals(id, id(bob.await(presence(room + "/hag"))));
    }

    @Test
    @DisplayName("a kick")
    void kick()
    {
        final RawClient alice = owner("alice", "witch");
        final RawClient bob = user("bob");
        final String id = id(bob.join(room, "hag"));
        administer(alice, room, "nick='hag' role='none'");
        assertEquals(id, id(alice.await(unavailable(room + "/hag"))));
        assertEquals(id, id(bob.await(unavailable(room + "/hag"))));
    }

    /** Since Openfire 4.7, an error is an update like any other: the room keeps it, and makes the last presence of it. */
    @Test
    @DisplayName("a kick of an occupant whose last presence was an error")
    void kickAfterAnError()
    {
        final RawClient alice = owner("alice", "witch");
        final RawClient bob = user("bob");
        final String id = id(bob.join(room, "hag"));
        bob.send("<presence type='error' to='" + room + "/hag'>" + forged("none") + "</presence>");
        bob.sync();
        administer(alice, room, "nick='hag' role='none'");
        assertEquals(id, id(alice.await(unavailable(room + "/hag"))));
        assertEquals(id, id(bob.await(unavailable(room + "/hag"))));
    }

    @Test
    @DisplayName("a ban")
    void ban()
    {
        final RawClient alice = owner("alice", "witch");
        final RawClient bob = user("bob");
        final String id = id(bob.join(room, "hag"));
        administer(alice, room, "jid='bob@" + DOMAIN + "' affiliation='outcast'");
        assertEquals(id, id(alice.await(unavailable(room + "/hag"))));
        assertEquals(id, id(bob.await(unavailable(room + "/hag"))));
    }

    @Test
    @DisplayName("a leave")
    void leave()
    {
        final RawClient alice = owner("alice", "witch");
        final RawClient bob = user("bob");
        final String id = id(bob.join(room, "hag"));
        bob.send("<presence to='" + room + "/hag' type='unavailable'/>");
        assertEquals(id, id(alice.await(unavailable(room + "/hag"))));
        assertEquals(id, id(bob.await(unavailable(room + "/hag"))));
    }

    @Test
    @DisplayName("a lost connection")
    void lostConnection()
    {
        final RawClient alice = owner("alice", "witch");
        final RawClient bob = user("bob");
        final String id = id(bob.join(room, "hag"));
        bob.drop();
        assertEquals(id, id(alice.await(unavailable(room + "/hag"))));
    }

    @Test
    @DisplayName("a room destroyed by its owner: each occupant is shown the own id")
    void destroyed()
    {
        final RawClient alice = owner("alice", "witch");
        final String aliceId = id(say(alice, room, "double"));
        final RawClient bob = user("bob");
        final String bobId = id(bob.join(room, "hag"));
        alice.ask("set", room, "<query xmlns='http://jabber.org/protocol/muc#owner'><destroy><reason>toil</reason></destroy></query>");
        assertEquals(bobId, id(bob.await(unavailable(room + "/hag"))));
        assertEquals(aliceId, id(alice.await(unavailable(room + "/witch"))));
    }

    @Test
    @DisplayName("a persistent room destroyed by an admin of the server, which then is gone")
    void destroyedByAdmin()
    {
        final OpenfireServer server = server();
        final RawClient alice = owner("alice", "witch", "muc#roomconfig_persistentroom", "1");
        final String aliceId = id(say(alice, room, "double"));
        final RawClient bob = user("bob");
        final String bobId = id(bob.join(room, "hag"));
        server.destroyRoom("conference", room.substring(0, room.indexOf('@')));
        assertEquals(bobId, id(bob.await(unavailable(room + "/hag"))));
        assertEquals(aliceId, id(alice.await(unavailable(room + "/witch"))));
        assertEquals("error", bob.ask("get", room, "<query xmlns='http://jabber.org/protocol/disco#info'/>").attr("type"));
    }

    @Test
    @DisplayName("several devices under one nick")
    void devices()
    {
        final RawClient alice = owner("alice", "witch");
        final RawClient desk = user("bob");
        final RawClient phone = user("bob");
        final String id = id(desk.join(room, "hag"));
        assertEquals(id, id(phone.join(room, "hag")));
        phone.send("<presence to='" + room + "/hag'><status>on the moor</status></presence>");
        assertEquals(id, id(alice.await(status("on the moor"))));
        assertEquals(id, id(say(desk, room, "from the desk")));
        assertEquals(id, id(say(phone, room, "from the moor")));
    }

    @Test
    @DisplayName("a second device that leaves, and one that comes back while the other stays")
    void secondDeviceLeaves()
    {
        final RawClient alice = owner("alice", "witch");
        final RawClient desk = user("bob");
        final String id = id(desk.join(room, "hag"));
        final RawClient phone = user("bob");
        phone.join(room, "hag");
        phone.send("<presence to='" + room + "/hag' type='unavailable'/>");
        phone.sync();
        assertEquals(id, id(say(desk, room, "still here")));
        assertEquals(id, id(alice.await(message("still here"))));
        assertEquals(id, id(phone.join(room, "hag")));
    }

    @Test
    @DisplayName("a join that follows a join without a leave, as after a lost connection that the server has not noticed")
    void joinAgain()
    {
        final RawClient alice = owner("alice", "witch");
        final String aliceId = id(say(alice, room, "before"));
        final RawClient bob = user("bob");
        final String id = id(bob.join(room, "hag"));
        bob.clear();
        alice.clear();
        assertEquals(id, id(bob.join(room, "hag")));
        assertEquals(aliceId, id(bob.await(presence(room + "/witch"))));
        assertEquals(aliceId, id(bob.await(message("before"))));
        assertEquals(id, id(say(bob, room, "again")));
        alice.await(message("again"));
        alice.all().stream().filter(presence(room + "/hag")).forEach(presence -> assertEquals(id, id(presence)));
    }

    @Test
    @DisplayName("in a room that is not anonymous, too")
    void nonAnonymous()
    {
        final RawClient alice = user("alice");
        alice.join(room, "witch");
        alice.configure(room, "muc#roomconfig_whois", "anyone");
        final RawClient bob = user("bob");
        final String id = id(bob.join(room, "hag"));
        final RawClient carol = user("carol");
        carol.join(room, "toad");
        final Stanza presence = carol.await(presence(room + "/hag"));
        assertEquals(bob.jid(), item(presence).attr("jid"));
        assertEquals(id, id(presence));
        assertEquals(id, id(say(bob, room, "known to all")));
    }

    @Test
    @DisplayName("§4.1 the same user under another nick, after leaving")
    void stable()
    {
        owner("alice", "witch");
        final RawClient bob = user("bob");
        final String id = id(bob.join(room, "hag"));
        bob.send("<presence to='" + room + "/hag' type='unavailable'/>");
        bob.await(unavailable(room + "/hag"));
        assertEquals(id, id(bob.join(room, "crone")));
        assertEquals(id, id(user("bob").join(room, "crone")));
    }

    @Test
    @DisplayName("§4.1 the same user in two rooms shows two ids")
    void unlinkable()
    {
        final RawClient alice = user("alice");
        // Two thirds of an id are the pseudonym; what follows would differ anyhow.
        assertNotEquals(id(alice.join(room, "witch")).substring(0, 26), id(alice.join(newRoom(), "witch")).substring(0, 26));
    }

    @Test
    @DisplayName("whoever takes over a nick shows another id")
    void nickTakenOver()
    {
        final RawClient alice = owner("alice", "witch");
        final RawClient bob = user("bob");
        final String bobId = id(bob.join(room, "hag"));
        bob.send("<presence to='" + room + "/hag' type='unavailable'/>");
        assertEquals(bobId, id(alice.await(presence(room + "/hag"))));
        assertEquals(bobId, id(alice.await(unavailable(room + "/hag"))));
        final String carolId = id(user("carol").join(room, "hag"));
        assertNotEquals(bobId, carolId);
        assertEquals(carolId, id(alice.await(presence(room + "/hag"))));
    }

    @Test
    @DisplayName("a presence shows the real JID to those who may know it, and to no others")
    void nothingElseChanges()
    {
        final RawClient alice = owner("alice", "witch");
        final RawClient bob = user("bob");
        bob.join(room, "hag");
        final RawClient carol = user("carol");
        carol.join(room, "toad");
        assertEquals(bob.jid(), item(alice.await(presence(room + "/hag"))).attr("jid"));
        assertNull(item(carol.await(presence(room + "/hag"))).attr("jid"));
    }

    private static Stanza item(final Stanza presence)
    {
        return presence.child(MUC_USER, "x").child(MUC_USER, "item");
    }
}
