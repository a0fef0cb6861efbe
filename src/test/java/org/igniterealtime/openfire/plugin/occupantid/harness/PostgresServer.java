/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.harness;

import java.nio.file.Path;
import java.util.List;

/** A PostgreSQL, from the Debian package {@code postgresql}. */
public final class PostgresServer extends DatabaseServer
{
    private final Path programs;

    private PostgresServer(final Path programs)
    {
        super("postgres", "postgres", "QUIT");
        this.programs = programs;
    }

    /** Makes a new server, and returns when it can be used. */
    public static PostgresServer launch()
    {
        final PostgresServer server = new PostgresServer(programs());
        server.open();
        return server;
    }

    @Override
    List<String> preparation()
    {
        return List.of(programs.resolve("initdb").toString(), "--pgdata=data", "--username=" + USER, "--auth=trust", "--encoding=UTF8",
            "--locale=C", "--no-sync",
            // So that files of this kind are not what meets a limit first.
            "--wal-segsize=1");
    }

    @Override
    List<String> command()
    {
        return List.of(programs.resolve("postgres").toString(), "-D", "data", "-p", String.valueOf(port()), "-h", Ports.HOST,
            "-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "max_connections=200");
    }

    @Override
    String urlOf(final String database)
    {
        return "jdbc:postgresql://" + Ports.HOST + ":" + port() + "/" + database;
    }

    @Override
    String firstDatabase()
    {
        // The driver would log every refusal while the server starts.
        return "postgres?loggerLevel=OFF";
    }

    /** Whether there is one. Its client alone does not count. */
    public static boolean isInstalled()
    {
        try {
            return programs() != null;
        } catch (final IllegalStateException e) {
            return false;
        }
    }

    private static Path programs()
    {
        return DebianProgram.findNewest("/usr/lib/postgresql", "bin/postgres", "postgresql").getParent();
    }
}
