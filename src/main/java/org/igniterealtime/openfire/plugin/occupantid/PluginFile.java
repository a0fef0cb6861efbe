/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid;

import javax.annotation.Nonnull;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The jar that the plugin was installed from. Openfire names the plugin, and the folder that it unpacks the jar into, after it. */
public final class PluginFile
{
    private static final String MENU_TEXTS = "occupantid_i18n";

    private final Path directory;
    private final String pluginClass;

    /**
     * @param directory the folder that Openfire unpacked the jar into.
     * @param pluginClass the name of the class that plugin.xml names.
     */
    PluginFile(@Nonnull final Path directory, @Nonnull final String pluginClass)
    {
        this.directory = directory;
        this.pluginClass = pluginClass;
    }

    /** The file name, such as {@code occupantid (1).jar}. */
    @Nonnull
    public String name()
    {
        return nameOf(directory);
    }

    /** Whether the jar is there: when a plugin is removed, Openfire deletes its jar before it stops the plugin. */
    boolean exists()
    {
        return !fileOf(directory).isEmpty();
    }

    /**
     * Reads a file that was in the jar.
     *
     * @throws UncheckedIOException if there is none of that name, or it cannot be read.
     */
    @Nonnull
    String read(@Nonnull final String name)
    {
        try {
            return text(directory.resolve(name));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Copies the texts of the menu to where the admin console looks for them: in files that are named after the plugin.
     *
     * @throws UncheckedIOException if that fails.
     */
    void provideMenuTexts()
    {
        final String bundle = directory.getFileName().toString().replace('.', '_') + "_i18n";
        if (bundle.equals(MENU_TEXTS)) {
            return;
        }
        for (final Path texts : list(directory.resolve("i18n"), name -> name.startsWith(MENU_TEXTS))) {
            try {
                Files.copy(texts, texts.resolveSibling(bundle + texts.getFileName().toString().substring(MENU_TEXTS.length())),
                    StandardCopyOption.REPLACE_EXISTING);
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The file names of other jars of this plugin that Openfire has unpacked. None of them runs while this one does. */
    @Nonnull
    public List<String> otherCopies()
    {
        return list(directory.resolveSibling(""), name -> !name.equals(directory.getFileName().toString())).stream()
            .filter(this::isCopy).map(PluginFile::nameOf).sorted().collect(Collectors.toList());
    }

    private boolean isCopy(final Path folder)
    {
        try {
            return text(folder.resolve("plugin.xml")).contains("<class>" + pluginClass + "</class>") && !fileOf(folder).isEmpty();
        } catch (final IOException noPlugin) {
            return false;
        }
    }

    private static String text(final Path file) throws IOException
    {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    private static String nameOf(final Path folder)
    {
        final List<Path> file = fileOf(folder);
        return file.isEmpty() ? folder.getFileName() + ".jar" : file.get(0).getFileName().toString();
    }

    /** The jar of a folder. Openfire turns the name of the folder into lower case, and takes files that end in .war, too. */
    private static List<Path> fileOf(final Path folder)
    {
        final String plugin = folder.getFileName().toString();
        return list(folder.resolveSibling(""), name -> name.equalsIgnoreCase(plugin + ".jar") || name.equalsIgnoreCase(plugin + ".war"));
    }

    private static List<Path> list(final Path folder, final Predicate<String> names)
    {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> names.test(file.getFileName().toString())).collect(Collectors.toList());
        } catch (final IOException | UncheckedIOException unreadable) {
            return Collections.emptyList();
        }
    }
}
