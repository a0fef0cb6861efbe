/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin.web;

import org.igniterealtime.openfire.plugin.occupantid.Settings;
import org.igniterealtime.openfire.plugin.occupantid.Settings.Setting;
import org.igniterealtime.openfire.plugin.occupantid.admin.Administration;
import org.igniterealtime.openfire.plugin.occupantid.admin.RefusedException;
import org.igniterealtime.openfire.plugin.occupantid.admin.RoomOverview;
import org.igniterealtime.openfire.plugin.occupantid.admin.RoomOverview.Order;
import org.igniterealtime.openfire.plugin.occupantid.admin.RoomOverview.Row;
import org.igniterealtime.openfire.plugin.occupantid.admin.Status;
import org.igniterealtime.openfire.plugin.occupantid.muc.LocalRooms;
import org.igniterealtime.openfire.plugin.occupantid.secret.Rotation;
import org.igniterealtime.openfire.plugin.occupantid.secret.Rotations;
import org.igniterealtime.openfire.plugin.occupantid.stanza.StanzaCounts;

import javax.annotation.Nonnull;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The plugin's main page: whether all is well, all rooms with their secrets, a rotation under way, counts and settings. */
final class RoomsPage extends Page
{
    private static final long serialVersionUID = 1L;

    /** More rooms of the longest names would be a longer form than the console takes. */
    private static final int[] SIZES = {25, 50};
    private static final int SENDERS_SHOWN = 10;

    private final transient Administration administration;
    private final transient RoomOverview overview;
    private final transient Rotations rotations;
    private final transient LocalRooms rooms;
    private final transient Settings settings;
    private final transient Status status;
    private final transient StanzaCounts counts;

    RoomsPage(@Nonnull final PageTexts words, @Nonnull final Administration administration, @Nonnull final RoomOverview overview,
              @Nonnull final Rotations rotations, @Nonnull final LocalRooms rooms, @Nonnull final Settings settings,
              @Nonnull final Status status, @Nonnull final StanzaCounts counts)
    {
        super(words, "rooms");
        this.administration = administration;
        this.overview = overview;
        this.rotations = rotations;
        this.rooms = rooms;
        this.settings = settings;
        this.status = status;
        this.counts = counts;
    }

    @Override
    String act(@Nonnull final PageRequest request, @Nonnull final Map<String, Object> model) throws RefusedException
    {
        if (!request.field("cancel").isEmpty()) {
            final Rotation rotation = rotations.current();
            // Not another one that has begun since the page was shown.
            if (rotation != null && !rotation.isOver() && request.field("cancel").equals(Integer.toString(rotation.number()))) {
                administration.cancel(request.user(), rotation);
            }
            return "occupant-ids.jsp";
        }
        final Map<Setting, String> values = new LinkedHashMap<>();
        for (final Setting setting : Settings.ALL) {
            values.put(setting, request.field(setting.name()));
        }
        administration.change(request.user(), values);
        return "occupant-ids.jsp?done=settings";
    }

    @Override
    void fill(@Nonnull final PageRequest request, @Nonnull final Map<String, Object> model)
    {
        model.put("settingsDone", "settings".equals(request.field("done")));
        fillRooms(request, model);
        ProgressPage.fill(rotations.current(), words(), model);
        fillCounts(model);
        model.put("hasSettings", settings.canChange());
        model.put("settings", Settings.ALL.stream().map(setting -> shown(setting, request)).collect(Collectors.toList()));
        // Last, for what is wrong may have been found out by all that.
        model.put("problems", status.problems().entrySet().stream()
            .map(problem -> words().text("occupantid.problem." + problem.getKey().name().toLowerCase(Locale.ROOT),
                problem.getValue().toArray()))
            .collect(Collectors.toList()));
        model.put("ownIds", status.isServerWithOwnIds());
        final List<Map<String, Object>> floods = status.floods().stream().limit(SENDERS_SHOWN)
            .map(flood -> pair("who", flood.who(), "what", words().text("occupantid.flood." + flood.kind().name().toLowerCase(Locale.ROOT),
                flood.count(), words().date(flood.date())))).collect(Collectors.toList());
        model.put("floods", floods);
        model.put("hasFloods", !floods.isEmpty());
    }

    private void fillRooms(final PageRequest request, final Map<String, Object> model)
    {
        final List<String> services = rooms.services();
        final RoomQuery query = new RoomQuery(request, services);
        final RoomOverview.Page page = overview.page(query.service(), query.search(), query.order(), query.isDescending(), query.start(),
            query.size());
        model.put("search", query.search());
        model.put("services", services.stream().map(service -> option(service, service, service.equals(query.service())))
            .collect(Collectors.toList()));
        final List<Map<String, Object>> sizes = new ArrayList<>();
        for (final int size : SIZES) {
            sizes.add(option(Integer.toString(size), Integer.toString(size), size == query.size()));
        }
        model.put("sizes", sizes);
        model.put("order", query.order().name());
        model.put("descending", query.isDescending());
        final List<Map<String, Object>> columns = new ArrayList<>();
        for (final Order order : Order.values()) {
            columns.add(column(order, query));
        }
        model.put("columns", columns);
        model.put("rooms", page.rows().stream().map(this::shown).collect(Collectors.toList()));
        model.put("none", page.rows().isEmpty());
        model.put("shown", words().text("occupantid.rooms.shown", page.rows().isEmpty() ? 0 : page.start() + 1,
            page.start() + page.rows().size(), page.total()));
        if (page.start() > 0) {
            model.put("previous", query.link(query.order(), query.isDescending(), Math.max(0, page.start() - query.size())));
        }
        if (page.start() + page.rows().size() < page.total()) {
            model.put("next", query.link(query.order(), query.isDescending(), page.start() + query.size()));
            model.put("last", query.link(query.order(), query.isDescending(), (page.total() - 1) / query.size() * query.size()));
        }
    }

    private void fillCounts(final Map<String, Object> model)
    {
        model.put("counted", words().text("occupantid.counts.counted", words().date(counts.since()), counts.stamped(), counts.removed()));
        model.put("hasSenders", counts.removed() > 0);
        model.put("senders", counts.removedBySender().entrySet().stream()
            .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()).thenComparing(Map.Entry.comparingByKey()))
            .limit(SENDERS_SHOWN).map(entry -> pair("sender", entry.getKey(), "count", words().text("occupantid.number", entry.getValue())))
            .collect(Collectors.toList()));
    }

    private Map<String, Object> column(final Order order, final RoomQuery query)
    {
        final boolean current = order == query.order();
        final Map<String, Object> column = new HashMap<>();
        column.put("label", words().text("occupantid.rooms.column." + order.name().toLowerCase(Locale.ROOT)));
        column.put("link", query.link(order, current && !query.isDescending(), 0));
        if (current) {
            column.put("sorted", query.isDescending() ? "descending" : "ascending");
            column.put("arrow", query.isDescending() ? "\u25BC" : "\u25B2");
        }
        return column;
    }

    private Map<String, Object> shown(final Row row)
    {
        final Map<String, Object> shown = new HashMap<>();
        shown.put("room", row.room());
        shown.put("link", "occupant-ids-room.jsp?roomJID=" + RoomQuery.encoded(row.room()));
        shown.put("tick", words().text("occupantid.rooms.tick", row.room()));
        shown.put("occupants", row.occupants());
        shown.put("unreadable", row.isUnreadable());
        if (row.secret() != null) {
            shown.put("fine", true);
            shown.put("date", words().date(row.secret().creationDate()));
            shown.put("age", words().age(row.secret().creationDate()));
            shown.put("generation", row.secret().generation());
            shown.put("creator", words().creator(row.secret().creator()));
        } else {
            shown.put("unused", row.isWithoutSecret());
        }
        return shown;
    }

    /** A setting, with what was entered if that was refused. */
    private Map<String, Object> shown(final Setting setting, final PageRequest request)
    {
        final String entered = request.isPost() ? request.field(setting.name()) : "";
        final Map<String, Object> shown = new HashMap<>();
        shown.put("name", setting.name());
        shown.put("label", words().text("occupantid.settings." + setting.name().substring("plugin.occupantid.".length())));
        shown.put("value", entered.isEmpty() ? settings.valueOf(setting) : entered);
        shown.put("least", setting.least());
        shown.put("most", setting.most());
        shown.put("default", words().text("occupantid.settings.default", setting.name(), setting.byDefault()));
        return shown;
    }

    private static Map<String, Object> option(final String value, final String label, final boolean selected)
    {
        final Map<String, Object> option = pair("value", value, "label", label);
        option.put("selected", selected);
        return option;
    }

    private static Map<String, Object> pair(final String name, final Object value, final String otherName, final Object otherValue)
    {
        final Map<String, Object> pair = new HashMap<>();
        pair.put(name, value);
        pair.put(otherName, otherValue);
        return pair;
    }
}
