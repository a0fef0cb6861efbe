/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin.web;

import org.igniterealtime.openfire.plugin.occupantid.admin.Administration;
import org.igniterealtime.openfire.plugin.occupantid.admin.LookUps;
import org.igniterealtime.openfire.plugin.occupantid.admin.RefusedException;
import org.igniterealtime.openfire.plugin.occupantid.admin.RoomOverview;
import org.igniterealtime.openfire.plugin.occupantid.admin.RoomOverview.Present;
import org.igniterealtime.openfire.plugin.occupantid.secret.SecretInfo;
import org.xmpp.packet.JID;

import javax.annotation.Nonnull;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A room's own page: its secrets, and its occupants with their ids. */
final class RoomPage extends Page
{
    private static final long serialVersionUID = 1L;

    /** So many occupants are listed; whoever looks for one among more will rather look the one up. */
    private static final int OCCUPANTS_SHOWN = 500;

    private final transient Administration administration;
    private final transient RoomOverview overview;
    private final transient LookUps lookUps;

    RoomPage(@Nonnull final PageTexts words, @Nonnull final Administration administration, @Nonnull final RoomOverview overview,
             @Nonnull final LookUps lookUps)
    {
        super(words, "room");
        this.administration = administration;
        this.overview = overview;
        this.lookUps = lookUps;
    }

    @Override
    void fill(@Nonnull final PageRequest request, @Nonnull final Map<String, Object> model) throws RefusedException
    {
        final JID room = lookUps.existing(request.field("roomJID"));
        final String encoded = RoomQuery.encoded(room.toString());
        model.put("room", room.toString());
        model.put("extraParams", "roomJID=" + encoded);
        model.put("rotateLink", "occupant-ids-rotate.jsp?scope=rooms&room=" + encoded);
        model.put("lookUpLink", "occupant-ids-lookup.jsp?room=" + encoded);
        model.put("unreadable", overview.isUnreadable(room));
        final List<Map<String, Object>> secrets = secrets(overview.secretsOf(room));
        model.put("hasSecrets", !secrets.isEmpty());
        model.put("secrets", secrets);
        final List<Present> occupants = administration.occupantsOf(request.user(), room);
        model.put("present", words().text("occupantid.room.present", occupants.size()));
        model.put("occupants", occupants.stream().limit(OCCUPANTS_SHOWN).map(RoomPage::shown).collect(Collectors.toList()));
        model.put("some", !occupants.isEmpty());
        if (occupants.size() > OCCUPANTS_SHOWN) {
            model.put("more", words().text("occupantid.room.more", OCCUPANTS_SHOWN));
        }
    }

    private List<Map<String, Object>> secrets(final List<SecretInfo> infos)
    {
        final List<Map<String, Object>> secrets = new ArrayList<>();
        SecretInfo newer = null;
        for (final SecretInfo info : infos) {
            final Map<String, Object> secret = new HashMap<>();
            secret.put("generation", info.generation());
            secret.put("date", words().date(info.creationDate()));
            secret.put("age", words().age(info.creationDate()));
            secret.put("creator", words().creator(info.creator()));
            secret.put("retired", newer == null ? words().text("occupantid.room.in_use") : words().date(newer.creationDate()));
            secrets.add(secret);
            newer = info;
        }
        return secrets;
    }

    private static Map<String, Object> shown(final Present occupant)
    {
        final Map<String, Object> shown = new HashMap<>();
        shown.put("nick", occupant.nick());
        shown.put("account", occupant.account());
        shown.put("id", occupant.occupantId());
        return shown;
    }
}
