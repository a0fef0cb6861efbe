/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin.web;

import org.igniterealtime.openfire.plugin.occupantid.Settings;
import org.igniterealtime.openfire.plugin.occupantid.admin.Administration;
import org.igniterealtime.openfire.plugin.occupantid.admin.RefusedException;
import org.igniterealtime.openfire.plugin.occupantid.muc.LocalRooms;

import javax.annotation.Nonnull;
import java.util.List;
import java.util.Map;

/** Says in plain words what a rotation will do, and does it when that is confirmed. */
final class RotatePage extends Page
{
    private static final long serialVersionUID = 1L;

    private static final String ROOMS = "rooms";
    private static final String SERVICE = "service";
    private static final String ALL = "all";

    private final transient Administration administration;
    private final transient LocalRooms rooms;
    private final transient Settings settings;

    RotatePage(@Nonnull final PageTexts words, @Nonnull final Administration administration, @Nonnull final LocalRooms rooms,
               @Nonnull final Settings settings)
    {
        super(words, "rotate");
        this.administration = administration;
        this.rooms = rooms;
        this.settings = settings;
    }

    @Override
    String act(@Nonnull final PageRequest request, @Nonnull final Map<String, Object> model) throws RefusedException
    {
        if (request.field("confirmed").isEmpty()) {
            return null;
        }
        switch (request.field("scope")) {
            case ROOMS:
                administration.rotateRooms(request.user(), request.fields("room"));
                break;
            case SERVICE:
                administration.rotateService(request.user(), request.field("service"));
                break;
            case ALL:
                administration.rotateAll(request.user());
                break;
            default:
                throw new RefusedException("occupantid.error.no_rooms");
        }
        return "occupant-ids.jsp";
    }

    @Override
    void fill(@Nonnull final PageRequest request, @Nonnull final Map<String, Object> model) throws RefusedException
    {
        final String scope = request.field("scope");
        final List<String> wanted = request.fields("room");
        final String question;
        if (ALL.equals(scope)) {
            question = words().text("occupantid.rotate.question.all");
        } else if (SERVICE.equals(scope) && rooms.services().contains(request.field("service"))) {
            question = words().text("occupantid.rotate.question.service", request.field("service"));
        } else if (ROOMS.equals(scope) && !wanted.isEmpty()) {
            question = words().text("occupantid.rotate.question.rooms", wanted.size());
            model.put("hasRooms", true);
            model.put("rooms", wanted);
        } else {
            throw new RefusedException("occupantid.error.no_rooms");
        }
        model.put("scope", scope);
        model.put("service", request.field("service"));
        model.put("question", question);
        final int days = settings.retiredDays();
        model.put("retired", days == 0 ? words().text("occupantid.rotate.forgotten") : words().text("occupantid.rotate.retired", days));
    }
}
