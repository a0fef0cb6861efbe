/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.secret;

import org.igniterealtime.openfire.plugin.occupantid.secret.SecretStore.UnreadableSecretException;
import org.jivesoftware.util.AesEncryptor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.sql.SQLException;
import java.util.Base64;
import java.util.Collections;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What the store must do on every database. */
abstract class SecretStoreContract
{
    private static final String ROOM = "coven@chat.shakespeare.lit";

    private Database database;
    private SecretStore store;

    /** An empty database with the plugin's table. */
    abstract Database newDatabase();

    @BeforeEach
    void connect()
    {
        database = newDatabase();
        store = database.store();
    }

    @Test
    void theScriptSaysItsVersion()
    {
        assertEquals(List.of("occupantid|1|"), database.query("SELECT name, version FROM ofVersion"));
    }

    @Test
    void lostTableIsCreatedAgain() throws SQLException
    {
        final SecretTable table = database.table();
        assertFalse(table.createIfMissing());
        database.run("DROP TABLE ofOccupantIdSecret");
        database.away(true);
        assertFalse(table.createIfMissing());
        database.away(false);
        assertTrue(table.createIfMissing());
        assertFalse(table.createIfMissing());
        assertArrayEquals(store.originKey(), store.originKey());
    }

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
        assertArrayEquals(key, store.loadOrAdd(ROOM, key, new Date()).key());
        assertArrayEquals(key, store.loadOrAdd(ROOM, RoomSecret.newKey(), new Date()).key());
        assertArrayEquals(key, store.load(ROOM).key());
        assertEquals(1, store.load(ROOM).generation());
    }

    @Test
    void aSecretIsFollowedByAnother() throws SQLException
    {
        final byte[] first = RoomSecret.newKey();
        final byte[] second = RoomSecret.newKey();
        store.loadOrAdd(ROOM, first, new Date());
        assertArrayEquals(second, store.addNext(ROOM, second, new Date(), "admin").key());
        assertArrayEquals(second, store.load(ROOM).key());
        assertEquals(2, store.load(ROOM).generation());
        assertEquals("admin", store.load(ROOM).creator());
        assertArrayEquals(first, store.loadAll(ROOM).get(1).key());
    }

    @Test
    void retiredSecretsAreErasedWhenTheyAreOld() throws SQLException
    {
        for (final String room : List.of(ROOM, "heath@chat.lit", "moor@chat.lit")) {
            store.loadOrAdd(room, RoomSecret.newKey(), new Date());
        }
        for (int i = 0; i < 3; i++) {
            store.addNext(ROOM, RoomSecret.newKey(), new Date(), "admin");
        }
        store.addNext("heath@chat.lit", RoomSecret.newKey(), new Date(), "admin");
        final long now = System.currentTimeMillis();
        assertEquals(0, store.deleteRetiredBefore(new Date(now - 60_000)));
        assertEquals(7, database.rows().size());
        assertEquals(2, store.deleteRetiredBefore(new Date(now + 60_000)));
        assertEquals(3, database.rows().size());
        assertEquals(4, store.load(ROOM).generation());
        assertEquals(2, store.load("heath@chat.lit").generation());
    }

    @Test
    void aSecretIsKeptFromWhenItWasRetiredHoweverLongItWasInForce() throws SQLException
    {
        final long now = System.currentTimeMillis();
        store.loadOrAdd(ROOM, RoomSecret.newKey(), new Date(now - TimeUnit.DAYS.toMillis(100)));
        store.addNext(ROOM, RoomSecret.newKey(), new Date(now), "admin");
        assertEquals(0, store.deleteRetiredBefore(new Date(now - TimeUnit.DAYS.toMillis(30))));
        assertEquals(2, store.loadAll(ROOM).size());
    }

    @Test
    void roomsAreTold() throws SQLException
    {
        store.originKey();
        final String strange = "straße\uD83D\uDE00@chat.lit";
        store.loadOrAdd(ROOM, RoomSecret.newKey(), new Date());
        store.addNext(ROOM, RoomSecret.newKey(), new Date(), "häuptling\uD83D\uDE00".repeat(100));
        store.loadOrAdd(strange, RoomSecret.newKey(), new Date());
        assertEquals(Set.of(ROOM, strange), store.infos().keySet());
        assertEquals("häuptling\uD83D\uDE00".repeat(13) + "häuptl", store.load(ROOM).creator(), "cut to what fits");
    }

    @Test
    void creatorIsCutToWhatTheColumnTakes() throws SQLException
    {
        for (final String creator : List.of("\uD83D\uDE00".repeat(60), "a".repeat(300), "a".repeat(255) + "\uD83D\uDE00")) {
            store.addNext(ROOM, RoomSecret.newKey(), new Date(), creator);
            assertTrue(creator.startsWith(store.load(ROOM).creator()), creator);
        }
        assertEquals("a".repeat(255), store.load(ROOM).creator(), "plain letters fill the column");
        store.addNext(ROOM, RoomSecret.newKey(), new Date(), "\uD83D\uDE00".repeat(60));
        assertEquals("\uD83D\uDE00".repeat(47), store.load(ROOM).creator());
    }

    @Test
    void aDestroyedRoomLeavesNoRow() throws SQLException
    {
        store.loadOrAdd(ROOM, RoomSecret.newKey(), new Date());
        store.loadOrAdd("heath@chat.shakespeare.lit", RoomSecret.newKey(), new Date());
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
            assertArrayEquals(key, store.loadOrAdd(room, key, new Date()).key(), room);
            assertArrayEquals(key, store.load(room).key(), room);
        }
        assertEquals(9, database.rows().size());
    }

    @Test
    void jidsOfFullLengthKeepApart() throws SQLException
    {
        // Node and domain of 1023 bytes each, in letters of four bytes that have an upper and a lower case.
        final String part = "\uD801\uDC00".repeat(255);
        final String longest = part + "abc@" + part + "lit";
        final Set<String> rooms = Set.of(longest, longest.replace("abc", "abC"), longest.replaceFirst("\uD801\uDC00", "\uD801\uDC28"));
        assertEquals(3, rooms.size());
        for (final String room : rooms) {
            final byte[] key = RoomSecret.newKey();
            assertArrayEquals(key, store.loadOrAdd(room, key, new Date()).key());
            assertArrayEquals(key, store.load(room).key());
        }
        assertEquals(rooms, store.infos().keySet());
    }

    @Test
    void noSecretStandsInTheTableAsItIs() throws SQLException
    {
        final byte[] key = RoomSecret.newKey();
        store.loadOrAdd(ROOM, key, new Date());
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
        store.loadOrAdd(ROOM, RoomSecret.newKey(), new Date());
        final List<String> before = database.rows();
        database.encryptWith(new AesEncryptor("another key"));
        assertThrows(UnreadableSecretException.class, () -> store.load(ROOM));
        assertThrows(UnreadableSecretException.class, () -> store.loadOrAdd(ROOM, RoomSecret.newKey(), new Date()));
        assertEquals(before, database.rows());
        database.encryptWith(new AesEncryptor("one key"));
        assertEquals(1, store.load(ROOM).generation());
    }

    @Test
    void whatTheServerEncryptedBeforeItChangedItsWayIsRead() throws SQLException
    {
        final RoomSecret secret = store.loadOrAdd(ROOM, RoomSecret.newKey(), new Date());
        final byte[] origin = store.originKey();
        database.encryptWith(new AesEncryptor("another key"));
        final SecretStore changed = new SecretStore(database, () -> new AesEncryptor("another key"), () -> new AesEncryptor("one key"));
        assertArrayEquals(secret.key(), changed.load(ROOM).key());
        assertArrayEquals(origin, changed.originKey());
        final RoomSecret next = changed.addNext(ROOM, RoomSecret.newKey(), new Date(), "admin");
        assertArrayEquals(next.key(), database.store().load(ROOM).key(), "in the new way");
        assertEquals(2, changed.loadAll(ROOM).size());
    }

    @Test
    void aDamagedRowIsNotReadAndNotReplaced() throws SQLException
    {
        store.loadOrAdd(ROOM, RoomSecret.newKey(), new Date());
        for (final String damage : List.of("x", "AAAA", new AesEncryptor("one key").encrypt("short"),
            new AesEncryptor("one key").encrypt("AAAA"))) {
            database.run("UPDATE ofOccupantIdSecret SET secret='" + damage + "'");
            assertThrows(UnreadableSecretException.class, () -> store.loadOrAdd(ROOM, RoomSecret.newKey(), new Date()), damage);
        }
    }

    @Test
    void whoeverAsksAtTheSameTimeGetsTheSame() throws Exception
    {
        for (int i = 0; i < 50; i++) {
            final String room = "room" + i + "@chat.lit";
            assertEquals(1, atTheSameTime(() -> database.store().loadOrAdd(room, RoomSecret.newKey(), new Date())).size());
            assertEquals(1, store.loadAll(room).size());
        }
    }

    @Test
    void whatIsAddedAtTheSameTimeIsStoredWheneverItIsUsed() throws Exception
    {
        for (int i = 0; i < 20; i++) {
            final String room = "room" + i + "@chat.lit";
            final Set<String> answers = atTheSameTime(() -> database.store().addNext(room, RoomSecret.newKey(), new Date(), "admin"));
            final List<RoomSecret> stored = store.loadAll(room);
            assertEquals(answers, stored.stream().map(SecretStoreContract::text).collect(Collectors.toSet()));
            assertEquals(stored.size(), stored.get(0).generation(), "no generation is left out");
            assertArrayEquals(stored.get(0).key(), store.load(room).key());
        }
    }

    /** Calls from many threads, and returns the different answers. */
    private static Set<String> atTheSameTime(final Callable<RoomSecret> call) throws Exception
    {
        final int callers = 8;
        final ExecutorService threads = Executors.newFixedThreadPool(callers);
        final CyclicBarrier start = new CyclicBarrier(callers);
        final Callable<RoomSecret> together = () -> {
            start.await();
            return call.call();
        };
        try {
            final Set<String> answers = new HashSet<>();
            for (final Future<RoomSecret> answer : threads.invokeAll(Collections.nCopies(callers, together))) {
                answers.add(text(answer.get()));
            }
            return answers;
        } finally {
            threads.shutdownNow();
        }
    }

    private static String text(final RoomSecret secret)
    {
        return secret.generation() + " " + Base64.getEncoder().encodeToString(secret.key());
    }
}
