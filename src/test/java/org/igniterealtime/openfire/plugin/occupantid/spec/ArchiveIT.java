/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.spec;

import org.igniterealtime.openfire.plugin.occupantid.harness.RawClient;
import org.igniterealtime.openfire.plugin.occupantid.harness.Stanza;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** The archive itself is another plugin's; what counts here is the form of its answers (XEP-0313 §4.2). */
@DisplayName("XEP-0421 §4: a message out of a room's archive carries its author's id")
class ArchiveIT extends Spec
{
    @Test
    @DisplayName("an id of the room's own stays")
    void proven()
    {
        final RawClient alice = owner("alice", "witch");
        final String id = id(say(alice, room, "double"));
        assertEquals(id, id(archived(alice, room, "<message type='groupchat' from='" + room + "/witch'>" + forged(id) + "</message>")));
    }

    @Test
    @DisplayName("a forged id goes, and the one who has the nick now does not lend theirs")
    void forgedId()
    {
        final RawClient alice = owner("alice", "witch");
        final String foreign = id(alice.join(newRoom(), "witch"));
        for (final String ids : new String[] {"", forged("x"), forged(foreign), forged("x") + forged(foreign)}) {
            assertNoId(archived(alice, room, "<message type='groupchat' from='" + room + "/witch'>" + ids + "</message>"));
        }
    }

    @Test
    @DisplayName("of several ids, the proven one stays")
    void several()
    {
        final RawClient alice = owner("alice", "witch");
        final String id = id(say(alice, room, "double"));
        assertEquals(id, id(archived(alice, room, "<message type='groupchat' from='" + room + "/witch'>" + forged("x") + forged(id)
            + forged(id) + "</message>")));
        final RawClient bob = user("bob");
        final String bobId = id(bob.join(room, "hag"));
        assertNoId(archived(alice, room, "<message type='groupchat' from='" + room + "/witch'>" + forged(id) + forged(bobId)
            + "</message>"));
    }

    @Test
    @DisplayName("also the second message of an answer, should there be one")
    void secondMessage()
    {
        final RawClient alice = owner("alice", "witch");
        final Stanza answer = archived(alice, room, "<message type='groupchat' from='" + room + "/witch'/><message type='groupchat' from='"
            + room + "/witch'>" + forged("x") + "</message>");
        assertEquals(0, answer.element().getParentNode().getChildNodes().getLength() - 3, "delay and two messages");
        assertNoId(new Stanza((Element) answer.element().getParentNode()));
    }

    @Test
    @DisplayName("messages of the room itself have none")
    void ofTheRoom()
    {
        final RawClient alice = owner("alice", "witch");
        final String id = id(say(alice, room, "double"));
        assertNoId(archived(alice, room, "<message type='groupchat' from='" + room + "'>" + forged(id) + "</message>"));
        assertNoId(archived(alice, room, "<message type='error' from='" + room + "/witch'>" + forged(id) + "</message>"));
    }

    @Test
    @DisplayName("only the room itself moderates, and names occupants by verified ids")
    void moderation()
    {
        final RawClient alice = owner("alice", "witch");
        final String id = id(say(alice, room, "double"));
        final String moderation = "<retract xmlns='urn:xmpp:message-retract:1' id='1'><moderated xmlns='urn:xmpp:message-moderate:1'>"
            + forged(id) + forged("x") + "</moderated></retract>";
        final Stanza byOccupant = archived(alice, room, "<message type='groupchat' from='" + room + "/witch'>" + moderation + forged(id)
            + "</message>");
        assertEquals(id, id(byOccupant));
        final Stanza byRoom = archived(alice, room, "<message type='groupchat' from='" + room + "'>" + moderation + "</message>");
        assertEquals(List.of(id), idsOfModerators(byRoom));
        server().route("<message from='" + room + "' to='" + alice.jid() + "' type='groupchat'>" + moderation + "</message>");
        assertEquals(List.of(id), idsOfModerators(alice.await(stanza -> stanza.child("urn:xmpp:message-retract:1", "retract") != null)));
    }

    private static List<String> idsOfModerators(final Stanza message)
    {
        return message.child("urn:xmpp:message-retract:1", "retract").child("urn:xmpp:message-moderate:1", "moderated")
            .children(NS, "occupant-id").stream().map(element -> element.attr("id")).toList();
    }

    @Test
    @DisplayName("a user's own archive, and another server's, are left alone")
    void others()
    {
        final RawClient alice = user("alice");
        for (final String archive : new String[] {"alice@localhost", "coven@chat.shakespeare.lit"}) {
            final Stanza message = archived(alice, archive,
                "<message type='groupchat' from='coven@chat.shakespeare.lit/witch'>" + forged("x") + "</message>");
            assertEquals("x", message.child(NS, "occupant-id").attr("id"));
        }
    }

    /** Has the archive answer with a message, and returns that as the client sees it. */
    private static Stanza archived(final RawClient client, final String archive, final String message)
    {
        server().route("<message from='" + archive + "' to='" + client.jid() + "'><result xmlns='urn:xmpp:mam:2' queryid='q' id='1'>"
            + "<forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2026-01-01T00:00:00Z'/>"
            + message.replace("<message ", "<message xmlns='jabber:client' ") + "</forwarded></result></message>");
        final Stanza answer = client.await(stanza -> stanza.child("urn:xmpp:mam:2", "result") != null);
        assertEquals(0, answer.children(NS, "occupant-id").size());
        return answer.child("urn:xmpp:mam:2", "result").child("urn:xmpp:forward:0", "forwarded").child("jabber:client", "message");
    }
}
