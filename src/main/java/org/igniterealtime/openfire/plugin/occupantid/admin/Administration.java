/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin;

import org.igniterealtime.openfire.plugin.occupantid.Settings;
import org.igniterealtime.openfire.plugin.occupantid.Settings.Setting;
import org.igniterealtime.openfire.plugin.occupantid.admin.RoomOverview.Present;
import org.igniterealtime.openfire.plugin.occupantid.muc.LocalRooms;
import org.igniterealtime.openfire.plugin.occupantid.secret.Rotation;
import org.igniterealtime.openfire.plugin.occupantid.secret.Rotations;
import org.xmpp.packet.JID;

import javax.annotation.Nonnull;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * All that admins can do, from the console or from an XMPP client, and each thing recorded in the server's security audit log.
 * Whether somebody may is for the caller to know. Who does it is given by user name, or bare JID if not of this server.
 */
public final class Administration
{
    /** So many rooms are named in an entry of the audit log. */
    private static final int ROOMS_NAMED = 100;

    private final LocalRooms rooms;
    private final Rotations rotations;
    private final LookUps lookUps;
    private final RoomOverview overview;
    private final Settings settings;
    private final AuditLog audit;

    public Administration(@Nonnull final LocalRooms rooms, @Nonnull final Rotations rotations, @Nonnull final LookUps lookUps,
                          @Nonnull final RoomOverview overview, @Nonnull final Settings settings, @Nonnull final AuditLog audit)
    {
        this.rooms = rooms;
        this.rotations = rotations;
        this.lookUps = lookUps;
        this.overview = overview;
        this.settings = settings;
        this.audit = audit;
    }

    /**
     * Rotates the secrets of some rooms.
     *
     * @param who who wants it so.
     * @param wanted the rooms' JIDs.
     * @return the rotation, which goes on in the background.
     * @throws RefusedException if there are none, or one of them does not exist; then nothing is rotated.
     */
    @Nonnull
    public Rotation rotateRooms(@Nonnull final String who, @Nonnull final Collection<String> wanted) throws RefusedException
    {
        final List<String> existing = new ArrayList<>();
        for (final String room : wanted) {
            existing.add(lookUps.existing(room).toString());
        }
        if (existing.isEmpty()) {
            throw new RefusedException("occupantid.error.no_rooms");
        }
        audit.record(who, existing.size() == 1 ? "occupant ids: rotated the secret of room " + existing.get(0)
            : "occupant ids: rotated the secrets of " + existing.size() + " rooms", named(existing));
        return rotations.rotateRooms(existing, who);
    }

    /**
     * Rotates the secrets of all rooms of a service.
     *
     * @param who who wants it so.
     * @param service the service's domain.
     * @return the rotation, which goes on in the background.
     * @throws RefusedException if there is no such service.
     */
    @Nonnull
    public Rotation rotateService(@Nonnull final String who, @Nonnull final String service) throws RefusedException
    {
        final String domain = service.trim();
        if (!rooms.services().contains(domain)) {
            throw new RefusedException("occupantid.error.no_service", domain);
        }
        audit.record(who, "occupant ids: rotated the secrets of all rooms of service " + domain, domain);
        return rotations.rotateService(domain, who);
    }

    /**
     * Rotates the secrets of all rooms of the server.
     *
     * @param who who wants it so.
     * @return the rotation, which goes on in the background.
     */
    @Nonnull
    public Rotation rotateAll(@Nonnull final String who)
    {
        audit.record(who, "occupant ids: rotated the secrets of all rooms", String.join(", ", rooms.services()));
        return rotations.rotateAll(who);
    }

    /**
     * Stops a rotation after the room that it is at.
     *
     * @param who who wants it so.
     */
    public void cancel(@Nonnull final String who, @Nonnull final Rotation rotation)
    {
        rotation.cancel();
        audit.record(who, "occupant ids: cancelled a rotation of secrets", rotation.toString());
    }

    /**
     * Begins to look for the account behind an id.
     *
     * @param who who wants to know.
     * @param room the JID of the room that the id was seen in.
     * @param occupantId the id.
     * @return the search, which goes on in the background.
     * @throws RefusedException as {@link LookUps#findAccount}.
     */
    @Nonnull
    public LookUp findAccount(@Nonnull final String who, @Nonnull final String room, @Nonnull final String occupantId)
        throws RefusedException
    {
        final LookUp lookUp = lookUps.findAccount(room, occupantId);
        audit.record(who, "occupant ids: looked for the account behind an id of room " + lookUp.room(), "id " + lookUp.occupantId());
        return lookUp;
    }

    /**
     * The ids of an account in a room.
     *
     * @param who who wants to know.
     * @param room the room's JID.
     * @param account the account, as for {@link LookUps#idsOf}.
     * @return the account that this means, and its ids.
     * @throws RefusedException as {@link LookUps#idsOf}.
     */
    @Nonnull
    public AccountIds idsOf(@Nonnull final String who, @Nonnull final String room, @Nonnull final String account)
        throws RefusedException
    {
        final AccountIds issued = lookUps.idsOf(room, account);
        audit.record(who, "occupant ids: looked up the ids of an account in room " + new JID(room.trim()).toBareJID(),
            "account " + issued.account() + ", entered as " + account.trim());
        return issued;
    }

    /**
     * Those who are in a room now, with their ids.
     *
     * @param who who wants to know.
     * @param room the room's bare JID.
     * @return as {@link RoomOverview#occupantsOf}.
     */
    @Nonnull
    public List<Present> occupantsOf(@Nonnull final String who, @Nonnull final JID room)
    {
        final List<Present> occupants = overview.occupantsOf(room);
        audit.record(who, "occupant ids: listed the occupants of room " + room + " with their ids", occupants.size() + " occupants");
        return occupants;
    }

    /**
     * Changes settings.
     *
     * @param who who wants it so.
     * @param values the new values; one that is no other than before is no change.
     * @throws RefusedException if a setting cannot have its value; then nothing has changed.
     */
    public void change(@Nonnull final String who, @Nonnull final Map<Setting, String> values) throws RefusedException
    {
        for (final Map.Entry<Setting, String> entry : values.entrySet()) {
            final Setting setting = entry.getKey();
            try {
                settings.check(setting, entry.getValue());
            } catch (final IllegalArgumentException e) {
                throw new RefusedException("occupantid.settings.error", setting.name(), entry.getValue(), setting.least(), setting.most());
            }
        }
        values.forEach((setting, value) -> {
            final int before = settings.valueOf(setting);
            settings.change(setting, value);
            if (settings.valueOf(setting) != before) {
                audit.record(who, "occupant ids: changed " + setting.name(), before + " before, " + settings.valueOf(setting) + " now");
            }
        });
    }

    private static String named(final List<String> rooms)
    {
        return String.join(", ", rooms.subList(0, Math.min(rooms.size(), ROOMS_NAMED)))
            + (rooms.size() > ROOMS_NAMED ? " and " + (rooms.size() - ROOMS_NAMED) + " more" : "");
    }
}
