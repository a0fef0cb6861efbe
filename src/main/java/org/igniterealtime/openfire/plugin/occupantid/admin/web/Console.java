/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin.web;

import org.igniterealtime.openfire.plugin.occupantid.Settings;
import org.igniterealtime.openfire.plugin.occupantid.admin.Administration;
import org.igniterealtime.openfire.plugin.occupantid.admin.LookUps;
import org.igniterealtime.openfire.plugin.occupantid.admin.RoomOverview;
import org.igniterealtime.openfire.plugin.occupantid.admin.Status;
import org.igniterealtime.openfire.plugin.occupantid.admin.Texts;
import org.igniterealtime.openfire.plugin.occupantid.muc.LocalRooms;
import org.igniterealtime.openfire.plugin.occupantid.secret.Rotations;
import org.igniterealtime.openfire.plugin.occupantid.stanza.StanzaCounts;
import org.jivesoftware.openfire.container.Plugin;
import org.jivesoftware.openfire.container.PluginManager;
import org.jivesoftware.openfire.container.PluginServlet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import javax.annotation.Nonnull;
import javax.servlet.ServletException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The plugin's pages in the server's admin console. */
public final class Console
{
    private static final Logger Log = LoggerFactory.getLogger(Console.class);

    private final PluginManager manager;
    private final Plugin plugin;
    private final Texts texts;
    private final Map<String, Page> pages = new LinkedHashMap<>();

    public Console(@Nonnull final PluginManager manager, @Nonnull final Plugin plugin, @Nonnull final Administration administration,
                   @Nonnull final RoomOverview overview, @Nonnull final Rotations rotations, @Nonnull final LookUps lookUps,
                   @Nonnull final LocalRooms rooms, @Nonnull final Settings settings, @Nonnull final Status status,
                   @Nonnull final StanzaCounts counts)
    {
        this.manager = manager;
        this.plugin = plugin;
        texts = new Texts();
        final PageTexts words = new PageTexts(texts);
        pages.put("/occupant-ids.jsp", new RoomsPage(words, administration, overview, rotations, rooms, settings, status, counts));
        pages.put("/occupant-ids-rotate.jsp", new RotatePage(words, administration, rooms, settings));
        pages.put("/occupant-ids-room.jsp", new RoomPage(words, administration, overview, lookUps));
        pages.put("/occupant-ids-lookup.jsp", new LookUpPage(words, administration, lookUps));
        pages.put("/occupant-ids-progress.jsp", new ProgressPage(words, rotations));
    }

    /** Hangs the pages into the console. */
    public void open()
    {
        pages.forEach((path, page) -> {
            try {
                PluginServlet.registerServlet(manager, plugin, page, path);
            } catch (final ServletException e) {
                Log.error("The page {} is missing in the admin console.", path, e);
            }
        });
    }

    /** Takes them out again. */
    public void close()
    {
        for (final String path : pages.keySet()) {
            try {
                PluginServlet.unregisterServlet(plugin, path);
            } catch (final ServletException e) {
                Log.error("The page {} stays in the admin console.", path, e);
            }
        }
        texts.close();
    }
}
