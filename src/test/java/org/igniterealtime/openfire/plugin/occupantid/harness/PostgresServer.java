/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

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
        return List.of(programs.resolve("postgres").toString(), "-D", "data", "-p", String.valueOf(port()), "-h", HOST,
            "-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "max_connections=200");
    }

    @Override
    String urlOf(final String database)
    {
        return "jdbc:postgresql://" + HOST + ":" + port() + "/" + database;
    }

    @Override
    String firstDatabase()
    {
        // The driver would log every refusal while the server starts.
        return "postgres?loggerLevel=OFF";
    }

    /** Whether there is one; with no more than its client, there is not. */
    public static boolean isInstalled()
    {
        return newest().isPresent();
    }

    private static Path programs()
    {
        return newest().orElseThrow(() -> new IllegalStateException("This test needs the Debian package postgresql."));
    }

    /** The programs of the newest version. */
    private static Optional<Path> newest()
    {
        final Path all = Path.of("/usr/lib/postgresql");
        if (!Files.isDirectory(all)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(all)) {
            return versions.map(version -> version.resolve("bin")).filter(bin -> Files.isExecutable(bin.resolve("postgres")))
                .max(Comparator.comparing(bin -> Integer.valueOf(bin.getParent().getFileName().toString().replaceAll("\\..*", ""))));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
