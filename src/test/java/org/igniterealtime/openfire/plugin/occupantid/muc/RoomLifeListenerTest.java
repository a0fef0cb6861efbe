/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.muc;

import org.igniterealtime.openfire.plugin.occupantid.muc.Shapes.Listener;
import org.igniterealtime.openfire.plugin.occupantid.secret.RoomSecrets;
import org.jivesoftware.openfire.muc.MUCEventDispatcher;
import org.jivesoftware.openfire.muc.MUCEventListener;
import org.junit.jupiter.api.Test;
import org.xmpp.packet.JID;
import org.xmpp.packet.Message;

import java.util.ArrayList;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoMoreInteractions;

/** Events of rooms, from servers of all versions. */
class RoomLifeListenerTest
{
    private static final JID ROOM = new JID("coven@conference.example.org");
    private static final JID WITCH = new JID("witch@example.org/pda");

    private final RoomSecrets secrets = mock();
    private final List<String> joined = new ArrayList<>();
    private final List<String> left = new ArrayList<>();

    @Test
    void theServerThatThisIsCompiledForIsHeard()
    {
        final MUCEventListener listener = RoomLifeListener.create(MUCEventListener.class, secrets, this::join, this::leave);
        MUCEventDispatcher.addListener(listener);
        MUCEventDispatcher.roomCreated(ROOM);
        MUCEventDispatcher.occupantJoined(ROOM, WITCH, "first");
        MUCEventDispatcher.messageReceived(ROOM, WITCH, "first", new Message());
        MUCEventDispatcher.privateMessageRecieved(WITCH, WITCH, new Message());
        MUCEventDispatcher.occupantLeft(ROOM, WITCH);
        MUCEventDispatcher.roomDestroyed(ROOM);
        MUCEventDispatcher.removeListener(listener);
        MUCEventDispatcher.roomCreated(ROOM);
        verify(secrets).roomCreated(ROOM.toString());
        verify(secrets).roomDestroyed(ROOM.toString());
        verifyNoMoreInteractions(secrets);
        assertEquals(List.of(ROOM + " " + WITCH), joined);
        assertEquals(List.of(ROOM + " " + WITCH), left);
    }

    @Test
    void soAreServersWithOtherEvents()
    {
        final Listener listener = RoomLifeListener.create(Listener.class, secrets, this::join, this::leave);
        listener.roomCreated(1, ROOM);
        listener.occupantJoined(ROOM, WITCH, "first");
        listener.somethingNew(ROOM, 1);
        listener.nothingAtAll();
        listener.roomDestroyed(1, ROOM);
        verify(secrets).roomCreated(ROOM.toString());
        verify(secrets).roomDestroyed(ROOM.toString());
        verifyNoMoreInteractions(secrets);
        assertEquals(List.of(ROOM + " " + WITCH), joined);
    }

    @Test
    void aFailureIsNotTheRooms()
    {
        doThrow(new IllegalStateException("broken"), new OutOfMemoryError("broken")).when(secrets).roomCreated(anyString());
        final MUCEventListener listener = RoomLifeListener.create(MUCEventListener.class, secrets, this::join, this::leave);
        listener.roomCreated(ROOM);
        listener.roomCreated(ROOM);
        verify(secrets, times(2)).roomCreated(ROOM.toString());
    }

    @Test
    void aListenerIsItself()
    {
        final MUCEventListener listener = RoomLifeListener.create(MUCEventListener.class, secrets, this::join, this::leave);
        assertEquals(listener, listener);
        assertEquals(listener.hashCode(), listener.hashCode());
        assertNotEquals(listener, RoomLifeListener.create(MUCEventListener.class, secrets, this::join, this::leave));
        assertEquals(RoomLifeListener.class.getName(), listener.toString());
    }

    private void join(final JID room, final JID user)
    {
        joined.add(room + " " + user);
    }

    private void leave(final JID room, final JID user)
    {
        left.add(room + " " + user);
    }
}
