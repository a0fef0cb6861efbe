/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.harness;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * The files that tests read and write: those of the build, and temporary directories among them.
 */
final class TestFiles
{
    /** Identifies this virtual machine among those that run tests at the same time: fork1, fork2, …; fork0 if it runs alone. */
    static final String FORK = System.getProperty("occupantid.fork", "fork0");
    /** The prefix of the names of all temporary directories of this virtual machine. */
    static final String TEMPORARY = FORK + "-";

    private static final int TAIL = 6_000;

    private TestFiles()
    {
    }

    /** The directory that the build writes to. */
    static Path target()
    {
        return Path.of(System.getProperty("occupantid.target", "target")).toAbsolutePath();
    }

    /** Creates an empty directory beside the files of the build. The caller {@linkplain #delete deletes} it. */
    static Path createTemporary(final String name) throws IOException
    {
        return Files.createTempDirectory(target(), TEMPORARY + name + "-");
    }

    /** Deletes a directory with its content, if it exists. Does not follow symbolic links. */
    static void delete(final Path directory) throws IOException
    {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (final Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /** Copies a directory with its content over another one, which need not exist. A single file is copied, too. */
    static void copy(final Path from, final Path to) throws IOException
    {
        try (Stream<Path> files = Files.walk(from)) {
            for (final Path file : files.filter(Files::isRegularFile).toList()) {
                final Path copy = to.resolve(from.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /** Writes a resource of the tests to a file. */
    static void copyResource(final String resource, final Path file) throws IOException
    {
        Files.createDirectories(file.getParent());
        try (InputStream in = TestFiles.class.getResourceAsStream(resource)) {
            Files.write(file, in.readAllBytes());
        }
    }

    /** Reads a text file, which may have bytes that are no UTF-8; empty if there is no such file. */
    static String read(final Path file) throws IOException
    {
        return Files.exists(file) ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8) : "";
    }

    /** The last 6,000 characters of a text: what helps to understand a failure. */
    static String tail(final String text)
    {
        return text.substring(Math.max(0, text.length() - TAIL));
    }
}
