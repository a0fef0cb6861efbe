/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.harness;

import java.nio.file.Path;
import java.util.List;

/** A MariaDB, from the programs in the Debian packages {@code mariadb-server-core} and {@code mariadb-client-core}. */
public final class MariaDbServer extends DatabaseServer
{
    private final Path program;

    private MariaDbServer(final Path program)
    {
        super("nobody", "nogroup", "KILL");
        this.program = program;
    }

    /** Makes a new server, and returns when it can be used. */
    public static MariaDbServer launch()
    {
        final Path program = DebianProgram.find("/usr/sbin/mariadbd", "mariadb-server-core");
        // mariadb-install-db calls it.
        DebianProgram.find("/usr/bin/my_print_defaults", "mariadb-client-core");
        final MariaDbServer server = new MariaDbServer(program);
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
        return List.of(program.toString(), "--no-defaults", "--datadir=" + data(), "--port=" + port(), "--bind-address=" + Ports.HOST,
            "--socket=" + directory().resolve("socket"), "--pid-file=" + directory().resolve("pid"), "--skip-name-resolve",
            "--skip-grant-tables", "--innodb-flush-log-at-trx-commit=0", "--max-connections=200");
    }

    @Override
    String urlOf(final String database)
    {
        return "jdbc:mysql://" + Ports.HOST + ":" + port() + "/" + database;
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
