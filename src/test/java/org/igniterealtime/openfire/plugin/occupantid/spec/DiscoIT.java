/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.spec;

import org.igniterealtime.openfire.plugin.occupantid.harness.RawClient;
import org.igniterealtime.openfire.plugin.occupantid.harness.Stanza;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

@DisplayName("XEP-0421 §2: rooms and services announce the feature, once, and nothing else does")
class DiscoIT extends Spec
{
    private static final String DISCO_INFO = "http://jabber.org/protocol/disco#info";

    @Test
    @DisplayName("a room, asked by an occupant or an outsider")
    void room()
    {
        final RawClient alice = owner("alice", "witch");
        assertEquals(1, announced(ask(alice, room, "<query xmlns='" + DISCO_INFO + "'/>")));
        final Stanza answer = ask(user("bob"), room, "<query xmlns='" + DISCO_INFO + "'/>");
        assertEquals(1, announced(answer));
        assertTrue(features(answer, "http://jabber.org/protocol/muc") == 1, answer::toString);
    }

    @Test
    @DisplayName("§4 a service, since all its rooms have it")
    void service()
    {
        assertEquals(1, announced(ask(user("alice"), "conference." + DOMAIN, "<query xmlns='" + DISCO_INFO + "'/>")));
    }

    @Test
    @DisplayName("a service created later, and its rooms")
    void newService()
    {
        server().createMucService("later");
        try {
            final RawClient alice = user("alice");
            assertEquals(1, announced(ask(alice, "later.localhost", "<query xmlns='" + DISCO_INFO + "'/>")));
            final String id = id(alice.join("coven@later.localhost", "witch"));
            create(alice, "coven@later.localhost", "witch");
            assertEquals(1, announced(ask(alice, "coven@later.localhost", "<query xmlns='" + DISCO_INFO + "'/>")));
            assertEquals(id, id(say(alice, "coven@later.localhost", "double", forged("x"))));
        } finally {
            server().deleteMucService("later");
        }
    }

    @Test
    @DisplayName("a question that already holds the feature gets no second one")
    void echo()
    {
        owner("alice", "witch");
        final String feature = "<feature var='" + NS + "'/>";
        assertEquals(1, announced(ask(user("bob"), room, "<query xmlns='" + DISCO_INFO + "'>" + feature + feature + "</query>")));
    }

    @Test
    @DisplayName("not a node of a room or a service")
    void node()
    {
        final RawClient alice = owner("alice", "witch");
        for (final String node : new String[] {"x-roomuser-item", "http://jabber.org/protocol/muc#rooms", ""}) {
            final Stanza answer = ask(alice, room, "<query xmlns='" + DISCO_INFO + "' node='" + node + "'/>");
            assertEquals(0, announced(answer), answer::toString);
        }
    }

    @Test
    @DisplayName("not an occupant, asked through the room")
    void occupant()
    {
        final RawClient alice = owner("alice", "witch");
        final RawClient bob = user("bob");
        bob.join(room, "hag");
        bob.send("<iq type='get' id='d1' to='" + room + "/witch'><query xmlns='" + DISCO_INFO + "'/></iq>");
        final Stanza question = alice.await(stanza -> stanza.name().equals("iq"));
        alice.send("<iq type='result' id='" + question.attr("id") + "' to='" + question.attr("from") + "'><query xmlns='" + DISCO_INFO
            + "'><feature var='urn:example'/></query></iq>");
        final Stanza answer = bob.await(stanza -> "d1".equals(stanza.attr("id")));
        assertEquals(1, features(answer, "urn:example"));
        assertEquals(0, announced(answer));
    }

    @Test
    @DisplayName("not the server, a user, another service, disco#items, or a room that does not exist")
    void others()
    {
        final RawClient alice = user("alice");
        for (final String entity : new String[] {DOMAIN, "alice@" + DOMAIN, "pubsub." + DOMAIN, room}) {
            final Stanza answer = ask(alice, entity, "<query xmlns='" + DISCO_INFO + "'/>");
            assertEquals(0, announced(answer), answer::toString);
        }
        final Stanza items = ask(alice, "conference." + DOMAIN, "<query xmlns='http://jabber.org/protocol/disco#items'/>");
        assertEquals(0, announced(items), items::toString);
    }

    private static Stanza ask(final RawClient client, final String entity, final String query)
    {
        return client.ask("get", entity, query);
    }

    private static int announced(final Stanza answer)
    {
        return features(answer, NS);
    }

    private static int features(final Stanza answer, final String feature)
    {
        int found = 0;
        for (final Stanza query : answer.children()) {
            found += (int) query.children().stream()
                .filter(child -> child.name().equals("feature") && feature.equals(child.attr("var"))).count();
        }
        return found;
    }
}
