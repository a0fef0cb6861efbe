/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.spec;

import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireServer;
import org.igniterealtime.openfire.plugin.occupantid.harness.RawClient;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

@DisplayName("A later version of the plugin can change its table, and finds the secrets that are in it")
@OwnServer
class SchemaUpgradeIT extends Spec
{
    private static final String UPGRADE = """
        -- A column more.
        ALTER TABLE ofOccupantIdSecret ADD COLUMN remark VARCHAR(50) DEFAULT 'upgraded';

        UPDATE ofVersion SET version = 2 WHERE name = 'occupantid';
        """;

    @Test
    @DisplayName("installed over the running one, or found there when the server starts")
    void upgrade(@TempDir final Path directory) throws IOException
    {
        final Path later = later(directory.resolve("occupantid.jar"));
        try (OpenfireServer own = start(OpenfireServer.builder().plugin(JAR))) {
            final RawClient alice = user(own, "alice");
            alice.join(room, "witch");
            create(alice, room, "witch", "muc#roomconfig_persistentroom", "1");
            own.plugin("occupantid", "components.rotations.rotateRoom", room, "the test");
            final String id = id(alice.await(presence(room + "/witch")));
            final List<List<String>> rows = rows(own);
            assertEquals(List.of(List.of("1")), version(own));
            assertEquals(3, rows.size(), "two of the room and the installation's own");

            own.install(later);

            assertEquals(List.of(List.of("2")), version(own));
            assertEquals(rows, rows(own));
            assertEquals(List.of(List.of("upgraded")), own.query("SELECT DISTINCT remark FROM ofOccupantIdSecret"));
            assertEquals(id, id(say(alice, room, "double")));
            assertEquals(id, id(user(own, "alice").join(room, "crone")));

            own.restart();
            final RawClient bob = user(own, "bob");
            final String bobId = id(bob.join(room, "hag"));
            assertEquals(id, id(user(own, "alice").join(room, "witch")));
            assertNotEquals(id, bobId);

            // Back again: a column too many does no harm.
            own.install(JAR);
            assertEquals(bobId, id(user(own, "bob").join(room, "toad")));
            final String other = newRoom();
            id(user(own, "bob").join(other, "toad"));
            assertEquals(List.of(List.of("2")), version(own));
            assertFalse(own.log().contains("Failed to execute SQL"), own::log);
        }
    }

    private static List<List<String>> rows(final OpenfireServer server)
    {
        return server.query("SELECT roomKey, generation, roomJID, secret, creationDate, creator FROM ofOccupantIdSecret"
            + " ORDER BY roomKey, generation");
    }

    private static List<List<String>> version(final OpenfireServer server)
    {
        return server.query("SELECT version FROM ofVersion WHERE name='occupantid'");
    }

    /** The plugin as it is, but with version 2 of its table. */
    private static Path later(final Path jar) throws IOException
    {
        try (ZipFile today = new ZipFile(JAR.toFile()); ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
            for (final Enumeration<? extends ZipEntry> entries = today.entries(); entries.hasMoreElements();) {
                final ZipEntry entry = entries.nextElement();
                byte[] content = today.getInputStream(entry).readAllBytes();
                if (entry.getName().equals("plugin.xml")) {
                    final String xml = new String(content, StandardCharsets.UTF_8);
                    final String changed = xml.replace("<databaseVersion>1<", "<databaseVersion>2<");
                    assertNotEquals(xml, changed);
                    content = changed.getBytes(StandardCharsets.UTF_8);
                }
                put(out, entry.getName(), content);
            }
            put(out, "database/upgrade/2/occupantid_hsqldb.sql", UPGRADE.getBytes(StandardCharsets.UTF_8));
        }
        return jar;
    }

    private static void put(final ZipOutputStream out, final String name, final byte[] content) throws IOException
    {
        out.putNextEntry(new ZipEntry(name));
        out.write(content);
        out.closeEntry();
    }
}
