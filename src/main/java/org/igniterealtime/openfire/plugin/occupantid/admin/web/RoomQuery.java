/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin.web;

import org.igniterealtime.openfire.plugin.occupantid.admin.RoomOverview.Order;

import javax.annotation.Nonnull;
import javax.annotation.Nullable;
import java.io.UnsupportedEncodingException;
import java.net.URLEncoder;
import java.util.List;

/** Which rooms the list of rooms is to show, as its address says; whatever it says wrongly is taken for the usual. */
final class RoomQuery
{
    private final String service;
    private final String search;
    private final Order order;
    private final boolean descending;
    private final int start;
    private final int size;

    /**
     * @param services the domains of the services that there are.
     */
    RoomQuery(@Nonnull final PageRequest request, @Nonnull final List<String> services)
    {
        service = services.contains(request.field("service")) ? request.field("service") : null;
        search = request.field("search");
        order = orderNamed(request.field("order"));
        descending = "true".equals(request.field("descending"));
        start = request.number("start", 0, Integer.MAX_VALUE, 0);
        size = request.number("size", 1, 50, 25);
    }

    /** The domain of the service whose rooms are wanted; null for all. */
    @Nullable
    String service()
    {
        return service;
    }

    @Nonnull
    String search()
    {
        return search;
    }

    @Nonnull
    Order order()
    {
        return order;
    }

    boolean isDescending()
    {
        return descending;
    }

    int start()
    {
        return start;
    }

    int size()
    {
        return size;
    }

    /** The address of the same rooms in another order, or others of them. */
    @Nonnull
    String link(@Nonnull final Order by, final boolean reversed, final int from)
    {
        return "occupant-ids.jsp?service=" + (service == null ? "" : encoded(service)) + "&search=" + encoded(search)
            + "&order=" + by + "&descending=" + reversed + "&start=" + from + "&size=" + size;
    }

    /** A value as it stands in an address. */
    @Nonnull
    static String encoded(@Nonnull final String value)
    {
        try {
            return URLEncoder.encode(value, "UTF-8");
        } catch (final UnsupportedEncodingException e) {
            throw new IllegalStateException("Every Java has UTF-8, but this one does not.", e);
        }
    }

    private static Order orderNamed(final String name)
    {
        for (final Order order : Order.values()) {
            if (order.name().equals(name)) {
                return order;
            }
        }
        return Order.ROOM;
    }
}
