/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.spec;

import org.igniterealtime.openfire.plugin.occupantid.harness.Cleanup;
import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireServer;
import org.igniterealtime.openfire.plugin.occupantid.harness.ProsodyServer;
import org.igniterealtime.openfire.plugin.occupantid.harness.RawClient;
import org.igniterealtime.openfire.plugin.occupantid.harness.Stanza;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

import java.util.List;
import java.util.function.Predicate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Two servers, and only one of them is Openfire: what goes between them is looked at on both sides. Stanzas between two servers keep
 * their order, so whatever has not come when a later one has, does not come.
 */
@DisplayName("Federation with Prosody")
@Tag("debian")
@OwnServer
class ProsodyIT extends Spec
{
    private static final String REMOTE = "prosody.test";
    private static final String STAMP = "https://igniterealtime.org/projects/openfire/occupantid";

    private static OpenfireServer home;
    private static ProsodyServer prosody;

    @BeforeAll
    static void start()
    {
        home = start(OpenfireServer.builder().plugin(JAR));
        prosody = ProsodyServer.launch(REMOTE, home);
        for (final String user : List.of("bob", "carol", "dave")) {
            RawClient.register(prosody, user, "secret");
        }
    }

    @AfterAll
    static void stop()
    {
        Cleanup.all(prosody, home);
    }

    @Test
    @DisplayName("a user of Prosody has one id in our room: in presences, messages, private messages, under every nick, in history")
    void visitor()
    {
        final RawClient alice = hostess();
        final String aliceId = id(say(alice, room, "double"));
        final RawClient bob = user(prosody, "bob");
        join(bob, room, "hag", forged(aliceId));
        final String bobId = seenByBoth(alice, bob, presence(room + "/hag"));
        assertNotEquals(aliceId, bobId);
        assertEquals(aliceId, id(bob.await(presence(room + "/witch"))));
        assertEquals(aliceId, id(bob.await(message("double"))));

        bob.send("<message type='groupchat' to='" + room + "'><body>toil</body></message>");
        assertEquals(bobId, seenByBoth(alice, bob, message("toil")));
        bob.send("<message type='groupchat' to='" + room + "'><subject>trouble</subject></message>");
        assertEquals(bobId, seenByBoth(alice, bob, subject("trouble")));
        bob.send("<message type='chat' to='" + room + "/witch'><body>psst</body></message>");
        assertEquals(bobId, id(alice.await(message("psst"))));
        alice.send("<message type='chat' to='" + room + "/hag'><body>yes?</body></message>");
        assertEquals(aliceId, id(bob.await(message("yes?"))));

        bob.send("<presence to='" + room + "/crone'/>");
        assertEquals(bobId, seenByBoth(alice, bob, unavailable(room + "/hag")));
        assertEquals(bobId, seenByBoth(alice, bob, presence(room + "/crone")));
        bob.send("<presence type='unavailable' to='" + room + "/crone'/>");
        assertEquals(bobId, seenByBoth(alice, bob, unavailable(room + "/crone")));
        join(bob, room, "maiden");
        assertEquals(bobId, seenByBoth(alice, bob, presence(room + "/maiden")));
        final RawClient phone = user(prosody, "bob");
        join(phone, room, "mother");
        assertEquals(bobId, seenByBoth(alice, phone, presence(room + "/mother")));

        // A user of each server comes late.
        for (final RawClient late : new RawClient[] {user(home, "carol"), user(prosody, "carol")}) {
            final String nick = late.jid().contains(REMOTE) ? "owl" : "toad";
            join(late, room, nick);
            assertEquals(bobId, id(late.await(presence(room + "/maiden"))));
            final String lateId = id(late.await(presence(room + "/" + nick)));
            assertNotEquals(bobId, lateId);
            assertNotEquals(aliceId, lateId);
            assertEquals(aliceId, id(late.await(message("double"))));
            assertEquals(bobId, id(late.await(message("toil"))));
            assertEquals(bobId, id(late.await(subject("trouble"))));
        }
        administer(alice, room, "nick='maiden' role='none'");
        assertEquals(bobId, seenByBoth(alice, bob, unavailable(room + "/maiden")));
        bob.send("<message type='chat' to='" + room + "/witch'><body>psst</body>" + forged(bobId) + "</message>");
        assertNoId(bob.await(error()));
    }

    @Test
    @DisplayName("ids that a user of Prosody sends to our room are replaced")
    void forger()
    {
        final RawClient alice = hostess();
        final String aliceId = id(say(alice, room, "double"));
        final RawClient bob = user(prosody, "bob");
        join(bob, room, "hag", forged("me"));
        final String bobId = seenByBoth(alice, bob, presence(room + "/hag"));
        final RawClient carol = user(home, "carol");
        int number = 0;
        for (final String forgery : List.of(forged(bobId), forged(aliceId), forged("x") + forged(bobId) + forged(aliceId),
            "<o:occupant-id xmlns:o='" + NS + "' id='" + aliceId + "'/>", forged(aliceId + "'/><occupant-id xmlns='" + NS + "' id='" + bobId),
            "<stamp xmlns='" + STAMP + "' id='" + aliceId + "'/>", "<s:stamp xmlns:s='" + STAMP + "'/>" + forged(aliceId))) {
            final String text = "forgery " + ++number;
            bob.send("<message type='groupchat' to='" + room + "'><body>" + text + "</body>" + forgery + "</message>");
            assertEquals(bobId, seenByBoth(alice, bob, withoutStamp(message(text))));
            bob.send("<message type='chat' to='" + room + "/witch'><body>" + text + "</body>" + forgery + "</message>");
            assertEquals(bobId, id(alice.await(withoutStamp(message(text)))));
            bob.send("<presence to='" + room + "/hag" + number + "'><status>" + text + "</status>" + forgery + "</presence>");
            assertEquals(bobId, seenByBoth(alice, bob, withoutStamp(status(text))));
            bob.send("<message to='" + room + "'><x xmlns='" + MUC_USER + "'><invite to='carol@" + DOMAIN + "'/></x>" + forgery
                + "</message>");
            assertNoId(carol.await(withoutStamp(stanza -> stanza.child(MUC_USER, "x") != null)));
        }
        carol.join(room, "toad");
        for (int i = 1; i <= number; i++) {
            assertEquals(bobId, id(carol.await(withoutStamp(message("forgery " + i)))));
        }
    }

    @Test
    @DisplayName("nobody at Prosody speaks as another by a name for the sender that passes for the real one")
    void masks()
    {
        final RawClient alice = hostess();
        final RawClient bob = user(prosody, "bob");
        join(bob, room, "hag");
        final String bobId = seenByBoth(alice, bob, presence(room + "/hag"));
        final RawClient dave = user(prosody, "dave");
        join(dave, room, "crone");
        seenByBoth(alice, dave, presence(room + "/crone"));
        // Prosody hands attributes of any namespace on, before or after its own, so that the server may look at either.
        for (int i = 0; i < 20; i++) {
            bob.send("<message xmlns:x='urn:x" + i + "' x:from='" + dave.jid() + "' type='groupchat' to='" + room
                + "'><body>mask</body></message>");
        }
        bob.send("<message type='groupchat' to='" + room + "'><body>no mask</body></message>");
        assertEquals(bobId, seenByBoth(alice, bob, message("no mask")));
        assertEquals(List.of(), alice.all().stream().filter(message("mask")).toList(), "who sends them cannot be told");
    }

    @Test
    @DisplayName("a rotation in our room shows a user of Prosody the new ids")
    void rotation()
    {
        final RawClient alice = hostess();
        final String aliceId = id(say(alice, room, "double"));
        final RawClient bob = user(prosody, "bob");
        join(bob, room, "hag");
        final String bobId = seenByBoth(alice, bob, presence(room + "/hag"));
        bob.await(presence(room + "/witch"));
        bob.await(message("double"));
        home.plugin("occupantid", "components.rotations.rotateRoom", room, "the test");
        final String newId = seenByBoth(alice, bob, presence(room + "/hag"));
        assertNotEquals(bobId, newId);
        final String newAliceId = id(bob.await(presence(room + "/witch")));
        assertNotEquals(aliceId, newAliceId);
        bob.send("<message type='groupchat' to='" + room + "'><body>toil</body>" + forged(bobId) + forged(aliceId) + forged(newAliceId)
            + "</message>");
        assertEquals(newId, seenByBoth(alice, bob, message("toil")));
    }

    @Test
    @DisplayName("our room says to Prosody's users that it has ids")
    void feature()
    {
        hostess();
        assertEquals(1, features(user(prosody, "bob"), room));
    }

    @Test
    @DisplayName("a room of Prosody, visited by our users, shows them Prosody's ids, and all else as Prosody sends it")
    void visit()
    {
        final String there = room.replace(DOMAIN, REMOTE);
        final RawClient bob = user(prosody, "bob");
        create(bob, there, "hag");
        final String bobId = prosodysId(say(bob, there, "double"));
        final RawClient alice = user(home, "alice");
        final String stamp = "<stamp xmlns='" + STAMP + "' id='" + bobId + "'/>";
        join(alice, there, "witch", forged(bobId));
        final String aliceId = prosodysId(alike(alice, bob, presence(there + "/witch")));
        assertNotEquals(bobId, aliceId);
        assertEquals(bobId, prosodysId(alice.await(presence(there + "/hag"))));
        assertEquals(bobId, prosodysId(alice.await(message("double"))));

        alice.send("<message type='groupchat' to='" + there + "'><body>toil</body>" + forged(bobId) + stamp + "</message>");
        final Stanza toil = alike(alice, bob, message("toil"));
        assertEquals(aliceId, prosodysId(toil));
        assertEquals(1, toil.children(STAMP, "stamp").size(), "names of our own mean nothing there");
        bob.send("<message type='groupchat' to='" + there + "'><body>trouble</body>" + forged(aliceId) + forged("x") + stamp + "</message>");
        assertEquals(bobId, prosodysId(alike(alice, bob, message("trouble"))));
        alice.send("<message type='chat' to='" + there + "/hag'><body>psst</body>" + forged(bobId) + "</message>");
        assertEquals(aliceId, prosodysId(bob.await(message("psst"))));
        bob.send("<message type='chat' to='" + there + "/witch'><body>yes?</body>" + forged(aliceId) + "</message>");
        assertEquals(bobId, prosodysId(alice.await(message("yes?"))));
        alice.send("<presence to='" + there + "/crone'>" + forged(bobId) + "</presence>");
        assertEquals(aliceId, prosodysId(bob.await(unavailable(there + "/witch"))));
        assertEquals(aliceId, prosodysId(alike(alice, bob, presence(there + "/crone"))));
        bob.send("<presence to='" + there + "/maiden'/>");
        assertEquals(bobId, prosodysId(alice.await(unavailable(there + "/hag"))));
        assertEquals(bobId, prosodysId(alice.await(presence(there + "/maiden"))));
        // Prosody 0.12 gives no id to what it tells people of the end of their own nick, and nobody else does.
        assertEquals(bob.await(unavailable(there + "/hag")).children(NS, "occupant-id").size(),
            alice.await(unavailable(there + "/witch")).children(NS, "occupant-id").size());

        final RawClient carol = user(home, "carol");
        join(carol, there, "toad");
        final String carolId = prosodysId(carol.await(presence(there + "/toad")));
        assertFalse(List.of(aliceId, bobId).contains(carolId));
        assertEquals(aliceId, prosodysId(carol.await(presence(there + "/crone"))));
        assertEquals(aliceId, prosodysId(carol.await(message("toil"))));
        assertEquals(bobId, prosodysId(carol.await(message("trouble"))));

        administer(bob, there, "nick='crone' role='none'");
        assertEquals(aliceId, prosodysId(alice.await(unavailable(there + "/crone"))));
        assertEquals(features(bob, there), features(alice, there));
    }

    @Test
    @DisplayName("what goes past all rooms, from a user of the one server to a user of the other, passes as it is")
    void betweenUsers()
    {
        final RawClient alice = user(home, "alice");
        final RawClient bob = user(prosody, "bob");
        final String content = "<body>hi</body>" + forged("x") + forged("y") + "<stamp xmlns='" + STAMP + "' id='z'/>";
        alice.send("<message type='chat' to='" + bob.jid() + "'>" + content + "</message>");
        bob.send("<message type='chat' to='" + alice.jid() + "'>" + content + "</message>");
        for (final RawClient client : new RawClient[] {alice, bob}) {
            final Stanza received = client.await(message("hi"));
            assertEquals(List.of("x", "y"), received.children(NS, "occupant-id").stream().map(child -> child.attr("id")).toList());
            assertEquals(1, received.children(STAMP, "stamp").size());
        }
    }

    /** A user of ours who has created the room of this test. */
    private RawClient hostess()
    {
        final RawClient alice = user(home, "alice");
        create(alice, room, "witch");
        return alice;
    }

    /** How often a room tells a client that it has ids. */
    private static long features(final RawClient client, final String of)
    {
        return client.ask("get", of, "<query xmlns='http://jabber.org/protocol/disco#info'/>").children().get(0).children().stream()
            .filter(child -> NS.equals(child.attr("var"))).count();
    }

    /** The one id of a stanza that two clients receive. */
    private static String seenByBoth(final RawClient one, final RawClient other, final Predicate<Stanza> which)
    {
        final String id = id(one.await(which));
        assertEquals(id, id(other.await(which)));
        return id;
    }

    private static Predicate<Stanza> withoutStamp(final Predicate<Stanza> which)
    {
        return which.and(stanza -> {
            assertTrue(stanza.children(STAMP, "stamp").isEmpty(), stanza::toString);
            return true;
        });
    }

    /** A stanza of Prosody's room, which our server's client receives just as Prosody's own client does. */
    private static Stanza alike(final RawClient ours, final RawClient theirs, final Predicate<Stanza> which)
    {
        final Stanza received = ours.await(which);
        final Stanza original = theirs.await(which);
        assertTrue(forAnybody(received).isEqualNode(forAnybody(original)), () -> received + "\nis not\n" + original);
        return received;
    }

    /** A stanza without what differs between its recipients: the address, and the word that it is about oneself. */
    private static Element forAnybody(final Stanza stanza)
    {
        final Element copy = (Element) stanza.element().cloneNode(true);
        copy.removeAttribute("to");
        new Stanza(copy).children(MUC_USER, "x").forEach(extension -> extension.children(MUC_USER, "status").stream()
            .filter(status -> "110".equals(status.attr("code"))).forEach(self -> extension.element().removeChild(self.element())));
        return copy;
    }

    /** The one id of a stanza from a room of Prosody: an HMAC-SHA-256 in Base64. */
    private static String prosodysId(final Stanza stanza)
    {
        final List<Stanza> elements = stanza.children(NS, "occupant-id");
        assertEquals(1, elements.size(), () -> "occupant ids in " + stanza);
        final String id = elements.get(0).attr("id");
        assertTrue(id != null && id.matches("[A-Za-z0-9+/]{43}="), () -> "id in " + stanza);
        return id;
    }
}
