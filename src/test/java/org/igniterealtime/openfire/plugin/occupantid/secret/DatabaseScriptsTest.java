/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.secret;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The scripts for all databases that some version of Openfire runs on, of which few can be had for tests. */
class DatabaseScriptsTest
{
    private static final Path SCRIPTS = Path.of("src/main/database");
    private static final Pattern COLUMN = Pattern.compile("(?m)^  ([a-z]\\w*) +([A-Z]+2?)(?:\\((\\d+)\\))?( +NOT NULL)?( +NULL)?,$");

    /** HSQLDB can take on the types and words of some others. */
    private static final Map<String, String> SYNTAX = Map.of("oracle", "ora", "db2", "db2", "sqlserver", "mss", "sybase", "mys",
        "mysql", "mys", "mariadb", "mys", "postgresql", "pgs", "cockroachdb", "pgs");

    static final Set<String> DATABASES = Set.of("hsqldb", "mysql", "mariadb", "postgresql", "cockroachdb", "oracle", "sqlserver", "db2",
        "sybase", "firebird");

    @Test
    void thereIsOneForEachDatabase() throws IOException
    {
        try (Stream<Path> files = Files.list(SCRIPTS)) {
            assertEquals(DATABASES.stream().map(DatabaseScriptsTest::nameFor).collect(Collectors.toSet()),
                files.filter(Files::isRegularFile).map(file -> file.getFileName().toString()).collect(Collectors.toSet()));
        }
    }

    @ParameterizedTest
    @FieldSource("DATABASES")
    void allMakeTheSameTable(final String database) throws IOException
    {
        final List<MatchResult> columns = columns(database);
        assertEquals(List.of("roomKey", "generation", "roomJID", "secret", "creationDate", "creator"),
            columns.stream().map(column -> column.group(1)).toList());
        final List<Integer> lengths = columns.stream().map(DatabaseScriptsTest::length).toList();
        assertEquals(List.of(64, 4, length(columns.get(2)), 255, 15, 255), lengths);
        for (int i = 0; i < 5; i++) {
            assertTrue(columns.get(i).group(4) != null, columns.get(i)::group);
        }
        assertTrue(columns.get(5).group(4) == null);
        assertTrue(script(database).contains("CONSTRAINT ofOccupantIdSecret_pk PRIMARY KEY (roomKey, generation)"));
    }

    @ParameterizedTest
    @FieldSource("DATABASES")
    void theTableFitsIn(final String database) throws IOException
    {
        final int room = length(columns(database).get(2));
        // The longest JID of a room, in Base64, after two slashes.
        final int needed = (1023 + 1 + 1023 + 2) / 3 * 4 + 2;
        final int row = columns(database).stream().mapToInt(DatabaseScriptsTest::length).sum();
        if (database.equals("sybase")) {
            // A row must fit into a page, which has 2 KB by default; texts lie elsewhere.
            assertEquals("TEXT", columns(database).get(2).group(2));
            assertTrue(row < 1_900, "row: " + row);
            assertTrue(columns(database).get(5).group(5) != null, "without NULL, it may not be null");
        } else {
            assertTrue(room >= needed, "needed for a room: " + needed);
            // Oracle: the longest VARCHAR2. DB2: the longest row in a page of 4 KB, with a few bytes for each column.
            assertTrue(room <= 4_000 && row + 6 * 5 <= 4_005, "row: " + row);
        }
    }

    @ParameterizedTest
    @FieldSource("DATABASES")
    void aStatementEndsWithItsLine(final String database) throws IOException
    {
        final String script = script(database);
        // Openfire takes a script to pieces by its lines, and runs no statement that the last line does not end.
        assertFalse(Pattern.compile(";[ \t]*[^ \t\n]").matcher(script).find(), script);
        assertTrue(script.endsWith(";\n"), script);
        assertFalse(Pattern.compile("(?m)^.+(--|//|/\\*)").matcher(script).find(), "only whole lines are taken for comments");
    }

    @ParameterizedTest
    @FieldSource("DATABASES")
    void theVersionIsThatOfThePlugin(final String database) throws IOException
    {
        final Matcher version
            = Pattern.compile("<databaseVersion>(\\d+)</databaseVersion>").matcher(Files.readString(Path.of("plugin.xml")));
        assertTrue(version.find());
        final String[] statements = script(database).split(";\\s*");
        assertEquals(2, statements.length);
        assertEquals("INSERT INTO ofVersion (name, version) VALUES ('occupantid', " + version.group(1) + ")", statements[1]);
    }

    /** Not the real thing, but a strict stand-in: no keyword is taken for a name, and types have to be known. */
    @ParameterizedTest
    @FieldSource("DATABASES")
    void theStoreWorksWithIt(final String database) throws SQLException
    {
        final SecretStore store = database("", database).store();
        store.originKey();
        store.loadOrAdd("coven@chat.lit", RoomSecret.newKey(), new Date());
        store.addNext("coven@chat.lit", RoomSecret.newKey(), new Date(), null);
        assertEquals(1, store.deleteRetiredBefore(new Date(System.currentTimeMillis() + 60_000)));
        assertEquals(Set.of("coven@chat.lit"), store.infos().keySet());
        assertEquals(2, store.load("coven@chat.lit").generation());
        store.delete("coven@chat.lit");
        assertEquals(Set.of(), store.infos().keySet());
    }

    @ParameterizedTest
    @FieldSource("DATABASES")
    void lostTableIsCreatedAgain(final String name) throws SQLException
    {
        final Database database = database("lost-", name);
        database.run("DROP TABLE ofOccupantIdSecret");
        assertTrue(database.table().createIfMissing());
        database.store().loadOrAdd("coven@chat.lit", RoomSecret.newKey(), new Date());
        assertEquals(Set.of("coven@chat.lit"), database.store().infos().keySet());
        assertEquals(List.of("occupantid|1|"), database.query("SELECT name, version FROM ofVersion"));
    }

    @Test
    void lostTableThatCannotBeCreatedStaysAway()
    {
        final Database database = new Database();
        database.run("DROP TABLE ofOccupantIdSecret");
        assertFalse(new SecretTable(database, () -> "CREATE nothing;").createIfMissing());
        assertFalse(new SecretTable(database, () -> {
            throw new UncheckedIOException(new IOException("a test"));
        }).createIfMissing());
    }

    private static Database database(final String prefix, final String name)
    {
        final String syntax = SYNTAX.containsKey(name) ? ";sql.syntax_" + SYNTAX.get(name) + "=true" : "";
        return new Database("jdbc:hsqldb:mem:" + prefix + name + ";sql.enforce_names=true" + syntax, "sa", name);
    }

    private static String nameFor(final String database)
    {
        return "occupantid_" + database + ".sql";
    }

    /** A script without its comments. */
    private static String script(final String database) throws IOException
    {
        return Arrays.stream(Files.readString(SCRIPTS.resolve(nameFor(database))).split("(?<=\n)"))
            .filter(line -> !line.startsWith("--") && !line.isBlank()).collect(Collectors.joining());
    }

    private static List<MatchResult> columns(final String database) throws IOException
    {
        return COLUMN.matcher(script(database)).results().toList();
    }

    /** In bytes, for what is stored is plain ASCII. A text has none in the row. */
    private static int length(final MatchResult column)
    {
        switch (column.group(2)) {
            case "INT":
            case "INTEGER":
                return 4;
            case "TEXT":
                return 0;
            default:
                assertTrue(Set.of("CHAR", "VARCHAR", "VARCHAR2").contains(column.group(2)), column::group);
                return Integer.parseInt(column.group(3));
        }
    }
}
