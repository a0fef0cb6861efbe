/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.harness;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The folder of a distribution of Openfire, 4.3 or later, as one unpacks it from the archive that the Openfire project offers.
 */
record UnpackedInstallation(Path folder) implements OpenfireInstallation
{
    private static final String SERVER = "xmppserver-";
    private static final String SECURITY = "resources/security";

    @Override
    public String version()
    {
        final String jar = jars().map(file -> file.getFileName().toString()).filter(name -> name.startsWith(SERVER)).findAny()
            .orElseThrow();
        return jar.substring(SERVER.length(), jar.length() - ".jar".length());
    }

    @Override
    public String classPath()
    {
        return jars().map(Path::toString).sorted().collect(Collectors.joining(File.pathSeparator));
    }

    @Override
    public List<String> javaOptions()
    {
        return List.of();
    }

    @Override
    public void copyTo(final Path home) throws IOException
    {
        final List<String> parts = new ArrayList<>(List.of("plugins/admin", "resources/database"));
        // A server that ran on this home before has written its keys there.
        if (Files.notExists(home.resolve(SECURITY))) {
            parts.add(SECURITY);
        }
        for (final String part : parts) {
            TestFiles.copy(folder.resolve(part), home.resolve(part));
        }
        // Openfire lets its embedded database lose the last second at a crash. Databases of real installations lose nothing.
        final Path tables = home.resolve("resources/database/openfire_hsqldb.sql");
        Files.writeString(tables, Files.readString(tables).replace("WRITE DELAY 1000", "WRITE DELAY 0"));
    }

    private Stream<Path> jars()
    {
        try (Stream<Path> files = Files.list(folder.resolve("lib").toAbsolutePath())) {
            return files.filter(file -> file.toString().endsWith(".jar")).toList().stream();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
