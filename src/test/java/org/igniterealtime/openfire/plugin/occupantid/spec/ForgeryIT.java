/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.spec;

import org.igniterealtime.openfire.plugin.occupantid.harness.RawClient;
import org.igniterealtime.openfire.plugin.occupantid.harness.Stanza;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import org.junit.jupiter.params.provider.Arguments;

@DisplayName("XEP-0421 §4: an id that a client sends is replaced; and nobody moderates in the name of the room")
class ForgeryIT extends Spec
{
    private RawClient alice;
    private String aliceId;
    private RawClient bob;

    static Stream<Arguments> forgeries()
    {
        final String victims = forged("VICTIM");
        return Stream.of(
            arguments("one, made up", forged("me")),
            arguments("another occupant's", victims),
            arguments("two", forged("one") + forged("two")),
            arguments("many, the victim's among them", forged("x").repeat(50) + victims + forged("y").repeat(50)),
            arguments("without an id", "<occupant-id xmlns='" + NS + "'/>"),
            arguments("with an empty id", forged("")),
            arguments("too long", forged("x".repeat(5000))),
            arguments("with children", "<occupant-id xmlns='" + NS + "' id='VICTIM'><a/><occupant-id id='VICTIM'/></occupant-id>"),
            arguments("with text", "<occupant-id xmlns='" + NS + "' id='VICTIM'>VICTIM</occupant-id>"),
            arguments("with other attributes", "<occupant-id xmlns='" + NS + "' id='VICTIM' xml:lang='en' by='me'/>"),
            arguments("under a prefix", "<o:occupant-id xmlns:o='" + NS + "' id='VICTIM'/>"),
            arguments("with a prefixed id", "<occupant-id xmlns='" + NS + "' xmlns:o='urn:o' o:id='VICTIM'/>"),
            arguments("nested", "<quote xmlns='urn:example'><by>" + victims + "</by></quote>"),
            arguments("in a forwarded message", "<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client'>" + victims
                + "</message></forwarded>"),
            arguments("in a moderation", "<retract xmlns='urn:xmpp:message-retract:1' id='1'><moderated xmlns='urn:xmpp:message-moderate:1'>"
                + victims + "</moderated></retract>"),
            arguments("in a moderation of an older version", "<apply-to xmlns='urn:xmpp:fasten:0' id='1'><moderated"
                + " xmlns='urn:xmpp:message-moderate:0'><retract xmlns='urn:xmpp:message-retract:0'/>" + victims + "</moderated></apply-to>"),
            arguments("in a moderation of nothing", "<moderated xmlns='urn:xmpp:message-moderate:1'>" + victims + "</moderated>"),
            arguments("in a moderation within something else",
                "<x xmlns='urn:example'><y><m:moderated xmlns:m='urn:xmpp:message-moderate:0'/></y></x>" + victims));
    }

    @BeforeEach
    void meet()
    {
        alice = owner("alice", "witch");
        aliceId = id(say(alice, room, "I am here"));
        bob = user("bob");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forgeries")
    @DisplayName("in a join")
    void join(final String what, final String forgery)
    {
        join(bob, room, "hag", forgery.replace("VICTIM", aliceId));
        final String seen = id(alice.await(presence(room + "/hag")));
        final RawClient carol = user("carol");
        carol.join(room, "toad");
        assertEquals(seen, id(carol.await(presence(room + "/hag"))));
        assertEquals(seen, id(say(bob, room, "what is not forged")));
        assertNotEquals(aliceId, seen);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forgeries")
    @DisplayName("in an update, and in all that the room makes of it later")
    void update(final String what, final String forgery)
    {
        final String genuine = id(bob.join(room, "hag"));
        bob.send("<presence to='" + room + "/hag'><status>here</status>" + forgery.replace("VICTIM", aliceId) + "</presence>");
        assertEquals(genuine, id(alice.await(status("here"))));
        bob.send("<presence to='" + room + "/crone'>" + forgery.replace("VICTIM", aliceId) + "</presence>");
        assertEquals(genuine, id(alice.await(presence(room + "/crone"))));
        administer(alice, room, "nick='crone' role='none'");
        assertEquals(genuine, id(alice.await(unavailable(room + "/crone"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forgeries")
    @DisplayName("in a message, and in history")
    void groupchat(final String what, final String forgery)
    {
        final String genuine = id(bob.join(room, "hag"));
        assertEquals(genuine, id(say(bob, room, "double", forgery.replace("VICTIM", aliceId))));
        assertEquals(genuine, id(alice.await(message("double"))));
        bob.send("<message type='groupchat' to='" + room + "'><subject>toil</subject>" + forgery.replace("VICTIM", aliceId)
            + "</message>");
        assertEquals(genuine, id(alice.await(subject("toil"))));
        final RawClient carol = user("carol");
        carol.join(room, "toad");
        assertEquals(genuine, id(carol.await(message("double"))));
        assertEquals(genuine, id(carol.await(subject("toil"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forgeries")
    @DisplayName("in a presence to all contacts, of whom the room is one")
    void contact(final String what, final String forgery)
    {
        final String genuine = id(bob.join(room, "hag"));
        bob.ask("set", null, "<query xmlns='jabber:iq:roster'><item jid='" + room + "'/></query>");
        bob.send("<presence type='subscribed' to='" + room + "'/>");
        bob.send("<presence><status>everywhere</status>" + forgery.replace("VICTIM", aliceId) + "</presence>");
        assertEquals(genuine, id(alice.await(status("everywhere"))));
        bob.send("<presence to='" + DOMAIN + "'><status>by name</status>" + forgery.replace("VICTIM", aliceId) + "</presence>");
        assertEquals(genuine, id(alice.await(status("by name"))));
        bob.send("<presence type='unavailable'>" + forgery.replace("VICTIM", aliceId) + "</presence>");
        assertEquals(genuine, id(alice.await(unavailable(room + "/hag"))));
    }

    @Test
    @DisplayName("by one who hears nothing of the room: a kick shows the id of who was kicked, though the room keeps a presence without")
    void deaf()
    {
        final String genuine = id(bob.join(room, "hag"));
        bob.ask("set", null, "<query xmlns='jabber:iq:roster'><item jid='" + room + "'/></query>");
        bob.send("<presence type='subscribed' to='" + room + "'/>");
        bob.send("<presence><status>everywhere</status></presence>");
        assertEquals(genuine, id(alice.await(status("everywhere"))));
        bob.ask("set", null, "<query xmlns='jabber:iq:privacy'><list name='deaf'><item action='deny' order='1'><presence-in/></item></list></query>");
        bob.ask("set", null, "<query xmlns='jabber:iq:privacy'><active name='deaf'/></query>");
        administer(alice, room, "nick='hag' role='none'");
        assertEquals(genuine, id(alice.await(unavailable(room + "/hag"))));
    }

    @Test
    @DisplayName("behind addresses that pass for others by a namespace")
    void masks()
    {
        final String genuine = id(bob.join(room, "hag"));
        final RawClient carol = user("carol");
        carol.join(room, "toad");
        final String mask = "xmlns:x='urn:x' x:from='a@b' from='" + room + "/witch'";
        bob.send("<message " + mask + " type='groupchat' to='" + carol.jid() + "'><body>direct</body>" + forged(aliceId) + "</message>");
        assertEquals(bob.jid(), carol.await(message("direct")).attr("from"));
        bob.send("<presence " + mask + " to='" + carol.jid() + "'><status>direct</status>" + forged(aliceId) + "</presence>");
        assertEquals(bob.jid(), carol.await(status("direct")).attr("from"));
        bob.send("<message " + mask + " type='groupchat' to='" + room + "'><body>to all</body>" + forged(aliceId) + "</message>");
        final Stanza received = carol.await(message("to all"));
        assertEquals(room + "/hag", received.attr("from"));
        assertEquals(genuine, id(received));
        bob.send("<message xmlns:x='urn:x' x:to='" + room + "' to='" + carol.jid() + "' type='groupchat'><body>to whom</body>"
            + forged(aliceId) + "</message>");
        assertEquals(genuine, id(carol.await(message("to whom"))));
        bob.send("<message xmlns:x='urn:x' x:type='groupchat' type='error' to='" + room + "'><body>what</body>" + forged(aliceId)
            + "</message>");
        final Stanza typed = carol.await(message("what"));
        assertEquals("groupchat", typed.attr("type"));
        assertEquals(genuine, id(typed));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forgeries")
    @DisplayName("in a private message")
    void privateMessage(final String what, final String forgery)
    {
        final String genuine = id(bob.join(room, "hag"));
        bob.send("<message type='chat' to='" + room + "/witch'><body>psst</body>" + forgery.replace("VICTIM", aliceId) + "</message>");
        assertEquals(genuine, id(alice.await(message("psst"))));
    }
}
