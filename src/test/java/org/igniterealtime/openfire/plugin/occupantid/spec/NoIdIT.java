/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.spec;

import org.igniterealtime.openfire.plugin.occupantid.harness.RawClient;
import org.igniterealtime.openfire.plugin.occupantid.harness.Stanza;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

@DisplayName("What is no occupant's word or presence carries no id, and what passes no room is left alone")
class NoIdIT extends Spec
{
    private static final String FORGED = forged("made-up");

    @ParameterizedTest(name = "to the room{0}")
    @ValueSource(strings = {"", "/ "})
    @DisplayName("a mediated invitation, which names the inviter's real JID (XEP-0045 §7.8.2)")
    void invitation(final String resource)
    {
        final RawClient alice = owner("alice", "witch");
        final RawClient carol = user("carol");
        alice.send("<message to='" + room + resource + "'><x xmlns='" + MUC_USER + "'><invite to='carol@" + DOMAIN + "'/></x>"
            + FORGED + "<note xmlns='urn:example'/></message>");
        final Stanza invitation = carol.await(stanza -> stanza.child(MUC_USER, "x") != null);
        assertEquals("alice@" + DOMAIN, invitation.child(MUC_USER, "x").child(MUC_USER, "invite").attr("from"));
        assertNotNull(invitation.child("urn:example", "note"));
        assertNoId(invitation);
    }

    @Test
    @DisplayName("an invitation that looks like an answer from the archive")
    void invitationAsArchive()
    {
        final RawClient alice = owner("alice", "witch");
        final String aliceId = id(say(alice, room, "double"));
        final RawClient bob = user("bob");
        bob.join(room, "hag");
        final RawClient carol = user("carol");
        final String said = "<message xmlns='jabber:client' from='" + room + "/witch' type='groupchat'><body>never</body>"
            + forged(aliceId) + "</message>";
        bob.send("<message to='" + room + "'><x xmlns='" + MUC_USER + "'><invite to='carol@" + DOMAIN + "'/></x>"
            + "<result xmlns='urn:xmpp:mam:2'><forwarded xmlns='urn:xmpp:forward:0'>" + said + said + "</forwarded><forwarded xmlns='urn:xmpp:forward:0'>" + said
            + "</forwarded></result><result xmlns='urn:xmpp:mam:2'><forwarded xmlns='urn:xmpp:forward:0'>" + said
            + "</forwarded></result></message>");
        assertNoId(carol.await(stanza -> stanza.child(MUC_USER, "x") != null));
    }

    @Test
    @DisplayName("what the sender's own privacy list holds back (XEP-0016)")
    void privacyList()
    {
        owner("alice", "witch");
        final RawClient bob = user("bob");
        bob.join(room, "hag");
        bob.ask("set", null, "<query xmlns='jabber:iq:privacy'><list name='l'><item type='jid' value='" + room
            + "' action='deny' order='1'><message/></item></list></query>");
        assertEquals("result", bob.ask("set", null, "<query xmlns='jabber:iq:privacy'><active name='l'/></query>").attr("type"));
        assertRefusedWithoutId(bob, "<message type='groupchat' to='ROOM'><body>hi</body>FORGED</message>");
    }

    @Test
    @DisplayName("an invitation declined, by an occupant or an outsider (XEP-0045 §7.8.2)")
    void decline()
    {
        final RawClient alice = owner("alice", "witch");
        final RawClient bob = user("bob");
        final RawClient carol = user("carol");
        bob.join(room, "hag");
        for (final RawClient client : new RawClient[] {bob, carol}) {
            client.send("<message to='" + room + "'><x xmlns='" + MUC_USER + "'><decline to='alice@" + DOMAIN + "'/></x>" + FORGED
                + "</message>");
            assertNoId(alice.await(stanza -> stanza.child(MUC_USER, "x") != null
                && stanza.child(MUC_USER, "x").child(MUC_USER, "decline") != null));
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"<message type='groupchat' to='ROOM'><body>hi</body>FORGED</message>",
        "<message type='chat' to='ROOM/witch'><body>hi</body>FORGED</message>",
        "<message to='ROOM'><body>hi</body>FORGED</message>",
        "<presence to='ROOM/witch'><x xmlns='http://jabber.org/protocol/muc'/>FORGED</presence>",
        "<presence to='ROOM'>FORGED</presence>"})
    @DisplayName("what an outsider is refused")
    void refusedToOutsider(final String stanza)
    {
        owner("alice", "witch");
        assertRefusedWithoutId(user("bob"), stanza);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"<message type='chat' to='ROOM/nobody'><body>hi</body>FORGED</message>",
        "<message type='headline' to='ROOM/witch'><body>hi</body>FORGED</message>",
        "<message type='groupchat' to='ROOM/witch'><body>hi</body>FORGED</message>",
        "<message type='chat' to='ROOM'><body>hi</body>FORGED</message>",
        "<message to='ROOM'><x xmlns='jabber:x:data' type='submit'/>FORGED</message>",
        "<presence to='ROOM/witch'>FORGED</presence>"})
    @DisplayName("what an occupant is refused, such as a nick that somebody else holds")
    void refusedToOccupant(final String stanza)
    {
        owner("alice", "witch");
        final RawClient bob = user("bob");
        bob.join(room, "hag");
        assertRefusedWithoutId(bob, stanza);
    }

    @Test
    @DisplayName("an invitation to nobody, which some versions refuse and others drop")
    void invitationToNobody()
    {
        owner("alice", "witch");
        final RawClient bob = user("bob");
        bob.join(room, "hag");
        bob.send("<message to='" + room + "'><x xmlns='" + MUC_USER + "'><invite to='@'/></x>" + FORGED + "</message>");
        bob.sync();
        bob.all().stream().filter(error()).forEach(NoIdIT::assertNoId);
    }

    @Test
    @DisplayName("what a visitor is refused in a moderated room")
    void refusedToVisitor()
    {
        owner("alice", "witch", "muc#roomconfig_moderatedroom", "1");
        final RawClient bob = user("bob");
        bob.join(room, "hag");
        assertRefusedWithoutId(bob, "<message type='groupchat' to='ROOM'><body>hi</body>FORGED</message>");
    }

    @Test
    @DisplayName("what is sent to a room that does not exist")
    void refusedByNobody()
    {
        assertRefusedWithoutId(user("bob"), "<message type='groupchat' to='ROOM'><body>hi</body>FORGED</message>");
    }

    private void assertRefusedWithoutId(final RawClient client, final String stanza)
    {
        client.send(stanza.replace("ROOM", room).replace("FORGED", FORGED));
        final Stanza refusal = client.await(error());
        assertNoId(refusal);
    }

    @Test
    @DisplayName("a message of the room itself, or of the service")
    void fromTheRoom()
    {
        final RawClient alice = owner("alice", "witch");
        for (final String from : new String[] {room, "conference.localhost"}) {
            server().route("<message type='groupchat' from='" + from + "' to='" + alice.jid() + "'><body>hear, hear</body>" + FORGED
                + "</message>");
            assertNoId(alice.await(message("hear, hear")));
        }
    }

    @Test
    @DisplayName("an error that an occupant sends to another")
    void errorToOccupant()
    {
        final RawClient alice = owner("alice", "witch");
        final RawClient bob = user("bob");
        bob.join(room, "hag");
        server().route("<message type='error' from='" + room + "/hag' to='" + alice.jid() + "'><body>failed</body>" + FORGED
            + "<error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>");
        assertNoId(alice.await(message("failed")));
    }

    @Test
    @DisplayName("an IQ between occupants passes as it is")
    void iq()
    {
        final RawClient alice = owner("alice", "witch");
        final RawClient bob = user("bob");
        bob.join(room, "hag");
        bob.send("<iq type='get' id='q1' to='" + room + "/witch'><query xmlns='urn:example'>" + FORGED + "</query></iq>");
        final Stanza received = alice.await(stanza -> stanza.name().equals("iq"));
        assertNotNull(received.child("urn:example", "query").child(NS, "occupant-id"));
        assertNull(received.child(NS, "occupant-id"));
    }

    @Test
    @DisplayName("a self-ping (XEP-0410) is answered to an occupant, and refused to anybody else")
    void selfPing()
    {
        owner("alice", "witch");
        final RawClient bob = user("bob");
        bob.join(room, "hag");
        bob.send("<iq type='get' id='self' to='" + room + "/hag'><ping xmlns='urn:xmpp:ping'/></iq>");
        Stanza answer = bob.await(stanza -> stanza.name().equals("iq") && (room + "/hag").equals(stanza.attr("from")));
        if ("get".equals(answer.attr("type"))) {
            // Older versions do not answer for the occupant, but pass the ping on.
            assertNoId(answer);
            bob.clear();
            bob.send("<iq type='result' id='" + answer.attr("id") + "' to='" + room + "/hag'/>");
            answer = bob.await(stanza -> stanza.name().equals("iq") && (room + "/hag").equals(stanza.attr("from")));
        }
        assertEquals("result", answer.attr("type"));
        assertNoId(answer);
        final RawClient carol = user("carol");
        carol.send("<iq type='get' id='self' to='" + room + "/hag'><ping xmlns='urn:xmpp:ping'/></iq>");
        final Stanza refusal = carol.await(stanza -> stanza.name().equals("iq") && (room + "/hag").equals(stanza.attr("from")));
        assertEquals("error", refusal.attr("type"));
        assertNoId(refusal);
    }

    @Test
    @DisplayName("stanzas between users pass as they are")
    void betweenUsers()
    {
        final RawClient alice = user("alice");
        final RawClient bob = user("bob");
        bob.send("<message type='chat' to='" + alice.jid() + "'><body>hi</body>" + FORGED + FORGED + "</message>");
        assertEquals(2, alice.await(message("hi")).children(NS, "occupant-id").size());
        bob.send("<presence to='" + alice.jid() + "'><status>here</status>" + FORGED + "</presence>");
        assertEquals("made-up", alice.await(status("here")).child(NS, "occupant-id").attr("id"));
        assertNull(alice.await(bobsGroupchatTo(bob, alice)).child(NS, "occupant-id"));
    }

    private static java.util.function.Predicate<Stanza> bobsGroupchatTo(final RawClient bob, final RawClient alice)
    {
        bob.send("<message type='groupchat' to='" + alice.jid() + "'><body>not a room</body></message>");
        return message("not a room");
    }

    @Test
    @DisplayName("ids of rooms on other servers pass as they are")
    void remoteRooms()
    {
        final RawClient alice = user("alice");
        for (final String from : new String[] {"coven@chat.shakespeare.lit/hag", "coven@conference.localhost.example/hag",
            "coven@notconference.localhost/hag", "conference.localhost@shakespeare.lit/conference.localhost"}) {
            server().route("<message type='groupchat' from='" + from + "' to='" + alice.jid() + "'><body>afar</body>" + FORGED
                + "</message>");
            assertEquals("made-up", alice.await(message("afar")).child(NS, "occupant-id").attr("id"), from);
        }
    }

    @Test
    @DisplayName("a stanza that a room does not take, and that goes on to a user (XEP-0033), gets there without an id")
    void multicast()
    {
        owner("alice", "witch");
        final RawClient bob = user("bob");
        bob.join(room, "hag");
        final RawClient carol = user("carol");
        // The server sends one object to all addresses that look like its own users', the nobody in the room among them.
        bob.send("<message type='chat' to='" + DOMAIN + "'><body>to all</body><addresses xmlns='http://jabber.org/protocol/address'>"
            + "<address type='to' jid='" + room + "/nobody@" + DOMAIN + "'/><address type='to' jid='" + carol.jid() + "'/></addresses></message>");
        final Stanza received = carol.await(message("to all"));
        assertEquals(bob.jid(), received.attr("from"));
        assertNoId(received);
    }

    @Test
    @DisplayName("a leave of somebody unknown, sent to an occupant, who did not leave")
    void somebodyElsesLeave()
    {
        owner("alice", "witch");
        final RawClient carol = user("carol");
        carol.join(room, "toad");
        server().route("<presence type='unavailable' from='" + room + "/gone' to='" + carol.jid() + "'/>");
        assertNoId(carol.await(unavailable(room + "/gone")));
    }
}
