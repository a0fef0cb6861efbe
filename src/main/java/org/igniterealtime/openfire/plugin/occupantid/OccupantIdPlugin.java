/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid;

import org.igniterealtime.openfire.plugin.occupantid.compatibility.Feature;
import org.igniterealtime.openfire.plugin.occupantid.compatibility.Limitations;
import org.igniterealtime.openfire.plugin.occupantid.compatibility.ServerMembers;
import org.jivesoftware.openfire.container.Plugin;
import org.jivesoftware.openfire.container.PluginManager;

import java.io.File;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Gives every occupant of a group chat an anonymous, stable occupant id (XEP-0421). Starts {@link Components}, unless Openfire lacks
 * what the ids need, or another copy of the plugin runs. This class needs nothing of Openfire but its interface for plugins.
 */
public class OccupantIdPlugin implements Plugin
{
    /** Holds the file name of the copy that runs. The copies are loaded by different class loaders and share nothing else. */
    private static final String RUNNING = "plugin.occupantid.running";

    private Components components;

    @Override
    public void initializePlugin(final PluginManager manager, final File pluginDirectory)
    {
        final PluginFile file = new PluginFile(pluginDirectory.toPath(), OccupantIdPlugin.class.getName());
        final Map<String, Set<Feature>> missing = ServerMembers.missing();
        final List<String> essential = missing.keySet().stream().filter(member -> missing.get(member).contains(Feature.IDS))
            .collect(Collectors.toList());
        if (!essential.isEmpty()) {
            throw new NotStartedException("This version of Openfire lacks " + ServerMembers.list(essential)
                + ", which the occupantid plugin needs to add occupant ids. The plugin does not start; chat continues."
                + " Install a newer version of the plugin, or delete plugins/" + file.name() + ".");
        }
        final Object running = System.getProperties().putIfAbsent(RUNNING, file.name());
        if (running != null) {
            throw new NotStartedException("The occupantid plugin is installed more than once. " + running + " runs; " + file.name()
                + " does not. Delete plugins/" + file.name() + ". To use it instead, delete plugins/" + running + " and restart Openfire.");
        }
        try {
            final Components created = new Components(this, manager, file, new Limitations(missing));
            created.start();
            components = created;
        } finally {
            if (components == null) {
                System.getProperties().remove(RUNNING);
            }
        }
    }

    @Override
    public void destroyPlugin()
    {
        if (components != null) {
            components.stop();
            System.getProperties().remove(RUNNING);
        }
    }

    /** Says why the plugin does not start. Openfire logs it; a stack trace would tell an admin nothing more. */
    private static final class NotStartedException extends RuntimeException
    {
        private static final long serialVersionUID = 1L;

        private NotStartedException(final String message)
        {
            super(message, null, false, false);
        }
    }
}
