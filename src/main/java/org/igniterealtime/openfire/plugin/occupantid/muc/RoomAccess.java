/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.muc;

import org.igniterealtime.openfire.plugin.occupantid.compatibility.Feature;
import org.igniterealtime.openfire.plugin.occupantid.compatibility.Limitations;
import org.jivesoftware.openfire.muc.MultiUserChatService;
import org.xmpp.packet.JID;
import org.xmpp.packet.Message;
import org.xmpp.packet.Presence;

import javax.annotation.Nonnull;
import javax.annotation.Nullable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Date;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The looks into rooms, which are not the same on every version of the server: {@code MUCRoom} and its kin were interfaces and
 * became classes in 4.7, occupants changed their name in 5.0, and rooms in memory are found in other ways. All that differs is found
 * out here, once, at start. What a version lacks is left out, and said.
 */
public final class RoomAccess
{
    private final Limitations limitations;
    private final boolean ownIds;
    private final boolean federated;

    /** Loads a room that is not in memory. */
    private final Call loaded;
    /** Up to Openfire 4.6: finds a room in memory. */
    private final Call roomInMemory;
    /** Since Openfire 4.7: what holds the rooms in memory, of all nodes of a cluster. */
    private final Call manager;
    private final Call roomCache;
    private final Call roomsInMemory;
    private final Call roomLock;
    private final Call storeRoom;

    private final Call jid;
    private final Call id;
    private final Call creationDate;
    private final Call affiliation;
    private final List<Call> affiliated = new ArrayList<>();
    private final Call sysadmin;

    private final Call occupants;
    private final Call occupantsCount;
    private final Call occupantsByNick;
    private final Call occupantByFullJid;
    private final Call realJid;
    private final Call nick;
    private final Call presence;
    /** Since Openfire 4.7: takes a presence in place of the one that a room shows. What it gives are copies, since 4.7.2. */
    private final Call setPresence;
    /** Up to Openfire 4.6: whether an occupant is on this node of a cluster. Later, rooms are everywhere with all their occupants. */
    private final Call isLocal;

    /** Since Openfire 4.6: whether an occupant is in a federated room of another server (FMUC, XEP-0289). */
    private final Call remoteFmuc;

    private final Call history;
    private final Call messages;
    /** Up to Openfire 5.0: the message that set the subject is part of the history. */
    private final Call changedSubject;
    /** Since Openfire 5.1: a copy of the message that set the subject is given, and another taken in its place. */
    private final Call subject;
    private final Call setSubject;

    /**
     * Looks at the server that this runs in.
     *
     * @param limitations receives the features that the server lacks members for.
     */
    public RoomAccess(@Nonnull final Limitations limitations)
    {
        this(limitations, named("org.jivesoftware.openfire.muc.MUCRoom"),
            named("org.jivesoftware.openfire.muc.spi.MultiUserChatServiceImpl"));
    }

    /**
     * @param limitations receives the features that the server lacks members for.
     * @param room the server's class, or interface, of rooms; null if it has none of that name.
     * @param service the server's class of group chat services; null if it has none of that name.
     */
    public RoomAccess(@Nonnull final Limitations limitations, @Nullable final Class<?> room, @Nullable final Class<?> service)
    {
        this.limitations = limitations;
        loaded = Call.to(service, "getChatRoom", String.class);
        roomInMemory = Call.to(service, "getLocalChatRoom", String.class);
        manager = Call.to(service, "getLocalMUCRoomManager");
        roomCache = Call.to(manager.result(), "getROOM_CACHE");
        final Call active = Call.to(service, "getActiveChatRooms");
        roomsInMemory = active.exists() ? active : Call.to(service, "getChatRooms");
        roomLock = Call.to(service, "getChatRoomLock", String.class);
        storeRoom = Call.to(room == null ? null : service, "syncChatRoom", room);
        jid = Call.to(room, "getJID");
        limit(Feature.ROOMS, roomInMemory.exists() ? roomInMemory : roomCache, roomsInMemory, jid);

        occupants = Call.to(room, "getOccupants");
        occupantsCount = Call.to(room, "getOccupantsCount");
        occupantsByNick = Call.to(room, "getOccupantsByNickname", String.class);
        occupantByFullJid = Call.to(room, "getOccupantByFullJID", JID.class);
        realJid = Call.to(occupantByFullJid.result(), "getUserAddress");
        nick = Call.to(occupantByFullJid.result(), "getNickname");
        presence = Call.to(occupantByFullJid.result(), "getPresence");
        setPresence = Call.to(manager.exists() ? occupantByFullJid.result() : null, "setPresence", Presence.class);
        isLocal = Call.to(occupantByFullJid.result(), "isLocal");
        limit(Feature.OCCUPANTS, occupants, occupantsCount, occupantsByNick, occupantByFullJid, realJid, nick, presence);

        history = Call.to(room, "getRoomHistory");
        messages = Call.to(history.result(), "getMessageHistory");
        changedSubject = Call.to(history.result(), "getChangedSubject");
        subject = Call.to(room, "getSubjectStanza");
        setSubject = Call.to(room, "initializeSubject", Message.class);
        limit(Feature.HISTORY, messages, changedSubject.exists() ? changedSubject : setSubject);

        id = Call.to(room, "getID");
        affiliation = Call.to(room, "getAffiliation", JID.class);
        for (final String list : new String[] {"getOwners", "getAdmins", "getMembers", "getOutcasts"}) {
            affiliated.add(Call.to(room, list));
        }
        sysadmin = Call.to(MultiUserChatService.class, "isSysadmin", JID.class);
        limit(Feature.AFFILIATIONS, loaded, id, affiliation, sysadmin);
        limit(Feature.AFFILIATIONS, affiliated.toArray(new Call[0]));

        creationDate = Call.to(room, "getCreationDate");
        limit(Feature.CREATION_DATES, creationDate);

        remoteFmuc = Call.to(occupantByFullJid.result(), "isRemoteFmuc");
        federated = Call.to(room, "getFmucHandler").exists();
        ownIds = Call.to(room, "generateOccupantId", JID.class).exists() || Call.to(occupantByFullJid.result(), "getOccupantId").exists();
    }

    /** Whether rooms of this version can be federated (FMUC, XEP-0289). The server treats each stanza with an element fmuc as federated. */
    boolean canFederate()
    {
        return federated;
    }

    /** Whether rooms are held by the service itself, as they were before Openfire 4.7. */
    public boolean isBefore47()
    {
        return roomInMemory.exists();
    }

    /**
     * Whether the server gives occupants ids by itself (since Openfire 5.0). Such a server takes out every {@code occupant-id} that
     * comes to a room, and puts in its own.
     */
    public boolean hasOwnIds()
    {
        return ownIds;
    }

    /**
     * Whether a room exists. One that is only in the database is loaded, as the server does on the way to it; one in memory costs a
     * look, and no lock: asking the service for it would fetch all of the room from the cluster, since Openfire 4.7.
     */
    boolean exists(@Nonnull final MultiUserChatService service, @Nonnull final String name)
    {
        final Map<?, ?> cache = (Map<?, ?>) roomCache.on(manager.on(service));
        return cache != null && cache.containsKey(name) || service.hasChatRoom(name);
    }

    /**
     * Finds a room in memory. It is never loaded: while a room is being destroyed, the server has taken it out of memory but not yet
     * out of the database, and asking the service for it would bring it back.
     *
     * @param service the service that the room belongs to.
     * @param name the room's name, the node of its JID.
     * @return the room, or null.
     */
    @Nullable
    Object room(@Nonnull final Object service, @Nonnull final String name)
    {
        final Map<?, ?> cache = (Map<?, ?>) roomCache.on(manager.on(service));
        return cache != null ? cache.get(name) : roomInMemory.on(service, name);
    }

    /**
     * Changes a room in memory. Since Openfire 4.7 a node of a cluster has a copy, so this holds the room's lock and stores the copy.
     */
    void change(@Nonnull final Object service, @Nonnull final String name, @Nonnull final Consumer<Object> change)
    {
        final Lock lock = (Lock) roomLock.on(service, name);
        if (lock != null) {
            lock.lock();
        }
        try {
            final Object room = room(service, name);
            if (room != null) {
                change.accept(room);
                storeRoom.on(service, room);
            }
        } finally {
            if (lock != null) {
                lock.unlock();
            }
        }
    }

    /** Finds a room, and loads one that is not in memory; null if there is none. */
    @Nullable
    Object loaded(@Nonnull final Object service, @Nonnull final String name)
    {
        return loaded.on(service, name);
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
        final List<?> found = occupants(occupantsByNick.on(room, nick));
        return found.isEmpty() ? null : (JID) realJid.on(found.get(0));
    }

    /** The bare JIDs of the rooms of a service that are in memory, which are all that anybody is in. */
    @Nonnull
    List<JID> roomsInMemory(@Nonnull final Object service)
    {
        final List<JID> rooms = new ArrayList<>();
        if (jid.exists()) {
            list(roomsInMemory.on(service)).forEach(room -> rooms.add((JID) jid.on(room)));
        }
        return rooms;
    }

    /** When a room was created. */
    @Nullable
    Date creationDate(@Nonnull final Object room)
    {
        return (Date) creationDate.on(room);
    }

    /** The presence that a room shows of one device of a user; null if that is not in the room. */
    @Nullable
    Presence presenceOf(@Nonnull final Object room, @Nonnull final JID user)
    {
        return (Presence) presence.on(occupantByFullJid.on(room, user));
    }

    /** Changes the presence that a room shows of one device of a user, if that is in the room. */
    void changePresence(@Nonnull final Object room, @Nonnull final JID user, @Nonnull final Consumer<Presence> change)
    {
        final Object occupant = occupantByFullJid.on(room, user);
        if (occupant != null) {
            // The server sets it under this lock, too, where it gives copies: what it sets meanwhile would be lost.
            synchronized (occupant) {
                final Presence shown = (Presence) presence.on(occupant);
                if (shown != null) {
                    change.accept(shown);
                    setPresence.on(occupant, shown);
                }
            }
        }
    }

    /**
     * The occupants of a room, as they are now.
     *
     * @param everywhere whether to count in those connected to other nodes of a cluster; since Openfire 4.7 they always are.
     */
    @Nonnull
    List<Occupant> occupants(@Nonnull final Object room, final boolean everywhere)
    {
        final List<Occupant> found = new ArrayList<>();
        if (limitations.isAvailable(Feature.OCCUPANTS) && jid.exists()) {
            occupants(occupants.on(room)).forEach(occupant -> {
                if (everywhere || !Boolean.FALSE.equals(isLocal.on(occupant))) {
                    found.add(occupant(room, occupant));
                }
            });
        }
        return found;
    }

    /** Those whom a room shows under a nick: as a rule, the devices of one user. */
    @Nonnull
    List<Occupant> shownAs(@Nonnull final Object room, @Nonnull final String shown)
    {
        final List<Occupant> found = new ArrayList<>();
        if (limitations.isAvailable(Feature.OCCUPANTS) && jid.exists()) {
            occupants(occupantsByNick.on(room, shown)).forEach(occupant -> found.add(occupant(room, occupant)));
        }
        return found;
    }

    private Occupant occupant(final Object room, final Object occupant)
    {
        final JID address = (JID) jid.on(room);
        return new Occupant((JID) realJid.on(occupant), new JID(address.getNode(), address.getDomain(), (String) nick.on(occupant), true),
            (Presence) presence.on(occupant));
    }

    /** How many occupants a room has, on all nodes of a cluster. */
    int occupantsCount(@Nonnull final Object room)
    {
        final Object count = occupantsCount.on(room);
        return count == null ? 0 : (int) count;
    }

    /** The number that the server's tables know a room by. */
    @Nullable
    Long id(@Nonnull final Object room)
    {
        return (Long) id.on(room);
    }

    /** What a user is to a room, by the field's name for it: owner, admin, member, outcast or none. */
    @Nonnull
    String affiliation(@Nonnull final Object room, @Nonnull final JID user)
    {
        final Object found = affiliation.on(room, user.asBareJID());
        return found == null ? "none" : found.toString();
    }

    /** Whether a user is a sysadmin of a service. */
    boolean isSysadmin(@Nonnull final MultiUserChatService service, @Nonnull final JID user)
    {
        return Boolean.TRUE.equals(sysadmin.on(service, user.asBareJID()));
    }

    /** Those whom a room lists as owners, admins, members or outcasts; some may be groups. */
    @Nonnull
    List<JID> affiliated(@Nonnull final Object room)
    {
        final List<JID> found = new ArrayList<>();
        for (final Call listed : affiliated) {
            list(listed.on(room)).forEach(user -> found.add((JID) user));
        }
        return found;
    }

    /**
     * Changes the messages that a room keeps in memory to show to newcomers, the last change of its subject included.
     *
     * @param room a room.
     * @param change changes a message.
     */
    void changeHistory(@Nonnull final Object room, @Nonnull final Consumer<Message> change)
    {
        final Object kept = history.on(room);
        final Iterator<?> past = (Iterator<?>) messages.on(kept);
        if (past != null) {
            past.forEachRemaining(message -> change.accept((Message) message));
        }
        final Message withSubject = (Message) changedSubject.on(kept);
        if (withSubject != null) {
            change.accept(withSubject);
        }
        final Message copy = (Message) subject.on(room);
        if (copy != null) {
            change.accept(copy);
            setSubject.on(room, copy);
        }
    }

    private void limit(final Feature feature, final Call... needed)
    {
        final List<String> missing = Arrays.stream(needed).filter(call -> !call.exists()).map(Call::description)
            .collect(Collectors.toList());
        if (!missing.isEmpty()) {
            limitations.add(Collections.singleton(feature), missing);
        }
    }

    /** The occupants in a collection of the server's whose real JIDs are known here: not those of a federated room on another server. */
    private List<?> occupants(@Nullable final Object collection)
    {
        final List<?> found = list(collection);
        found.removeIf(occupant -> Boolean.TRUE.equals(remoteFmuc.on(occupant)));
        return found;
    }

    /** What is in a collection of the server's now. Others may change it: some are plain lists, and a copy of those can have gaps. */
    private static List<?> list(@Nullable final Object collection)
    {
        final List<?> found = collection == null ? Collections.emptyList() : new ArrayList<>((Collection<?>) collection);
        found.removeIf(Objects::isNull);
        return found;
    }

    @Nullable
    private static Class<?> named(final String name)
    {
        try {
            return Class.forName(name, false, RoomAccess.class.getClassLoader());
        } catch (final ClassNotFoundException | LinkageError notInThisVersion) {
            return null;
        }
    }
}
