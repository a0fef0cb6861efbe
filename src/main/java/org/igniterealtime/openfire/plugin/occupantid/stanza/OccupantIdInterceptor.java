/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.stanza;

import org.dom4j.Element;
import org.igniterealtime.openfire.plugin.occupantid.muc.LocalRooms;
import org.jivesoftware.openfire.interceptor.PacketInterceptor;
import org.jivesoftware.openfire.session.Session;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xmpp.packet.IQ;
import org.xmpp.packet.Packet;

import javax.annotation.Nonnull;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Sees every stanza of the server, lets all pass that have nothing to do with a local room, and sends the others on: those towards
 * a room to be stamped, those from a room to be proven, disco#info answers to be completed.
 *
 * A stanza on its way to several recipients is often one object, and each is seen more than once; so whatever is done to a stanza
 * here can be done again without harm.
 */
public final class OccupantIdInterceptor implements PacketInterceptor
{
    private static final Logger Log = LoggerFactory.getLogger(OccupantIdInterceptor.class);

    private final LocalRooms rooms;
    private final InwardStamp inward;
    private final OutwardProof outward;
    private final Set<Class<?>> reported = ConcurrentHashMap.newKeySet();

    public OccupantIdInterceptor(@Nonnull final LocalRooms rooms, @Nonnull final InwardStamp inward, @Nonnull final OutwardProof outward)
    {
        this.rooms = rooms;
        this.inward = inward;
        this.outward = outward;
    }

    @Override
    public void interceptPacket(final Packet packet, final Session session, final boolean incoming, final boolean processed)
    {
        if (processed && !incoming) {
            return;
        }
        final Element stanza = packet.getElement();
        if (incoming && !processed) {
            Masks.takeOff(stanza);
        }
        final String from = stanza.attributeValue("from");
        if (from == null && !incoming && "error".equals(stanza.attributeValue("type"))) {
            // The server gives a sender back what it did not let through, with what it had come to hold by then.
            OccupantIdElement.removeAll(stanza);
            return;
        }
        final boolean fromRoom = rooms.own(from);
        if (!fromRoom && !rooms.own(stanza.attributeValue("to"))) {
            return;
        }
        try {
            if (fromRoom) {
                if (!processed) {
                    outward(packet, from);
                }
            } else if (!(packet instanceof IQ)) {
                if (!processed) {
                    inward.stamp(packet);
                } else {
                    // The room did not take this very object, or it would come from the room by now. It may go on to others.
                    OccupantIdElement.removeAll(stanza);
                }
            }
        } catch (final RuntimeException | LinkageError e) {
            OccupantIdElement.removeAll(stanza);
            if (reported.add(e.getClass())) {
                Log.error("A stanza goes on without an occupant id. This is said once for each kind of failure. Please report it.", e);
            }
        }
    }

    private void outward(final Packet packet, final String from)
    {
        if (packet instanceof IQ) {
            DiscoFeature.announce((IQ) packet, from);
        } else {
            outward.prove(packet, from);
        }
    }
}
