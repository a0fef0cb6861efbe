/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.secret;

import org.jivesoftware.util.AesEncryptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class RoomSecretsTest
{
    private static final String ROOM = "coven@chat.shakespeare.lit";

    private final Database database = new Database();
    private final RoomSecrets secrets = database.secrets();

    @Test
    void aRoomKeepsItsSecretOverARestart()
    {
        final byte[] key = secrets.ofRoom(ROOM).key();
        assertArrayEquals(key, database.secrets().ofRoom(ROOM).key());
        assertArrayEquals(secrets.originKey(), database.secrets().originKey());
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
    void namesOfRoomsThatNeverCameToBeDoNotFillTheMemory()
    {
        final byte[] first = secrets.ofFutureRoom(ROOM).key();
        assertArrayEquals(first, secrets.ofFutureRoom(ROOM).key());
        IntStream.range(0, 50_000).forEach(i -> secrets.ofFutureRoom("room" + i + "@chat.lit"));
        assertFalse(Arrays.equals(first, secrets.ofFutureRoom(ROOM).key()), "it was forgotten");
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
    void whoSpeaksToARoomBeforeItsCreationIsToldOfDoesNotChangeItsSecret()
    {
        final Date created = new Date();
        final RoomSecrets told = new RoomSecrets(database.store(), () -> 1_000, () -> 30, room -> created, room -> null);
        final byte[] key = told.ofFutureRoom(ROOM).key();
        assertArrayEquals(key, told.ofRoom(ROOM).key());
        told.roomCreated(ROOM);
        assertArrayEquals(key, told.ofRoom(ROOM).key());
        assertEquals(1, database.rows().size());
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
        final RoomSecrets afterCrash = database.secrets();
        assertFalse(Arrays.equals(key, afterCrash.ofFutureRoom(ROOM).key()));
        afterCrash.roomCreated(ROOM);
        assertFalse(Arrays.equals(key, afterCrash.ofRoom(ROOM).key()));
        assertEquals(1, database.rows().size());
    }

    @Test
    void aRoomMadeAnewWithoutAWordOfTheEndOfTheFirstSharesNothingWithIt()
    {
        final byte[] key = secrets.ofFutureRoom(ROOM).key();
        secrets.roomCreated(ROOM);
        secrets.roomCreated(ROOM);
        assertFalse(Arrays.equals(key, secrets.ofRoom(ROOM).key()));
        assertEquals(1, database.rows().size());
    }

    @Test
    void aSecretThatIsOlderThanItsRoomIsAnEarlierRooms()
    {
        final byte[] key = secrets.ofRoom(ROOM).key();
        final Date created = new Date(System.currentTimeMillis() + 60_000);
        final RoomSecrets later = new RoomSecrets(database.store(), () -> 1_000, () -> 30, room -> created, room -> null);
        final byte[] next = later.ofRoom(ROOM).key();
        assertFalse(Arrays.equals(key, next));
        assertEquals(1, database.rows().size());
        final RoomSecrets restarted = new RoomSecrets(database.store(), () -> 1_000, () -> 30, room -> created, room -> null);
        assertArrayEquals(next, restarted.ofRoom(ROOM).key(), "though the clock of the room is ahead");
        assertArrayEquals(restarted.rotate(ROOM, "admin").key(),
            new RoomSecrets(database.store(), () -> 1_000, () -> 30, room -> created, room -> null).ofRoom(ROOM).key());
    }

    @Test
    void whoJoinsWhileARoomIsBeingDestroyedIsInAnotherRoom()
    {
        final byte[] key = secrets.ofRoom(ROOM).key();
        assertArrayEquals(key, secrets.ofClosingRoom(ROOM).key());
        final byte[] next = secrets.ofRoom(ROOM).key();
        assertFalse(Arrays.equals(key, next));
        assertArrayEquals(key, secrets.ofClosingRoom(ROOM).key(), "the last presences of the old one show the old ids");
        assertArrayEquals(next, secrets.ofRoom(ROOM).key());
    }

    @Test
    void whatIsSaidOfTheEndOfARoomDoesNotTakeTheSecretOfItsSuccessor()
    {
        final Date[] created = {new Date(0)};
        final RoomSecrets racing = new RoomSecrets(database.store(), () -> 1_000, () -> 30, room -> created[0], room -> null);
        racing.ofRoom(ROOM);
        created[0] = new Date(System.currentTimeMillis() + 60_000);
        racing.roomCreated(ROOM);
        final byte[] successors = racing.ofRoom(ROOM).key();
        assertNull(racing.ofClosingRoom(ROOM), "that of the room before is forgotten");
        assertArrayEquals(successors, racing.ofRoom(ROOM).key());
        racing.roomDestroyed(ROOM);
        assertArrayEquals(successors, racing.ofRoom(ROOM).key());
    }

    @Test
    void aRoomOfTheNameOfOneThatEndedKeepsItsOwnSecret()
    {
        secrets.ofRoom(ROOM);
        secrets.ofClosingRoom(ROOM);
        secrets.roomDestroyed(ROOM);
        secrets.roomCreated(ROOM);
        final byte[] key = secrets.ofRoom(ROOM).key();
        secrets.reread(ROOM);
        assertArrayEquals(key, secrets.ofRoom(ROOM).key());
    }

    @Test
    void roomsWhoseEndIsNeverToldOfDoNotFillTheMemory()
    {
        secrets.ofRoom(ROOM);
        final byte[] key = secrets.ofClosingRoom(ROOM).key();
        secrets.ofRoom(ROOM);
        assertArrayEquals(key, secrets.ofClosingRoom(ROOM).key());
        IntStream.range(0, 3_000).forEach(i -> assertNotNull(secrets.ofClosingRoom("room" + i + "@chat.lit")));
        assertFalse(Arrays.equals(key, secrets.ofClosingRoom(ROOM).key()), "it was forgotten");
    }

    @Test
    void aRotationIsNotUndoneByThoseWhoReadTheSecretOfBefore()
    {
        secrets.ofRoom(ROOM);
        final Date later = new Date(System.currentTimeMillis() + 60_000);
        final RoomSecrets[] racing = new RoomSecrets[1];
        final List<CompletableFuture<RoomSecret>> rotation = new ArrayList<>();
        racing[0] = new RoomSecrets(database.store(), () -> 1_000, () -> 30, room -> later, room -> {
            // The row has been read by now, and is not in memory yet. The rotation must wait for that.
            rotation.add(CompletableFuture.supplyAsync(() -> racing[0].rotate(room, "admin")));
            assertThrows(TimeoutException.class, () -> rotation.get(0).get(300, TimeUnit.MILLISECONDS));
            return new Date(0);
        });
        racing[0].ofRoom(ROOM);
        assertEquals(2, rotation.get(0).join().generation());
        assertEquals(2, racing[0].ofRoom(ROOM).generation());
    }

    @Test
    void aRoomThatEndsWhileItsSecretIsMadeLeavesNoRow()
    {
        assertNull(secrets.ofRoom(ROOM, () -> false));
        assertNull(secrets.inMemory(ROOM));
        assertEquals(List.of(), database.rows());
        final byte[] key = secrets.ofRoom(ROOM, () -> true).key();
        assertArrayEquals(key, secrets.ofRoom(ROOM, () -> false).key(), "known");
        final RoomSecrets restarted = database.secrets();
        assertArrayEquals(key, restarted.ofRoom(ROOM, () -> false).key(), "not new, so it stays, whatever the server says");
        assertArrayEquals(key, database.secrets().ofRoom(ROOM).key());
    }

    @Test
    void whoSpeaksToARoomWhileItsEndIsNotedLeavesNoRow()
    {
        final RoomSecrets[] racing = new RoomSecrets[1];
        final boolean[] ending = new boolean[1];
        racing[0] = new RoomSecrets(database.store(), () -> 1_000, () -> 30, room -> {
            if (ending[0]) {
                ending[0] = false;
                assertNull(racing[0].ofRoom(room, () -> false));
            }
            return null;
        }, room -> null);
        racing[0].roomCreated(ROOM);
        racing[0].ofClosingRoom(ROOM);
        ending[0] = true;
        racing[0].roomDestroyed(ROOM);
        assertEquals(List.of(), database.rows());
        assertNull(racing[0].inMemory(ROOM));
    }

    @Test
    void aRoomThatIsMadeAnewWhileTheEndOfTheFirstIsNotedKeepsItsSecret()
    {
        final RoomSecrets[] racing = new RoomSecrets[1];
        final boolean[] ending = new boolean[1];
        racing[0] = new RoomSecrets(database.store(), () -> 1_000, () -> 30, room -> {
            if (ending[0]) {
                ending[0] = false;
                racing[0].roomCreated(room);
            }
            return null;
        }, room -> null);
        racing[0].roomCreated(ROOM);
        ending[0] = true;
        racing[0].roomDestroyed(ROOM);
        assertNotNull(racing[0].inMemory(ROOM));
        assertEquals(1, database.rows().size());
    }

    @Test
    void noMoreSecretsAreInMemoryThanIsSaid()
    {
        final RoomSecrets few = new RoomSecrets(database.store(), () -> 100, () -> 30, room -> null, room -> null);
        IntStream.range(0, 200).forEach(i -> few.ofRoom("room" + i + "@chat.lit"));
        final int before = database.opened();
        IntStream.range(0, 100).forEach(i -> few.ofRoom("room" + i + "@chat.lit"));
        assertEquals(100, database.opened() - before, "each is fetched again");
    }

    @Test
    void secretThatNoLongerFitsInMemoryIsRetired()
    {
        final RoomSecrets few = new RoomSecrets(database.store(), () -> 100, () -> 30, room -> null, room -> null);
        final BooleanSupplier retirement = few.ofRoom(ROOM).retirement();
        assertFalse(retirement.getAsBoolean());
        IntStream.range(0, 100).forEach(i -> few.ofRoom("room" + i + "@chat.lit"));
        few.rotate(ROOM, "admin");
        assertTrue(retirement.getAsBoolean());
        assertFalse(few.ofRoom(ROOM).retirement().getAsBoolean());
    }

    @Test
    void aRoomThatEndsWhileTheAnswerToItsInsertionIsLostLeavesNoRow()
    {
        database.losesAnAnswer();
        assertNull(secrets.ofRoom(ROOM, () -> false));
        assertFalse(secrets.isDatabaseAway());
        assertEquals(List.of(), database.rows());
    }

    @Test
    void theEndOfARoomDoesNotTouchTheSecretOfItsSuccessor()
    {
        final Date[] created = {null};
        final RoomSecrets racing = new RoomSecrets(database.store(), () -> 1_000, () -> 30, room -> created[0], room -> null);
        racing.roomCreated(ROOM);
        created[0] = new Date();
        racing.roomCreated(ROOM);
        final byte[] successors = racing.ofRoom(ROOM).key();
        racing.roomDestroyed(ROOM);
        assertArrayEquals(successors, racing.ofRoom(ROOM).key());
        created[0] = new Date(System.currentTimeMillis() + 60_000);
        racing.roomDestroyed(ROOM);
        assertFalse(Arrays.equals(successors, racing.ofRoom(ROOM).key()), "a successor does not inherit");
    }

    @Test
    void nothingIsAskedOfRoomsUnderALock()
    {
        final RoomSecrets[] asked = new RoomSecrets[1];
        final boolean[] held = new boolean[1];
        asked[0] = new RoomSecrets(database.store(), () -> 1_000, () -> 30, room -> {
            // As the server may: another thread, with a lock that this one waits for, needs the secret of the same room.
            final Thread server = new Thread(() -> asked[0].reread(room));
            server.start();
            try {
                server.join(5_000);
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            held[0] |= server.isAlive();
            return new Date(0);
        }, room -> null);
        asked[0].ofRoom(ROOM);
        asked[0].roomCreated(ROOM);
        asked[0].rotate(ROOM, "admin");
        asked[0].ofClosingRoom(ROOM);
        asked[0].roomDestroyed(ROOM);
        assertFalse(held[0]);
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
        assertArrayEquals(key, secrets.ofRoom(ROOM).key(), "still");
        secrets.roomCreated(ROOM);
        assertNull(secrets.inMemory(ROOM), "a room made anew is not the known one");
    }

    @Test
    void aDatabaseThatIsAwayIsLeftAloneForAWhile()
    {
        database.away(true);
        final int before = database.opened();
        IntStream.range(0, 1000).forEach(i -> assertNull(secrets.ofRoom("room" + i + "@chat.lit")));
        assertTrue(database.opened() - before <= 30, "the attempts of one call, and the chat waits for it");
        assertTrue(secrets.isDatabaseAway());
        assertFalse(secrets.isDatabaseBack());
        database.away(false);
        assertNull(secrets.ofRoom(ROOM), "not even when it is back: whoever looks after the database finds that out");
        assertTrue(secrets.isDatabaseBack());
        assertFalse(secrets.isDatabaseAway());
        assertFalse(secrets.isDatabaseBack(), "that is news once");
        assertNotNull(secrets.ofRoom(ROOM));
    }

    @Test
    void aPoolFullOfDeadConnectionsIsNoOutage()
    {
        final RoomSecrets unlucky = failing(25, 0);
        assertNotNull(unlucky.ofRoom(ROOM));
        assertFalse(unlucky.isDatabaseAway());
    }

    @Test
    void whereAFailureTakesLongItIsNotTriedForLong()
    {
        final RoomSecrets slow = failing(5, 300);
        assertNull(slow.ofRoom(ROOM));
        assertTrue(slow.isDatabaseAway());
    }

    @Test
    void theOriginKeyOfAnotherNodeIsReadToo() throws SQLException
    {
        secrets.originKey();
        final byte[] others = database.store().replaceOriginKey();
        secrets.rereadAll();
        assertArrayEquals(others, secrets.originKey());
    }

    @Test
    void aSecretThatCannotBeReadIsLeftAsItIs()
    {
        secrets.ofRoom(ROOM);
        secrets.originKey();
        final List<String> before = database.rows();
        database.encryptWith(new AesEncryptor("another key"));
        final RoomSecrets restarted = database.secrets();
        assertNull(restarted.ofRoom(ROOM));
        assertNull(restarted.originKey());
        final int opened = database.opened();
        assertNull(restarted.ofRoom(ROOM));
        assertNull(restarted.originKey());
        assertEquals(opened, database.opened(), "found out once");
        assertEquals(before, database.rows());
    }

    @ParameterizedTest
    @ValueSource(strings = {"creationDate='x'", "creationDate=NULL", "secret='x'", "secret=NULL", "creator='//%'"})
    void damagedRowConcernsItsRoomAloneUntilRotationRepairsIt(final String damage)
    {
        secrets.ofRoom(ROOM);
        secrets.ofRoom("heath@chat.lit");
        database.run("ALTER TABLE ofOccupantIdSecret ALTER COLUMN creationDate SET NULL");
        database.run("ALTER TABLE ofOccupantIdSecret ALTER COLUMN secret SET NULL");
        database.run("UPDATE ofOccupantIdSecret SET " + damage + " WHERE roomJID='" + ROOM + "'");
        final RoomSecrets restarted = database.secrets();
        assertNull(restarted.ofRoom(ROOM));
        assertTrue(restarted.isUnreadable(ROOM));
        assertEquals(1, restarted.unreadableCount());
        assertNotNull(restarted.ofFutureRoom(ROOM));
        restarted.rereadIfChanged(ROOM);
        restarted.eraseRetired();
        assertFalse(restarted.isDatabaseAway());
        assertNotNull(restarted.ofRoom("heath@chat.lit"));
        assertEquals(Set.of(ROOM, "heath@chat.lit"), restarted.rooms().keySet(), "a rotation of all comprises it");
        assertNotNull(restarted.rotate(ROOM, "admin"));
        assertEquals(0, restarted.unreadableCount());
        assertNotNull(database.secrets().ofRoom(ROOM));
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MAX_VALUE, 0, -1, Integer.MIN_VALUE})
    void damagedGenerationConcernsItsRoomAloneUntilRotationRepairsIt(final int generation) throws SQLException
    {
        secrets.ofRoom(ROOM);
        secrets.ofRoom("heath@chat.lit");
        secrets.rotate("heath@chat.lit", "admin");
        database.run("UPDATE ofOccupantIdSecret SET generation=" + generation + " WHERE roomJID='" + ROOM + "'");
        final RoomSecrets restarted = database.secrets();
        assertEquals(Set.of(ROOM, "heath@chat.lit"), restarted.rooms().keySet());
        assertEquals(1, database.store().deleteRetiredBefore(new Date(System.currentTimeMillis() + 60_000)), "that of the other room");
        final byte[] key = restarted.rotate(ROOM, "admin").key();
        assertArrayEquals(key, database.secrets().ofRoom(ROOM).key());
        assertTrue(database.secrets().ofRoom(ROOM).generation() > 0);
        restarted.roomDestroyed(ROOM);
        assertEquals(1, database.rows().size());
    }

    @Test
    void rowWhoseRoomIsDamagedIsNotTakenForAnotherRoom()
    {
        secrets.ofRoom(ROOM);
        database.run("UPDATE ofOccupantIdSecret SET roomJID='@ no room'");
        assertEquals(Set.of(), secrets.rooms().keySet());
        assertNotNull(database.secrets().ofRoom(ROOM));
    }

    @Test
    void aDatabaseThatOnlyReadsIsAwayUntilItTakesNewSecrets()
    {
        final byte[] key = secrets.ofRoom(ROOM).key();
        database.run("SET TABLE ofOccupantIdSecret READONLY TRUE");
        assertNull(secrets.ofRoom("heath@chat.lit"));
        assertTrue(secrets.isDatabaseAway());
        for (int i = 0; i < 3; i++) {
            assertFalse(secrets.isDatabaseBack(), "or the next new room would find it away again");
        }
        assertNull(secrets.rotate(ROOM, "admin"));
        assertArrayEquals(key, secrets.ofRoom(ROOM).key());
        database.run("SET TABLE ofOccupantIdSecret READONLY FALSE");
        assertTrue(secrets.isDatabaseBack());
        assertArrayEquals(key, secrets.ofRoom(ROOM).key());
        assertNotNull(secrets.ofRoom("heath@chat.lit"));
        assertEquals(2, database.rows().size(), "looking for it leaves nothing");
        assertEquals(2, secrets.rooms().size());
    }

    @Test
    void whatIsLeftOfAProbeThatWasCutShortHarmsNothing() throws SQLException
    {
        secrets.ofRoom(ROOM);
        final List<String> rows = database.rows();
        // The row that it adds, if the deletion after that does not come to pass.
        database.run("INSERT INTO ofOccupantIdSecret SELECT '" + SecretStore.keyOf("/probe") + "', 0, '/probe', secret, creationDate, NULL"
            + " FROM ofOccupantIdSecret WHERE generation=1 AND roomJID='" + ROOM + "'");
        assertEquals(Set.of(ROOM), secrets.rooms().keySet());
        database.store().probe();
        assertEquals(rows, database.rows());
    }

    @Test
    void whetherARotationWasStoredIsFoundOutWhenTheDatabaseIsBack()
    {
        final byte[] key = secrets.ofRoom(ROOM).key();
        database.losesAnswers();
        assertNull(secrets.rotate(ROOM, "admin"));
        assertArrayEquals(key, secrets.ofRoom(ROOM).key(), "until it is found out");
        database.away(false);
        assertTrue(secrets.isDatabaseBack());
        assertFalse(Arrays.equals(key, secrets.ofRoom(ROOM).key()));
        assertArrayEquals(database.secrets().ofRoom(ROOM).key(), secrets.ofRoom(ROOM).key(), "as after a restart");
    }

    @Test
    void aSecretThatWasStoredAtTheEndOfMemoryIsUsed()
    {
        final byte[] key = secrets.ofRoom(ROOM).key();
        database.storesAtTheEndOfMemory();
        assertThrows(OutOfMemoryError.class, () -> secrets.rotate(ROOM, "admin"));
        database.away(false);
        assertFalse(Arrays.equals(key, secrets.ofRoom(ROOM).key()));
        assertArrayEquals(database.secrets().ofRoom(ROOM).key(), secrets.ofRoom(ROOM).key(), "as after a restart");
    }

    @Test
    void aRoomThatTheServerMadeInPlaceOfOneItCouldNotReadIsThatOne()
    {
        final Date since = new Date();
        final byte[] key = secrets.ofRoom(ROOM).key();
        final Date outage = new Date(System.currentTimeMillis() + 60_000);
        final Date[] created = {outage};
        final RoomSecrets later = new RoomSecrets(database.store(), () -> 1_000, () -> 30, room -> created[0], room -> since);
        assertArrayEquals(key, later.ofRoom(ROOM).key());
        // The last one leaves, and the server destroys what it made.
        created[0] = null;
        later.roomDestroyed(ROOM);
        assertArrayEquals(key, later.ofRoom(ROOM).key());
        final RoomSecrets anew = new RoomSecrets(database.store(), () -> 1_000, () -> 30, room -> outage, room -> outage);
        assertFalse(Arrays.equals(key, anew.ofRoom(ROOM).key()), "but not one that was destroyed and made anew meanwhile");
    }

    /** Secrets in a database to which the first connections fail, each after some time. */
    private RoomSecrets failing(final int times, final long millis)
    {
        final AtomicInteger left = new AtomicInteger(times);
        final SecretStore store = new SecretStore(() -> {
            if (left.getAndDecrement() > 0) {
                try {
                    Thread.sleep(millis);
                } catch (final InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                throw new SQLException("The connection is dead.");
            }
            return database.open();
        }, () -> new AesEncryptor("one key"), null);
        return new RoomSecrets(store, () -> 1_000, () -> 30, room -> null, room -> null);
    }
}
