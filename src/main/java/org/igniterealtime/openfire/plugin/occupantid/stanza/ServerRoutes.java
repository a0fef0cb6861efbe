/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.stanza;

import org.jivesoftware.openfire.XMPPServer;
import org.xmpp.packet.JID;
import org.xmpp.packet.Presence;

import javax.annotation.Nonnull;

/** The server's routing, as announcements use it. */
public final class ServerRoutes
{
    private ServerRoutes()
    {
    }

    /**
     * Sends a presence in an occupant's name, then makes the server forget that it was sent. Otherwise the server sends an unavailable
     * presence to the bare JID of the room when the session ends, and the occupant gets an error.
     */
    public static void route(@Nonnull final Presence presence)
    {
        final XMPPServer server = XMPPServer.getInstance();
        final JID room = presence.getTo();
        final Presence noMore = new Presence(Presence.Type.unavailable);
        noMore.setFrom(presence.getFrom());
        noMore.setTo(room);
        server.getPacketRouter().route(presence);
        for (final JID route : server.getRoutingTable().getRoutes(room, noMore.getFrom())) {
            server.getPresenceUpdateHandler().directedPresenceSent(noMore, route, room.toString());
        }
    }

    /** Removes ids from the general presences that the server keeps of its users. */
    public static void clean(@Nonnull final Announcer announcer)
    {
        XMPPServer.getInstance().getRoutingTable().getClientsRoutes(true).forEach(session -> announcer.clean(session.getPresence()));
    }

    /** Whether the server is stopping. */
    public static boolean isShuttingDown()
    {
        return XMPPServer.getInstance().isShuttingDown();
    }
}
