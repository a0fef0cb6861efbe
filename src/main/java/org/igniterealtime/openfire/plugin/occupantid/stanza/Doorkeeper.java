/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.stanza;

import org.dom4j.Attribute;
import org.dom4j.Element;
import org.igniterealtime.openfire.plugin.occupantid.muc.LocalRooms;
import org.igniterealtime.openfire.plugin.occupantid.secret.BoundedMap;
import org.jivesoftware.openfire.interceptor.PacketInterceptor;
import org.jivesoftware.openfire.interceptor.PacketRejectedException;
import org.jivesoftware.openfire.session.Session;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xmpp.packet.JID;
import org.xmpp.packet.Packet;

import javax.annotation.Nonnull;

/**
 * Checks the addresses of stanzas towards rooms. Rejects a stanza from another server that names two senders, and one whose address is no
 * JID. Normalises the addresses that components and other servers write in another way than the server does, so that one user has one id.
 * Also drops what rooms answer to announcements, because nobody waits for it.
 * <p>
 * Must see stanzas before {@link Masks} are taken off.
 */
public final class Doorkeeper implements PacketInterceptor
{
    private static final Logger Log = LoggerFactory.getLogger(Doorkeeper.class);

    private final LocalRooms rooms;
    private final Announcer announcer;

    /** The domains whose invalid addresses were logged. */
    private final BoundedMap<String, Object> reported = new BoundedMap<>(1_000);

    public Doorkeeper(@Nonnull final LocalRooms rooms, @Nonnull final Announcer announcer)
    {
        this.rooms = rooms;
        this.announcer = announcer;
    }

    @Override
    public void interceptPacket(final Packet packet, final Session session, final boolean incoming, final boolean processed)
        throws PacketRejectedException
    {
        if (processed) {
            return;
        }
        final Element stanza = packet.getElement();
        if (!incoming) {
            if (announcer.isSpeaking() && "error".equals(stanza.attributeValue("type")) && rooms.own(stanza.attributeValue("from"))) {
                throw new PacketRejectedException("Nobody has asked");
            }
            return;
        }
        if (rooms.own(stanza.attributeValue("to"))) {
            if (hasTwoSenders(stanza) && isForeign(packet.getFrom())) {
                throw new PacketRejectedException("The stanza names two senders");
            }
            normalise(stanza, "to");
            normalise(stanza, "from");
        }
    }

    /**
     * Makes an address as the server normalises it. Components and other servers may write it otherwise.
     *
     * @throws PacketRejectedException if the address is not a valid JID, or a second attribute has the same local name.
     */
    private void normalise(final Element stanza, final String attribute) throws PacketRejectedException
    {
        final String address = stanza.attributeValue(attribute);
        if (address == null || isNormal(address)) {
            return;
        }
        try {
            if (!Masks.isMasked(stanza)) {
                stanza.addAttribute(attribute, new JID(address).toString());
                return;
            }
        } catch (final IllegalArgumentException noAddress) {
            report(stanza.attributeValue("from", ""));
        }
        throw new PacketRejectedException("The address is not a valid JID, or is ambiguous");
    }

    private void report(final String sender)
    {
        final String domain = sender.substring(sender.indexOf('@') + 1).split("/", 2)[0];
        final Object first = new Object();
        // A client of this server has written that on purpose.
        if (!rooms.isServer(domain) && reported.putIfAbsent(domain, first) == first) {
            Log.warn("Rejected a stanza of {} to a room, because its 'to' or 'from' is not a valid JID. If that is a component of yours,"
                + " correct it. Further such stanzas of it are rejected without a log line.", domain);
        }
    }

    /** Whether an address, without its resource, is as the server normalises it. Most names are plain, which is cheap to see. */
    private static boolean isNormal(final String address)
    {
        final int slash = address.indexOf('/');
        final String room = slash < 0 ? address : address.substring(0, slash);
        boolean hasNode = false;
        for (int i = 0; i < room.length(); i++) {
            final char c = room.charAt(i);
            final boolean plain = c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '.' || c == '-' || c == '_'
                || c == '@' && i > 0 && i < 1024 && !hasNode;
            if (!plain) {
                return isNormalised(room);
            }
            hasNode |= c == '@';
        }
        return true;
    }

    private static boolean isNormalised(final String room)
    {
        try {
            return new JID(room).toString().equals(room);
        } catch (final IllegalArgumentException noAddress) {
            return false;
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
