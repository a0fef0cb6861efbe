/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.secret;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import javax.annotation.Nonnull;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * The database table of the secrets. A backup that is older than the plugin lacks it; if the server's table ofVersion is newer than that,
 * Openfire does not create it again.
 */
public final class SecretTable
{
    private static final Logger Log = LoggerFactory.getLogger(SecretTable.class);

    private static final String NAME = "ofOccupantIdSecret";

    private final SecretStore.Connections connections;
    private final Supplier<String> script;
    private boolean failed;

    /**
     * @param connections gives connections to the server's database.
     * @param script gives the plugin's script for that database; its first statement creates the table.
     */
    public SecretTable(@Nonnull final SecretStore.Connections connections, @Nonnull final Supplier<String> script)
    {
        this.connections = connections;
        this.script = script;
    }

    /**
     * Creates the table if the database lacks it, and logs that.
     *
     * @return true if the table was created; false also while the database is unavailable.
     */
    public boolean createIfMissing()
    {
        try (Connection connection = connections.open()) {
            return !exists(connection) && create(connection);
        } catch (final SQLException | RuntimeException e) {
            // RoomSecrets reports a database that is unavailable.
            Log.debug("Could not find out whether the table of the secrets exists.", e);
            return false;
        }
    }

    private static boolean exists(final Connection connection) throws SQLException
    {
        final DatabaseMetaData metaData = connection.getMetaData();
        // Some databases keep a name as it is written, others in upper or lower case.
        for (final String name : Arrays.asList(NAME, NAME.toUpperCase(Locale.ROOT), NAME.toLowerCase(Locale.ROOT))) {
            try (ResultSet tables = metaData.getTables(connection.getCatalog(), null, name, null)) {
                if (tables.next()) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean create(final Connection connection)
    {
        try (Statement statement = connection.createStatement()) {
            statement.execute(script.get().replaceAll("(?m)^--.*$", "").split(";", 2)[0].trim());
        } catch (final SQLException | RuntimeException e) {
            if (!failed) {
                failed = true;
                Log.error("The database table {} is missing, and the plugin could not create it. Rooms have no occupant ids."
                    + " Run the script for your database; it is in the folder database of the plugin.", NAME, e);
            }
            return false;
        }
        failed = false;
        Log.error("The database table {} was missing, for example because an older backup was restored. The plugin created it again."
            + " All secrets of rooms are lost: occupants get new ids, and look-ups do not find the owners of previous ids."
            + " To get them back, restore this table from a newer backup and restart Openfire.", NAME);
        return true;
    }
}
