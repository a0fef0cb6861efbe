/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin;

import org.igniterealtime.openfire.plugin.occupantid.muc.LocalRooms;
import org.igniterealtime.openfire.plugin.occupantid.muc.Occupant;
import org.xmpp.packet.JID;
import org.xmpp.packet.PacketError;

import javax.annotation.Nonnull;
import java.util.List;
import java.util.Locale;

/**
 * What owners and admins of a room can do to the person behind an occupant id, without learning who that is. The room itself is
 * asked, in the moderator's name, and by its rules it is or is not done. Each deed is recorded in the server's security audit log.
 */
public final class Moderation
{
    /** What can be done. */
    public enum Deed
    {
        /** XEP-0045 §8.2. */
        KICK,
        /** XEP-0045 §9.1. */
        BAN,
        /** XEP-0045 §9.2. */
        UNBAN
    }

    /** Of a room that was asked, and has not answered. */
    private static final String UNKNOWN = "not known whether it was done";

    private final LocalRooms rooms;
    private final FrontDoor door;
    private final Rights rights;
    private final AuditLog audit;

    public Moderation(@Nonnull final LocalRooms rooms, @Nonnull final FrontDoor door, @Nonnull final Rights rights,
                      @Nonnull final AuditLog audit)
    {
        this.rooms = rooms;
        this.door = door;
        this.rights = rights;
        this.audit = audit;
    }

    /**
     * Does it.
     *
     * @param moderator the full JID of the owner or admin who wants it so.
     * @param lookUp the look-up of the id, which is over.
     * @param reason what the person is told, and the others; empty for nothing.
     * @throws RefusedException if it has not been done.
     * @throws InterruptedException if the thread was interrupted.
     */
    public void act(@Nonnull final Deed deed, @Nonnull final JID moderator, @Nonnull final LookUp lookUp, @Nonnull final String reason)
        throws RefusedException, InterruptedException
    {
        final LookUp.Match match = lookUp.match();
        String outcome = UNKNOWN;
        try {
            if (match == null) {
                throw new RefusedException("occupantid.moderation.error.not_found");
            }
            act(deed, moderator, new JID(lookUp.room()), new JID(match.account()), reason);
            outcome = "done";
        } catch (final RefusedException e) {
            outcome = e.getMessage().equals(FrontDoor.NO_ANSWER) ? UNKNOWN : "not done: " + e.getMessage();
            throw e;
        } finally {
            audit.record(rights.nameOf(moderator), "occupant ids: " + deed.name().toLowerCase(Locale.ROOT)
                + " by occupant id in room " + lookUp.room(), "id " + lookUp.occupantId() + ", account "
                + (match == null ? "not found" : match.account()) + ", " + outcome + (reason.isEmpty() ? "" : ", reason: " + reason));
        }
    }

    private void act(final Deed deed, final JID moderator, final JID room, final JID account, final String reason)
        throws RefusedException, InterruptedException
    {
        // What a room would do to those who ask this of themselves differs from version to version.
        if (account.equals(moderator.asBareJID())) {
            throw new RefusedException("occupantid.moderation.error.oneself");
        }
        switch (deed) {
            case KICK:
                kick(moderator, room, account, reason);
                break;
            case BAN:
                ban(moderator, room, account, reason);
                break;
            default:
                unban(moderator, room, account, reason);
        }
    }

    private void kick(final JID moderator, final JID room, final JID account, final String reason)
        throws RefusedException, InterruptedException
    {
        final List<String> nicks = nicksOf(room, account);
        if (nicks.isEmpty()) {
            throw new RefusedException("occupantid.moderation.error.left");
        }
        for (final String nick : nicks) {
            final PacketError.Condition refusal = door.change(deviceOf(moderator, room), room, "nick", nick, "role", "none", reason);
            if (refusal != null) {
                throw refused(refusal, moderator, room);
            }
        }
    }

    private void ban(final JID moderator, final JID room, final JID account, final String reason)
        throws RefusedException, InterruptedException
    {
        // Openfire 4.2 would take an owner or admin off the list, by any admin's wish, and yet leave them in the room.
        if (Rights.isOwnerOrAdmin(rooms.affiliationOf(room, account))) {
            throw new RefusedException("occupantid.moderation.error.owner_or_admin");
        }
        change(moderator, room, account, "outcast", reason);
    }

    private void unban(final JID moderator, final JID room, final JID account, final String reason)
        throws RefusedException, InterruptedException
    {
        // The request is the same as that which ends a membership.
        if (!isBanned(room, account)) {
            throw new RefusedException("occupantid.moderation.error.not_banned");
        }
        change(moderator, room, account, "none", reason);
        if (isBanned(room, account)) {
            throw new RefusedException("occupantid.moderation.error.banned_by_group");
        }
    }

    private void change(final JID moderator, final JID room, final JID account, final String affiliation, final String reason)
        throws RefusedException, InterruptedException
    {
        final PacketError.Condition refusal
            = door.change(deviceOf(moderator, room), room, "jid", account.toString(), "affiliation", affiliation, reason);
        if (refusal != null) {
            throw refused(refusal, moderator, room);
        }
    }

    private boolean isBanned(final JID room, final JID account)
    {
        return rooms.affiliationOf(room, account).equals("outcast");
    }

    /** The device of a moderator that is in the room; Openfire 4.2 lets nobody ask who is not. If there is none, the one given. */
    private JID deviceOf(final JID moderator, final JID room)
    {
        if (rooms.isOccupant(moderator, room)) {
            return moderator;
        }
        return rooms.occupantsOf(room).stream().map(Occupant::realJid).filter(jid -> jid.asBareJID().equals(moderator.asBareJID()))
            .findAny().orElse(moderator);
    }

    private List<String> nicksOf(final JID room, final JID account)
    {
        return Occupant.nicksOf(rooms.allOccupantsOf(room), account);
    }

    private RefusedException refused(final PacketError.Condition refusal, final JID moderator, final JID room)
    {
        if (!rooms.isOccupant(deviceOf(moderator, room), room)) {
            return new RefusedException("occupantid.moderation.error.not_in_room");
        }
        if (refusal == PacketError.Condition.forbidden || refusal == PacketError.Condition.not_allowed) {
            return new RefusedException("occupantid.moderation.error.not_allowed");
        }
        return new RefusedException("occupantid.moderation.error.other", refusal.toXMPP());
    }
}
