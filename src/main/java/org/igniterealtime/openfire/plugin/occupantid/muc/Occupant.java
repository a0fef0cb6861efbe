/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.muc;

import org.xmpp.packet.JID;
import org.xmpp.packet.Presence;

import javax.annotation.Nonnull;
import java.util.List;
import java.util.stream.Collectors;

/** Somebody in a room, with one device, at one moment. */
public final class Occupant
{
    private final JID realJid;
    private final JID address;
    private final Presence presence;

    /**
     * @param realJid the real full JID.
     * @param address the address in the room.
     * @param presence the presence that the room shows to newcomers.
     */
    public Occupant(@Nonnull final JID realJid, @Nonnull final JID address, @Nonnull final Presence presence)
    {
        this.realJid = realJid;
        this.address = address;
        this.presence = presence;
    }

    /**
     * The nicks that an account holds among some occupants.
     *
     * @param occupants the occupants of a room.
     * @param account the real bare JID.
     * @return the nicks, in alphabetical order; several devices under one nick are one.
     */
    @Nonnull
    public static List<String> nicksOf(@Nonnull final List<Occupant> occupants, @Nonnull final JID account)
    {
        return occupants.stream().filter(occupant -> occupant.realJid.asBareJID().equals(account))
            .map(occupant -> occupant.address.getResource()).distinct().sorted().collect(Collectors.toList());
    }

    /** The real full JID. */
    @Nonnull
    public JID realJid()
    {
        return realJid;
    }

    /** The address in the room: {@code room@service/nick}. */
    @Nonnull
    public JID address()
    {
        return address;
    }

    /** The presence that the room shows to newcomers. It is the room's own object, or since Openfire 4.7.2 a copy. */
    @Nonnull
    public Presence presence()
    {
        return presence;
    }
}
