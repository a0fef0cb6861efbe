/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.stanza;

import org.dom4j.Element;
import org.igniterealtime.openfire.plugin.occupantid.id.OccupantIds;
import org.igniterealtime.openfire.plugin.occupantid.muc.LocalRooms;
import org.igniterealtime.openfire.plugin.occupantid.secret.RoomSecret;
import org.igniterealtime.openfire.plugin.occupantid.secret.RoomSecrets;
import org.xmpp.packet.JID;
import org.xmpp.packet.Packet;
import org.xmpp.packet.Presence;

import javax.annotation.Nonnull;
import javax.annotation.Nullable;
import java.util.function.BooleanSupplier;

/**
 * What happens to a presence or message on its way to a local room: every occupant id is taken out (XEP-0421 §4), and the
 * sender's own put in where the room will pass the stanza on. That one then goes with it wherever the room sends it, and into the
 * room's history.
 */
public final class InwardStamp
{
    private final LocalRooms rooms;
    private final RoomSecrets secrets;
    private final OccupantIds ids;
    private final StanzaCounts counts;
    private final BooleanSupplier clustered;

    /**
     * @param clustered tells whether another node of a cluster may change a secret.
     */
    public InwardStamp(@Nonnull final LocalRooms rooms, @Nonnull final RoomSecrets secrets, @Nonnull final OccupantIds ids,
                       @Nonnull final StanzaCounts counts, @Nonnull final BooleanSupplier clustered)
    {
        this.clustered = clustered;
        this.counts = counts;
        this.rooms = rooms;
        this.secrets = secrets;
        this.ids = ids;
    }

    /**
     * Stamps a stanza.
     *
     * @param packet a presence or message addressed to a local room or service, from the real JID of its sender.
     */
    void stamp(@Nonnull final Packet packet)
    {
        final Element stanza = packet.getElement();
        // Kept, since a packet takes its addresses from the stanza each time it is asked.
        final JID from = packet.getFrom();
        final JID to = recipientOf(packet);
        if (to == null) {
            return;
        }
        strip(packet);
        if (from == null || !isPassedOn(packet, to)) {
            return;
        }
        final RoomSecret secret = secretFor(packet, from, to);
        final String id = secret == null ? null : ids.idOf(secret, from.toBareJID());
        if (rooms.haveOwnIds()) {
            OccupantIdElement.stamp(stanza, id);
        } else if (id != null) {
            OccupantIdElement.set(stanza, id);
        }
        if (id != null) {
            counts.countStamped();
        }
    }

    /** Removes all occupant ids and all forged moderation from a stanza. */
    void strip(@Nonnull final Packet packet)
    {
        if (OccupantIdElement.removeAll(packet.getElement()) | StanzaSanitizer.sanitize(packet.getElement())) {
            counts.countRemoved(packet.getFrom());
        }
    }

    /** A client that puts an empty {@code x:to} in front of {@code to} gets past the server what is no address. It leads nowhere. */
    @Nullable
    private static JID recipientOf(final Packet packet)
    {
        try {
            return packet.getTo();
        } catch (final IllegalArgumentException noAddress) {
            return null;
        }
    }

    /** Whether rooms pass a stanza of this kind on to occupants, in the sender's name. */
    private static boolean isPassedOn(final Packet packet, final JID to)
    {
        final String type = packet.getElement().attributeValue("type");
        if (to.getNode() == null) {
            return false;
        }
        // A room takes a presence of any type as an update. Since Openfire 4.7 this includes errors: the room keeps one and shows it when
        // it kicks the occupant. A message without a nick, except groupchat, is for the room itself.
        return packet instanceof Presence || !"error".equals(type) && ("groupchat".equals(type) || to.getResource() != null);
    }

    @Nullable
    private RoomSecret secretFor(final Packet packet, final JID from, final JID to)
    {
        final String room = to.toBareJID();
        if (secrets.isDatabaseAway()) {
            // To look for a room that is not in memory would take the server half a minute now, and it will do so itself.
            return secrets.inMemory(room);
        }
        final boolean joins = packet instanceof Presence && packet.getElement().attribute("type") == null && to.getResource() != null;
        if (!rooms.exists(to)) {
            if (!joins) {
                return null;
            }
            counts.countJoinToNoRoom(from);
            final RoomSecret future = secrets.ofFutureRoom(room);
            // If somebody has just created it, it may have taken the secret that was meant for it before this one was made.
            if (!rooms.exists(to)) {
                return future;
            }
        }
        if (joins && clustered.getAsBoolean() && !rooms.isOccupant(from, to)) {
            secrets.rereadIfChanged(room);
        }
        return secrets.ofRoom(room, () -> rooms.exists(to));
    }
}
