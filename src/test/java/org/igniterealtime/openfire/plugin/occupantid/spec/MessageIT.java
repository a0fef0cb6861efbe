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

import java.time.Duration;
import java.time.Instant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

@DisplayName("XEP-0421 §4: every message that a room passes on carries its author's id")
class MessageIT extends Spec
{
    @Test
    @DisplayName("§3.2 a message to all, as its author and the others see it")
    void groupchat()
    {
        final RawClient alice = owner("alice", "witch");
        final RawClient bob = user("bob");
        final String id = id(bob.join(room, "hag"));
        assertEquals(id, id(say(bob, room, "double")));
        assertEquals(id, id(alice.await(message("double"))));
    }

    @Test
    @DisplayName("a change of subject, and the subject shown to those who join later")
    void subject()
    {
        final RawClient alice = owner("alice", "witch");
        final RawClient bob = user("bob");
        final String id = id(bob.join(room, "hag"));
        bob.send("<message type='groupchat' to='" + room + "'><subject>toil</subject></message>");
        assertEquals(id, id(bob.await(subject("toil"))));
        assertEquals(id, id(alice.await(subject("toil"))));
        final RawClient carol = user("carol");
        carol.join(room, "toad");
        assertEquals(id, id(carol.await(subject("toil"))));
    }

    @Test
    @DisplayName("a message that changes the subject though it is addressed to a nick, as the server allows")
    void subjectToNick()
    {
        final RawClient alice = owner("alice", "witch");
        final RawClient bob = user("bob");
        final String id = id(bob.join(room, "hag"));
        bob.send("<message type='groupchat' to='" + room + "/witch'><subject>trouble</subject></message>");
        assertEquals(id, id(alice.await(subject("trouble"))));
    }

    @ParameterizedTest(name = "{0}")
    @DisplayName("history, however it is asked for")
    @ValueSource(strings = {"<!-- no form at all -->", "<history/>", "<history maxstanzas='20'/>", "<history maxchars='100000'/>", "<history seconds='600'/>",
        "<history since='SINCE'/>", "<history maxstanzas='5' seconds='600'/>"})
    void history(final String request)
    {
        final RawClient alice = owner("alice", "witch");
        final RawClient bob = user("bob");
        final String bobId = id(bob.join(room, "hag"));
        final String aliceId = id(say(alice, room, "double"));
        say(bob, room, "toil");
        bob.send("<presence to='" + room + "/hag' type='unavailable'/>");
        bob.await(unavailable(room + "/hag"));
        final RawClient carol = user("carol");
        final String since = Instant.now().minus(Duration.ofMinutes(10)).toString().substring(0, 19) + "Z";
        carol.send("<presence to='" + room + "/hag'><x xmlns='http://jabber.org/protocol/muc'>" + request.replaceFirst("<!--.*", "").replace("SINCE", since)
            + "</x></presence>");
        final Stanza fromAlice = carol.await(message("double"));
        final Stanza fromBob = carol.await(message("toil"));
        assertNotNull(fromBob.child("urn:xmpp:delay", "delay"));
        assertEquals(aliceId, id(fromAlice));
        assertEquals(bobId, id(fromBob), "though the author has left, and carol has the nick now");
        assertNotEquals(bobId, id(say(carol, room, "trouble")));
    }

    @ParameterizedTest(name = "type {0}")
    @DisplayName("a private message carries the id of its sender, not of its recipient")
    @ValueSource(strings = {"type='chat'", "type='normal'", ""})
    void privateMessage(final String type)
    {
        final RawClient alice = owner("alice", "witch");
        final RawClient bob = user("bob");
        final String id = id(bob.join(room, "hag"));
        bob.send("<message " + type + " to='" + room + "/witch'><body>psst</body></message>");
        final Stanza received = alice.await(message("psst"));
        assertEquals(room + "/hag", received.attr("from"));
        assertEquals(id, id(received));
    }

    @Test
    @DisplayName("a private message to a nick with several devices")
    void privateMessageToDevices()
    {
        final RawClient alice = owner("alice", "witch");
        final String id = id(say(alice, room, "double"));
        final RawClient one = user("bob");
        final RawClient two = user("bob");
        one.join(room, "hag");
        two.join(room, "hag");
        alice.send("<message type='chat' to='" + room + "/hag'><body>psst</body></message>");
        assertEquals(id, id(one.await(message("psst"))));
        assertEquals(id, id(two.await(message("psst"))));
    }

    @Test
    @DisplayName("the id of presences, messages, private messages and history is one and the same")
    void oneId()
    {
        final RawClient alice = owner("alice", "witch");
        final RawClient bob = user("bob");
        final String id = id(bob.join(room, "hag"));
        assertEquals(id, id(say(bob, room, "double")));
        bob.send("<message type='chat' to='" + room + "/witch'><body>psst</body></message>");
        assertEquals(id, id(alice.await(message("psst"))));
        bob.send("<presence to='" + room + "/crone'/>");
        assertEquals(id, id(say(bob, room, "toil")));
        final RawClient carol = user("carol");
        carol.join(room, "toad");
        assertEquals(id, id(carol.await(presence(room + "/crone"))));
        assertEquals(id, id(carol.await(message("double"))));
        assertEquals(id, id(carol.await(message("toil"))));
    }

    @Test
    @DisplayName("all else in a message arrives as it was sent")
    void payload()
    {
        final RawClient alice = owner("alice", "witch");
        final String payload = "<x xmlns='urn:example:one' a='&lt;&apos;'>t<y xmlns='urn:example:two'/>u</x>"
            + "<occupant-id xmlns='urn:example:other' id='mine'/><id xmlns='" + NS + "'/>"
            + "<quote xmlns='urn:example:three'><occupant-id xmlns='" + NS + "' id='quoted'/></quote>";
        final Stanza received = say(alice, room, "double", payload);
        assertEquals("<'", received.child("urn:example:one", "x").attr("a"));
        assertEquals("tu", received.child("urn:example:one", "x").text());
        assertNotNull(received.child("urn:example:one", "x").child("urn:example:two", "y"));
        assertEquals("mine", received.child("urn:example:other", "occupant-id").attr("id"));
        assertNotNull(received.child(NS, "id"));
        assertEquals("quoted", received.child("urn:example:three", "quote").child(NS, "occupant-id").attr("id"));
        // Newer versions of Openfire add an id of the stanza (XEP-0359), and that is all that comes on top.
        assertEquals(6, received.children().stream().filter(child -> !"urn:xmpp:sid:0".equals(child.namespace())).count(),
            received::toString);
    }

    @Test
    @DisplayName("rooms, nicks and users of any name")
    void names()
    {
        final String strange = "café-漢字%20(1)" + room;
        final String nick = "wítch@home/ß 漢字";
        final RawClient alice = user("alice");
        final String id = id(alice.join(strange, nick));
        create(alice, strange, nick);
        assertEquals(id, id(say(alice, strange, "double")));
        final RawClient bob = user("bob");
        bob.join(strange, "@");
        assertEquals(id, id(bob.await(presence(strange + "/" + nick))));
        assertEquals(id, id(bob.await(message("double"))));
    }
}
