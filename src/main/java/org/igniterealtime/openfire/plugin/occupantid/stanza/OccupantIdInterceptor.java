/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.stanza;

import org.dom4j.Element;
import org.dom4j.Namespace;
import org.dom4j.QName;
import org.igniterealtime.openfire.plugin.occupantid.muc.LocalRooms;
import org.jivesoftware.openfire.interceptor.PacketInterceptor;
import org.jivesoftware.openfire.session.Session;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xmpp.packet.IQ;
import org.xmpp.packet.Message;
import org.xmpp.packet.Packet;
import org.xmpp.packet.Presence;

import javax.annotation.Nonnull;
import javax.annotation.Nullable;
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

    private static final QName FMUC = QName.get("fmuc", Namespace.get("http://isode.com/protocol/fmuc"));

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
        try {
            if (outward.isVerified(packet)) {
                return;
            }
            if (!processed) {
                handle(packet, incoming);
            } else if (isTowardsRoom(packet)) {
                // The room did not take this very object, or it would come from the room by now. It may go on to others.
                OccupantIdElement.removeAll(packet.getElement());
            }
        } catch (final RuntimeException | Error e) {
            // Also when memory has come to its end: the server passes a stanza on whatever is thrown here, with any id that is in it.
            removeIds(packet);
            report(e);
        }
    }

    private void report(final Throwable failure)
    {
        try {
            if (reported.add(failure.getClass())) {
                Log.error("A stanza goes on without an occupant id. This is a fault of the plugin, and said once for each kind of failure.",
                    failure);
            }
        } catch (final VirtualMachineError noMemoryEvenForThat) {
            // The next one says it. Thrown on, it might cost the stanza.
            reported.remove(failure.getClass());
        }
    }

    private static void removeIds(final Packet packet)
    {
        try {
            OccupantIdElement.removeAll(packet.getElement());
            if (!(packet instanceof IQ)) {
                StanzaSanitizer.sanitize(packet.getElement());
            }
        } catch (final VirtualMachineError noMemoryEvenForThat) {
            packet.getElement().clearContent();
        }
    }

    private void handle(final Packet packet, final boolean incoming)
    {
        final Element stanza = packet.getElement();
        if (incoming) {
            Masks.takeOff(stanza);
        }
        final String from = stanza.attributeValue("from");
        if (rooms.own(from)) {
            if (packet instanceof IQ) {
                DiscoFeature.announce((IQ) packet, from);
            } else if (isFederated(stanza)) {
                OccupantIdElement.removeAll(stanza);
                StanzaSanitizer.sanitize(stanza);
            } else {
                outward.prove(packet, from);
            }
        } else if (isTowardsRoom(packet)) {
            if (isFederated(stanza)) {
                inward.strip(packet);
            } else {
                inward.stamp(packet);
            }
        } else if (incoming && packet instanceof Presence && isToContacts(stanza.attributeValue("to"))) {
            inward.strip(packet);
        } else if (from == null && !incoming && !(packet instanceof IQ) && "error".equals(stanza.attributeValue("type"))) {
            // The server gives a sender back what it did not let through, with what it had come to hold by then.
            OccupantIdElement.removeAll(stanza);
        } else if (!incoming && packet instanceof Message && isToOwnDevice(from, stanza.attributeValue("to"))) {
            outward.proveOwn(stanza);
        }
    }

    /**
     * Whether a stanza goes to or comes from a room that is federated with one of ours (FMUC, XEP-0289). Its author is not known here, and
     * on the way out it names a real JID. The server takes no stanza with this element for an occupant's, so nobody can hide behind it.
     */
    private boolean isFederated(final Element stanza)
    {
        return rooms.canFederate() && stanza.element(FMUC) != null;
    }

    /** Whether a presence is for the server, which takes it to all contacts. A room can be one of them: it gets there past all interceptors. */
    private boolean isToContacts(@Nullable final String to)
    {
        return to == null || to.isEmpty() || rooms.isServer(to);
    }

    /** Whether a stanza goes from an account's bare JID to one of its devices. The server may leave that JID out. */
    private static boolean isToOwnDevice(@Nullable final String from, @Nullable final String to)
    {
        return from == null || to != null && to.length() > from.length() && to.charAt(from.length()) == '/' && to.startsWith(from);
    }

    /** Whether a presence or message goes to a local room, or service, and comes from elsewhere. */
    private boolean isTowardsRoom(final Packet packet)
    {
        return !(packet instanceof IQ) && rooms.own(packet.getElement().attributeValue("to"))
            && !rooms.own(packet.getElement().attributeValue("from"));
    }
}
