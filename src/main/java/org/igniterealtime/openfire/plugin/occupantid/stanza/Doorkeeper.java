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
 * Turns away from rooms what the server would mistake for something else. It reads the addresses of a stanza by the local names of the
 * attributes, whatever their namespaces, and takes the first it finds. Nobody honest sends such a thing.
 * <ul>
 *     <li>Two senders, from another server. For its own clients our server looks at the one it has put in itself. Of other servers,
 *     some put the real one there, some elsewhere, and hand on what their users put beside it: {@code x:from}, another user of theirs,
 *     in whose name and with whose id a room would show the stanza.</li>
 *     <li>A room's address that is not as the server normalises it, or none at all. What a client sends is normalised, but not what
 *     comes after an empty {@code x:to}. The server would make a room beside the one that the address stands for, or one that has no
 *     address, over which whoever goes through its rooms stumbles, as a rotation of all secrets does.</li>
 * </ul>
 * And keeps to itself what rooms answer to announcements, which nobody waits for.
 * <p>
 * Must see stanzas before {@link Masks} are taken off.
 */
public final class Doorkeeper implements PacketInterceptor
{
    private final LocalRooms rooms;
    private final Announcer announcer;

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
        final String to = stanza.attributeValue("to");
        if (rooms.own(to) && (!isNormal(to) || hasTwoSenders(stanza) && isForeign(packet.getFrom()))) {
            throw new PacketRejectedException("Not what it seems to be");
        }
    }

    /** Whether the address of a room is as the server normalises it. Most rooms' names are plain, and that is seen at a glance. */
    private static boolean isNormal(final String address)
    {
        final int slash = address.indexOf('/');
        final String room = slash < 0 ? address : address.substring(0, slash);
        for (int i = 0; i < room.length(); i++) {
            final char c = room.charAt(i);
            final boolean plain = c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '.' || c == '-' || c == '_'
                || c == '@' && i > 0 && i < 1024;
            if (!plain) {
                return isNormalised(room);
            }
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
