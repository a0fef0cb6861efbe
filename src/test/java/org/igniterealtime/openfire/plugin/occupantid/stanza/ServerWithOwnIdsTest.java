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
import org.igniterealtime.openfire.plugin.occupantid.muc.Shapes.Manager;
import org.igniterealtime.openfire.plugin.occupantid.muc.Shapes.Occupant51;
import org.igniterealtime.openfire.plugin.occupantid.muc.Shapes.Room51;
import org.igniterealtime.openfire.plugin.occupantid.muc.Shapes.Service47;
import org.igniterealtime.openfire.plugin.occupantid.secret.Database;
import org.igniterealtime.openfire.plugin.occupantid.secret.RoomSecrets;
import org.jivesoftware.openfire.muc.MultiUserChatManager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xmpp.packet.JID;
import org.xmpp.packet.Message;
import org.xmpp.packet.Packet;
import org.xmpp.packet.Presence;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.Mockito.doReturn;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

/**
 * A server that gives occupants ids by itself, played as Openfire 5.1 does it: it copies what comes to a room, takes out every
 * occupant-id, puts in its own, keeps that as history, and sends copies out.
 */
class ServerWithOwnIdsTest
{
    private static final String ROOM = "coven@conference.example.org";
    private static final QName OCCUPANT_ID = QName.get("occupant-id", "urn:xmpp:occupant-id:0");
    private static final String STAMP = "https://igniterealtime.org/projects/openfire/occupantid";
    private static final String SERVERS = "0123456789abcdef0123456789abcdef01234567";
    private static final String DELAY = "<delay xmlns='urn:xmpp:delay' stamp='2026-01-01T00:00:00Z'/>";

    private final Room51 room = new Room51(ROOM);
    private final Database database = new Database();
    private final RoomSecrets secrets = database.secrets();
    private final OccupantIds ids = new OccupantIds(secrets::originKey, () -> 100);
    private LocalRooms rooms;
    private OccupantIdInterceptor interceptor;
    private Announcer announcer;

    @BeforeEach
    void setUp()
    {
        final Manager manager = new Manager();
        manager.rooms.put("coven", room);
        final Service47 service = mock();
        doReturn(manager).when(service).getLocalMUCRoomManager();
        final MultiUserChatManager services = mock();
        when(services.getMultiUserChatService("conference")).thenReturn(service);
        rooms = new LocalRooms(services, new RoomAccess(new Limitations(Map.of()), Room51.class, Service47.class), "example.org");
        interceptor = new OccupantIdInterceptor(rooms, new InwardStamp(rooms, secrets, ids, new StanzaCounts(), () -> false),
            new OutwardProof(rooms, secrets, ids));
        announcer = new Announcer(rooms, secrets, ids, this::through, () -> 1_000);
        room.occupants.add(new Occupant51("a@b/c", "first"));
        room.occupants.add(new Occupant51("d@e/f", "second"));
    }

    @Test
    void theIdThatIsProvenTakesThePlaceOfTheServers()
    {
        final List<Packet> delivered = through(message("a@b/c", "<body>hi</body>"));
        for (final Packet packet : delivered) {
            assertEquals(List.of(idOf("a@b")), idsIn(packet));
            assertNoStamp(packet);
        }
        assertNotEquals(idOf("a@b"), room.generateOccupantId(new JID("a@b")));
    }

    /** XEP-0289; the server handles each stanza that has this element. */
    @Test
    void stanzaOfFederatedRoomHasNoId()
    {
        final String fmuc = "<fmuc xmlns='http://isode.com/protocol/fmuc' from='user@elsewhere.org/x'/>";
        final Message fromPeer = message("a@b/c", fmuc + "<occupant-id xmlns='urn:xmpp:occupant-id:0' id='" + idOf("d@e") + "'/>");
        in(fromPeer);
        assertEquals(List.of(), idsIn(fromPeer));
        assertNoStamp(fromPeer);
        final Message toPeer = message("a@b/c", "<body>hi</body>");
        in(toPeer);
        toPeer.getElement().addElement(QName.get("fmuc", "http://isode.com/protocol/fmuc")).addAttribute("from", "a@b/c");
        toPeer.setFrom(ROOM + "/first");
        toPeer.setTo("room@elsewhere.org");
        out(toPeer);
        assertEquals(List.of(), idsIn(toPeer));
        assertNoStamp(toPeer);
    }

    @Test
    void occupantOfFederatedRoomHasNoId()
    {
        final Occupant51 remote = new Occupant51("user@elsewhere.org/x", "third");
        remote.remoteFmuc = true;
        room.occupants.add(remote);
        final Presence presence = new Presence();
        presence.setFrom(ROOM + "/third");
        presence.setTo("a@b/c");
        out(presence);
        assertEquals(List.of(), idsIn(presence));
        assertEquals(2, rooms.allOccupantsOf(new JID(ROOM)).size());
    }

    @Test
    void whatIsRightIsLeftAloneOnTheWayToAllOthers()
    {
        final Packet shared = through(message("a@b/c", "<body>hi</body>")).get(0);
        final Element right = shared.getElement().element(OCCUPANT_ID);
        out(shared);
        out(shared);
        assertSame(right, shared.getElement().element(OCCUPANT_ID), "not even replaced by the same");
    }

    @Test
    void historyKeepsTheIdOfItsDay()
    {
        final String before = idOf("a@b");
        through(message("a@b/c", "<body>hi</body>"));
        secrets.rotate(ROOM, "test");
        assertNotEquals(before, idOf("a@b"));
        assertEquals(List.of(before), idsIn(replay()));
        // The log of conversations keeps a stanza as text.
        room.history.messages.set(0, new Message(parse(room.history.messages.get(0).toXML())));
        final Message replayed = replay();
        assertEquals(List.of(before), idsIn(replayed));
        assertNoStamp(replayed);
    }

    @Test
    void historyFromBeforeKeepsTheServersId()
    {
        assertEquals(List.of(SERVERS), idsIn(delayed(own(SERVERS))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0123456789ABCDEF0123456789ABCDEF01234567", "0123456789abcdef0123456789abcdef0123456", "x",
        "a1eF3utcePTqUySe5Rn5UZ_KIaZViV-_cp6AIk572AA"})
    void butNothingElse(final String forged)
    {
        assertEquals(List.of(), idsIn(delayed(own(forged))));
        assertEquals(List.of(), idsIn(delayed(own(SERVERS) + own(forged))));
    }

    @Test
    void theServersIdNeverStaysOnWhatIsLive()
    {
        final Message message = new Message(parse("<message from='" + ROOM + "/first' to='d@e/f' type='groupchat'>" + own(SERVERS)
            + "</message>"));
        out(message);
        assertEquals(List.of(idOf("a@b")), idsIn(message));
        final Presence presence = new Presence(parse("<presence from='" + ROOM + "/first' to='d@e/f'>" + own(SERVERS) + DELAY
            + "</presence>"));
        out(presence);
        assertEquals(List.of(idOf("a@b")), idsIn(presence));
    }

    @Test
    void aClientCannotPassOffWhatIsLiveAsHistory()
    {
        assertEquals(List.of(idOf("a@b")), idsIn(through(message("a@b/c", "<body>hi</body>" + DELAY)).get(0)));
    }

    @Test
    void withoutADatabaseThereIsNoIdRatherThanTheServers()
    {
        database.away(true);
        secrets.isUnreadable(ROOM);
        assertEquals(List.of(), idsIn(through(message("a@b/c", "<body>hi</body>" + DELAY)).get(0)));
        assertEquals(List.of(), idsIn(replay()));
        database.away(false);
        assertEquals(List.of(), idsIn(replay()), "nor later, when it has become history");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<stamp xmlns='" + STAMP + "' id='%s'/>", "<s:stamp xmlns:s='" + STAMP + "' id='%s'/>",
        "<stamp xmlns='" + STAMP + "' id='%s'/><stamp xmlns='" + STAMP + "'/>", "<occupant-id xmlns='urn:xmpp:occupant-id:0' id='%s'/>",
        "<nest><stamp xmlns='" + STAMP + "' id='%1$s'/><occupant-id xmlns='urn:xmpp:occupant-id:0' id='%1$s'/></nest>"})
    void aClientCannotBorrowAnId(final String forged)
    {
        assertEquals(List.of(idOf("a@b")), idsIn(through(message("a@b/c", "<body>hi</body>" + String.format(forged, idOf("d@e")))).get(0)));
        assertEquals(List.of(idOf("a@b")), idsIn(replay()));
    }

    @Test
    void whatTheRoomItselfSendsHasNoIdAndNoStamp()
    {
        final Packet asked = in(message("a@b/c", "<body>hi</body>"));
        for (final String stanza : List.of("<message from='" + ROOM + "' to='g@h'/>", "<message from='" + ROOM + "/x' to='a@b/c' type='error'/>",
            "<presence from='" + ROOM + "/x' to='a@b/c' type='error'/>")) {
            final Element answer = parse(stanza);
            asked.getElement().elements().forEach(child -> answer.add(child.createCopy()));
            final Packet packet = answer.getName().equals("message") ? new Message(answer) : new Presence(answer);
            out(packet);
            assertEquals(List.of(), idsIn(packet));
            assertNoStamp(packet);
        }
    }

    @Test
    void aCarbonOfWhatIsOnItsWayToTheRoomShowsNoStamp()
    {
        final Message message = new Message(parse("<message from='a@b/c' to='" + ROOM + "/second' type='chat'><body>psst</body></message>"));
        interceptor.interceptPacket(message, null, true, false);
        final Message carbon = new Message(parse("<message from='a@b' to='a@b/other' type='chat'><sent xmlns='urn:xmpp:carbons:2'><forwarded"
            + " xmlns='urn:xmpp:forward:0'/></sent></message>"));
        carbon.getElement().element("sent").elements().get(0).add(message.getElement().createCopy());
        interceptor.interceptPacket(carbon, null, false, false);
        assertTrue(carbon.toXML().contains(idOf("a@b")));
        assertNoStamp(carbon);
        interceptor.interceptPacket(message, null, true, true);
        assertNoStamp(message);
    }

    @Test
    void theArchiveIsAsHistory()
    {
        final String archive = "<message from='%s' to='d@e/f'><result xmlns='urn:xmpp:mam:2'><forwarded xmlns='urn:xmpp:forward:0'><message"
            + " xmlns='jabber:client' from='%1$s/first' type='groupchat'>%s</message></forwarded></result></message>";
        final Message old = new Message(parse(String.format(archive, ROOM, own(SERVERS))));
        out(old);
        assertTrue(old.toXML().contains(SERVERS));
        final Message newer = new Message(parse(String.format(archive, ROOM, own(SERVERS) + "<stamp xmlns='" + STAMP + "' id='" + idOf("a@b")
            + "'/>")));
        out(newer);
        assertTrue(newer.toXML().contains(idOf("a@b")));
        assertFalse(newer.toXML().contains(SERVERS));
        assertNoStamp(newer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "from='d@e'"})
    void soIsWhatAnAccountHasInItsOwnArchive(final String from)
    {
        final String archive = "<message %s to='d@e/f'><result xmlns='urn:xmpp:mam:2'><forwarded xmlns='urn:xmpp:forward:0'><message"
            + " xmlns='jabber:client' from='%s' to='%s' type='chat'>%s</message></forwarded></result></message>";
        final String stamped = own(SERVERS) + "<stamp xmlns='" + STAMP + "' id='" + idOf("a@b") + "'/>";
        for (final String[] ends : new String[][] {{ROOM + "/first", ROOM + "/second"}, {"a@b/c", ROOM + "/second"}}) {
            final Message shown = new Message(parse(String.format(archive, from, ends[0], ends[1], stamped)));
            interceptor.interceptPacket(shown, null, false, false);
            assertTrue(shown.toXML().contains(idOf("a@b")));
            assertFalse(shown.toXML().contains(SERVERS));
            assertNoStamp(shown);
        }
        final Message direct = new Message(parse(String.format(archive, from, "a@b/c", "d@e/f", own("of no room"))));
        interceptor.interceptPacket(direct, null, false, false);
        assertTrue(direct.toXML().contains("of no room"), "what passed no room is left alone");
    }

    @Test
    void whoIsKnownByTheirStampIsNotAnnounced() throws InterruptedException
    {
        final Presence presence = new Presence(parse("<presence from='a@b/c' to='" + ROOM + "/first'/>"));
        room.occupants.get(0).presence = (Presence) in(presence);
        assertTrue(announcer.isKnown(new JID(ROOM), new JID("a@b/c")));
        assertFalse(announcer.isKnown(new JID(ROOM), new JID("d@e/f")));
        assertEquals(1, announcer.announce(new JID(ROOM)));
    }

    @Test
    void whatWasBorrowedWhileThePluginWasAwayGoesFromWhatTheRoomKeeps()
    {
        final Presence own = (Presence) in(new Presence(parse("<presence from='a@b/c' to='" + ROOM + "/first'/>")));
        room.occupants.get(0).presence = own;
        final Presence borrowed = own.createCopy();
        room.occupants.get(1).presence = borrowed;
        announcer.clean(new JID(ROOM));
        assertSame(own, room.occupants.get(0).presence);
        assertNoStamp(room.occupants.get(1).presence);
        assertTrue(borrowed.toXML().contains(STAMP), "the server gave a copy");
    }

    @Test
    void whatCamePastAllInterceptorsIsKeptWithItsSendersId()
    {
        final Presence past = new Presence(parse("<presence from='" + ROOM + "/first' to='d@e/f'>" + own(SERVERS) + "</presence>"));
        room.occupants.get(0).presence = past.createCopy();
        out(past);
        final Presence putOut = room.occupants.remove(0).presence.createCopy();
        putOut.setType(Presence.Type.unavailable);
        out(putOut);
        assertEquals(List.of(idOf("a@b")), idsIn(putOut));
        assertNoStamp(putOut);
    }

    @Test
    void soItIsOfAnotherDeviceUnderThatNick()
    {
        final Presence past = new Presence(parse("<presence from='" + ROOM + "/first' to='d@e/f'>" + own(SERVERS) + "</presence>"));
        room.occupants.add(new Occupant51("a@b/other", "first"));
        for (final int device : new int[] {0, 2}) {
            room.occupants.get(device).presence = past.createCopy();
        }
        out(past);
        room.occupants.remove(0);
        final Presence putOut = room.occupants.remove(1).presence.createCopy();
        putOut.setType(Presence.Type.unavailable);
        out(putOut);
        assertEquals(List.of(idOf("a@b")), idsIn(putOut));
    }

    @Test
    void whenThePluginIsGoneTheServersIdsAreBack()
    {
        through(message("a@b/c", "<body>hi</body>"));
        room.subject = (Message) in(message("a@b/c", "<subject>toil</subject>"));
        announcer.withdraw(new JID(ROOM));
        final String servers = room.generateOccupantId(new JID("a@b"));
        for (final Message left : List.of(room.history.messages.get(0), room.subject)) {
            assertEquals(List.of(servers), idsIn(left));
            assertNoStamp(left);
        }
    }

    @Test
    void thenNoneOfOursIsLeftWhereTheServerHasShownTheVeryObjectThatItKeeps()
    {
        // As Openfire 5.0 does with the subject.
        room.history.subject = (Message) in(message("a@b/c", "<subject>toil</subject>"));
        out(room.history.subject);
        assertEquals(List.of(idOf("a@b")), idsIn(room.history.subject));
        announcer.withdraw(new JID(ROOM));
        assertEquals(List.of(), idsIn(room.history.subject));
    }

    /** What the room makes of a stanza. */
    private Packet in(final Packet packet)
    {
        interceptor.interceptPacket(packet, null, true, false);
        final Packet copy = packet.createCopy();
        copy.getElement().elements(OCCUPANT_ID).forEach(copy.getElement()::remove);
        copy.getElement().addElement(OCCUPANT_ID).addAttribute("id", room.generateOccupantId(packet.getFrom()));
        copy.setFrom(new JID(ROOM + '/' + room.getOccupantByFullJID(packet.getFrom()).getNickname()));
        return copy;
    }

    /** What the occupants get of a stanza. */
    private List<Packet> through(final Packet packet)
    {
        final Packet taken = in(packet);
        if (taken instanceof Message) {
            final Message past = (Message) taken.createCopy();
            past.addChildElement("delay", "urn:xmpp:delay");
            room.history.messages.add(past);
        }
        final List<Packet> delivered = new ArrayList<>();
        final Packet shared = taken.createCopy();
        room.occupants.forEach(occupant -> {
            shared.setTo(occupant.user);
            out(shared);
            delivered.add(shared.createCopy());
        });
        return delivered;
    }

    private Message replay()
    {
        final Message replayed = room.history.messages.get(0).createCopy();
        replayed.setTo("d@e/f");
        out(replayed);
        return replayed;
    }

    /** On its way to an occupant, a stanza passes the router and the session. */
    private void out(final Packet packet)
    {
        interceptor.interceptPacket(packet, null, true, false);
        interceptor.interceptPacket(packet, null, false, false);
    }

    private Message delayed(final String children)
    {
        final Message message = new Message(parse("<message from='" + ROOM + "/first' to='d@e/f' type='groupchat'>" + children + DELAY
            + "</message>"));
        out(message);
        return message;
    }

    private String idOf(final String bareJid)
    {
        return ids.idOf(secrets.ofRoom(ROOM), bareJid);
    }

    private static String own(final String id)
    {
        return "<occupant-id xmlns='urn:xmpp:occupant-id:0' id='" + id + "'/>";
    }

    private static Message message(final String from, final String children)
    {
        return new Message(parse("<message from='" + from + "' to='" + ROOM + "' type='groupchat'>" + children + "</message>"));
    }

    private static List<String> idsIn(final Packet packet)
    {
        return packet.getElement().elements(OCCUPANT_ID).stream().map(element -> element.attributeValue("id")).toList();
    }

    private static void assertNoStamp(final Packet packet)
    {
        assertFalse(packet.toXML().contains(STAMP), packet::toXML);
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
