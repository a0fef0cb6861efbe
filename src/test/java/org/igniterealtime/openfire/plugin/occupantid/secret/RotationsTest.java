/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.secret;

import org.jivesoftware.util.AesEncryptor;
import org.junit.jupiter.api.Test;
import org.xmpp.packet.JID;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class RotationsTest
{
    private static final List<String> ROOMS = List.of("a@one.lit", "b@one.lit", "c@two.lit");

    private final Database database = new Database();
    private final List<String> changed = new ArrayList<>();
    private final RoomSecrets secrets = new RoomSecrets(database.store(), () -> 1_000, () -> 30, room -> null, room -> null);
    private final List<String> announced = new ArrayList<>();
    private final Rotations rotations = new Rotations(secrets, room -> ROOMS.contains(room.toString()), this::announce, changed::add,
        Runnable::run);

    private int announce(final JID room)
    {
        final boolean again = announced.contains(room.toString());
        announced.add(room.toString());
        return again ? 0 : 2;
    }

    @Test
    void aRoomIsAnnouncedWhenItsNewSecretIsStored()
    {
        final byte[] before = secrets.ofRoom("a@one.lit").key();
        final Rotation rotation = new Rotations(secrets, room -> true, room -> {
            assertFalse(Arrays.equals(before, database.secrets().ofRoom("a@one.lit").key()));
            assertFalse(Arrays.equals(before, secrets.inMemory("a@one.lit").key()));
            return 1;
        }, changed::add, Runnable::run).rotateRoom("a@one.lit", "admin");
        assertEquals(1, rotation.roomsDone());
        assertEquals(List.of("a@one.lit"), changed, "the other nodes are told");
    }

    @Test
    void aServiceIsItsRooms()
    {
        ROOMS.forEach(secrets::ofRoom);
        final Rotation rotation = rotations.rotateService("one.lit", "admin");
        assertEquals(List.of("a@one.lit", "b@one.lit"), announced.stream().distinct().sorted().toList());
        assertEquals(1, secrets.ofRoom("c@two.lit").generation());
        assertEquals(2, rotation.rooms());
        assertEquals(2, rotation.roomsDone());
        assertEquals(4, rotation.occupantsAnnounced());
        assertTrue(rotation.isOver());
        assertEquals("admin", secrets.ofRoom("a@one.lit").creator());
    }

    @Test
    void aCancelledRotationStopsAfterTheRoomItIsAt()
    {
        ROOMS.forEach(secrets::ofRoom);
        final List<Runnable> queue = new ArrayList<>();
        final Rotations[] later = new Rotations[1];
        later[0] = new Rotations(secrets, room -> true, room -> {
            later[0].latest().cancel();
            return 1;
        }, changed::add, queue::add);
        final Rotation rotation = later[0].rotateAll("admin");
        assertFalse(rotation.isOver());
        queue.forEach(Runnable::run);
        assertEquals(1, rotation.roomsDone());
        assertEquals(3, rotation.rooms());
        assertTrue(rotation.isOver());
        assertTrue(rotation.isCancelled());
    }

    @Test
    void aRoomThatEndsWhileItIsRotatedLeavesNoRow()
    {
        secrets.ofRoom("a@one.lit");
        // There when it is asked for, and when its turn comes.
        final Iterator<Boolean> exists = List.of(true, true, false).iterator();
        final Rotation rotation = new Rotations(secrets, room -> exists.next(), this::announce, changed::add, Runnable::run)
            .rotateRoom("a@one.lit", "admin");
        assertEquals(List.of(), database.rows());
        assertNull(secrets.inMemory("a@one.lit"));
        assertEquals(0, rotation.rooms());
        assertEquals(List.of(), announced);
    }

    @Test
    void theOneUnderWayIsTheCurrentOneThoughAnotherWasAskedForLater()
    {
        ROOMS.forEach(secrets::ofRoom);
        final List<Runnable> queue = new ArrayList<>();
        final List<Integer> current = new ArrayList<>();
        final Rotations[] later = new Rotations[1];
        later[0] = new Rotations(secrets, room -> true, room -> {
            current.add(later[0].current().number());
            return 1;
        }, changed::add, queue::add);
        assertNull(later[0].current());
        later[0].rotateRoom("a@one.lit", "admin");
        final Rotation last = later[0].rotateRoom("b@one.lit", "admin");
        assertEquals(last, later[0].current(), "none runs yet");
        queue.forEach(Runnable::run);
        assertEquals(List.of(1, 2), current);
        assertEquals(last, later[0].current());
    }

    @Test
    void aRotationThatTheEndOfMemoryCutsShortHasFailed()
    {
        ROOMS.forEach(secrets::ofRoom);
        final Rotations cut = new Rotations(secrets, room -> true, room -> {
            throw new OutOfMemoryError("a test");
        }, changed::add, Runnable::run);
        assertThrows(OutOfMemoryError.class, () -> cut.rotateAll("admin"));
        assertTrue(cut.latest().isOver());
        assertTrue(cut.latest().isFailed());
        assertEquals(3, cut.latest().roomsFailed());
    }

    @Test
    void roomsThatFailDoNotEndTheRotationOfOthers()
    {
        final List<String> rooms = List.of("a@one.lit", "b@one.lit", "c@one.lit", "d@one.lit", "e@one.lit");
        rooms.forEach(secrets::ofRoom);
        final Rotations some = new Rotations(secrets, room -> {
            if (room.getNode().compareTo("d") < 0) {
                throw new IllegalStateException("a test");
            }
            return true;
        }, this::announce, changed::add, Runnable::run);
        final Rotation rotation = some.rotateRooms(rooms, "admin");
        assertEquals(List.of("d@one.lit", "e@one.lit"), announced);
        assertEquals(2, rotation.roomsDone());
        assertEquals(3, rotation.roomsFailed());
        assertTrue(rotation.isOver());
    }

    @Test
    void aDatabaseThatIsAwayChangesNothing()
    {
        final byte[] before = secrets.ofRoom("a@one.lit").key();
        database.away(true);
        final Rotation rotation = rotations.rotateRoom("a@one.lit", "admin");
        assertEquals(0, rotation.roomsDone());
        assertEquals(1, rotation.roomsFailed());
        assertEquals(List.of(), announced);
        assertTrue(Arrays.equals(before, secrets.ofRoom("a@one.lit").key()));
        assertNull(secrets.rooms());
        assertTrue(rotation.isFailed());
    }

    @Test
    void aRotationThatCouldNotBeginHasFailed()
    {
        ROOMS.forEach(secrets::ofRoom);
        database.away(true);
        final Rotation rotation = rotations.rotateAll("admin");
        assertTrue(rotation.isFailed());
        assertTrue(rotation.isOver());
        database.away(false);
        assertEquals(3, rotations.rotateAll("admin").roomsDone(), "though nobody has found out that the database is back");
    }

    @Test
    void oneFailureIsNotTheEndButThreeInARowAre()
    {
        final List<String> many = IntStream.range(0, 10).mapToObj(i -> "room" + i + "@one.lit").toList();
        many.forEach(secrets::ofRoom);
        final int opened = database.opened();
        final Rotation blip = new Rotations(secrets, room -> true, room -> {
            database.away(true);
            return 1;
        }, changed::add, Runnable::run).rotateAll("admin");
        assertEquals(1, blip.roomsDone(), "the database went away with the first room");
        assertEquals(9, blip.roomsFailed());
        assertTrue(database.opened() - opened < 4 * 30, "others were not even tried");
        database.away(false);
        assertEquals(10, new Rotations(secrets, room -> true, this::announce, changed::add, Runnable::run).rotateAll("admin").roomsDone());
    }

    @Test
    void failuresWithOthersInBetweenAreNotInARow()
    {
        final List<String> many = IntStream.range(0, 10).mapToObj(i -> "room" + i + "@one.lit").toList();
        many.forEach(secrets::ofRoom);
        final Rotation rotation = new Rotations(secrets, room -> {
            database.away(many.indexOf(room.toString()) % 2 == 0);
            return true;
        }, this::announce, changed::add, Runnable::run).rotateRooms(many, "admin");
        assertEquals(5, rotation.roomsDone());
        assertEquals(5, rotation.roomsFailed());
    }

    @Test
    void aRoomWhoseNewSecretIsAnotherNodesAndCannotBeReadIsNotTheEndEither()
    {
        final SecretStore other = new SecretStore(database, () -> new AesEncryptor("another key"), () -> null);
        final boolean[] racing = new boolean[1];
        final RoomSecrets slower = new RoomSecrets(new SecretStore(() -> {
            // Between the look at what there is, and the addition of the next.
            if (racing[0] && database.rows().size() == 2) {
                racing[0] = false;
                other.addNext("a@one.lit", RoomSecret.newKey(), new Date(), "another");
            }
            racing[0] = !racing[0];
            return database.open();
        }, () -> new AesEncryptor("one key"), () -> null), () -> 1_000, () -> 30, room -> null, room -> null);
        secrets.ofRoom("a@one.lit");
        secrets.ofRoom("b@one.lit");
        final Rotation rotation = new Rotations(slower, room -> true, this::announce, changed::add, Runnable::run)
            .rotateRooms(List.of("a@one.lit", "b@one.lit"), "admin");
        assertEquals(1, rotation.roomsFailed());
        assertEquals(1, rotation.roomsDone());
        assertEquals(List.of("b@one.lit"), announced);
    }

    @Test
    void aRoomThatDoesNotExistHasNoSecretToRotate()
    {
        assertThrows(IllegalArgumentException.class, () -> rotations.rotateRoom("nobody@one.lit", "admin"));
        assertThrows(IllegalArgumentException.class, () -> rotations.rotateRoom("@@@", "admin"));
        assertEquals(List.of(), database.rows());
    }

    @Test
    void anUnreadableSecretIsHealed()
    {
        secrets.ofRoom("a@one.lit");
        secrets.originKey();
        database.run("UPDATE ofOccupantIdSecret SET secret='damaged'");
        database.run("UPDATE ofOccupantIdSecret SET creationDate='damaged' WHERE roomJID='a@one.lit'");
        final RoomSecrets restarted = new RoomSecrets(database.store(), () -> 1_000, () -> 30, room -> null, room -> null);
        assertNull(restarted.ofRoom("a@one.lit"));
        assertNull(restarted.originKey());
        new Rotations(restarted, room -> true, this::announce, changed::add, Runnable::run).rotateRoom("a@one.lit", "admin");
        assertEquals(2, restarted.ofRoom("a@one.lit").generation());
        assertEquals(32, restarted.originKey().length);
        assertEquals(List.of(RoomSecrets.ALL_ROOMS), changed, "the new key concerns all rooms of the other nodes");
        assertEquals(List.of("a@one.lit"), announced.stream().distinct().toList());
    }

    @Test
    void aRoomThatIsGoneWhenItsTurnComesIsLeftOut()
    {
        ROOMS.forEach(secrets::ofRoom);
        final Rotation rotation = new Rotations(secrets, room -> !room.toString().equals("b@one.lit"), this::announce, changed::add, Runnable::run)
            .rotateAll("admin");
        assertEquals(2, rotation.rooms());
        assertEquals(2, rotation.roomsDone());
        assertFalse(rotation.isFailed());
        assertEquals(1, secrets.ofRoom("b@one.lit").generation());
    }

    @Test
    void retiredSecretsCanBeLookedUpUntilTheyAreErased()
    {
        final int[] days = {30};
        final RoomSecrets kept = new RoomSecrets(database.store(), () -> 1_000, () -> days[0], room -> null, room -> null);
        final byte[] first = kept.ofRoom("a@one.lit").key();
        kept.rotate("a@one.lit", "admin");
        assertEquals(2, kept.history("a@one.lit").size());
        assertTrue(Arrays.equals(first, kept.history("a@one.lit").get(1).key()));
        kept.eraseRetired();
        assertEquals(2, kept.history("a@one.lit").size());
        days[0] = 0;
        kept.rotate("a@one.lit", "admin");
        assertEquals(1, kept.history("a@one.lit").size());
    }

    @Test
    void anotherNodesSecretIsRead()
    {
        secrets.ofRoom("a@one.lit");
        final RoomSecrets other = new RoomSecrets(database.store(), () -> 1_000, () -> 30, room -> null, room -> null);
        final RoomSecret before = secrets.inMemory("a@one.lit");
        secrets.rereadIfChanged("a@one.lit");
        assertSame(before, secrets.inMemory("a@one.lit"));
        final byte[] rotated = other.rotate("a@one.lit", "admin").key();
        secrets.rereadIfChanged("a@one.lit");
        assertTrue(Arrays.equals(rotated, secrets.ofRoom("a@one.lit").key()));
        other.roomDestroyed("a@one.lit");
        secrets.rereadIfChanged("a@one.lit");
        assertFalse(Arrays.equals(rotated, secrets.ofRoom("a@one.lit").key()));
    }

    @Test
    void unavailableDatabaseIsNoChange()
    {
        secrets.ofRoom("a@one.lit");
        final RoomSecret known = secrets.inMemory("a@one.lit");
        database.away(true);
        secrets.rereadIfChanged("a@one.lit");
        assertSame(known, secrets.inMemory("a@one.lit"));
    }

    @Test
    void allSecretsAreReadAgain()
    {
        final byte[] rotated = secrets.ofRoom("a@one.lit").key();
        secrets.rereadAll();
        assertNull(secrets.inMemory("a@one.lit"));
        assertTrue(Arrays.equals(rotated, secrets.ofRoom("a@one.lit").key()));
    }
}
