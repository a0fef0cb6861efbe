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

import java.util.ArrayList;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

@DisplayName("What clients forged while the plugin was not there does not leave a room as an id")
@OwnServer
class BeforeThePluginIT extends Spec
{
    private static final boolean HAS_OWN_IDS = OpenfireServer.isAtLeast(5, 0);

    @Test
    @DisplayName("in history, in presences, and in what comes of them; and the plugin goes as it came")
    void installed()
    {
        try (OpenfireServer own = start(OpenfireServer.builder())) {
            final RawClient alice = user(own, "alice");
            alice.join(room, "witch");
            create(alice, room, "witch", "muc#roomconfig_persistentroom", "1");
            final Stanza before = say(alice, room, "before", forged("x"), forged("y"), "<retract xmlns='urn:xmpp:message-retract:1' id='1'>"
                + "<moderated xmlns='urn:xmpp:message-moderate:1'/></retract>");
            assertEquals(HAS_OWN_IDS ? 1 : 2, before.children(NS, "occupant-id").size(),
                "a server without ids of its own lets forged ids pass, so there is something to test");
            alice.send("<message type='groupchat' to='" + room + "'><subject>old</subject>" + forged("x") + "</message>");
            final RawClient bob = user(own, "bob");
            join(bob, room, "hag", forged("x"));
            final RawClient kicked = user(own, "carol");
            join(kicked, room, "toad", forged("x"));
            bob.await(subject("old"));
            kicked.await(subject("old"));

            alice.clear();
            own.install(JAR);
            final String announced = id(alice.await(presence(room + "/hag")));

            final RawClient dave = user(own, "dave");
            dave.join(room, "newt");
            final Stanza inHistory = dave.await(message("before"));
            assertBare(inHistory);
            assertFalse(inHistory.toString().contains("moderated"), inHistory::toString);
            assertBare(dave.await(subject("old")));
            final String bobId = id(dave.await(presence(room + "/hag")));
            assertEquals(announced, bobId);
            assertEquals(bobId, id(say(bob, room, "after")));
            assertNotEquals(bobId, id(dave.await(presence(room + "/witch"))));
            final String kickedId = id(dave.await(presence(room + "/toad")));
            bob.clear();
            administer(alice, room, "nick='hag' role='moderator'");
            assertEquals(bobId, id(bob.await(presence(room + "/hag"))));
            administer(alice, room, "nick='toad' role='none'");
            assertEquals(kickedId, id(kicked.await(unavailable(room + "/toad"))));
            bob.send("<presence to='" + room + "/hag' type='unavailable'/>");
            assertEquals(bobId, id(dave.await(unavailable(room + "/hag"))));

            alice.clear();
            own.uninstall("occupantid");
            assertBare(alice.await(presence(room + "/newt")));

            final Stanza disco = dave.ask("get", room, "<query xmlns='http://jabber.org/protocol/disco#info'/>");
            assertEquals(HAS_OWN_IDS, disco.toString().contains(NS), disco::toString);
            assertBare(say(dave, room, "without"));
            final RawClient later = user(own, "carol");
            later.join(room, "toad");
            later.await(message("without"));
            later.all().stream().filter(stanza -> (room + "/newt").equals(stanza.attr("from"))).forEach(BeforeThePluginIT::assertBare);
        }
    }

    /** A stanza is as the server makes it without the plugin. */
    private static void assertBare(final Stanza stanza)
    {
        if (HAS_OWN_IDS) {
            final List<Stanza> ids = stanza.children(NS, "occupant-id");
            assertTrue(ids.size() == 1 && ids.get(0).attr("id").matches("[0-9a-f]{40}"), stanza::toString);
        } else {
            assertNoId(stanza);
        }
    }

    @Test
    @DisplayName("in a presence to all contacts, which the server keeps with the session, and shows to a room that becomes one of them")
    void keptWithSession()
    {
        try (OpenfireServer own = start(OpenfireServer.builder().plugin(JAR))) {
            final RawClient alice = user(own, "alice");
            create(alice, room, "witch", "muc#roomconfig_persistentroom", "1");
            final String aliceId = id(say(alice, room, "I am here"));
            final RawClient bob = user(own, "bob");
            final String bobId = id(bob.join(room, "hag"));
            own.uninstall("occupantid");
            bob.send("<presence><status>everywhere</status>" + forged(aliceId) + "</presence>");
            bob.sync();
            own.install(JAR);
            assertEquals(bobId, id(say(bob, room, "back again")));
            bob.ask("set", null, "<query xmlns='jabber:iq:roster'><item jid='" + room + "'/></query>");
            alice.clear();
            bob.send("<presence type='subscribed' to='" + room + "'/>");
            assertEquals(bobId, id(alice.await(status("everywhere"))));
        }
    }

    @Test
    @DisplayName("nobody is left out who was there, nor seen with the id of another, even if somebody comes in before all are announced")
    void newcomerMeanwhile()
    {
        try (OpenfireServer own = start(OpenfireServer.builder().property("plugin.occupantid.announce.rate", "100"))) {
            final RawClient alice = user(own, "alice");
            alice.join(room, "witch");
            // Where all see real JIDs, newcomers get the very objects that the room keeps.
            alice.configure(room, "muc#roomconfig_whois", "anyone", "muc#roomconfig_maxusers", "0");
            final List<RawClient> hags = new ArrayList<>();
            for (int i = 0; i < 15; i++) {
                hags.add(user(own, "bob"));
                hags.get(i).join(room, "hag" + i);
            }
            alice.clear();
            own.install(JAR);
            alice.await(stanza -> stanza.name().equals("presence") && stanza.child(NS, "occupant-id") != null);
            user(own, "dave").join(room, "newt");
            for (int i = 0; i < 15; i++) {
                final String nick = room + "/hag" + i;
                assertTrue(alice.all().stream().anyMatch(presence(nick)) || alice.await(presence(nick)) != null, nick);
            }

            final String genuine = id(say(alice, room, "mine"));
            own.uninstall("occupantid");
            hags.forEach(hag -> hag.send("<presence to='" + room + "'><status>taken</status>" + forged(genuine) + "</presence>"));
            hags.forEach(RawClient::sync);
            alice.sync();
            alice.clear();
            own.install(JAR);
            alice.await(stanza -> stanza.name().equals("presence") && stanza.child(NS, "occupant-id") != null);
            final RawClient carol = user(own, "carol");
            carol.join(room, "toad");
            for (int i = 0; i < 15; i++) {
                assertNotEquals(genuine, id(carol.await(presence(room + "/hag" + i))));
            }
        }
    }
}
