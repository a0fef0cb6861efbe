/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.secret;

import org.igniterealtime.openfire.plugin.occupantid.secret.SecretStore.UnreadableSecretException;
import org.jivesoftware.util.AesEncryptor;
import org.junit.jupiter.api.Test;

import java.sql.SQLException;
import java.util.Base64;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

class SecretStoreTest
{
    private static final String ROOM = "coven@chat.shakespeare.lit";

    private final Database database = new Database();
    private final SecretStore store = database.store();

    @Test
    void aRoomWithoutASecretHasNone() throws SQLException
    {
        assertNull(store.load(ROOM));
        assertEquals(0, store.newestGeneration(ROOM));
    }

    @Test
    void theFirstSecretStays() throws SQLException
    {
        final byte[] key = RoomSecret.newKey();
        assertArrayEquals(key, store.loadOrAdd(ROOM, key).key());
        assertArrayEquals(key, store.loadOrAdd(ROOM, RoomSecret.newKey()).key());
        assertArrayEquals(key, store.load(ROOM).key());
        assertEquals(1, store.load(ROOM).generation());
    }

    @Test
    void aSecretIsFollowedByAnother() throws SQLException
    {
        final byte[] first = RoomSecret.newKey();
        final byte[] second = RoomSecret.newKey();
        store.loadOrAdd(ROOM, first);
        assertArrayEquals(second, store.addNext(ROOM, second, "admin").key());
        assertArrayEquals(second, store.load(ROOM).key());
        assertEquals(2, store.load(ROOM).generation());
        assertEquals("admin", store.load(ROOM).creator());
        assertArrayEquals(first, store.loadAll(ROOM).get(1).key());
    }

    @Test
    void retiredSecretsAreErasedWhenTheyAreOld() throws SQLException
    {
        for (final String room : List.of(ROOM, "heath@chat.lit", "moor@chat.lit")) {
            store.loadOrAdd(room, RoomSecret.newKey());
        }
        for (int i = 0; i < 3; i++) {
            store.addNext(ROOM, RoomSecret.newKey(), "admin");
        }
        store.addNext("heath@chat.lit", RoomSecret.newKey(), "admin");
        final long now = System.currentTimeMillis();
        assertEquals(0, store.deleteRetiredBefore(new Date(now - 60_000)));
        assertEquals(7, database.rows().size());
        assertEquals(2, store.deleteRetiredBefore(new Date(now + 60_000)));
        assertEquals(3, database.rows().size());
        assertEquals(4, store.load(ROOM).generation());
        assertEquals(2, store.load("heath@chat.lit").generation());
    }

    @Test
    void roomsAreTold() throws SQLException
    {
        store.originKey();
        final String strange = "straße\uD83D\uDE00@chat.lit";
        store.loadOrAdd(ROOM, RoomSecret.newKey());
        store.addNext(ROOM, RoomSecret.newKey(), "häuptling\uD83D\uDE00".repeat(100));
        store.loadOrAdd(strange, RoomSecret.newKey());
        assertEquals(Set.of(ROOM, strange), store.rooms());
        assertEquals("häuptling\uD83D\uDE00".repeat(6), store.load(ROOM).creator(), "cut to what fits");
    }

    @Test
    void aDestroyedRoomLeavesNoRow() throws SQLException
    {
        store.loadOrAdd(ROOM, RoomSecret.newKey());
        store.loadOrAdd("heath@chat.shakespeare.lit", RoomSecret.newKey());
        store.delete(ROOM);
        assertNull(store.load(ROOM));
        assertEquals(1, database.rows().size());
    }

    @Test
    void roomsOfAnyNameKeepApart() throws SQLException
    {
        final String longest = "\uD83D\uDE00".repeat(255) + "@" + "chat.".repeat(204) + "lit";
        for (final String room : List.of(longest, longest + "x", "straße@chat.lit", "strasse@chat.lit", "Coven@chat.lit",
            "coven@chat.lit", "o'hara@chat.lit", "coven @chat.lit", "chat.lit")) {
            final byte[] key = RoomSecret.newKey();
            assertArrayEquals(key, store.loadOrAdd(room, key).key(), room);
            assertArrayEquals(key, store.load(room).key(), room);
        }
        assertEquals(9, database.rows().size());
    }

    @Test
    void noSecretStandsInTheTableAsItIs() throws SQLException
    {
        final byte[] key = RoomSecret.newKey();
        store.loadOrAdd(ROOM, key);
        final byte[] origin = store.originKey();
        final String dump = String.join("\n", database.query("SELECT * FROM ofOccupantIdSecret"));
        for (final byte[] secret : List.of(key, origin)) {
            assertFalse(dump.contains(Base64.getEncoder().encodeToString(secret)));
            assertFalse(dump.contains(new java.math.BigInteger(1, secret).toString(16)));
        }
    }

    @Test
    void theOriginKeyStaysTheSame() throws SQLException
    {
        assertArrayEquals(store.originKey(), database.store().originKey());
    }

    @Test
    void aSecretUnderAnotherEncryptionKeyIsNotReadAndNotReplaced() throws SQLException
    {
        store.loadOrAdd(ROOM, RoomSecret.newKey());
        final List<String> before = database.rows();
        database.encryptWith(new AesEncryptor("another key"));
        assertThrows(UnreadableSecretException.class, () -> store.load(ROOM));
        assertThrows(UnreadableSecretException.class, () -> store.loadOrAdd(ROOM, RoomSecret.newKey()));
        assertEquals(before, database.rows());
        database.encryptWith(new AesEncryptor("one key"));
        assertEquals(1, store.load(ROOM).generation());
    }

    @Test
    void aDamagedRowIsNotReadAndNotReplaced() throws SQLException
    {
        store.loadOrAdd(ROOM, RoomSecret.newKey());
        for (final String damage : List.of("x", "AAAA", new AesEncryptor("one key").encrypt("short"))) {
            database.run("UPDATE ofOccupantIdSecret SET secret='" + damage + "'");
            assertThrows(UnreadableSecretException.class, () -> store.loadOrAdd(ROOM, RoomSecret.newKey()), damage);
        }
    }

    @Test
    void whoeverAsksAtTheSameTimeGetsTheSame() throws Exception
    {
        final int askers = 8;
        final ExecutorService threads = Executors.newFixedThreadPool(askers);
        try {
            for (int i = 0; i < 50; i++) {
                final String room = "room" + i + "@chat.lit";
                final Callable<byte[]> ask = () -> database.store().loadOrAdd(room, RoomSecret.newKey()).key();
                final Set<String> answers = new HashSet<>();
                for (final Future<byte[]> answer : threads.invokeAll(java.util.Collections.nCopies(askers, ask))) {
                    answers.add(Base64.getEncoder().encodeToString(answer.get()));
                }
                assertEquals(1, answers.size());
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
