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
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

@DisplayName("Federated rooms (FMUC, XEP-0289)")
@OwnServer
class FederatedRoomIT extends Spec
{
    private static final String FMUC = "http://isode.com/protocol/fmuc";

    @Test
    @DisplayName("exchange no ids, since they carry real JIDs; and nobody hides behind the element of theirs")
    void link()
    {
        assumeTrue(OpenfireServer.isAtLeast(4, 6), "Openfire 4.6 and later federate rooms");
        try (OpenfireServer own = start(OpenfireServer.builder().plugin(JAR).property("xmpp.muc.room.fmuc.enabled", "true"))) {
            create(user(own, "alice"), room, "witch", "muc#roomconfig_persistentroom", "1");
            own.query("UPDATE ofMucRoom SET fmucEnabled=1");
            own.restart();
            final RawClient alice = user(own, "alice");
            alice.join(room, "witch");
            final String aliceId = id(say(alice, room, "before"));
            final RawClient bob = user(own, "bob");
            final String bobId = id(bob.join(room, "toad"));
            bob.send("<message type='groupchat' to='" + room + "'><body>hidden</body>" + fmuc() + "</message>");
            assertEquals(bobId, id(say(bob, room, "open")));
            alice.await(message("open"));
            assertTrue(alice.all().stream().noneMatch(message("hidden")));
            // To the server, an account that sends this is the room on the other side.
            final RawClient peer = user(own, "dave");
            peer.send("<presence to='" + room + "/hag'><x xmlns='http://jabber.org/protocol/muc'/><x xmlns='" + MUC_USER + "'/>" + fmuc()
                + forged(aliceId) + "</presence>");
            // Over the link, the resource of the sender is the nickname.
            assertNoId(alice.await(presence(room + peer.jid().substring(peer.jid().indexOf('/')))));
            peer.send("<message type='groupchat' to='" + room + "'><body>from afar</body>" + fmuc() + forged(aliceId) + "</message>");
            assertNoId(alice.await(message("from afar")));
            alice.send("<presence to='" + room + "/witch'><status>over the link</status></presence>");
            final Stanza overTheLink = peer.await(status("over the link"));
            assertEquals(alice.jid(), overTheLink.child(FMUC, "fmuc").attr("from"));
            assertNoId(overTheLink);
            assertEquals(aliceId, id(alice.await(status("over the link"))));
        }
    }

    private static String fmuc()
    {
        return "<fmuc xmlns='" + FMUC + "' from='user@elsewhere.example/x'/>";
    }
}
