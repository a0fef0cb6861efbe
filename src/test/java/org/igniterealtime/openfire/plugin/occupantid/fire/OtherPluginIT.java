/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.fire;

import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireServer;
import org.igniterealtime.openfire.plugin.occupantid.harness.RawClient;
import org.igniterealtime.openfire.plugin.occupantid.harness.Stanza;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

@DisplayName("Another plugin meddles with stanzas")
class OtherPluginIT extends Faults
{
    /** Since Openfire 5, an id goes through the room in a stamp, and the server itself removes every other id on the way in. */
    private static final boolean STAMPED = OpenfireServer.isAtLeast(5, 0);

    @AutoClose
    private static OpenfireServer own;
    private static int rooms;

    private final String room = room("room" + ++rooms);
    private RawClient alice;
    private RawClient bob;
    private String aliceId;
    private String bobId;

    @BeforeAll
    static void start(@TempDir final Path directory) throws IOException
    {
        own = server().start();
        own.install(Meddler.jar(directory));
    }

    @BeforeEach
    void enter()
    {
        meddle("before", "in", "nothing", "");
        alice = user(own, "alice");
        create(alice, room, "alice");
        bob = user(own, "bob");
        bob.join(room, "bob");
        aliceId = id(say(alice, room, "before"));
        bobId = id(say(bob, room, "and before"));
        alice.sync();
        bob.sync();
    }

    @ParameterizedTest(name = "{1}, {0} ours: {2}")
    @CsvSource({
        "before, in, throw", "before, in, fail", "before, in, strip", "before, in, add", "before, in, borrow", "before, in, replace",
        "before, in, wait",
        "after, in, throw", "after, in, fail", "after, in, strip", "after, in, add", "after, in, borrow", "after, in, wait",
        "before, out, throw", "before, out, fail", "before, out, strip", "before, out, add", "before, out, borrow", "before, out, wait",
        "after, out, throw", "after, out, fail"})
    @DisplayName("chat goes on, and all have their ids")
    void harmless(final String place, final String direction, final String deed)
    {
        meddle(place, direction, deed, bobId);
        bob.clear();
        assertEquals(aliceId, id(say(alice, room, deed)));
        assertEquals(aliceId, id(bob.await(message(deed))));
        final RawClient carol = user(own, "carol");
        final String carolId = id(carol.join(room, "carol"));
        assertEquals(carolId, id(bob.await(presence(room + "/carol"))));
        assertEquals(aliceId, id(carol.await(presence(room + "/alice"))));
        // As history it is nobody's whose id is not on it: the nick may have another owner by then.
        final Stanza past = carol.await(message(deed));
        meddle(place, direction, "nothing", "");
        final boolean lost = (direction.equals("out") || place.equals("after") && !STAMPED)
            && (deed.equals("strip") || deed.equals("borrow"));
        if (lost) {
            assertFalse(hasId(past), past::toString);
        } else {
            assertEquals(aliceId, id(past));
        }
        assertEquals(carolId, id(say(carol, room, "carol too")));
        look(alice);
        look(bob);
        look(carol);
        assertTrue(lost || withoutId == 0, "of what is not history");
        leave(carol, room, "carol");
    }

    @ParameterizedTest(name = "{0} ours")
    @CsvSource({"before", "after"})
    @DisplayName("what it rejects nobody gets, and the text that says so has no id")
    void rejected(final String place)
    {
        meddle(place, "in", "reject", "");
        bob.clear();
        send(alice, room, "rejected");
        final Stanza text = alice.await(message("not today"));
        assertFalse(hasId(text), text::toString);
        bob.sync();
        assertEquals(List.of(), bob.drain());
        meddle(place, "in", "nothing", "");
        assertEquals(aliceId, id(say(alice, room, "on")));
    }

    @ParameterizedTest(name = "{0} ours")
    @CsvSource({"before", "after"})
    @DisplayName("presences of a rotation that it rejects leave nobody with the id of before, in what the room shows to newcomers")
    void rejectedAnnouncements(final String place) throws InterruptedException
    {
        meddle(place, "in", "reject all", "");
        own.plugin("occupantid", "components.rotations.rotateRoom", room, "the test");
        await(own, "components.rotations.latest.isOver");
        meddle(place, "in", "nothing", "");
        final RawClient carol = user(own, "carol");
        carol.join(room, "carol");
        final String now = id(say(alice, room, "now"));
        assertNotEquals(aliceId, now);
        assertEquals(now, id(carol.await(presence(room + "/alice"))));
        assertNotEquals(bobId, id(carol.await(presence(room + "/bob"))));
    }

    @Test
    @DisplayName("whom it makes the sender before ours, is the sender")
    void pretended()
    {
        meddle("before", "in", "pretend", bob.jid());
        send(alice, room, "by whom");
        final Stanza heard = bob.await(message("by whom"));
        assertEquals(room + "/bob", heard.attr("from"));
        assertEquals(bobId, id(heard));
    }

    @Test
    @DisplayName("a copy that it takes before ours has no id beside the real JID")
    void copied()
    {
        final RawClient dave = user(own, "dave");
        meddle("before", "in", "copy", dave.jid());
        send(alice, room, "to dave");
        final Stanza copy = dave.await(message("to dave"));
        assertEquals(alice.jid(), copy.attr("from"));
        assertFalse(hasId(copy), copy::toString);
        assertEquals(aliceId, id(bob.await(message("to dave"))));
    }

    @Test
    @DisplayName("who was stamped for a room that is another when it lets the join go on is announced with the id of that one, at once")
    void heldJoin() throws InterruptedException
    {
        final String anew = room("anew");
        meddle("after", "in", "hold", "");
        final RawClient carol = user(own, "carol");
        enter(carol, anew, "carol");
        for (int i = 0; i < 400 && own.plugin("meddler", "holds").equals("false"); i++) {
            Thread.sleep(50);
        }
        // What carol's id was made with is forgotten, as when too many name rooms that never come to be.
        own.plugin("occupantid", "components.secrets.reread", anew);
        meddle("after", "in", "nothing", "");
        final String early = id(carol.await(presence(anew + "/carol")));
        final String announced = id(carol.await(presence(anew + "/carol")));
        assertNotEquals(early, announced);
        assertEquals(announced, id(say(carol, anew, "mine")));
        leave(carol, anew, "carol");
    }

    /** These are no promises, but what must be known: who comes after us has the last word. */
    @Test
    @DisplayName("what is not in our hands: whatever it does after ours, and a genuine id of another that it puts in the place of ours")
    void lastWord()
    {
        final RawClient dave = user(own, "dave");
        meddle("after", "out", "strip", "");
        assertFalse(hasId(say(alice, room, "stripped")));
        meddle("after", "in", "replace", bobId);
        assertEquals(STAMPED ? aliceId : bobId, id(say(alice, room, "replaced")));
        meddle("after", "in", "pretend", bob.jid());
        send(alice, room, "pretended");
        final Stanza heard = bob.await(message("pretended"));
        assertEquals(room + "/bob", heard.attr("from"));
        assertEquals(aliceId, id(heard));
        meddle("after", "in", "copy", dave.jid());
        send(alice, room, "copied");
        final Stanza copy = dave.await(message("copied"));
        assertTrue(STAMPED ? copy.child(Judge.STAMP_NS, "stamp") != null : hasId(copy), copy::toString);
    }

    private static void meddle(final String place, final String direction, final String deed, final String with)
    {
        own.plugin("meddler", "meddle", place, direction, deed, with);
    }
}
