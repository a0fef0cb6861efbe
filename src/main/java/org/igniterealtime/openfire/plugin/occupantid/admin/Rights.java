/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin;

import org.igniterealtime.openfire.plugin.occupantid.muc.LocalRooms;
import org.xmpp.packet.JID;

import javax.annotation.Nonnull;
import java.util.function.Predicate;

/** Who may do what from an XMPP client. The server has made sure that the JIDs it gives are those of who is asking. */
public final class Rights
{
    private final Predicate<JID> serverAdmins;
    private final LocalRooms rooms;
    private final String xmppDomain;

    /**
     * @param serverAdmins tells of a JID whether it is that of an admin of the server.
     * @param rooms the server's rooms.
     * @param xmppDomain the domain of the server.
     */
    public Rights(@Nonnull final Predicate<JID> serverAdmins, @Nonnull final LocalRooms rooms, @Nonnull final String xmppDomain)
    {
        this.serverAdmins = serverAdmins;
        this.rooms = rooms;
        this.xmppDomain = xmppDomain;
    }

    /** Whether somebody administers the server, or one of its group chat services. */
    public boolean isAdmin(@Nonnull final JID user)
    {
        return serverAdmins.test(user) || rooms.services().stream().anyMatch(service -> rooms.isSysadmin(service, user));
    }

    /**
     * Whether somebody administers a group chat service: as an admin of the server, or as a sysadmin of that service.
     *
     * @param user the user's JID.
     * @param service what is said to be the service's domain.
     * @return true if the user does; for an admin of the server also if there is no such service.
     */
    public boolean mayAdminister(@Nonnull final JID user, @Nonnull final String service)
    {
        return serverAdmins.test(user) || rooms.isSysadmin(service, user);
    }

    /**
     * Whether somebody is an owner or admin of a room. A sysadmin of its service is, by the room's own rules.
     *
     * @param user the user's JID.
     * @param room the room's bare JID.
     * @return true if the user is; false also if there is no such room.
     */
    public boolean mayModerate(@Nonnull final JID user, @Nonnull final JID room)
    {
        return isOwnerOrAdmin(rooms.affiliationOf(room, user));
    }

    /** Whether an affiliation is one of those two, by whose right a room is moderated. */
    static boolean isOwnerOrAdmin(@Nonnull final String affiliation)
    {
        return affiliation.equals("owner") || affiliation.equals("admin");
    }

    /** How somebody is called in the audit log: by user name, or by bare JID if not of this server. */
    @Nonnull
    public String nameOf(@Nonnull final JID user)
    {
        return xmppDomain.equals(user.getDomain()) && user.getNode() != null ? user.getNode() : user.toBareJID();
    }
}
