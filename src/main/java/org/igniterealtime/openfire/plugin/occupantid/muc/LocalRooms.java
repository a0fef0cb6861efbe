/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.muc;

import org.jivesoftware.openfire.muc.MultiUserChatManager;
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
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The group chat rooms of this server: which addresses are theirs, and who is in them.
 */
public final class LocalRooms
{
    private final MultiUserChatManager services;
    private final RoomAccess access;

    /** What follows a service's name in its domain: {@code .example.org}. */
    private final String suffix;

    /** The names of the services met so far; whether one is still there is asked each time. */
    private volatile String[] names = {};

    /**
     * @param services the server's group chat services.
     * @param access the way into rooms on this version of the server.
     * @param xmppDomain the domain of the server.
     */
    public LocalRooms(@Nonnull final MultiUserChatManager services, @Nonnull final RoomAccess access, @Nonnull final String xmppDomain)
    {
        this.services = services;
        this.access = access;
        this.suffix = '.' + xmppDomain;
    }

    /**
     * Whether an address belongs to a local group chat service: its own, a room's, or an occupant's. Asked for every stanza that
     * the server routes, so it reads the address as it stands there and makes no object.
     *
     * @param address an address as the server normalises it, or null.
     * @return true if it does.
     */
    public boolean own(@Nullable final String address)
    {
        return address != null && serviceOf(address) != null;
    }

    /** Whether a domain is that of the server, or of a service that it has. */
    public boolean isOnServer(@Nonnull final String domain)
    {
        return domain.endsWith(suffix) || isServer(domain);
    }

    /** Whether an address is that of the server itself. */
    public boolean isServer(@Nonnull final String address)
    {
        return address.length() == suffix.length() - 1 && suffix.endsWith(address);
    }

    /**
     * Whether a room exists. One that is only in the database is loaded, as the server does on the way to it.
     *
     * @param room any address in the room.
     * @return true if it does.
     */
    public boolean exists(@Nonnull final JID room)
    {
        final MultiUserChatService service = serviceOf(room.getDomain());
        return service != null && room.getNode() != null && access.exists(service, room.getNode());
    }

    /**
     * Who holds a nick now.
     *
     * @param occupant the address of an occupant: {@code room@service/nick}.
     * @return the real JID of the occupant; null if nobody holds the nick or the room is gone.
     */
    @Nullable
    public JID holderOf(@Nonnull final JID occupant)
    {
        final Object room = roomOf(occupant);
        return room == null ? null : access.holderOf(room, occupant.getResource());
    }

    /**
     * Whom a room shows under a nick. That can be one who is not among its occupants: when a device comes in under a second nick, Openfire
     * 4.2 forgets that it has the first one, and shows it all the same.
     *
     * @param occupant the address of an occupant: {@code room@service/nick}.
     * @return the devices under that nick; none if nobody holds it or the room is gone.
     */
    @Nonnull
    public List<Occupant> shownAs(@Nonnull final JID occupant)
    {
        final Object room = roomOf(occupant);
        return room == null ? Collections.emptyList() : access.shownAs(room, occupant.getResource());
    }

    /**
     * Whether a user is in a room now.
     *
     * @param user the user's real full JID.
     * @param address any address in the room.
     * @return true if the user is; false also if the room is gone.
     */
    public boolean isOccupant(@Nonnull final JID user, @Nonnull final JID address)
    {
        final Object room = roomOf(address);
        return room != null && access.presenceOf(room, user) != null;
    }

    /**
     * The rooms that anybody may be in now.
     *
     * @return the bare JIDs of all rooms in memory.
     */
    @Nonnull
    public List<JID> inMemory()
    {
        final List<JID> rooms = new ArrayList<>();
        for (final MultiUserChatService service : services.getMultiUserChatServices()) {
            rooms.addAll(access.roomsInMemory(service));
        }
        return rooms;
    }

    /**
     * The occupants of a room who are connected to this node of the cluster.
     *
     * @param room the room's bare JID.
     * @return the occupants; none if the room is not in memory.
     */
    @Nonnull
    public List<Occupant> occupantsOf(@Nonnull final JID room)
    {
        final Object found = roomOf(room);
        return found == null ? Collections.emptyList() : access.occupants(found, false);
    }

    /**
     * The occupants of a room, on all nodes of the cluster.
     *
     * @param room the room's bare JID.
     * @return the occupants; none if the room is not in memory.
     */
    @Nonnull
    public List<Occupant> allOccupantsOf(@Nonnull final JID room)
    {
        final Object found = roomOf(room);
        return found == null ? Collections.emptyList() : access.occupants(found, true);
    }

    /**
     * How many occupants a room has, on all nodes of the cluster.
     *
     * @param room the room's bare JID.
     * @return the number; 0 if the room is not in memory.
     */
    public int occupantsCountOf(@Nonnull final JID room)
    {
        final Object found = roomOf(room);
        return found == null ? 0 : access.occupantsCount(found);
    }

    /**
     * Those whom a room lists as owners, admins, members or outcasts. A room that is only in the database is loaded.
     *
     * @param room the room's bare JID.
     * @return their bare JIDs, as the room has them, some of which may stand for groups; none if there is no such room.
     */
    @Nonnull
    public List<JID> affiliatedWith(@Nonnull final JID room)
    {
        final Object found = loaded(room);
        return found == null ? Collections.emptyList() : access.affiliated(found);
    }

    /**
     * What a user is to a room. A room that is only in the database is loaded.
     *
     * @param room the room's bare JID.
     * @param user the user's real JID.
     * @return owner, admin, member, outcast or none; none also if there is no such room.
     */
    @Nonnull
    public String affiliationOf(@Nonnull final JID room, @Nonnull final JID user)
    {
        final Object found = loaded(room);
        return found == null ? "none" : access.affiliation(found, user);
    }

    /**
     * The number that the server's own tables know a room by. A room that is only in the database is loaded.
     *
     * @param room the room's bare JID.
     * @return the number; null if there is no such room.
     */
    @Nullable
    public Long idOf(@Nonnull final JID room)
    {
        final Object found = loaded(room);
        return found == null ? null : access.id(found);
    }

    /**
     * The group chat services of this server.
     *
     * @return their domains, in alphabetical order.
     */
    @Nonnull
    public List<String> services()
    {
        return services.getMultiUserChatServices().stream().map(MultiUserChatService::getServiceDomain).sorted()
            .collect(Collectors.toList());
    }

    /**
     * Whether a user is a sysadmin of a group chat service, who may do in its rooms what their owners may.
     *
     * @param service the service's domain.
     * @param user the user's real JID.
     * @return true if the user is; false also if there is no such service.
     */
    public boolean isSysadmin(@Nonnull final String service, @Nonnull final JID user)
    {
        final MultiUserChatService found = serviceOf(service);
        return found != null && access.isSysadmin(found, user);
    }

    /**
     * The presence that a room shows of one device of a user.
     *
     * @param room the room's bare JID.
     * @param user the user's real full JID.
     * @return the room's own object, or since Openfire 4.7.2 a copy; null if that device is not in the room.
     */
    @Nullable
    public Presence presenceOf(@Nonnull final JID room, @Nonnull final JID user)
    {
        final Object found = roomOf(room);
        return found == null ? null : access.presenceOf(found, user);
    }

    /**
     * Changes the presence that a room shows of one device of a user, if that is in the room. In a cluster the change can be lost.
     *
     * @param room the room's bare JID.
     * @param user the user's real full JID.
     * @param change changes the presence.
     */
    public void changePresence(@Nonnull final JID room, @Nonnull final JID user, @Nonnull final Consumer<Presence> change)
    {
        final Object found = roomOf(room);
        if (found != null) {
            access.changePresence(found, user, change);
        }
    }

    /**
     * Changes the presences that a room shows of some devices. Waits for the room's lock.
     *
     * @param room the room's bare JID.
     * @param users the real full JIDs; those that are not in the room are skipped.
     * @param change changes a presence.
     */
    public void changePresences(@Nonnull final JID room, @Nonnull final Collection<JID> users, @Nonnull final Consumer<Presence> change)
    {
        change(room, found -> users.forEach(user -> access.changePresence(found, user, change)));
    }

    /**
     * When a room was created.
     *
     * @param room the room's bare JID.
     * @return the date; null if the room is not in memory.
     */
    @Nullable
    public Date creationDateOf(@Nonnull final JID room)
    {
        final Object found = roomOf(room);
        return found == null ? null : access.creationDate(found);
    }

    /**
     * Changes the messages that a room in memory shows to newcomers. Waits for the room's lock.
     *
     * @param room the room's bare JID.
     * @param change changes a message.
     */
    public void changeHistory(@Nonnull final JID room, @Nonnull final Consumer<Message> change)
    {
        change(room, found -> access.changeHistory(found, change));
    }

    /** Whether the copy of a presence that a room keeps must name the nickname (before Openfire 4.7). */
    public boolean needNicknameInCopies()
    {
        return access.isBefore47();
    }

    /** Whether rooms of this version of the server can be federated with rooms of other servers (FMUC, XEP-0289). */
    public boolean canFederate()
    {
        return access.canFederate();
    }

    /** Whether the server gives occupants ids by itself. It takes out every {@code occupant-id} that comes to a room, and adds its own. */
    public boolean haveOwnIds()
    {
        return access.hasOwnIds();
    }

    private void change(final JID address, final Consumer<Object> change)
    {
        final MultiUserChatService service = serviceOf(address.getDomain());
        if (service != null && address.getNode() != null) {
            access.change(service, address.getNode(), change);
        }
    }

    @Nullable
    private Object loaded(final JID room)
    {
        final MultiUserChatService service = serviceOf(room.getDomain());
        return service == null || room.getNode() == null ? null : access.loaded(service, room.getNode());
    }

    @Nullable
    private Object roomOf(final JID address)
    {
        final MultiUserChatService service = serviceOf(address.getDomain());
        return service == null || address.getNode() == null ? null : access.room(service, address.getNode());
    }

    @Nullable
    private MultiUserChatService serviceOf(final String address)
    {
        final int slash = address.indexOf('/');
        final int end = slash < 0 ? address.length() : slash;
        final int at = address.indexOf('@');
        final int start = at < end ? at + 1 : 0;
        final int length = end - start - suffix.length();
        if (length <= 0 || !address.startsWith(suffix, start + length)) {
            return null;
        }
        for (final String name : names) {
            if (name.length() == length && address.startsWith(name, start)) {
                return services.getMultiUserChatService(name);
            }
        }
        final String name = address.substring(start, start + length);
        final MultiUserChatService service = services.getMultiUserChatService(name);
        if (service != null) {
            learn(name);
        }
        return service;
    }

    private synchronized void learn(final String name)
    {
        if (!Arrays.asList(names).contains(name)) {
            final String[] more = Arrays.copyOf(names, names.length + 1);
            more[names.length] = name;
            names = more;
        }
    }
}
