/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.harness;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A MariaDB, from the Debian package {@code mariadb-server-core}: the server's programs, without a service or a user for it. */
public final class MariaDbServer extends DatabaseServer
{
    private static final Path SERVER = Path.of("/usr/sbin/mariadbd");

    private MariaDbServer()
    {
        super("nobody", "nogroup", "KILL");
    }

    /** Makes a new server, and returns when it can be used. */
    public static MariaDbServer launch()
    {
        if (!Files.isExecutable(SERVER)) {
            throw new IllegalStateException("This test needs the Debian package mariadb-server-core.");
        }
        final MariaDbServer server = new MariaDbServer();
        server.open();
        return server;
    }

    @Override
    List<String> preparation()
    {
        return List.of("mariadb-install-db", "--no-defaults", "--datadir=" + data(), "--skip-test-db", "--skip-name-resolve",
            "--auth-root-authentication-method=normal");
    }

    @Override
    List<String> command()
    {
        return List.of(SERVER.toString(), "--no-defaults", "--datadir=" + data(), "--port=" + port(), "--bind-address=" + HOST,
            "--socket=" + directory().resolve("socket"), "--pid-file=" + directory().resolve("pid"), "--skip-name-resolve",
            "--skip-grant-tables", "--innodb-flush-log-at-trx-commit=0", "--max-connections=200");
    }

    @Override
    String urlOf(final String database)
    {
        return "jdbc:mysql://" + HOST + ":" + port() + "/" + database;
    }

    @Override
    String firstDatabase()
    {
        return "mysql";
    }

    private Path data()
    {
        return directory().resolve("data");
    }
}
