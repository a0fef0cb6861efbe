/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid;

import org.jivesoftware.database.DbConnectionManager;

import javax.annotation.Nonnull;

/** The plugin's script for the database that the server uses. */
final class DatabaseScript
{
    private DatabaseScript()
    {
    }

    @Nonnull
    static String read(@Nonnull final PluginFile plugin)
    {
        return plugin.read("database/occupantid_" + DbConnectionManager.getDatabaseType() + ".sql");
    }
}
