/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.fire;

import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireServer;
import org.igniterealtime.openfire.plugin.occupantid.harness.RawClient;
import org.igniterealtime.openfire.plugin.occupantid.harness.Stanza;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

@DisplayName("The server has no memory left")
class OutOfMemoryIT extends Faults
{
    private static final List<String> USERS = List.of("alice", "bob", "carol");
    private static final int INWARDS = 12;
    private static final int OUTWARDS = 6;
    private static final int FAMINE_MILLIS = 7_000;

    @Test
    @DisplayName("nobody is seen with an id that is not theirs, and when there is memory again, all is as it was, behind the chat too")
    void eaten(@TempDir final Path directory) throws Exception
    {
        try (OpenfireServer own = server().jvmArg("-Xmx96m").jvmArg("-XX:+UseSerialGC").jvmArg("-XX:-UseTLAB").start()) {
            own.install(Meddler.jar(directory));
            final String room = room("room");
            final List<RawClient> crowd = new ArrayList<>();
            final List<String> ids = new ArrayList<>();
            for (final String name : USERS) {
                final RawClient client = user(own, name);
                crowd.add(client);
                create(client, room(name), name);
            }
            create(crowd.get(0), room, "alice");
            crowd.get(1).join(room, "bob");
            crowd.get(2).join(room, "carol");
            for (final RawClient client : crowd) {
                ids.add(id(say(client, room, "before " + ids.size())));
            }
            lookAt(crowd);
            withId = 0;

            own.plugin("meddler", "starve", "in");
            for (int i = 0; i < INWARDS; i++) {
                forge(crowd.get(i % 3), room, USERS.get(i % 3), i, ids.get((i + 1) % 3), crowd);
            }
            // What several are sent is sent while memory is taken for the next of them, and then the server loses connections.
            own.plugin("meddler", "starve", "out");
            for (int i = INWARDS; i < INWARDS + OUTWARDS; i++) {
                forge(crowd.get(i % 3), room(USERS.get(i % 3)), USERS.get(i % 3), i, ids.get((i + 1) % 3), List.of(crowd.get(i % 3)));
            }
            final String starved = own.plugin("meddler", "starved");
            own.plugin("meddler", "meddle", "before", "in", "nothing", "");
            crowd.forEach(RawClient::sync);
            final long emptied = crowd.stream().flatMap(client -> client.all().stream()).filter(OutOfMemoryIT::isEmptied).count();
            lookAt(crowd);
            final int with = withId;
            final int without = withoutId;
            assertTrue(emptied > 0 && without > 0, "it was not enough");
            for (int i = 0; i < USERS.size(); i++) {
                assertEquals(ids.get(i), id(say(crowd.get(i), room, "after " + i)));
                assertEquals(List.of(ids.get(i)), idsOf(room, USERS.get(i)), "no other was ever seen");
                assertEquals(1, idsOf(room(USERS.get(i)), USERS.get(i)).size(), "no other was ever seen");
            }
            own.plugin("occupantid", "components.rotations.rotateAll", "the test");
            await(own, "components.rotations.latest.isOver");
            assertEquals("4", own.plugin("occupantid", "components.rotations.latest.roomsDone"));
            for (int i = 0; i < USERS.size(); i++) {
                assertNotEquals(ids.get(i), id(say(crowd.get(i), room, "rotated " + i)));
            }
            lookAt(crowd);

            // From here on, what is needed of the server is the database alone: some of its own threads do not outlive this.
            own.plugin("occupantid", "components.rotations.rotateAll", "the test");
            own.plugin("meddler", "famine", String.valueOf(FAMINE_MILLIS));
            await(own, "components.rotations.latest.isOver");
            final String rotation = own.plugin("occupantid", "components.rotations.latest.toString");
            assertEquals(rotation.startsWith("4 of 4 "), own.plugin("occupantid", "components.rotations.latest.isFailed").equals("false"), rotation);
            own.query("SET TABLE ofOccupantIdSecret READONLY TRUE");
            own.plugin("occupantid", "components.secrets.ofRoom", room("another"));
            assertEquals("true", own.plugin("occupantid", "components.secrets.isDatabaseAway"));
            own.query("SET TABLE ofOccupantIdSecret READONLY FALSE");
            for (int i = 0; i < 200 && own.plugin("occupantid", "components.secrets.isDatabaseAway").equals("true"); i++) {
                Thread.sleep(50);
            }
            assertEquals("false", own.plugin("occupantid", "components.secrets.isDatabaseAway"), "looked at every five seconds");
            figure("%s stanzas with forged ids found no memory: %d received with the right id, %d without, 0 with a wrong one; %d"
                + " messages were empty; %d s without memory at all, and what goes on behind the chat went on", starved, with, without, emptied,
                FAMINE_MILLIS / 1000);
        }
    }

    /** Says something, or changes a presence, with the id of another, one that is none, and so much else that to take them out needs memory. */
    private static void forge(final RawClient client, final String room, final String nick, final int number, final String borrowed,
                              final List<RawClient> listeners)
    {
        listeners.forEach(RawClient::drain);
        final String forged = "<occupant-id xmlns='urn:xmpp:occupant-id:0' id='" + borrowed + "'/>"
            + "<occupant-id xmlns='urn:xmpp:occupant-id:0' id='made-up'/>" + "<a xmlns='b'/>".repeat(12_000);
        if (number % 4 == 3) {
            client.send("<presence to='" + room + "/" + nick + "'><status>" + number + "</status>" + forged + "</presence>");
        } else {
            client.send("<message type='groupchat' to='" + room + "'><body>" + number + "</body>" + forged + "</message>");
        }
        // Nothing more until then: what the server reads or writes while there is no memory ends its threads.
        listeners.forEach(listener -> listener.await(Duration.ofSeconds(20), stanza -> (room + "/" + nick).equals(stanza.attr("from"))));
        // Since Openfire 4.7, the room is written to a cache when all have been sent the stanza.
        client.sync();
    }

    /** Whether it was a message once. */
    private static boolean isEmptied(final Stanza stanza)
    {
        return stanza.name().equals("message") && stanza.child("jabber:client", "body") == null;
    }

    private void lookAt(final List<RawClient> crowd)
    {
        crowd.forEach(RawClient::sync);
        crowd.forEach(this::look);
    }
}
