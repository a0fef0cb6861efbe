/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.muc;

import org.jivesoftware.openfire.muc.MUCRoom;
import org.jivesoftware.openfire.muc.MultiUserChatService;
import org.jivesoftware.openfire.muc.spi.MultiUserChatServiceImpl;
import org.jivesoftware.openfire.user.UserNotFoundException;
import org.xmpp.packet.JID;

import javax.annotation.Nonnull;
import javax.annotation.Nullable;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.util.List;

/**
 * The looks into a room that are not the same on every version of the server. {@code MUCRoom} and its kin were interfaces and
 * became classes, so that a call compiled for the one fails on the other: here they are found by name, once, at start.
 */
public final class RoomAccess
{
    /** Up to Openfire 4.6, else null: finds a room in memory without loading it. */
    private final MethodHandle roomInMemory;
    private final MethodHandle occupantsByNick;
    private final MethodHandle occupantByFullJid;
    private final MethodHandle realJid;

    /**
     * @throws ReflectiveOperationException if this version of the server lacks what every known version has.
     */
    public RoomAccess() throws ReflectiveOperationException
    {
        final MethodHandles.Lookup lookup = MethodHandles.publicLookup();
        final Method byFullJid = MUCRoom.class.getMethod("getOccupantByFullJID", JID.class);
        occupantByFullJid = lookup.unreflect(byFullJid);
        occupantsByNick = lookup.unreflect(MUCRoom.class.getMethod("getOccupantsByNickname", String.class));
        realJid = lookup.unreflect(byFullJid.getReturnType().getMethod("getUserAddress"));
        MethodHandle inMemory = null;
        try {
            inMemory = lookup.unreflect(MultiUserChatServiceImpl.class.getMethod("getLocalChatRoom", String.class));
        } catch (final NoSuchMethodException later) {
            // Rooms are looked up the usual way.
        }
        roomInMemory = inMemory;
    }

    /**
     * Finds a room, preferably without loading it from the database: a room that is being destroyed must not come back that way.
     *
     * @param service the service that the room belongs to.
     * @param name the room's name, the node of its JID.
     * @return the room, or null.
     */
    @Nullable
    Object room(@Nonnull final MultiUserChatService service, @Nonnull final String name)
    {
        return roomInMemory != null && service instanceof MultiUserChatServiceImpl
            ? call(roomInMemory, service, name)
            : service.getChatRoom(name);
    }

    /**
     * The real JID behind a nick.
     *
     * @param room a room.
     * @param nick a nick.
     * @return the JID of one of the devices under that nick (all belong to one user); null if nobody holds it.
     */
    @Nullable
    JID holderOf(@Nonnull final Object room, @Nonnull final String nick)
    {
        final List<?> occupants = (List<?>) call(occupantsByNick, room, nick);
        return occupants == null || occupants.isEmpty() ? null : (JID) call(realJid, occupants.get(0));
    }

    /** Whether a user, by real full JID, is in a room. */
    boolean isOccupant(@Nonnull final Object room, @Nonnull final JID user)
    {
        return call(occupantByFullJid, room, user) != null;
    }

    /** Calls a method of the server; null also where the server says by an exception that there is no such occupant. */
    private static Object call(final MethodHandle method, final Object... arguments)
    {
        try {
            return method.invokeWithArguments(arguments);
        } catch (final UserNotFoundException nobody) {
            return null;
        } catch (final RuntimeException | Error e) {
            throw e;
        } catch (final Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
