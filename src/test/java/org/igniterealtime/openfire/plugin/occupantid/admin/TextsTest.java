/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin;

import org.jivesoftware.util.JiveGlobals;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.MessageFormat;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class TextsTest
{
    private static final Path DIRECTORY = Path.of("i18n");
    private static final Properties ENGLISH = properties("occupantid_i18n.properties");
    private static final Pattern KEY = Pattern.compile("(?<![\\w./])occupantid(\\.[a-z_-]+)+\\.?(?=[\"}<{])");

    @Test
    void thereAreAllLanguages() throws IOException
    {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            assertEquals(new TreeSet<>(List.of("occupantid_i18n.properties", "occupantid_i18n_de.properties",
                    "occupantid_i18n_es.properties", "occupantid_i18n_fr.properties", "occupantid_i18n_nl.properties",
                    "occupantid_i18n_pt_BR.properties", "occupantid_i18n_ru.properties", "occupantid_i18n_zh_CN.properties")),
                files.map(file -> file.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "_de", "_es", "_fr", "_nl", "_pt_BR", "_ru", "_zh_CN"})
    void everyLanguageHasTheSameTextsWithTheSamePlaceholders(final String language) throws IOException
    {
        final String file = "occupantid_i18n" + language + ".properties";
        final Properties texts = properties(file);
        assertEquals(new TreeSet<>(ENGLISH.stringPropertyNames()), new TreeSet<>(texts.stringPropertyNames()));
        assertAll(texts.stringPropertyNames().stream().map(key -> () -> {
            final String text = texts.getProperty(key);
            assertEquals(placeholders(ENGLISH.getProperty(key)), placeholders(text), key);
            assertFalse(text.isBlank(), key);
            assertFalse(text.contains("'"), () -> key + " has an apostrophe, which a pattern takes for something else; write \\u2019");
            new MessageFormat(text);
        }));
        assertTrue(Files.readString(DIRECTORY.resolve(file), StandardCharsets.UTF_8).chars().allMatch(c -> c < 128),
            () -> file + " is read as ISO 8859-1 by Java 8, so all else has to be written as \\uXXXX");
    }

    @Test
    void noTextIsMissingOrUnused() throws IOException
    {
        final Set<String> used = new TreeSet<>();
        for (final String root : List.of("src/main/java", "src/main/resources", "plugin.xml")) {
            try (Stream<Path> files = Files.walk(Path.of(root))) {
                for (final Path file : files.filter(Files::isRegularFile).toList()) {
                    final Matcher matcher = KEY.matcher(Files.readString(file));
                    while (matcher.find()) {
                        used.add(matcher.group());
                    }
                }
            }
        }
        // A key that ends with a dot is the beginning of several.
        final Set<String> missing = used.stream().filter(key -> key.endsWith(".")
            ? ENGLISH.stringPropertyNames().stream().noneMatch(text -> text.startsWith(key))
            : !ENGLISH.containsKey(key)).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(Set.of(), missing, "used, but not there");
        final Set<String> unused = ENGLISH.stringPropertyNames().stream()
            .filter(text -> !used.contains(text) && used.stream().noneMatch(key -> key.endsWith(".") && text.startsWith(key)))
            .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(Set.of(), unused, "there, but not used");
    }

    @Test
    void aLanguageWithoutTextsGetsEnglish()
    {
        final Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.GERMANY);
            assertEquals("today", new Texts(() -> Locale.forLanguageTag("tlh")).text("occupantid.age.today"));
            assertEquals("heute", new Texts(() -> Locale.GERMAN).text("occupantid.age.today"));
        } finally {
            Locale.setDefault(before);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-29T00:10:00Z, UTC, 0",
        "2026-11-28T23:50:00Z, UTC, 1",
        "2026-11-28T00:10:00Z, UTC, 1",
        "2026-11-27T23:50:00Z, UTC, 2",
        "2026-11-28T23:50:00Z, Europe/Berlin, 0",
        "2026-11-29T00:10:00Z, America/New_York, 1"})
    void daysAreThoseOfTheCalendarInTheTimeZone(final Instant date, final ZoneId zone, final long days)
    {
        assertEquals(days, Texts.daysSince(Date.from(date), Date.from(Instant.parse("2026-11-29T06:00:00Z")), zone));
    }

    @Test
    void datesAreThoseOfTheAdminConsole()
    {
        assertEquals(JiveGlobals.formatDateTime(new Date(0)), new Texts(JiveGlobals::getLocale).date(new Date(0)));
    }

    @Test
    void placeholdersAreFilled()
    {
        assertEquals("1,234 days ago", new Texts(() -> Locale.ENGLISH).text("occupantid.age.days", 1234));
        assertEquals("There is no group chat service {1}' on this server.",
            new Texts(() -> Locale.ENGLISH).text("occupantid.error.no_service", "{1}'"), "what is filled in is no pattern");
    }

    private static Set<String> placeholders(final String text)
    {
        return Pattern.compile("\\{\\d+}").matcher(text).results().map(result -> result.group()).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Properties properties(final String file)
    {
        final Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(DIRECTORY.resolve(file), StandardCharsets.ISO_8859_1)) {
            properties.load(reader);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }
}
