/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin.web;

import org.igniterealtime.openfire.plugin.occupantid.admin.AccountIds;
import org.igniterealtime.openfire.plugin.occupantid.admin.Administration;
import org.igniterealtime.openfire.plugin.occupantid.admin.LookUp;
import org.igniterealtime.openfire.plugin.occupantid.admin.LookUp.IssuedId;
import org.igniterealtime.openfire.plugin.occupantid.admin.LookUp.Match;
import org.igniterealtime.openfire.plugin.occupantid.admin.LookUp.Place;
import org.igniterealtime.openfire.plugin.occupantid.admin.LookUps;
import org.igniterealtime.openfire.plugin.occupantid.admin.RefusedException;
import org.xmpp.packet.JID;

import javax.annotation.Nonnull;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** From an id to the account behind it, and from an account to its ids. */
final class LookUpPage extends Page
{
    private static final long serialVersionUID = 1L;

    /** Most searches are over by then, so that the answer is there at once. */
    private static final int PATIENCE_SECONDS = 1;

    private final transient Administration administration;
    private final transient LookUps lookUps;

    LookUpPage(@Nonnull final PageTexts words, @Nonnull final Administration administration, @Nonnull final LookUps lookUps)
    {
        super(words, "lookup");
        this.administration = administration;
        this.lookUps = lookUps;
    }

    @Override
    String act(@Nonnull final PageRequest request, @Nonnull final Map<String, Object> model) throws RefusedException
    {
        if (request.field("find").isEmpty()) {
            if (!request.field("ids").isEmpty()) {
                showIds(request, model);
            }
            return null;
        }
        final LookUp lookUp = administration.findAccount(request.user(), request.field("room"), request.field("id"));
        try {
            lookUp.await(PATIENCE_SECONDS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return "occupant-ids-lookup.jsp?search=" + lookUp.token();
    }

    @Override
    void fill(@Nonnull final PageRequest request, @Nonnull final Map<String, Object> model) throws RefusedException
    {
        model.put("room", request.field("room"));
        model.put("id", request.field("id"));
        model.put("account", request.field("account"));
        final String search = request.field("search");
        if (!search.isEmpty()) {
            final LookUp lookUp = lookUps.get(search);
            if (lookUp == null) {
                throw new RefusedException("occupantid.lookup.error.forgotten");
            }
            model.put("room", lookUp.room());
            model.put("id", lookUp.occupantId());
            fill(lookUp, model);
        }
    }

    private void showIds(final PageRequest request, final Map<String, Object> model) throws RefusedException
    {
        final AccountIds found = administration.idsOf(request.user(), request.field("room"), request.field("account"));
        model.put("issuedTo", words().text("occupantid.lookup.issued_to", found.account(), request.field("room")));
        if (found.isMissing()) {
            model.put("missing", words().text("occupantid.lookup.no_user", found.account()));
        }
        model.put("issued", found.ids().stream().map(this::shown).collect(Collectors.toList()));
    }

    private void fill(final LookUp lookUp, final Map<String, Object> model)
    {
        model.put("lookUp", true);
        model.put("running", !lookUp.isOver());
        final Match match = lookUp.match();
        model.put("searched", searched(lookUp));
        model.put("failedPlaces", lookUp.failed().stream()
            .map(place -> words().text("occupantid.lookup.failed." + place.name().toLowerCase(Locale.ROOT))).collect(Collectors.toList()));
        if (match != null) {
            final Map<String, Object> found = shown(match.id());
            found.put("account", match.account());
            found.put("place", words().text("occupantid.lookup.found." + match.place().name().toLowerCase(Locale.ROOT)));
            found.put("nicks", match.nicks().isEmpty() ? words().text("occupantid.lookup.not_present") : String.join(", ", match.nicks()));
            found.put("bansLink", "../../muc-room-affiliations.jsp?roomJID=" + RoomQuery.encoded(lookUp.room()));
            final JID account = new JID(match.account());
            if (lookUps.isMissing(account)) {
                found.put("guest", words().text("occupantid.lookup.guest", account));
            } else if (lookUps.isLocal(account)) {
                found.put("userLink", "../../user-properties.jsp?username=" + RoomQuery.encoded(account.getNode()));
            }
            model.put("found", found);
        } else {
            model.put("notFound", lookUp.isOver() && !lookUp.isOutOfTime());
            model.put("outOfTime", lookUp.isOutOfTime());
        }
    }

    private List<String> searched(final LookUp lookUp)
    {
        final List<String> searched = new ArrayList<>();
        for (final Map.Entry<Place, Integer> entry : lookUp.searched().entrySet()) {
            searched.add(words().text("occupantid.lookup.searched." + entry.getKey().name().toLowerCase(Locale.ROOT), entry.getValue()));
        }
        return searched;
    }

    private Map<String, Object> shown(final IssuedId issued)
    {
        final Map<String, Object> shown = new HashMap<>();
        shown.put("occupantId", issued.id());
        shown.put("generation", issued.secret().generation());
        shown.put("from", words().date(issued.secret().creationDate()));
        shown.put("until", issued.retired() == null ? words().text("occupantid.room.in_use") : words().date(issued.retired()));
        return shown;
    }
}
