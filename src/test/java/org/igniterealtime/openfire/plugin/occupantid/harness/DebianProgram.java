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
import java.util.stream.Stream;

/**
 * Files of Debian packages that tests use. A missing one is reported with the name of its package, before the test does anything.
 */
public final class DebianProgram
{
    private DebianProgram()
    {
    }

    /**
     * Finds a file of a package.
     *
     * @param file where Debian has it.
     * @param debianPackage the name of the package.
     * @throws IllegalStateException if there is no such file.
     */
    public static Path find(final String file, final String debianPackage)
    {
        final Path found = Path.of(file);
        if (!Files.exists(found)) {
            throw missing(file, debianPackage);
        }
        return found;
    }

    /**
     * Finds a file of a package that is in a directory of its own for each version or architecture.
     *
     * @param directory where these directories are.
     * @param file the file's path in such a directory.
     * @param debianPackage the name of the package.
     * @return the file in the directory whose name has the highest number, or any if there are no numbers.
     * @throws IllegalStateException if there is no such file.
     */
    public static Path findNewest(final String directory, final String file, final String debianPackage)
    {
        final Path all = Path.of(directory);
        if (Files.isDirectory(all)) {
            try (Stream<Path> directories = Files.list(all)) {
                return directories.filter(one -> Files.exists(one.resolve(file))).max(Comparator.comparing(DebianProgram::number))
                    .map(one -> one.resolve(file)).orElseThrow(() -> missing(directory + "/*/" + file, debianPackage));
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        throw missing(directory + "/*/" + file, debianPackage);
    }

    private static int number(final Path directory)
    {
        final String digits = directory.getFileName().toString().replaceAll("[^0-9].*", "");
        return digits.isEmpty() ? 0 : Integer.parseInt(digits);
    }

    private static IllegalStateException missing(final String file, final String debianPackage)
    {
        return new IllegalStateException("There is no " + file + ". Install the Debian package " + debianPackage + ".");
    }
}
