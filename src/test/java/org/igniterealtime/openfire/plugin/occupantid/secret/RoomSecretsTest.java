/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.secret;

import org.jivesoftware.util.AesEncryptor;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

class RoomSecretsTest
{
    private static final String ROOM = "coven@chat.shakespeare.lit";

    private final Database database = new Database();
    private final RoomSecrets secrets = new RoomSecrets(database.store(), () -> 30, room -> { });

    @Test
    void aRoomKeepsItsSecretOverARestart()
    {
        final byte[] key = secrets.ofRoom(ROOM).key();
        assertArrayEquals(key, new RoomSecrets(database.store(), () -> 30, room -> { }).ofRoom(ROOM).key());
        assertArrayEquals(secrets.originKey(), new RoomSecrets(database.store(), () -> 30, room -> { }).originKey());
    }

    @Test
    void aKnownSecretCostsNoQuery()
    {
        secrets.ofRoom(ROOM);
        final int before = database.opened();
        assertNotNull(secrets.inMemory(ROOM));
        assertNotNull(secrets.ofRoom(ROOM));
        assertEquals(before, database.opened());
    }

    @Test
    void namesOfRoomsThatNeverCameToBeLeaveNoRow()
    {
        IntStream.range(0, 1000).forEach(i -> assertNotNull(secrets.ofFutureRoom("room" + i + "@chat.lit")));
        assertEquals(List.of(), database.rows());
    }

    @Test
    void theRoomThatComesToBeHasTheSecretThatItsFirstPresenceWasStampedWith()
    {
        final byte[] key = secrets.ofFutureRoom(ROOM).key();
        secrets.roomCreated(ROOM);
        assertArrayEquals(key, secrets.inMemory(ROOM).key());
        assertEquals(1, database.rows().size());
    }

    @Test
    void aRoomThatCameToBeWithoutAnEventHasItToo()
    {
        final byte[] key = secrets.ofFutureRoom(ROOM).key();
        assertArrayEquals(key, secrets.ofRoom(ROOM).key());
    }

    @Test
    void aDestroyedRoomTakesItsSecretAlong()
    {
        final byte[] key = secrets.ofFutureRoom(ROOM).key();
        secrets.roomCreated(ROOM);
        secrets.roomDestroyed(ROOM);
        assertNull(secrets.inMemory(ROOM));
        assertEquals(List.of(), database.rows());
        final byte[] next = secrets.ofFutureRoom(ROOM).key();
        secrets.roomCreated(ROOM);
        assertFalse(Arrays.equals(key, next));
        assertArrayEquals(next, secrets.ofRoom(ROOM).key());
    }

    @Test
    void aRoomMadeAnewAfterACrashSharesNothingWithTheOneBefore()
    {
        final byte[] key = secrets.ofRoom(ROOM).key();
        final RoomSecrets afterCrash = new RoomSecrets(database.store(), () -> 30, room -> { });
        assertFalse(Arrays.equals(key, afterCrash.ofFutureRoom(ROOM).key()));
        afterCrash.roomCreated(ROOM);
        assertFalse(Arrays.equals(key, afterCrash.ofRoom(ROOM).key()));
        assertEquals(1, database.rows().size());
    }

    @Test
    void whileTheDatabaseIsAwayKnownRoomsKeepTheirSecretsAndOthersHaveNone()
    {
        final byte[] key = secrets.ofRoom(ROOM).key();
        database.away(true);
        assertArrayEquals(key, secrets.ofRoom(ROOM).key());
        assertNull(secrets.ofRoom("heath@chat.lit"));
        assertNull(secrets.ofFutureRoom("heath@chat.lit"));
        secrets.roomCreated("heath@chat.lit");
        assertNull(secrets.inMemory("heath@chat.lit"));
    }

    @Test
    void aDatabaseThatIsAwayIsLeftAloneForAWhile()
    {
        database.away(true);
        final int before = database.opened();
        IntStream.range(0, 1000).forEach(i -> assertNull(secrets.ofRoom("room" + i + "@chat.lit")));
        assertTrue(database.opened() - before <= 2, "queries: " + (database.opened() - before));
    }

    @Test
    void aSecretThatCannotBeReadIsLeftAsItIs()
    {
        secrets.ofRoom(ROOM);
        secrets.originKey();
        final List<String> before = database.rows();
        database.encryptWith(new AesEncryptor("another key"));
        final RoomSecrets restarted = new RoomSecrets(database.store(), () -> 30, room -> { });
        assertNull(restarted.ofRoom(ROOM));
        assertNull(restarted.originKey());
        final int opened = database.opened();
        assertNull(restarted.ofRoom(ROOM));
        assertNull(restarted.originKey());
        assertEquals(opened, database.opened(), "found out once");
        assertEquals(before, database.rows());
    }
}
