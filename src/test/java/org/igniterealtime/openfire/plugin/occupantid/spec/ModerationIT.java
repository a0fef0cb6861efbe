/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.spec;

import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireServer;
import org.igniterealtime.openfire.plugin.occupantid.harness.RawClient;
import org.igniterealtime.openfire.plugin.occupantid.harness.Stanza;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

@DisplayName("Owners and admins of a room can kick and ban by occupant id")
@OwnServer
class ModerationIT extends CommandSpec
{
    private static final String NO_MODERATOR = "You are not an owner or admin of a room ";

    @AutoClose
    private static OpenfireServer own;
    private static int owners;

    private String ownerName;

    @BeforeAll
    static void start()
    {
        own = start(OpenfireServer.builder().plugin(JAR));
    }

    @Test
    @DisplayName("a ban by the id of a message in history keeps out its author, who has left; undoing it lets them in")
    void banWhoHasLeft()
    {
        final RawClient alice = coven();
        final RawClient bob = user(own, "bob");
        bob.join(room, "hag");
        say(bob, room, "boo");
        leave(bob, "hag");
        alice.await(unavailable(room + "/hag"));

        final RawClient carol = user(own, "carol");
        carol.join(room, "toad");
        administer(alice, room, "affiliation='admin' jid='carol@localhost'");
        final String id = id(carol.await(message("boo")));
        carol.drain();
        carol.clear();

        final Stanza answer = execute(carol, "ban", "room", room, "occupant-id", id, "reason", "Boo yourself");
        assertEquals("They were banned.", done(answer));
        assertSecret(answer, "bob");
        assertNothingStray(carol);
        join(bob, room, "hag");
        assertRefused("forbidden", bob);
        assertEquals(List.of(List.of("carol", "id " + id + ", account bob@localhost, done, reason: Boo yourself")),
            audited("ban by occupant id"));

        assertEquals("The ban was ended.", done(execute(carol, "unban", "room", room, "occupant-id", id)));
        assertNothingStray(carol);
        assertEquals(id, id(bob.join(room, "hag")));
        assertEquals(List.of(List.of("carol", "id " + id + ", account bob@localhost, done")), audited("unban by occupant id"));
    }

    @Test
    @DisplayName("a ban of somebody in the room puts them out, with the reason")
    void banPresent()
    {
        final RawClient alice = coven();
        final RawClient bob = user(own, "bob");
        final String id = id(bob.join(room, "hag"));
        alice.await(presence(room + "/hag"));
        alice.clear();
        assertEquals("They were banned.", done(execute(alice, "ban", "room", room, "occupant-id", id, "reason", "1 &lt; 2")));
        final Stanza ban = bob.await(unavailable(room + "/hag"));
        final Stanza extension = ban.child(MUC_USER, "x");
        assertEquals("301", extension.child(MUC_USER, "status").attr("code"), ban::toString);
        assertEquals("1 < 2", extension.child(MUC_USER, "item").child(MUC_USER, "reason").text(), ban::toString);
        assertNothingStray(alice);
    }

    @Test
    @DisplayName("whoever bans an anonymous guest is told that the guest can be back at once")
    void banAnonymousGuest()
    {
        final RawClient alice = coven();
        own.setProperty("xmpp.auth.anonymous", "true");
        final RawClient guest = RawClient.connectAnonymously(own);
        clients.add(guest);
        final String id = id(guest.join(room, "ghost"));
        final Stanza answer = execute(alice, "ban", "room", room, "occupant-id", id);
        assertEquals("completed", answer.attr("status"), answer::toString);
        assertEquals("warn", answer.child(COMMANDS, "note").attr("type"), answer::toString);
        assertTrue(answer.child(COMMANDS, "note").text().startsWith("They were banned, but "), answer::toString);
        guest.await(unavailable(room + "/ghost"));

        final RawClient again = RawClient.connectAnonymously(own);
        clients.add(again);
        assertNotEquals(id, id(again.join(room, "ghost")), "this is what the answer warns of");
    }

    @Test
    @DisplayName("a kick puts out whoever has the id, with all devices; they can come back")
    void kick()
    {
        final RawClient alice = coven();
        final RawClient bob = user(own, "bob");
        final String id = id(bob.join(room, "hag"));
        final RawClient phone = user(own, "bob");
        phone.join(room, "hag");
        final RawClient carol = user(own, "carol");
        carol.join(room, "toad");
        alice.sync();
        alice.clear();
        final Stanza answer = execute(alice, "kick", "room", room, "occupant-id", id, "reason", "Out");
        assertEquals("They were kicked.", done(answer));
        assertSecret(answer, "bob");
        for (final RawClient one : List.of(bob, phone)) {
            final Stanza kick = one.await(unavailable(room + "/hag"));
            assertEquals("307", kick.child(MUC_USER, "x").child(MUC_USER, "status").attr("code"), kick::toString);
            assertEquals("Out", kick.child(MUC_USER, "x").child(MUC_USER, "item").child(MUC_USER, "reason").text(), kick::toString);
        }
        assertNothingStray(alice);
        say(carol, room, "still here");
        assertEquals(List.of(List.of(ownerName, "id " + id + ", account bob@localhost, done, reason: Out")), audited("kick by occupant id"));
        assertEquals(id, id(bob.join(room, "hag")));
    }

    @Test
    @DisplayName("there is nobody to kick if they have left")
    void kickWhoHasLeft()
    {
        final RawClient alice = coven();
        final RawClient bob = user(own, "bob");
        final String id = id(bob.join(room, "hag"));
        leave(bob, "hag");
        assertEquals("Whoever has the id has left the room, so there is nobody to kick. A ban keeps them out.",
            refused(execute(alice, "kick", "room", room, "occupant-id", id)));
        assertEquals(List.of(List.of(ownerName, "id " + id + ", account bob@localhost, not done: occupantid.moderation.error.left")),
            audited("kick by occupant id"));
    }

    @Test
    @DisplayName("an admin can do nothing to an owner, nor an owner to an admin, nor anybody to themselves")
    void ranks()
    {
        final RawClient alice = coven();
        final String owner = id(say(alice, room, "mine"));
        final RawClient bob = user(own, "bob");
        final String admin = id(bob.join(room, "hag"));
        administer(alice, room, "affiliation='admin' jid='bob@localhost'");
        alice.sync();
        for (final String name : List.of("kick", "ban")) {
            final Stanza answer = execute(bob, name, "room", room, "occupant-id", owner);
            refused(answer);
            assertSecret(answer, ownerName);
        }
        assertEquals("Whoever has the id is an owner or admin of the room, so nothing was done. An owner of the room has to take that from them first.",
            refused(execute(bob, "ban", "room", room, "occupant-id", owner)));
        assertEquals("The room does not allow you to do that to whoever has the id.",
            refused(execute(bob, "kick", "room", room, "occupant-id", owner)));
        refused(execute(alice, "ban", "room", room, "occupant-id", admin));
        for (final String name : List.of("kick", "ban", "unban")) {
            assertEquals("The id is your own, so nothing was done.", refused(execute(alice, name, "room", room, "occupant-id", owner)));
        }
        assertEquals(owner, id(say(alice, room, "still here")));
        assertEquals(admin, id(say(bob, room, "here too")));

        // An admin who has left, and is not there to be protected by the room.
        leave(bob, "hag");
        final RawClient carol = user(own, "carol");
        carol.join(room, "toad");
        administer(alice, room, "affiliation='admin' jid='carol@localhost'");
        refused(execute(carol, "ban", "room", room, "occupant-id", admin));
        assertEquals(admin, id(bob.join(room, "hag")));
    }

    @Test
    @DisplayName("what is no ban is not taken back: a member stays a member")
    void notBanned()
    {
        final RawClient alice = coven("muc#roomconfig_membersonly", "1");
        administer(alice, room, "affiliation='member' jid='bob@localhost'");
        final RawClient bob = user(own, "bob");
        final String id = id(bob.join(room, "hag"));
        assertEquals("Whoever has the id is not banned.", refused(execute(alice, "unban", "room", room, "occupant-id", id)));
        leave(bob, "hag");
        assertEquals(id, id(bob.join(room, "hag")));
    }

    @Test
    @DisplayName("others are told the same whether or not the room or the id exists, and nothing is looked for")
    void oracle()
    {
        coven();
        final RawClient bob = user(own, "bob");
        final String id = id(bob.join(room, "hag"));
        final RawClient carol = user(own, "carol");
        carol.join(room, "toad");
        final String first = room;
        room = newRoom();
        final RawClient owner = user(own, "carol");
        create(owner, room, "toad");
        final String ofCarol = id(say(owner, room, "mine"));
        final List<List<String>> before = own.query("SELECT msgID FROM ofSecurityAuditLog");
        for (final String name : List.of("kick", "ban", "unban")) {
            final Set<String> answers = new HashSet<>();
            for (final List<String> input : List.of(List.of(first, id), List.of(first, "made up"), List.of(first, ofCarol),
                List.of("nowhere@conference.localhost", id), List.of("room@conference.remote.test", id), List.of("@", id),
                List.of("conference.localhost", id), List.of("carol@localhost", id), List.of(first + "/hag", id))) {
                final Stanza answer = execute(carol, name, "room", input.get(0), "occupant-id", input.get(1));
                assertTrue(refused(answer).startsWith(NO_MODERATOR), answer::toString);
                assertSecret(answer, "bob");
                answers.add(refused(answer).replace(input.get(0), "ROOM"));
            }
            assertEquals(1, answers.size(), answers::toString);
        }
        assertEquals(before, own.query("SELECT msgID FROM ofSecurityAuditLog"));
        assertEquals(id, id(say(bob, first, "still here")));
    }

    @Test
    @DisplayName("an owner is told what is wrong with an id, and of nobody else")
    void wrongIds()
    {
        final RawClient alice = coven();
        final RawClient bob = user(own, "bob");
        final String id = id(bob.join(room, "hag"));
        final String first = room;
        room = newRoom();
        create(bob, room, "hag");
        final String elsewhere = id(say(bob, room, "mine"));
        for (final String wrong : List.of(elsewhere, "A".repeat(43), "x", "bob@localhost")) {
            assertTrue(refused(execute(alice, "ban", "room", first, "occupant-id", wrong))
                .startsWith("This server has not issued the id " + wrong + " in room " + first + "."));
        }
        assertEquals("Please fill in: Occupant id", refused(execute(alice, "ban", "room", first)));
        assertEquals("Please fill in: Address of the room", refused(execute(alice, "ban", "occupant-id", id)));
        assertEquals(id, id(say(bob, first, "still here")));
    }

    @Test
    @DisplayName("who knows the session of an owner gains nothing by it")
    void anothersSession()
    {
        final RawClient alice = coven();
        final RawClient bob = user(own, "bob");
        final String id = id(bob.join(room, "hag"));
        final RawClient carol = user(own, "carol");
        final Stanza answer = command(send(carol, "ban", "sessionid='" + begin(alice, "ban") + "' action='complete'",
            form("room", room, "occupant-id", id)));
        assertTrue(refused(answer).startsWith(NO_MODERATOR), answer::toString);
        assertEquals(id, id(say(bob, room, "still here")));
    }

    @Test
    @DisplayName("an id of before a rotation still does, while its secret is kept")
    void retired()
    {
        final RawClient alice = coven();
        final RawClient bob = user(own, "bob");
        final String old = id(bob.join(room, "hag"));
        alice.await(presence(room + "/hag"));
        own.plugin("occupantid", "components.rotations.rotateRoom", room, "the test");
        assertNotEquals(old, id(alice.await(presence(room + "/hag"))));
        assertEquals("They were banned.", done(execute(alice, "ban", "room", room, "occupant-id", old)));
        bob.await(unavailable(room + "/hag"));
        join(bob, room, "hag");
        assertRefused("forbidden", bob);
        assertEquals("The ban was ended.", done(execute(alice, "unban", "room", room, "occupant-id", old)));
    }

    @Test
    @DisplayName("a moderator who is in the room with another device can do it from any; who is not there at all has to enter")
    void devices()
    {
        final RawClient alice = coven("muc#roomconfig_persistentroom", "1");
        final RawClient phone = user(own, ownerName);
        final RawClient bob = user(own, "bob");
        final String id = id(bob.join(room, "hag"));
        assertEquals("They were kicked.", done(execute(phone, "kick", "room", room, "occupant-id", id)));
        bob.await(unavailable(room + "/hag"));
        assertNothingStray(phone);
        assertNothingStray(alice);

        leave(alice, "witch");
        bob.join(room, "hag");
        final Stanza answer = execute(phone, "ban", "room", room, "occupant-id", id);
        assertNothingStray(phone);
        if (OpenfireServer.isAtLeast(5, 0)) {
            assertEquals("They were banned.", done(answer), "since Openfire 5, an owner need not be in the room");
            bob.await(unavailable(room + "/hag"));
        } else {
            assertEquals("Please enter the room first, and then try again.", refused(answer));
            assertEquals(id, id(say(bob, room, "still here")));
        }
    }

    @Test
    @DisplayName("nobody can have more than twenty searches in a minute")
    void limit()
    {
        final RawClient alice = coven();
        final String id = id(say(alice, room, "me"));
        for (int i = 0; i < 20; i++) {
            assertEquals("The id is your own, so nothing was done.", refused(execute(alice, "kick", "room", room, "occupant-id", id)));
        }
        assertEquals("You have begun 20 searches in the last minute. Please wait a moment.",
            refused(execute(alice, "kick", "room", room, "occupant-id", id)));
    }

    @Test
    @DisplayName("an owner who is of another server can do it as well")
    void remoteOwner()
    {
        try (OpenfireServer remote = start(OpenfireServer.builder().domain("remote.test"))) {
            own.knows(remote);
            remote.knows(own);
            final RawClient alice = user(remote, "alice");
            alice.join(room, "witch");
            create(alice, room, "witch");
            final RawClient bob = user(own, "bob");
            final String id = id(bob.join(room, "hag"));
            alice.await(presence(room + "/hag"));
            alice.drain();
            assertEquals("They were banned.", done(execute(alice, "ban", "room", room, "occupant-id", id)));
            bob.await(unavailable(room + "/hag"));
            alice.await(unavailable(room + "/hag"));
            assertNothingStray(alice);
            assertEquals(List.of(List.of("alice@remote.test", "id " + id + ", account bob@localhost, done")), audited("ban by occupant id"));
            alice.close();
        }
    }

    /** The room of this test, semi-anonymous, with an owner who owns no other, and so has begun no searches. */
    private RawClient coven(final String... fields)
    {
        ownerName = "alice" + ++owners;
        own.createAccount(ownerName, "secret");
        final RawClient alice = user(own, ownerName);
        create(alice, room, "witch", fields);
        return alice;
    }

    private void leave(final RawClient client, final String nick)
    {
        client.send("<presence to='" + room + "/" + nick + "' type='unavailable'/>");
        client.await(unavailable(room + "/" + nick));
    }

    /** Nothing in an answer names an account. */
    private static void assertSecret(final Stanza answer, final String user)
    {
        assertFalse(answer.toString().contains(user + "@"), answer::toString);
    }

    /** The room's answers to what was asked in a moderator's name do not come to the moderator. */
    private static void assertNothingStray(final RawClient moderator)
    {
        moderator.sync();
        assertTrue(moderator.drain().stream().noneMatch(stanza -> stanza.name().equals("iq")), () -> moderator.all().toString());
    }

    private static void assertRefused(final String condition, final RawClient client)
    {
        final Stanza answer = client.await(error());
        assertEquals(1, answer.child("jabber:client", "error").children("urn:ietf:params:xml:ns:xmpp-stanzas", condition).size(),
            answer::toString);
    }

    private List<List<String>> audited(final String deed)
    {
        return own.query("SELECT username, details FROM ofSecurityAuditLog WHERE summary='occupant ids: " + deed + " in room " + room + "'");
    }
}
