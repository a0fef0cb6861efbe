/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin;

import org.igniterealtime.openfire.plugin.occupantid.admin.Moderation.Deed;
import org.igniterealtime.openfire.plugin.occupantid.muc.LocalRooms;
import org.igniterealtime.openfire.plugin.occupantid.muc.Occupant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xmpp.component.IQResultListener;
import org.xmpp.packet.IQ;
import org.xmpp.packet.JID;
import org.xmpp.packet.PacketError;
import org.xmpp.packet.Presence;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

class ModerationTest
{
    private static final JID ROOM = new JID("coven@conference.example.org");
    private static final JID ALICE = new JID("alice@example.org/pc");
    private static final JID BOB = new JID("bob@example.net");

    private final LocalRooms rooms = mock();
    private final List<Occupant> occupants = new ArrayList<>();
    private final Map<String, IQResultListener> listeners = new HashMap<>();
    private final List<IQ> sent = new ArrayList<>();
    private final List<String> audited = new ArrayList<>();
    private final Moderation moderation = new Moderation(rooms, new FrontDoor(packet -> answer((IQ) packet),
        (id, listener, milliseconds) -> listeners.put(id, listener)), new Rights(user -> false, rooms, "example.org"),
        new AuditLog((who, summary, details) -> audited.add(who + ": " + summary + "; " + details)));

    private PacketError.Condition refusal;

    @BeforeEach
    void setUp()
    {
        when(rooms.allOccupantsOf(ROOM)).thenReturn(occupants);
        when(rooms.occupantsOf(ROOM)).thenReturn(occupants);
        when(rooms.affiliationOf(ROOM, BOB)).thenReturn("none");
        when(rooms.isOccupant(ALICE, ROOM)).thenReturn(true);
    }

    @Test
    void theRoomIsAskedInTheModeratorsName() throws Exception
    {
        moderation.act(Deed.BAN, ALICE, lookUp(), "1 < 2");
        final IQ request = sent.get(0);
        assertEquals(IQ.Type.set, request.getType());
        assertEquals(ALICE, request.getFrom());
        assertEquals(ROOM, request.getTo());
        assertEquals("<query xmlns=\"http://jabber.org/protocol/muc#admin\"><item jid=\"bob@example.net\" affiliation=\"outcast\">"
            + "<reason>1 &lt; 2</reason></item></query>", request.getChildElement().asXML());
        assertEquals(List.of("alice: occupant ids: ban by occupant id in room " + ROOM + "; id ID, account bob@example.net, done, "
            + "reason: 1 < 2"), audited);
        moderation.act(Deed.BAN, ALICE, lookUp(), "");
        assertNotEquals(request.getID(), sent.get(1).getID());
    }

    @Test
    void aKickIsOfEveryNick() throws Exception
    {
        enter("bob@example.net/a", "hag");
        enter("bob@example.net/b", "hag");
        enter("bob@example.net/c", "toad");
        enter("carol@example.net/a", "imp");
        moderation.act(Deed.KICK, ALICE, lookUp(), "");
        assertEquals(List.of("<item nick=\"hag\" role=\"none\"/>", "<item nick=\"toad\" role=\"none\"/>"),
            sent.stream().map(request -> request.getChildElement().element("item").asXML()
                .replace(" xmlns=\"http://jabber.org/protocol/muc#admin\"", "")).toList());
    }

    @Test
    void whatTheRoomRefusesIsNotDone()
    {
        enter("bob@example.net/a", "hag");
        for (final Deed deed : List.of(Deed.KICK, Deed.BAN)) {
            refusal = PacketError.Condition.not_allowed;
            assertRefused("occupantid.moderation.error.not_allowed", deed);
            refusal = PacketError.Condition.internal_server_error;
            assertRefused("occupantid.moderation.error.other", deed);
        }
        when(rooms.isOccupant(ALICE, ROOM)).thenReturn(false);
        refusal = PacketError.Condition.bad_request;
        assertRefused("occupantid.moderation.error.not_in_room", Deed.BAN);
        assertTrue(audited.get(4).endsWith("account bob@example.net, not done: occupantid.moderation.error.not_in_room"), audited::toString);
    }

    @Test
    void aBanOfAGroupIsNotEndedForOne()
    {
        when(rooms.affiliationOf(ROOM, BOB)).thenReturn("outcast");
        assertRefused("occupantid.moderation.error.banned_by_group", Deed.UNBAN);
    }

    @Test
    void nothingIsDoneWithoutAnAccount()
    {
        final LookUp lookUp = new LookUp("token", ROOM.toString(), "ID");
        assertEquals("occupantid.moderation.error.not_found",
            assertThrows(RefusedException.class, () -> moderation.act(Deed.BAN, ALICE, lookUp, "")).getMessage());
        assertEquals(List.of(), sent);
        assertTrue(audited.get(0).contains("account not found, not done"), audited::toString);
    }

    @Test
    void whoIsOfAnotherServerIsAuditedByJid() throws Exception
    {
        final JID remote = new JID("alice@example.net/pc");
        when(rooms.isOccupant(remote, ROOM)).thenReturn(true);
        moderation.act(Deed.BAN, remote, lookUp(), "");
        assertTrue(audited.get(0).startsWith("alice@example.net: "), audited::toString);
    }

    private void answer(final IQ request)
    {
        sent.add(request);
        final IQ answer = IQ.createResultIQ(request);
        if (refusal != null) {
            answer.setError(refusal);
        }
        listeners.remove(request.getID()).receivedAnswer(answer);
    }

    private void assertRefused(final String key, final Deed deed)
    {
        assertEquals(key, assertThrows(RefusedException.class, () -> moderation.act(deed, ALICE, lookUp(), "")).getMessage());
    }

    private void enter(final String user, final String nick)
    {
        occupants.add(new Occupant(new JID(user), new JID(ROOM + "/" + nick), new Presence()));
    }

    private static LookUp lookUp()
    {
        final LookUp lookUp = new LookUp("token", ROOM.toString(), "ID");
        lookUp.found(new LookUp.Match(BOB.toString(), LookUp.Place.USERS, mock(), List.of()));
        return lookUp;
    }
}
