/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.muc;

import org.igniterealtime.openfire.plugin.occupantid.compatibility.Feature;
import org.igniterealtime.openfire.plugin.occupantid.compatibility.Limitations;
import org.igniterealtime.openfire.plugin.occupantid.muc.Shapes.Manager;
import org.igniterealtime.openfire.plugin.occupantid.muc.Shapes.Occupant47;
import org.igniterealtime.openfire.plugin.occupantid.muc.Shapes.Occupant51;
import org.igniterealtime.openfire.plugin.occupantid.muc.Shapes.Room47;
import org.igniterealtime.openfire.plugin.occupantid.muc.Shapes.Room51;
import org.igniterealtime.openfire.plugin.occupantid.muc.Shapes.Service47;
import org.igniterealtime.openfire.plugin.occupantid.muc.Shapes.Stranger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mockito.InOrder;
import org.xmpp.packet.JID;
import org.xmpp.packet.Message;
import org.xmpp.packet.Presence;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.doReturn;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

/** Rooms on servers of all shapes. */
class RoomAccessTest
{
    private static final JID WITCH = new JID("witch@example.org/pda");

    private final Limitations limitations = new Limitations(Map.of());
    private final Manager manager = new Manager();
    private final Service47 service = mock();
    private final RoomAccess access47 = new RoomAccess(limitations, Room47.class, Service47.class);
    private final RoomAccess access51 = new RoomAccess(limitations, Room51.class, Service47.class);
    private final Room47 room = new Room47("coven@conference.example.org");
    private final Room51 newer = new Room51("heath@conference.example.org");

    @BeforeEach
    void setUp()
    {
        doReturn(manager).when(service).getLocalMUCRoomManager();
        when(service.getActiveChatRooms()).thenCallRealMethod();
        manager.rooms.put("coven", room);
        manager.rooms.put("heath", newer);
        room.occupants.add(new Occupant47(WITCH.toString(), "first"));
        newer.occupants.add(new Occupant51(WITCH.toString(), "first"));
    }

    @Test
    void theServerThatThisIsCompiledForHasAllAndNoIds()
    {
        final RoomAccess access = new RoomAccess(limitations);
        assertEquals(List.of(), limitations.descriptions());
        assertFalse(access.hasOwnIds());
    }

    @Test
    void newerServersHaveAll()
    {
        assertEquals(List.of(), limitations.descriptions());
        assertFalse(access47.hasOwnIds());
        assertTrue(access51.hasOwnIds());
    }

    @Test
    void aRoomIsLookedAtWhereverItsOccupantsAre()
    {
        assertSame(room, access47.room(service, "coven"));
        assertEquals(List.of("coven", "heath"), access47.roomsInMemory(service).stream().map(JID::getNode).sorted().toList());
        assertEquals(WITCH, access47.holderOf(room, "first"));
        assertNull(access47.holderOf(room, "second"));
        assertEquals(room.occupants.get(0).presence.toXML(), access47.presenceOf(room, WITCH).toXML());
        access47.changePresence(room, WITCH, presence -> presence.setStatus("changed"));
        assertEquals("changed", room.occupants.get(0).presence.getStatus());
        access47.changePresence(room, new JID("other@example.org/x"), presence -> fail());
        assertNull(access47.presenceOf(room, new JID("other@example.org/x")));
        assertEquals(new JID("coven@conference.example.org/first"), access47.occupants(room, false).get(0).address());
        assertEquals(WITCH, access47.occupants(room, true).get(0).realJid());
        assertEquals(1, access47.occupantsCount(room));
        assertEquals(room.created, access47.creationDate(room));
        assertEquals(7, access47.id(room));
        assertEquals("owner", access47.affiliation(room, new JID("owner@example.org/x")));
        assertEquals(2, access47.affiliated(room).size());
        assertEquals(WITCH, access51.occupants(newer, false).get(0).realJid());
    }

    @Test
    void whatAnOccupantShowsMeanwhileIsNotLost()
    {
        final Occupant47 occupant = room.occupants.get(0);
        final Presence later = new Presence();
        later.setStatus("later");
        final Thread server = new Thread(() -> occupant.setPresence(later));
        access47.changePresence(room, WITCH, presence -> {
            server.start();
            // It has set its presence by then, if nothing keeps it from that.
            while (server.isAlive() && server.getState() != Thread.State.BLOCKED) {
                Thread.onSpinWait();
            }
        });
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> server.join());
        assertEquals("later", occupant.presence.getStatus());
    }

    @Test
    void whoComesInMeanwhileIsInNobodysWay()
    {
        // Whoever is looked at lets somebody in.
        room.occupants.set(0, new Occupant47(WITCH.toString(), "first")
        {
            private final List<String> more = new ArrayList<>(List.of("second", "third", "fourth"));

            @Override
            public JID getUserAddress()
            {
                if (!more.isEmpty()) {
                    room.occupants.add(new Occupant47("other@example.org/x", more.remove(0)));
                }
                return super.getUserAddress();
            }
        });
        room.occupants.add(new Occupant47("other@example.org/x", "last"));
        assertEquals(List.of(WITCH, new JID("other@example.org/x")),
            access47.occupants(room, true).stream().map(Occupant::realJid).toList());
        assertNotNull(access47.presenceOf(room, WITCH));
        assertEquals(5, access47.occupants(room, true).size());
    }

    @Test
    void aRoomThatIsNotInMemoryIsLeftWhereItIs()
    {
        assertNull(access47.room(service, "nowhere"));
        verify(service, never()).getChatRoom(anyString());
        verify(service, never()).hasChatRoom(anyString());
    }

    @Test
    void theServiceIsAskedOnlyForRoomsThatAreNotInMemory()
    {
        assertTrue(access47.exists(service, "coven"));
        verify(service, never()).hasChatRoom(anyString());
        assertFalse(access47.exists(service, "nowhere"));
        verify(service).hasChatRoom("nowhere");
    }

    @Test
    void whatNewcomersAreShownCanBeChanged()
    {
        room.history.messages.add(new Message());
        room.history.subject = new Message();
        access47.changeHistory(room, message -> message.setBody("changed"));
        assertEquals("changed", room.history.messages.get(0).getBody());
        assertEquals("changed", room.history.subject.getBody());
        newer.subject = new Message();
        access51.changeHistory(newer, message -> message.setBody("changed"));
        assertEquals("changed", newer.subject.getBody());
    }

    @Test
    void changedRoomIsStoredBeforeItsLockIsReleased()
    {
        final Lock lock = mock();
        when(service.getChatRoomLock("coven")).thenReturn(lock);
        access47.change(service, "coven", found -> access47.changePresence(found, WITCH, presence -> presence.setStatus("changed")));
        assertEquals("changed", room.occupants.get(0).presence.getStatus());
        final InOrder order = inOrder(lock, service);
        order.verify(lock).lock();
        order.verify(service).syncChatRoom(room);
        order.verify(lock).unlock();
        access47.change(service, "nowhere", found -> fail());
    }

    @Test
    void aServerThatNobodyKnowsHasLimitsButDoesNoHarm()
    {
        final RoomAccess access = new RoomAccess(limitations, Stranger.class, Stranger.class);
        Stream.of(Feature.ROOMS, Feature.OCCUPANTS, Feature.HISTORY, Feature.AFFILIATIONS, Feature.CREATION_DATES)
            .forEach(feature -> assertFalse(limitations.isAvailable(feature), feature.name()));
        doesNoHarm(access);
        doesNoHarm(new RoomAccess(limitations, null, null));
    }

    private void doesNoHarm(final RoomAccess access)
    {
        final Stranger stranger = new Stranger();
        assertNull(access.room(service, "coven"));
        assertNull(access.loaded(service, "coven"));
        assertFalse(access.exists(service, "coven"));
        assertEquals(List.of(), access.roomsInMemory(service));
        assertNull(access.holderOf(stranger, "first"));
        assertNull(access.presenceOf(stranger, WITCH));
        access.changePresence(stranger, WITCH, presence -> fail());
        assertEquals(List.of(), access.occupants(stranger, true));
        assertEquals(0, access.occupantsCount(stranger));
        assertNull(access.creationDate(stranger));
        assertNull(access.id(stranger));
        assertEquals("none", access.affiliation(stranger, WITCH));
        assertEquals(List.of(), access.affiliated(stranger));
        final List<Message> changed = new ArrayList<>();
        access.changeHistory(stranger, changed::add);
        assertEquals(List.of(), changed);
    }
}
