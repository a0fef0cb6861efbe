/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.secret;

import org.jivesoftware.util.AesEncryptor;
import org.jivesoftware.util.Encryptor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/** A database in memory with the table that the plugin's own script makes; it can be taken away and brought back. */
public final class Database implements SecretStore.Connections
{
    private final String url = "jdbc:hsqldb:mem:" + UUID.randomUUID();
    private Encryptor encryptor = new AesEncryptor("one key");
    private boolean away;
    private int opened;

    public Database()
    {
        run("CREATE TABLE ofVersion (name VARCHAR(50), version INTEGER)");
        try {
            final String script = Files.readAllLines(Path.of("src/main/database/occupantid_hsqldb.sql")).stream()
                .filter(line -> !line.startsWith("--")).collect(Collectors.joining("\n"));
            Arrays.stream(script.split(";")).filter(statement -> !statement.isBlank()).forEach(this::run);
        } catch (final IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Connection open() throws SQLException
    {
        opened++;
        if (away) {
            throw new SQLException("The database is away.");
        }
        return DriverManager.getConnection(url, "sa", "");
    }

    public SecretStore store()
    {
        return new SecretStore(this, () -> encryptor);
    }

    public void away(final boolean away)
    {
        this.away = away;
    }

    /** How often a connection was asked for. */
    int opened()
    {
        return opened;
    }

    void encryptWith(final Encryptor other)
    {
        encryptor = other;
    }

    void run(final String sql)
    {
        try (Connection connection = DriverManager.getConnection(url, "sa", ""); Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (final SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** All rows of the table but the origin key's, each as one text. */
    List<String> rows()
    {
        return query("SELECT roomKey, generation, roomJID, secret, creationDate FROM ofOccupantIdSecret WHERE roomJID <> '/origin'");
    }

    List<String> query(final String sql)
    {
        try (Connection connection = DriverManager.getConnection(url, "sa", "");
             Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
            final List<String> found = new ArrayList<>();
            while (rows.next()) {
                final StringBuilder row = new StringBuilder();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    row.append(rows.getString(i)).append('|');
                }
                found.add(row.toString());
            }
            return found;
        } catch (final SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
