/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.muc;

import org.jivesoftware.openfire.muc.MUCRoom;
import org.jivesoftware.openfire.muc.MUCRoomHistory;
import org.jivesoftware.openfire.muc.MultiUserChatService;
import org.jivesoftware.openfire.muc.spi.MultiUserChatServiceImpl;
import org.jivesoftware.openfire.user.UserNotFoundException;
import org.xmpp.packet.JID;
import org.xmpp.packet.Message;
import org.xmpp.packet.Presence;

import javax.annotation.Nonnull;
import javax.annotation.Nullable;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
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
    private final MethodHandle roomsInMemory;
    private final MethodHandle jid;
    private final MethodHandle occupants;
    private final MethodHandle history;
    private final MethodHandle creationDate;
    private final MethodHandle nick;
    private final MethodHandle presence;
    /** Up to Openfire 4.6, else null: whether an occupant is on this node of a cluster. */
    private final MethodHandle isLocal;
    private final MethodHandle occupantsCount;
    private final MethodHandle id;
    private final MethodHandle affiliation;
    private final List<MethodHandle> affiliated = new ArrayList<>();

    /**
     * @throws ReflectiveOperationException if this version of the server lacks what every known version has.
     */
    public RoomAccess() throws ReflectiveOperationException
    {
        final Class<?> occupant = MUCRoom.class.getMethod("getOccupantByFullJID", JID.class).getReturnType();
        occupantByFullJid = method(MUCRoom.class, "getOccupantByFullJID", JID.class);
        occupantsByNick = method(MUCRoom.class, "getOccupantsByNickname", String.class);
        occupants = method(MUCRoom.class, "getOccupants");
        history = method(MUCRoom.class, "getRoomHistory");
        creationDate = method(MUCRoom.class, "getCreationDate");
        jid = method(MUCRoom.class, "getJID");
        realJid = method(occupant, "getUserAddress");
        nick = method(occupant, "getNickname");
        presence = method(occupant, "getPresence");
        isLocal = methodOrNull(occupant, "isLocal");
        occupantsCount = method(MUCRoom.class, "getOccupantsCount");
        id = method(MUCRoom.class, "getID");
        affiliation = method(MUCRoom.class, "getAffiliation", JID.class);
        for (final String list : new String[] {"getOwners", "getAdmins", "getMembers", "getOutcasts"}) {
            affiliated.add(method(MUCRoom.class, list));
        }
        roomInMemory = methodOrNull(MultiUserChatServiceImpl.class, "getLocalChatRoom", String.class);
        final MethodHandle active = methodOrNull(MultiUserChatService.class, "getActiveChatRooms");
        roomsInMemory = active != null ? active : method(MultiUserChatService.class, "getChatRooms");
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

    /** The bare JIDs of the rooms of a service that are in memory, which are all that anybody is in. */
    @Nonnull
    List<JID> roomsInMemory(@Nonnull final MultiUserChatService service)
    {
        final List<JID> rooms = new ArrayList<>();
        for (final Object room : (Collection<?>) call(roomsInMemory, service)) {
            rooms.add((JID) call(jid, room));
        }
        return rooms;
    }

    /** When a room was created. */
    @Nullable
    Date creationDate(@Nonnull final Object room)
    {
        return (Date) call(creationDate, room);
    }

    /** The presence that a room shows of one device of a user; null if that is not in the room. */
    @Nullable
    Presence presenceOf(@Nonnull final Object room, @Nonnull final JID user)
    {
        final Object occupant = call(occupantByFullJid, room, user);
        return occupant == null ? null : (Presence) call(presence, occupant);
    }

    /**
     * The occupants of a room, as they are now.
     *
     * @param everywhere whether to count in those connected to other nodes of a cluster.
     */
    @Nonnull
    List<Occupant> occupants(@Nonnull final Object room, final boolean everywhere)
    {
        final JID address = (JID) call(jid, room);
        final List<Occupant> found = new ArrayList<>();
        for (final Object occupant : (Collection<?>) call(occupants, room)) {
            if (everywhere || isLocal == null || (boolean) call(isLocal, occupant)) {
                found.add(new Occupant((JID) call(realJid, occupant),
                    new JID(address.getNode(), address.getDomain(), (String) call(nick, occupant), true),
                    (Presence) call(presence, occupant)));
            }
        }
        return found;
    }

    /** How many occupants a room has, on all nodes of a cluster. */
    int occupantsCount(@Nonnull final Object room)
    {
        return (int) call(occupantsCount, room);
    }

    /** The number that the server's tables know a room by. */
    long id(@Nonnull final Object room)
    {
        return (long) call(id, room);
    }

    /** What a user is to a room, by the field's name for it: owner, admin, member, outcast or none. */
    @Nonnull
    String affiliation(@Nonnull final Object room, @Nonnull final JID user)
    {
        return call(affiliation, room, user.asBareJID()).toString();
    }

    /** Those whom a room lists as owners, admins, members or outcasts; some may be groups. */
    @Nonnull
    List<JID> affiliated(@Nonnull final Object room)
    {
        final List<JID> found = new ArrayList<>();
        for (final MethodHandle list : affiliated) {
            for (final Object user : (Collection<?>) call(list, room)) {
                found.add((JID) user);
            }
        }
        return found;
    }

    /** The messages that a room keeps in memory to show to newcomers, the last change of its subject included. */
    @Nonnull
    List<Message> history(@Nonnull final Object room)
    {
        final MUCRoomHistory kept = (MUCRoomHistory) call(history, room);
        final List<Message> messages = new ArrayList<>();
        kept.getMessageHistory().forEachRemaining(messages::add);
        if (kept.getChangedSubject() != null) {
            messages.add(kept.getChangedSubject());
        }
        return messages;
    }

    private static MethodHandle method(final Class<?> type, final String name, final Class<?>... parameters)
        throws ReflectiveOperationException
    {
        return MethodHandles.publicLookup().unreflect(type.getMethod(name, parameters));
    }

    @Nullable
    private static MethodHandle methodOrNull(final Class<?> type, final String name, final Class<?>... parameters)
        throws IllegalAccessException
    {
        try {
            return MethodHandles.publicLookup().unreflect(type.getMethod(name, parameters));
        } catch (final NoSuchMethodException inThisVersion) {
            return null;
        }
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
