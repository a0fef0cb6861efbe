/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.secret;

import org.igniterealtime.openfire.plugin.occupantid.harness.DatabaseServer;
import org.jivesoftware.database.SchemaManager;
import org.jivesoftware.util.AesEncryptor;
import org.jivesoftware.util.Encryptor;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;

/** A database with the table that the plugin's own script makes; it can be taken away and brought back. */
public final class Database implements SecretStore.Connections
{
    private final String url;
    private final String user;
    private final Path script;
    private Encryptor encryptor = new AesEncryptor("one key");
    private boolean away;
    private Throwable loss;
    private boolean awayAfterLoss;
    private int opened;

    /** A database in memory. */
    public Database()
    {
        this("jdbc:hsqldb:mem:" + UUID.randomUUID(), "sa", "hsqldb");
    }

    /**
     * @param url an empty database of a server.
     * @param type what the plugin's script for it is called after.
     */
    Database(final String url, final String type)
    {
        this(url, DatabaseServer.USER, type);
    }

    Database(final String url, final String user, final String type)
    {
        this.url = url;
        this.user = user;
        run("CREATE TABLE ofVersion (name VARCHAR(50), version INTEGER)");
        script = Path.of("src/main/database/occupantid_" + type + ".sql");
        runScript(script);
    }

    @Override
    public Connection open() throws SQLException
    {
        opened++;
        if (away) {
            throw new SQLException("The database is away.");
        }
        return loss == null ? connect() : losing(connect());
    }

    /** Goes away as soon as it has stored something, and before it says so. */
    void losesAnswers()
    {
        loss = new SQLException("The connection was lost.");
        awayAfterLoss = true;
    }

    /** The same, but for one connection only: it is there at the next attempt. */
    void losesAnAnswer()
    {
        loss = new SQLException("The connection was lost.");
        awayAfterLoss = false;
    }

    /** Stores something, and then fails once, for want of memory. */
    void storesAtTheEndOfMemory()
    {
        loss = new OutOfMemoryError("a test");
        awayAfterLoss = false;
    }

    private Connection losing(final Connection connection) throws SQLException
    {
        final Connection losing = mock(Connection.class, delegatesTo(connection));
        doAnswer(call -> {
            final PreparedStatement real = connection.prepareStatement(call.getArgument(0));
            final PreparedStatement statement = mock(PreparedStatement.class, delegatesTo(real));
            doAnswer(update -> {
                real.executeUpdate();
                final Throwable failure = loss;
                away = awayAfterLoss;
                loss = awayAfterLoss ? loss : null;
                throw failure;
            }).when(statement).executeUpdate();
            return statement;
        }).when(losing).prepareStatement(anyString());
        return losing;
    }

    SecretTable table()
    {
        return new SecretTable(this, () -> {
            try {
                return Files.readString(script);
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    public SecretStore store()
    {
        return new SecretStore(this, () -> encryptor, () -> null);
    }

    /** A store whose driver cannot read one of the columns that hold texts. */
    SecretStore storeThatCannotRead(final String column, final SQLException failure)
    {
        return new SecretStore(() -> {
            final Connection real = open();
            final Connection connection = mock(Connection.class, delegatesTo(real));
            doAnswer(call -> {
                final PreparedStatement statement = real.prepareStatement(call.getArgument(0));
                final PreparedStatement failing = mock(PreparedStatement.class, delegatesTo(statement));
                doAnswer(query -> {
                    final ResultSet rows = statement.executeQuery();
                    final ResultSet damaged = mock(ResultSet.class, delegatesTo(rows));
                    doThrow(failure).when(damaged).getString(rows.findColumn(column));
                    return damaged;
                }).when(failing).executeQuery();
                return failing;
            }).when(connection).prepareStatement(anyString());
            return connection;
        }, () -> encryptor, () -> null);
    }

    /** Secrets as a server has them that is alone, and whose rooms are not looked at. */
    public RoomSecrets secrets()
    {
        return new RoomSecrets(store(), () -> 1_000, () -> 30, room -> null, room -> null);
    }

    public void away(final boolean away)
    {
        this.away = away;
        loss = null;
    }

    /** How often a connection was asked for. */
    public int opened()
    {
        return opened;
    }

    public void encryptWith(final Encryptor other)
    {
        encryptor = other;
    }

    /** Runs a script as Openfire does when it loads the plugin. */
    void runScript(final Path script)
    {
        try (Connection connection = connect(); InputStream in = Files.newInputStream(script)) {
            final Method execute
                = SchemaManager.class.getDeclaredMethod("executeSQLScript", Connection.class, InputStream.class, Boolean.class);
            execute.setAccessible(true);
            execute.invoke(null, connection, in, true);
        } catch (final ReflectiveOperationException | SQLException | IOException e) {
            throw new IllegalStateException(script.toString(), e);
        }
    }

    public void run(final String sql)
    {
        try (Connection connection = connect(); Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (final SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** All rows of the table but the origin key's, each as one text. */
    public List<String> rows()
    {
        return query("SELECT roomKey, generation, roomJID, secret, creationDate FROM ofOccupantIdSecret WHERE roomJID <> '/origin'");
    }

    List<String> query(final String sql)
    {
        try (Connection connection = connect(); Statement statement = connection.createStatement();
             ResultSet rows = statement.executeQuery(sql)) {
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

    private Connection connect() throws SQLException
    {
        return DriverManager.getConnection(url, user, "");
    }
}
