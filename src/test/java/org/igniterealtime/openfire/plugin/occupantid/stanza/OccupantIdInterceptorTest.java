/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.stanza;

import org.dom4j.DocumentException;
import org.dom4j.DocumentHelper;
import org.dom4j.Element;
import org.dom4j.QName;
import org.igniterealtime.openfire.plugin.occupantid.compatibility.Limitations;
import org.igniterealtime.openfire.plugin.occupantid.id.OccupantIds;
import org.igniterealtime.openfire.plugin.occupantid.muc.LocalRooms;
import org.igniterealtime.openfire.plugin.occupantid.muc.RoomAccess;
import org.igniterealtime.openfire.plugin.occupantid.secret.Database;
import org.igniterealtime.openfire.plugin.occupantid.secret.RoomSecrets;
import org.jivesoftware.openfire.muc.MUCRole;
import org.jivesoftware.openfire.interceptor.PacketRejectedException;
import org.jivesoftware.openfire.muc.MultiUserChatManager;
import org.jivesoftware.openfire.muc.spi.LocalMUCRoom;
import org.jivesoftware.openfire.muc.spi.MultiUserChatServiceImpl;
import org.jivesoftware.openfire.user.UserNotFoundException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xmpp.packet.IQ;
import org.xmpp.packet.JID;
import org.xmpp.packet.Message;
import org.xmpp.packet.Packet;
import org.xmpp.packet.Presence;

import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.clearInvocations;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doReturn;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.spy;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

/** What the tests against a real server cannot bring about: shared stanza objects, other plugins, failures. */
class OccupantIdInterceptorTest
{
    private static final String ROOM = "coven@conference.example.org";

    private final MultiUserChatManager services = mock();
    private final MultiUserChatServiceImpl conference = mock();
    private final LocalMUCRoom room = mock();
    private final Database database = new Database();
    private final RoomSecrets secrets = database.secrets();
    private boolean clustered;
    private final StanzaCounts counts = new StanzaCounts();
    private LocalRooms rooms;
    private OutwardProof outward;
    private OccupantIdInterceptor interceptor;

    @BeforeEach
    void setUp() throws UserNotFoundException
    {
        when(services.getMultiUserChatService("conference")).thenReturn(conference);
        when(conference.hasChatRoom("coven")).thenReturn(true);
        when(conference.getLocalChatRoom("coven")).thenReturn(room);
        when(room.getJID()).thenReturn(new JID(ROOM));
        when(room.getOccupantsByNickname(any())).thenThrow(new UserNotFoundException());
        rooms = new LocalRooms(services, new RoomAccess(new Limitations(Map.of())), "example.org");
        forgetIds();
    }

    /** What comes now finds nothing remembered of what came before. */
    private void forgetIds()
    {
        final OccupantIds ids = new OccupantIds(secrets::originKey, () -> 100);
        outward = new OutwardProof(rooms, secrets, ids);
        interceptor = new OccupantIdInterceptor(rooms, new InwardStamp(rooms, secrets, ids, counts, () -> clustered), outward);
    }

    @Test
    void whatIsStampedOnTheWayInIsLeftAloneOnTheWayOut()
    {
        final Message message = message("<message from='a@b/c' to='" + ROOM + "' type='groupchat'/>");
        towards(message);
        final Element stamp = stamp(message);
        message.setFrom(ROOM + "/nick");
        for (final String recipient : List.of("d@e/f", "g@h/i", "a@b/c")) {
            message.setTo(recipient);
            from(message);
            from(message);
            assertSame(stamp, stamp(message), "not even replaced by the same");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void messageThatChangedSinceItWasVerifiedIsVerifiedAgain(final int change)
    {
        final Message message = message("<message from='a@b/c' to='" + ROOM + "' type='groupchat'><body/></message>");
        towards(message);
        final String id = stamp(message).attributeValue("id");
        fromNick(message);
        fromNick(message);
        final Element stanza = message.getElement();
        final Element forged = stamp(message).createCopy();
        forged.addAttribute("id", "forged");
        switch (change) {
            case 0 -> stanza.add(forged);
            case 1 -> stanza.content().set(stanza.indexOf(stamp(message)), forged);
            case 2 -> stanza.remove(stamp(message));
            default -> message.setFrom("other@conference.example.org/nick");
        }
        from(message);
        final List<String> left = stanza.elements("occupant-id").stream().map(element -> element.attributeValue("id")).toList();
        assertEquals(change == 0 ? List.of(id) : List.of(), left);
    }

    @Test
    void whatARoomPassesOnIsStampedOnTheWayIn()
    {
        for (final Packet stamped : List.of(presence("<presence from='a@b/c' to='" + ROOM + "/nick'/>"),
            presence("<presence from='a@b/c' to='" + ROOM + "' type='unavailable'/>"),
            presence("<presence from='a@b/c' to='" + ROOM + "/nick' type='error'/>"),
            presence("<presence from='a@b/c' to='new@conference.example.org/nick'/>"),
            message("<message from='a@b/c' to='" + ROOM + "/nick'/>"), message("<message from='a@b/c' to='" + ROOM + "' type='groupchat'/>"))) {
            towards(stamped);
            assertNotNull(stamp(stamped), stamped::toXML);
        }
        for (final Packet left : List.of(message("<message from='a@b/c' to='" + ROOM + "'/>"),
            message("<message from='a@b/c' to='" + ROOM + "' type='chat'/>"), message("<message from='a@b/c' to='" + ROOM + "' type='error'/>"),
            message("<message from='a@b/c' to='new@conference.example.org' type='groupchat'/>"),
            presence("<presence from='a@b/c' to='new@conference.example.org/nick' type='unavailable'/>"))) {
            towards(left);
            assertNull(stamp(left), left::toXML);
        }
        assertEquals(6, counts.stamped());
    }

    @Test
    void ofWhatWasOnItsWayDuringARotationPresencesShowTheIdOfTodayAndMessagesOneIdToAll() throws UserNotFoundException
    {
        holds("nick", "a@b/c");
        final Presence presence = presence("<presence from='a@b/c' to='" + ROOM + "/nick'/>");
        final Message message = message("<message from='a@b/c' to='" + ROOM + "' type='groupchat'/>");
        towards(presence);
        towards(message);
        final String before = stamp(message).attributeValue("id");
        secrets.rotate(ROOM, "test");
        for (final Packet sent : List.of(presence, message)) {
            fromNick(sent);
        }
        final Message after = message("<message from='a@b/c' to='" + ROOM + "' type='groupchat'/>");
        towards(after);
        assertEquals(stamp(after).attributeValue("id"), stamp(presence).attributeValue("id"));
        assertEquals(before, stamp(message).attributeValue("id"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatWasOnItsWayDuringARotationIsItsSendersThoughAnotherHasTheNickNowOrNobody(final boolean another) throws UserNotFoundException
    {
        if (another) {
            holds("nick", "other@b/c");
        }
        final Presence presence = presence("<presence from='a@b/c' to='" + ROOM + "/nick'/>");
        towards(presence);
        secrets.rotate(ROOM, "test");
        fromNick(presence);
        assertEquals(idOf("a@b"), stamp(presence).attributeValue("id"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a@b/c", "other@b/c", ""})
    void whatARoomKeptSinceBeforeARotationShowsTheIdOfTodayThoughNobodyRemembersWhoseItWas(final String holder) throws UserNotFoundException
    {
        final MUCRole present = role("second", "a@b/second", new Presence());
        when(room.getOccupants()).thenReturn(List.of(present));
        if (!holder.isEmpty()) {
            holds("nick", holder);
        }
        final Presence kept = presence("<presence from='a@b/c' to='" + ROOM + "/nick'/>");
        towards(kept);
        kept.setFrom(ROOM + "/nick");
        kept.setTo("d@e/f");
        final String before = stamp(kept).attributeValue("id");
        secrets.rotate(ROOM, "test");
        secrets.rotate(ROOM, "test");
        forgetIds();
        database.away(true);
        from(kept);
        assertEquals(before, stamp(kept).attributeValue("id"), "nothing tells whose it was, while the database is away");
        database.away(false);
        secrets.isDatabaseBack();
        from(kept);
        assertEquals(idOf("a@b"), stamp(kept).attributeValue("id"));
    }

    @Test
    void whatARoomKeepsUnderANickIsOfWhomItHasUnderItThoughNothingTellsWhoseIdItIs() throws UserNotFoundException
    {
        final String before = "<occupant-id xmlns='urn:xmpp:occupant-id:0' id='" + idOf("victim@b") + "'/>";
        final Presence borrowed = presence("<presence from='" + ROOM + "/nick' to='d@e/f'>" + before + "</presence>");
        final Presence kept = presence("<presence from='" + ROOM + "/other' to='d@e/f'>" + before + "</presence>");
        holds("nick", "a@b/c", borrowed.createCopy());
        secrets.rotate(ROOM, "test");
        from(borrowed);
        assertEquals(idOf("a@b"), stamp(borrowed).attributeValue("id"));
        from(kept);
        assertEquals(idOf("victim@b"), stamp(kept).attributeValue("id"), "that it was borrowed is forgotten");
    }

    @Test
    void ofTwoWithOneNickThePresenceIsOfWhomItWas() throws UserNotFoundException
    {
        final Presence presence = presence("<presence from='a@b/c' to='" + ROOM + "/nick'/>");
        towards(presence);
        // Openfire 4.2 keeps it for both.
        final MUCRole other = role("nick", "other@b/c", presence);
        final MUCRole sender = role("nick", "a@b/c", presence);
        doReturn(List.of(other, sender)).when(room).getOccupantsByNickname("nick");
        secrets.rotate(ROOM, "test");
        final Presence copy = presence.createCopy();
        fromNick(copy);
        assertEquals(idOf("a@b"), stamp(copy).attributeValue("id"));
    }

    @Test
    void whoHasTheNickIsThoughtOfThoughTheRoomDoesNotListThem() throws UserNotFoundException
    {
        holds("nick", "a@b/c");
        final Presence kept = presence("<presence from='a@b/c' to='" + ROOM + "/nick'/>");
        towards(kept);
        secrets.rotate(ROOM, "test");
        forgetIds();
        fromNick(kept);
        assertEquals(idOf("a@b"), stamp(kept).attributeValue("id"));
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 200})
    void whoseAnIdIsIsSearchedForOnceAtMostHoweverManyItGoesTo(final int length) throws UserNotFoundException
    {
        final String name = "x".repeat(length);
        final String address = name + "@conference.example.org";
        when(conference.hasChatRoom(name)).thenReturn(true);
        when(conference.getLocalChatRoom(name)).thenReturn(room);
        when(room.getJID()).thenReturn(new JID(address));
        holds("nick", "other@b/c");
        final Presence presence = presence("<presence from='a@b/c' to='" + address + "/nick'/>");
        towards(presence);
        presence.setFrom(address + "/nick");
        final String before = stamp(presence).attributeValue("id");
        forgetIds();
        secrets.originKey();
        final int opened = database.opened();
        for (int i = 0; i < 100; i++) {
            presence.setTo("d" + i + "@e/f");
            from(presence);
        }
        assertEquals(length < 128 ? 1 : 0, database.opened() - opened, "of a room with such a name nothing is remembered");
        assertEquals(before, stamp(presence).attributeValue("id"), "whoever has the nick now may be somebody else");
    }

    @Test
    void whatGoesToTwoAtOnceIsGivenOneId() throws Exception
    {
        final String id = idOf("a@b");
        holds("nick", "a@b/c");
        final Element shared = spy(parse("<message from='" + ROOM + "/nick' to='d@e/f' type='groupchat'/>"));
        // Whoever is about to put an id in waits for the other to come as far, who must not.
        final CyclicBarrier both = new CyclicBarrier(2);
        doAnswer(call -> {
            try {
                both.await(500, TimeUnit.MILLISECONDS);
            } catch (final TimeoutException | BrokenBarrierException alone) {
                // As it should be.
            }
            return call.callRealMethod();
        }).when(shared).addElement(any(QName.class));
        final CompletableFuture<Void> other = CompletableFuture.runAsync(() -> from(new Message(shared, true)));
        from(new Message(shared, true));
        other.get(10, TimeUnit.SECONDS);
        assertEquals(List.of(id), shared.elements().stream().map(element -> element.attributeValue("id")).toList());
    }

    @Test
    void whatShowsThatSomebodyWasPutOutIsNoWordOfTheEndOfTheRoomForOneWhoIsJustLeaving()
    {
        final String before = idOf("d@e");
        for (final String code : List.of("307", "301", "321", "322", "303")) {
            final Presence kicked = presence("<presence type='unavailable' from='" + ROOM + "/nick' to='d@e/f'>"
                + "<x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='none' role='none'/><status code='" + code + "'/></x></presence>");
            from(kicked);
            assertNull(stamp(kicked), "not the id of the one it goes to");
            assertEquals(before, idOf("d@e"), "the room goes on, and so does its secret");
        }
    }

    @Test
    void neitherIsALeaveThatIsShownToOneWhoIsStillThere()
    {
        final MUCRole listener = role("listener", "d@e/f", new Presence());
        when(room.getOccupantByFullJID(new JID("d@e/f"))).thenReturn(listener);
        final Presence leave = presence("<presence type='unavailable' from='" + ROOM + "/nick' to='d@e/f'/>");
        from(leave);
        assertNull(stamp(leave), "not the id of the one it goes to");
    }

    @Test
    void whatWasStampedForARoomThatEndedThenShowsTheIdOfTheRoomThatWasMadeAnew() throws UserNotFoundException
    {
        holds("nick", "a@b/c");
        final Presence early = presence("<presence from='a@b/c' to='" + ROOM + "/nick'/>");
        towards(early);
        secrets.roomDestroyed(ROOM);
        secrets.roomCreated(ROOM);
        fromNick(early);
        assertEquals(idOf("a@b"), stamp(early).attributeValue("id"));
    }

    @Test
    void whatIsFromBeforeAllWasReadAnewShowsTheIdOfToday() throws UserNotFoundException
    {
        holds("nick", "a@b/c");
        final Presence presence = presence("<presence from='a@b/c' to='" + ROOM + "/nick'/>");
        towards(presence);
        database.secrets().rotate(ROOM, "another node");
        secrets.rereadAll();
        secrets.ofRoom(ROOM);
        fromNick(presence);
        assertEquals(idOf("a@b"), stamp(presence).attributeValue("id"));
    }

    @Test
    void whoJoinsARoomThatSomebodyHasJustCreatedGetsAnIdOfThatRoom()
    {
        secrets.ofRoom("new@conference.example.org");
        when(conference.hasChatRoom("new")).thenReturn(false, true);
        final Presence joins = presence("<presence from='a@b/c' to='new@conference.example.org/nick'/>");
        towards(joins);
        final Message says = message("<message from='a@b/c' to='new@conference.example.org' type='groupchat'/>");
        towards(says);
        assertEquals(stamp(says).attributeValue("id"), stamp(joins).attributeValue("id"));
    }

    @Test
    void whatTheCreatorOfARoomHadOnItsWayDuringARotationDoesToo() throws UserNotFoundException
    {
        holds("nick", "a@b/c");
        when(conference.hasChatRoom("coven")).thenReturn(false);
        final Presence join = presence("<presence from='a@b/c' to='" + ROOM + "/nick'/>");
        towards(join);
        when(conference.hasChatRoom("coven")).thenReturn(true);
        secrets.roomCreated(ROOM);
        final Presence update = presence("<presence from='a@b/c' to='" + ROOM + "/nick'/>");
        towards(update);
        assertEquals(stamp(join).attributeValue("id"), stamp(update).attributeValue("id"));
        secrets.rotate(ROOM, "test");
        join.setFrom(ROOM + "/nick");
        join.setTo("d@e/f");
        from(join);
        assertNotEquals(stamp(update).attributeValue("id"), stamp(join).attributeValue("id"));
    }

    @Test
    void whatIsForAllContactsBringsNoIdToARoomAmongThem()
    {
        for (final String to : List.of("", "to='example.org'", "to=''", "xmlns:x='urn:x' x:to='' to='example.org'")) {
            final Presence presence = presence("<presence from='a@example.org/c' " + to + "><status/><occupant-id"
                + " xmlns='urn:xmpp:occupant-id:0' id='x'/><occupant-id xmlns='urn:xmpp:occupant-id:0' id='y'/></presence>");
            towards(presence);
            assertEquals(List.of("status"), presence.getElement().elements().stream().map(Element::getName).toList(), to);
        }
        final Presence elsewhere = presence("<presence from='a@example.org/c' to='room@far.org/nick'/>");
        elsewhere.getElement().addElement("occupant-id", "urn:xmpp:occupant-id:0").addAttribute("id", "x");
        towards(elsewhere);
        assertEquals("x", stamp(elsewhere).attributeValue("id"));
    }

    @Test
    void anErrorThatLooksLikeAnAnswerFromTheArchiveCarriesNoId()
    {
        final Message said = message("<message from='a@b/c' to='" + ROOM + "' type='groupchat'/>");
        towards(said);
        final Message refused = message("<message from='" + ROOM + "' to='d@e/f' type='error'/>");
        final Element inside = refused.getElement().addElement("result", "urn:xmpp:mam:2").addElement("forwarded", "urn:xmpp:forward:0")
            .addElement("message", "jabber:client").addAttribute("from", ROOM + "/nick");
        inside.add(stamp(said).createCopy());
        from(refused);
        assertEquals(List.of(), inside.elements());
    }

    @Test
    void stampingTwiceIsStampingOnce()
    {
        final Message message = message("<message from='a@b/c' to='" + ROOM + "' type='groupchat'/>");
        towards(message);
        final String id = stamp(message).attributeValue("id");
        towards(message);
        assertEquals(id, stamp(message).attributeValue("id"));
    }

    @Test
    void aStanzaThatGoesOnToASecondRoomTakesThatRoomsId()
    {
        when(conference.hasChatRoom("heath")).thenReturn(true);
        final Message message = message("<message from='a@b/c' to='" + ROOM + "' type='groupchat'/>");
        towards(message);
        final String id = stamp(message).attributeValue("id");
        message.setTo("heath@conference.example.org");
        towards(message);
        assertNotEquals(id, stamp(message).attributeValue("id"));
    }

    @Test
    void aStanzaThatTheRoomDidNotTakeGoesOnWithoutAnId()
    {
        final Message message = message("<message from='a@b/c' to='" + ROOM + "' type='groupchat'/>");
        towards(message);
        interceptor.interceptPacket(message, null, true, true);
        assertNull(stamp(message));
    }

    @Test
    void aStanzaThatTheRoomTookKeepsItsIdForHistory()
    {
        final Message message = message("<message from='a@b/c' to='" + ROOM + "' type='groupchat'/>");
        towards(message);
        message.setFrom(ROOM + "/nick");
        message.setTo("d@e/f");
        interceptor.interceptPacket(message, null, true, true);
        assertNotNull(stamp(message));
    }

    @Test
    void aPresenceWithoutAnIdGetsThatOfWhoeverHoldsTheNick() throws UserNotFoundException
    {
        final String id = idOf("a@b");
        holds("nick", "a@b/c");
        final Presence presence = presence("<presence from='" + ROOM + "/nick' to='d@e/f'/>");
        from(presence);
        assertEquals(id, stamp(presence).attributeValue("id"));
    }

    @Test
    void whatTheRoomKeepsOfItGetsItToo() throws UserNotFoundException
    {
        final String id = idOf("a@b");
        final Presence kept = presence("<presence from='" + ROOM + "/nick'/>");
        final MUCRole role = holds("nick", "a@b/c", kept);
        when(room.getOccupantByFullJID(new JID("a@b/c"))).thenReturn(role);
        from(presence("<presence from='" + ROOM + "/nick' to='d@e/f'/>"));
        assertEquals(id, stamp(kept).attributeValue("id"));
    }

    /** Since Openfire 4.7, a room keeps an error as the occupant's last presence. Some of them no interceptor sees on the way to the room. */
    @Test
    void keptErrorGetsOccupantsIdWhenRoomShowsIt() throws UserNotFoundException
    {
        final String id = idOf("a@b");
        final Presence kept = presence("<presence from='" + ROOM + "/nick' type='error'/>");
        final MUCRole role = holds("nick", "a@b/c", kept);
        when(room.getOccupantByFullJID(new JID("a@b/c"))).thenReturn(role);
        final Presence shown = kept.createCopy();
        shown.setTo("d@e/f");
        from(shown);
        assertNull(stamp(shown));
        assertEquals(id, stamp(kept).attributeValue("id"));
    }

    /** The room kept a presence that came to it past the plugin. */
    @Test
    void kickShowsIdToOthersAfterOccupantIsGone() throws UserNotFoundException
    {
        final String kick = "<presence type='unavailable' from='" + ROOM + "/nick' to='%s'><x xmlns='http://jabber.org/protocol/muc#user'>"
            + "<item affiliation='none' role='none'/><status code='307'/></x></presence>";
        holds("nick", "a@b/c");
        from(presence(kick.formatted("a@b/c")));
        when(room.getOccupantsByNickname("nick")).thenThrow(new UserNotFoundException());
        final Presence toOthers = presence(kick.formatted("d@e/f"));
        from(toOthers);
        assertEquals(idOf("a@b"), stamp(toOthers).attributeValue("id"));
    }

    /** The other nodes of a cluster make that presence from scratch. */
    @Test
    void leaveFromEndedNodeShowsIdThatRoomKept() throws UserNotFoundException
    {
        final MUCRole occupant = holds("nick", "a@b/c", presence("<presence from='" + ROOM + "/nick'>"
            + "<occupant-id xmlns='urn:xmpp:occupant-id:0' id='" + idOf("a@b") + "'/><occupant-id xmlns='urn:xmpp:occupant-id:0' id='forged'/></presence>"));
        when(room.getOccupantByFullJID(new JID("a@b/c"))).thenReturn(occupant);
        outward.rememberId(new JID(ROOM), new JID("a@b/c"));
        when(room.getOccupantsByNickname("nick")).thenThrow(new UserNotFoundException());
        final Presence leave = presence("<presence type='unavailable' from='" + ROOM + "/nick' to='d@e/f'>"
            + "<x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='none' role='none'/><status code='333'/></x></presence>");
        from(leave);
        assertEquals(idOf("a@b"), stamp(leave).attributeValue("id"));
    }

    @Test
    void joinUsesSecretThatAnotherNodeRotated() throws UserNotFoundException
    {
        final String before = idOf("a@b");
        database.secrets().rotate(ROOM, "another node");
        final Presence alone = presence("<presence from='a@b/c' to='" + ROOM + "/nick'/>");
        towards(alone);
        assertEquals(before, stamp(alone).attributeValue("id"), "a server that is alone does not ask the database");
        clustered = true;
        final Presence join = presence("<presence from='a@b/c' to='" + ROOM + "/nick'/>");
        towards(join);
        assertNotEquals(before, stamp(join).attributeValue("id"));
        assertEquals(idOf("a@b"), stamp(join).attributeValue("id"));
    }

    @Test
    void aMessageThatAnotherPluginSendsForAnOccupantGetsTheOccupantsId() throws UserNotFoundException
    {
        final String id = idOf("a@b");
        holds("nick", "a@b/c");
        final Message message = message("<message from='" + ROOM + "/nick' to='d@e/f' type='groupchat'/>");
        from(message);
        assertEquals(id, stamp(message).attributeValue("id"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"<delay xmlns='urn:xmpp:delay' stamp='2026-01-01T00:00:00Z'/>", "<x xmlns='jabber:x:delay'/>"})
    void aMessageOfThePastDoesNot(final String delay) throws UserNotFoundException
    {
        holds("nick", "a@b/c");
        final Message message = message("<message from='" + ROOM + "/nick' to='d@e/f' type='groupchat'>" + delay + "</message>");
        from(message);
        assertNull(stamp(message));
    }

    @Test
    void twoGenuineIdsContradictEachOther() throws UserNotFoundException
    {
        holds("nick", "a@b/c");
        final String twoIds = "<occupant-id xmlns='urn:xmpp:occupant-id:0' id='" + idOf("a@b") + "'/>"
            + "<occupant-id xmlns='urn:xmpp:occupant-id:0' id='" + idOf("d@e") + "'/>";
        final Message old = message("<message from='" + ROOM + "/nick' to='d@e/f' type='groupchat'>" + twoIds
            + "<delay xmlns='urn:xmpp:delay'/></message>");
        from(old);
        assertNull(stamp(old));
        final Presence presence = presence("<presence from='" + ROOM + "/nick' to='d@e/f'>" + twoIds + "</presence>");
        from(presence);
        assertEquals(idOf("a@b"), stamp(presence).attributeValue("id"));
    }

    @Test
    void aGenuineIdIsRidOfWhatHangsOnIt()
    {
        final String id = idOf("a@b");
        for (final String stained : List.of("id='" + id + "' x='y'>", "id='" + id + "'><z/>", "id='" + id + "'>text",
            "xmlns:o='urn:o' o:id='" + id + "'>")) {
            final Message message = message("<message from='" + ROOM + "/nick' to='d@e/f' type='groupchat'><occupant-id"
                + " xmlns='urn:xmpp:occupant-id:0' " + stained + "</occupant-id><delay xmlns='urn:xmpp:delay'/></message>");
            from(message);
            assertNull(stamp(message), "it was not we who put it there like that");
        }
    }

    @Test
    void anyUnknownTypeOfStanzaPassesUnharmed()
    {
        final Message message = message("<message from='a@b/c' to='" + ROOM + "/nick' type='no such type'/>");
        towards(message);
        assertNotNull(stamp(message));
        final Presence presence = presence("<presence from='a@b/c' to='" + ROOM + "/nick' type='no such type'/>");
        towards(presence);
        assertNotNull(stamp(presence));
        presence.setFrom(ROOM + "/nick");
        presence.setTo("d@e/f");
        OccupantIdElement.removeAll(presence.getElement());
        from(presence);
        assertNull(stamp(presence));
    }

    @Test
    void idsByTheThousandGoAndNothingElse()
    {
        final String forged = "<occupant-id xmlns='urn:xmpp:occupant-id:0'/>";
        final Message message = message("<message from='a@b/c' to='" + ROOM + "' type='groupchat'>" + forged + "text<body>hi</body>"
            + forged.repeat(100_000) + "<x xmlns='y'/></message>");
        towards(message);
        assertEquals(1, message.getElement().elements("occupant-id").size());
        assertEquals("hi", message.getBody());
        assertEquals("text", message.getElement().getText());
        assertNotNull(message.getChildElement("x", "y"));
        assertSame(message.getElement(), message.getElement().element("body").getParent());
    }

    @Test
    void aStanzaWithoutASenderOrARecipientPasses()
    {
        for (final String stanza : List.of("<message/>", "<message to='" + ROOM + "' type='groupchat'/>", "<message from='" + ROOM + "'/>",
            "<message from='" + ROOM + "/nick'/>", "<message to='conference.example.org' from='a@b/c' type='groupchat'/>")) {
            final Message message = message(stanza);
            towards(message);
            assertNull(stamp(message), stanza);
        }
    }

    @Test
    void aServiceIsNoRoomAndHasNoOccupantsWhoLeave()
    {
        final Presence presence = presence("<presence type='unavailable' from='conference.example.org/nick' to='d@e/f'/>");
        from(presence);
        assertNull(stamp(presence));
        assertNull(secrets.inMemory("conference.example.org"));
        assertEquals(List.of(), secrets.infosOf("conference.example.org"));
    }

    @Test
    void anIqThatTheServerGivesBackIsNoneOfOurs()
    {
        final String given = "<%s type='error' to='d@e/f'><occupant-id xmlns='urn:xmpp:occupant-id:0' id='theirs'/></%1$s>";
        final IQ iq = new IQ(parse(String.format(given, "iq")), true);
        from(iq);
        assertEquals(1, iq.getElement().elements("occupant-id").size());
        final Message message = message(String.format(given, "message"));
        from(message);
        assertNull(stamp(message));
    }

    @Test
    void aFailureLeavesTheStanzaWithoutAnIdAndLetsItPass()
    {
        when(conference.hasChatRoom(anyString())).thenThrow(new IllegalStateException("broken"));
        final Message message = message("<message from='a@b/c' to='" + ROOM + "' type='groupchat'><body>hi</body>"
            + "<occupant-id xmlns='urn:xmpp:occupant-id:0' id='forged'/></message>");
        towards(message);
        assertNull(stamp(message));
        assertEquals("hi", message.getBody());
    }

    @Test
    void neitherDoesTheEndOfMemoryLetAForgedIdPass()
    {
        when(services.getMultiUserChatService("conference")).thenThrow(new OutOfMemoryError("a test"));
        final Message message = message("<message from='a@b/c' to='" + ROOM + "' type='groupchat'><body>hi</body>"
            + "<occupant-id xmlns='urn:xmpp:occupant-id:0' id='forged'/></message>");
        towards(message);
        assertNull(stamp(message));
        assertEquals("hi", message.getBody());

        final Element full = spy(parse("<message from='a@b/c' to='" + ROOM + "' type='groupchat'><body>hi</body>"
            + "<occupant-id xmlns='urn:xmpp:occupant-id:0' id='forged'/></message>"));
        doThrow(new OutOfMemoryError("a test")).when(full).setContent(any());
        final Message withoutMemory = new Message(full, true);
        towards(withoutMemory);
        assertNull(stamp(withoutMemory), "rather nothing at all");
    }

    @ParameterizedTest
    @ValueSource(classes = {IllegalStateException.class, OutOfMemoryError.class})
    void aFailureOnTheWayOutLeavesNoForgedIdEither(final Class<? extends Throwable> failure)
    {
        final Supplier<byte[]> broken = mock();
        when(broken.get()).thenThrow(failure);
        final OccupantIds failing = new OccupantIds(broken, () -> 100);
        interceptor = new OccupantIdInterceptor(rooms, new InwardStamp(rooms, secrets, failing, new StanzaCounts(), () -> false),
            new OutwardProof(rooms, secrets, failing));
        final Message message = message("<message from='" + ROOM + "/nick' to='d@e/f' type='groupchat'><occupant-id"
            + " xmlns='urn:xmpp:occupant-id:0' id='a1eF3utcePTqUySe5Rn5UZ_KIaZViV-_cp6AIk572AA'/></message>");
        from(message);
        assertNull(stamp(message));
    }

    @Test
    void withoutADatabaseForgedIdsAreRemovedAllTheSame()
    {
        database.away(true);
        final Message message = message("<message from='a@b/c' to='" + ROOM + "' type='groupchat'>"
            + "<occupant-id xmlns='urn:xmpp:occupant-id:0' id='forged'/></message>");
        towards(message);
        assertNull(stamp(message));
        message.setFrom(ROOM + "/nick");
        message.setTo("d@e/f");
        OccupantIdElement.set(message.getElement(), "a1eF3utcePTqUySe5Rn5UZ_KIaZViV-_cp6AIk572AA");
        from(message);
        assertNull(stamp(message));
    }

    @Test
    void whileTheDatabaseIsAwayKnownRoomsGoOnAndNoRoomIsLookedFor()
    {
        final String id = idOf("a@b");
        database.away(true);
        secrets.ofRoom("heath@conference.example.org");
        clearInvocations(conference);
        assertEquals(id, idOf("a@b"));
        final Message message = message("<message from='a@b/c' to='moor@conference.example.org' type='groupchat'/>");
        towards(message);
        assertNull(stamp(message));
        verify(conference, never()).hasChatRoom(anyString());
    }

    @Test
    void stanzasBetweenOthersAreOnlyLookedAt()
    {
        towards(message("<message from='a@example.org/c' to='b@example.org/d'/>"));
        towards(presence("<presence from='a@example.org/c'/>"));
        towards(message("<message from='coven@conference.elsewhere.org/nick' to='b@example.org/d'/>"));
        verify(services, never()).getMultiUserChatService(anyString());
        towards(message("<message from='a@example.org/conference.example.org' to='b@pubsub.example.org'/>"));
        verify(services).getMultiUserChatService("pubsub");
    }

    @Test
    void anAddressIsOfAServiceByTheWholeOfItsDomainAndNothingElse()
    {
        for (final String ours : List.of(ROOM, ROOM + "/nick", ROOM + "/a@b/c", "conference.example.org", "conference.example.org/a@b")) {
            assertTrue(rooms.own(ours), ours);
        }
        for (final String others : List.of("coven@conference2.example.org", "coven@conferenc.example.org", "coven@example.org/" + ROOM,
            "example.org/" + ROOM, "coven@conference.example.org.example")) {
            assertFalse(rooms.own(others), others);
        }
    }

    @Test
    void whatAnAccountHasOfARoomInItsOwnArchiveCarriesNoForgedId()
    {
        final String archive = "<message to='d@e/f'><result xmlns='urn:xmpp:mam:2'><forwarded xmlns='urn:xmpp:forward:0'><message"
            + " xmlns='jabber:client' from='" + ROOM + "/first' to='d@e/f' type='chat'><occupant-id xmlns='urn:xmpp:occupant-id:0' id='%s'/>"
            + "</message></forwarded></result></message>";
        final Message forged = message(String.format(archive, "forged"));
        interceptor.interceptPacket(forged, null, false, false);
        assertFalse(forged.toXML().contains("occupant-id"));
        final Message genuine = message(String.format(archive, idOf("a@b")));
        final String before = genuine.toXML();
        interceptor.interceptPacket(genuine, null, false, false);
        assertEquals(before, genuine.toXML());
    }

    @Test
    void aServiceThatIsGoneHasNoRooms()
    {
        towards(message("<message from='a@b/c' to='" + ROOM + "' type='groupchat'/>"));
        when(services.getMultiUserChatService("conference")).thenReturn(null);
        clearInvocations(conference);
        final Message message = message("<message from='a@b/c' to='" + ROOM + "' type='groupchat'/>");
        towards(message);
        assertNull(stamp(message));
    }

    private void holds(final String nick, final String user) throws UserNotFoundException
    {
        holds(nick, user, new Presence());
    }

    private MUCRole holds(final String nick, final String user, final Presence kept) throws UserNotFoundException
    {
        final MUCRole role = role(nick, user, kept);
        doReturn(List.of(role)).when(room).getOccupantsByNickname(nick);
        return role;
    }

    private static MUCRole role(final String nick, final String user, final Presence kept)
    {
        final MUCRole role = mock();
        when(role.getUserAddress()).thenReturn(new JID(user));
        when(role.getNickname()).thenReturn(nick);
        when(role.getPresence()).thenReturn(kept);
        return role;
    }

    /** The id that the plugin gives a user in the room. */
    private String idOf(final String bareJid)
    {
        final Message message = message("<message from='" + bareJid + "/x' to='" + ROOM + "' type='groupchat'/>");
        towards(message);
        return stamp(message).attributeValue("id");
    }

    @Test
    void whatNamesARoomByAnAddressThatIsNoneIsLeftAlone()
    {
        final Message message = message("<message xmlns:x='urn:x' x:to='' to='@conference.example.org' from='a@b/c' type='groupchat'>"
            + "<occupant-id xmlns='urn:xmpp:occupant-id:0' id='x'/></message>");
        assertThrows(IllegalArgumentException.class, message::getTo, "the server checks the first attribute of the name");
        towards(message);
        assertEquals("x", stamp(message).attributeValue("id"));
    }

    @Test
    void whatComesToARoomFromAnotherServerUnderTwoNamesIsTurnedAway()
    {
        final Doorkeeper doorkeeper = new Doorkeeper(rooms, mock());
        final String masked = "<message xmlns:x='urn:x' x:from='a@b/c' from='d@b/e' to='" + ROOM + "' type='groupchat'/>";
        assertThrows(PacketRejectedException.class, () -> doorkeeper.interceptPacket(message(masked), null, true, false));
        for (final String other : List.of(masked.replace(" x:from='a@b/c'", ""), masked.replace(ROOM, "f@b/g"),
            masked.replace("a@b/c", "a@example.org/c"))) {
            assertDoesNotThrow(() -> doorkeeper.interceptPacket(message(other), null, true, false), other);
        }
    }

    @Test
    void addressesAreNormalised() throws PacketRejectedException
    {
        final Doorkeeper doorkeeper = new Doorkeeper(rooms, mock());
        for (final String name : List.of("COVEN", "ｃoven", "co\u00adven", "coven")) {
            final Presence presence = addressed("A@bot.example.org/C", name + "@conference.example.org/nick");
            doorkeeper.interceptPacket(presence, null, true, false);
            assertEquals("coven@conference.example.org/nick", presence.getElement().attributeValue("to"));
            assertEquals("a@bot.example.org/C", presence.getElement().attributeValue("from"));
        }
        for (final String address : List.of("coven@conference.example.org", "öde+räume-日本@conference.example.org/x",
            "a\\20b@conference.example.org", "coven@conference.example.org/N I\u00adC@K/", "conference.example.org")) {
            final Presence presence = addressed("a@example.org/c", address);
            doorkeeper.interceptPacket(presence, null, true, false);
            assertEquals(address, presence.getElement().attributeValue("to"));
        }
    }

    @Test
    void stanzaIsRejectedIfAnAddressIsInvalidOrMasked()
    {
        final Doorkeeper doorkeeper = new Doorkeeper(rooms, mock());
        for (final String name : List.of("a b", "\"", "", "x".repeat(1024))) {
            final Presence invalid = addressed("a@bot.example.org/c", name + "@conference.example.org/nick");
            assertThrows(PacketRejectedException.class, () -> doorkeeper.interceptPacket(invalid, null, true, false), name);
        }
        final Presence masked = addressed("a@bot.example.org/c", "COVEN@conference.example.org/nick");
        masked.getElement().addAttribute(QName.get("to", "x", "urn:x"), "coven@conference.example.org/nick");
        assertThrows(PacketRejectedException.class, () -> doorkeeper.interceptPacket(masked, null, true, false));
    }

    /** As a component or another server sends it: the server does not look at the addresses. */
    private static Presence addressed(final String from, final String to)
    {
        final Presence presence = presence("<presence/>");
        presence.getElement().addAttribute("from", from).addAttribute("to", to);
        return presence;
    }

    private void towards(final Packet packet)
    {
        interceptor.interceptPacket(packet, null, true, false);
    }

    private void from(final Packet packet)
    {
        interceptor.interceptPacket(packet, null, false, false);
    }

    /** The room passes a stanza on to one who listens, as from the one called nick. */
    private void fromNick(final Packet packet)
    {
        packet.setFrom(ROOM + "/nick");
        packet.setTo("d@e/f");
        from(packet);
    }

    private static Element stamp(final Packet packet)
    {
        final List<Element> all = packet.getElement().elements("occupant-id");
        return all.isEmpty() ? null : all.get(0);
    }

    private static Message message(final String xml)
    {
        return new Message(parse(xml), true);
    }

    private static Presence presence(final String xml)
    {
        return new Presence(parse(xml), true);
    }

    private static Element parse(final String xml)
    {
        try {
            return DocumentHelper.parseText(xml).getRootElement();
        } catch (final DocumentException e) {
            throw new IllegalArgumentException(xml, e);
        }
    }
}
