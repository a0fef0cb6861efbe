/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.stanza;

import org.igniterealtime.openfire.plugin.occupantid.id.OccupantIds;
import org.igniterealtime.openfire.plugin.occupantid.muc.LocalRooms;
import org.igniterealtime.openfire.plugin.occupantid.muc.Occupant;
import org.igniterealtime.openfire.plugin.occupantid.secret.Database;
import org.igniterealtime.openfire.plugin.occupantid.secret.RoomSecrets;
import org.jivesoftware.openfire.interceptor.PacketRejectedException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.xmpp.packet.JID;
import org.xmpp.packet.Presence;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

class AnnouncerTest
{
    private static final JID ROOM = new JID("coven@conference.example.org");

    private final LocalRooms rooms = mock();
    private final RoomSecrets secrets = new Database().secrets();
    private final OccupantIds ids = new OccupantIds(secrets::originKey, () -> 100);
    private final List<Presence> sent = new ArrayList<>();
    private final Announcer announcer = new Announcer(rooms, secrets, ids, sent::add, () -> 1_000);
    private final List<Occupant> occupants = new ArrayList<>();

    @BeforeEach
    void setUp()
    {
        when(rooms.occupantsOf(ROOM)).thenReturn(occupants);
        when(rooms.isOccupant(any(), any())).thenReturn(true);
        doAnswer(call -> {
            final Consumer<Presence> change = call.getArgument(2);
            final Collection<JID> users = call.getArgument(1);
            occupants.stream().filter(occupant -> users.contains(occupant.realJid())).map(Occupant::presence).forEach(change);
            return null;
        }).when(rooms).changePresences(eq(ROOM), any(), any());
    }

    @Test
    void thePresenceIsWhatTheOccupantSent() throws InterruptedException
    {
        when(rooms.needNicknameInCopies()).thenReturn(true);
        final Presence presence = enter("user");
        presence.setStatus("on the moor");
        presence.addChildElement("x", "http://jabber.org/protocol/muc#user").addElement("item");
        presence.getElement().addElement("x", "http://jabber.org/protocol/muc#user").addElement("item");
        OccupantIdElement.set(presence.getElement(), "old");
        assertEquals(1, announcer.announce(ROOM));
        final Presence announced = sent.get(0);
        assertEquals("user@example.org/device", announced.getFrom().toString());
        assertEquals(ROOM, announced.getTo(), "who has left, or taken another nick, is not to enter or be renamed");
        assertEquals(ROOM + "/user", announced.createCopy().getTo().toString(), "what the room keeps");
        assertEquals("on the moor", announced.getStatus());
        assertNull(announced.getChildElement("x", "http://jabber.org/protocol/muc#user"), "the room adds its own");
        assertNull(announced.getChildElement("occupant-id", "urn:xmpp:occupant-id:0"), "or the occupant would seem to have sent an id");
    }

    @Test
    void whatTheRoomKeepsShowsTheIdOfTodayEvenIfNobodyLetsTheAnnouncementPass() throws InterruptedException
    {
        final Presence kept = enter("user");
        OccupantIdElement.set(kept.getElement(), ids.idOf(secrets.ofRoom(ROOM.toString()), "user@example.org"));
        final String today = ids.idOf(secrets.rotate(ROOM.toString(), "test"), "user@example.org");
        announcer.announce(ROOM);
        assertTrue(OccupantIdElement.carries(kept.getElement(), today));
        assertEquals(1, kept.getElement().elements().size());
    }

    @Test
    void whoIsKnownByTheIdOfTodayIsLeftAlone() throws InterruptedException
    {
        final Presence known = enter("known");
        OccupantIdElement.set(known.getElement(), ids.idOf(secrets.ofRoom(ROOM.toString()), "known@example.org"));
        enter("unknown");
        assertEquals(1, announcer.announce(ROOM));
        assertEquals("unknown@example.org/device", sent.get(0).getFrom().toString());
    }

    @Test
    void roomThatFailsDoesNotEndTheAnnouncementOfOthers() throws InterruptedException
    {
        when(rooms.occupantsOf(ROOM)).thenThrow(new IllegalStateException("a test"));
        announcer.clean(ROOM);
        assertEquals(0, announcer.announce(ROOM));
        assertEquals(0, announcer.announceAll(ROOM));
        announcer.withdraw(ROOM);
    }

    @Test
    void whatWasPutInWhileThePluginWasAwayIsTakenOutAtOnce() throws InterruptedException
    {
        final String mine = ids.idOf(secrets.ofRoom(ROOM.toString()), "victim@example.org");
        final Presence borrowed = enter("thief");
        OccupantIdElement.set(borrowed.getElement(), mine);
        final Presence stamped = enter("other");
        OccupantIdElement.stamp(stamped.getElement(), mine);
        final Presence own = enter("victim");
        OccupantIdElement.set(own.getElement(), mine);
        announcer.clean(ROOM);
        assertEquals(0, borrowed.getElement().elements().size());
        assertEquals(0, stamped.getElement().elements().size());
        assertEquals(1, own.getElement().elements().size());
        assertEquals(List.of(), sent);
        assertEquals(2, announcer.announce(ROOM));
    }

    @Test
    void whoHasLeftOrChangedNickIsNotBroughtBack() throws InterruptedException
    {
        enter("gone");
        when(rooms.isOccupant(new JID("gone@example.org/device"), new JID(ROOM + "/gone"))).thenReturn(false);
        enter("renamed");
        when(rooms.holderOf(new JID(ROOM + "/renamed"))).thenReturn(null);
        enter("robbed");
        when(rooms.holderOf(new JID(ROOM + "/robbed"))).thenReturn(new JID("other@example.org/x"));
        announcer.announce(ROOM);
        assertEquals(List.of(), sent);
    }

    @Test
    void whatARoomRefusesIsKeptFromWhoDidNotAsk() throws InterruptedException
    {
        when(rooms.own(ROOM.toString())).thenReturn(true);
        final Presence refusal = new Presence(Presence.Type.error);
        refusal.setFrom(ROOM);
        refusal.setTo("leaving@example.org/device");
        final List<Executable> past = new ArrayList<>();
        final Announcer speaking = new Announcer(rooms, secrets, ids, announced -> past.forEach(AnnouncerTest::run), () -> 1_000);
        final Doorkeeper doorkeeper = new Doorkeeper(rooms, speaking);
        final Executable refuse = () -> doorkeeper.interceptPacket(refusal, null, false, false);
        past.add(() -> assertThrows(PacketRejectedException.class, refuse));
        past.add(() -> doorkeeper.interceptPacket(new Presence(), null, false, false));
        past.add(() -> CompletableFuture.runAsync(() -> assertDoesNotThrow(refuse)).join());
        enter("leaving");
        assertEquals(1, speaking.announce(ROOM));
        assertDoesNotThrow(refuse);
    }

    private static void run(final Executable executable)
    {
        assertDoesNotThrow(executable);
    }

    @Test
    void aLargeRoomTakesItsTime() throws InterruptedException
    {
        for (int i = 0; i < 20; i++) {
            enter("user" + i);
        }
        final long start = System.nanoTime();
        assertEquals(20, announcer.announce(ROOM));
        // 20 announcements to 20 occupants each, at 1,000 a second.
        assertTrue(System.nanoTime() - start >= 400_000_000L);
    }

    private Presence enter(final String name)
    {
        final Presence presence = new Presence();
        final Occupant occupant = new Occupant(new JID(name + "@example.org/device"), new JID(ROOM + "/" + name), presence);
        occupants.add(occupant);
        when(rooms.holderOf(occupant.address())).thenReturn(occupant.realJid());
        return presence;
    }
}
