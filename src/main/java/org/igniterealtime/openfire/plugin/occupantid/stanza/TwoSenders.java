/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.stanza;

import org.dom4j.Attribute;
import org.dom4j.Element;
import org.igniterealtime.openfire.plugin.occupantid.muc.LocalRooms;
import org.jivesoftware.openfire.interceptor.PacketInterceptor;
import org.jivesoftware.openfire.interceptor.PacketRejectedException;
import org.jivesoftware.openfire.session.Session;
import org.xmpp.packet.JID;
import org.xmpp.packet.Packet;

import javax.annotation.Nonnull;

/**
 * Turns away what comes from other servers to rooms under two names. Our server reads the sender by the local name of the attribute,
 * whatever its namespace, and takes the first it finds. For its own clients that is the one it has put in itself. Of other servers,
 * some put the real one there, some elsewhere, and hand on what their users put beside it: {@code x:from}, another user of theirs, in
 * whose name and with whose id a room would show the stanza. Nobody honest sends such a thing.
 *
 * Must see stanzas before {@link Masks} are taken off.
 */
public final class TwoSenders implements PacketInterceptor
{
    private final LocalRooms rooms;

    public TwoSenders(@Nonnull final LocalRooms rooms)
    {
        this.rooms = rooms;
    }

    @Override
    public void interceptPacket(final Packet packet, final Session session, final boolean incoming, final boolean processed)
        throws PacketRejectedException
    {
        if (incoming && !processed && hasTwoSenders(packet.getElement()) && isForeign(packet.getFrom())
            && rooms.own(packet.getElement().attributeValue("to"))) {
            throw new PacketRejectedException("Two senders");
        }
    }

    private static boolean hasTwoSenders(final Element stanza)
    {
        int senders = 0;
        for (int i = 0, end = stanza.attributeCount(); i < end; i++) {
            final Attribute attribute = stanza.attribute(i);
            if (attribute != null && "from".equals(attribute.getName())) {
                senders++;
            }
        }
        return senders > 1;
    }

    private boolean isForeign(final JID sender)
    {
        return sender != null && !rooms.isOnServer(sender.getDomain());
    }
}
