/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.id;

import org.igniterealtime.openfire.plugin.occupantid.secret.RoomSecret;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Date;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

class OccupantIdsTest
{
    private static final String ROOM = "coven@chat.shakespeare.lit";
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private final byte[] origin = bytes(32);
    private final RoomSecret secret = secret(ROOM, bytes(0));
    private static final IntSupplier REMEMBERED = () -> 100_000;

    private final OccupantIds ids = new OccupantIds(() -> origin, REMEMBERED);

    /** The expected values were computed by an independent program from the description in {@link OccupantIds}. */
    @Test
    void anIdIsMadeAsDescribed()
    {
        assertEquals("a1eF3utcePTqUySe5Rn5UZ_KIaZViV-_cp6AIk572AA", ids.idOf(secret, "hag66@shakespeare.lit"));
        assertEquals("6N7eMm1Jc_s0OB7iX07N0OkmiPY1ps1PAvy0dN6vi0w", ids.idOf(secret, "häx\uD83D\uDE00@shakespeare.lit"));
    }

    @Test
    void anIdIsTheSameEveryTime()
    {
        final String id = ids.idOf(secret, "hag66@shakespeare.lit");
        assertEquals(id, ids.idOf(secret, "hag66@shakespeare.lit"));
        assertEquals(id, new OccupantIds(() -> origin, REMEMBERED).idOf(secret(ROOM, bytes(0)), "hag66@shakespeare.lit"));
    }

    @Test
    void idsDifferByUserRoomAndSecret()
    {
        final Set<String> all = new HashSet<>();
        all.add(ids.idOf(secret, "hag66@shakespeare.lit"));
        all.add(ids.idOf(secret, "hag67@shakespeare.lit"));
        all.add(ids.idOf(secret(ROOM, bytes(1)), "hag66@shakespeare.lit"));
        all.add(ids.idOf(secret("heath@chat.shakespeare.lit", bytes(0)), "hag66@shakespeare.lit"));
        assertEquals(4, all.size());
    }

    @Test
    void nobodyGetsAnothersIdByANameOfTheSameHash()
    {
        assertEquals("Aa@shakespeare.lit".hashCode(), "BB@shakespeare.lit".hashCode());
        assertNotEquals(ids.idOf(secret, "Aa@shakespeare.lit"), ids.idOf(secret, "BB@shakespeare.lit"));
    }

    @Test
    void anIdIsProvenForItsRoomAlone()
    {
        final String id = ids.idOf(secret, "hag66@shakespeare.lit");
        for (final OccupantIds prover : new OccupantIds[] {ids, new OccupantIds(() -> origin, REMEMBERED)}) {
            assertTrue(prover.isProven(id, ROOM));
            assertTrue(prover.isProven(id, ROOM + "/thirdwitch"));
            assertTrue(prover.isProven(id, ROOM), "also when it is remembered");
            assertFalse(prover.isProven(id, "heath@chat.shakespeare.lit"));
            assertFalse(prover.isProven(id, ROOM + ".example/thirdwitch"));
            assertFalse(prover.isProven(id, "coven@chat.shakespeare.li"));
        }
        assertFalse(new OccupantIds(() -> origin, REMEMBERED).isProven(id, "heath@chat.shakespeare.lit"), "also when it is not remembered");
    }

    @Test
    void anIdThatIsOneCharacterOffIsNotProven()
    {
        final String id = ids.idOf(secret, "hag66@shakespeare.lit");
        for (int i = 0; i < id.length(); i++) {
            for (final char other : ALPHABET.toCharArray()) {
                final String forged = id.substring(0, i) + other + id.substring(i + 1);
                assertEquals(forged.equals(id), ids.isProven(forged, ROOM), forged);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "äääääääääääääääääääääääääääääääääääääääääää",
        "dd72603deec90a38ba552f7c68cbcc61bca202cd", "                                           "})
    void anythingElseIsNotProven(final String forged)
    {
        assertFalse(ids.isProven(forged, ROOM));
    }

    @Test
    void anIdOfAnotherInstallationIsNotProven()
    {
        assertFalse(new OccupantIds(() -> bytes(33), REMEMBERED).isProven(ids.idOf(secret, "hag66@shakespeare.lit"), ROOM));
    }

    @Test
    void anIdIsStillProvenWhenManyOthersCameInBetween()
    {
        final String id = ids.idOf(secret, "hag66@shakespeare.lit");
        final long proven = IntStream.range(0, 200_000).filter(i -> ids.isProven(ids.idOf(secret, i + "@shakespeare.lit"), ROOM)).count();
        assertEquals(200_000, proven);
        assertTrue(ids.isProven(id, ROOM));
    }

    @Test
    void whatWasMadeOrProvenOnceIsOnlyLookedUp()
    {
        final AtomicInteger asked = new AtomicInteger();
        final OccupantIds counting = new OccupantIds(() -> {
            asked.incrementAndGet();
            return origin;
        }, REMEMBERED);
        final String id = counting.idOf(secret, "hag66@shakespeare.lit");
        counting.idOf(secret, "hag66@shakespeare.lit");
        assertTrue(counting.isProven(id, ROOM));
        assertEquals(1, asked.get());
        final String others = ids.idOf(secret, "hag67@shakespeare.lit");
        assertTrue(counting.isProven(others, ROOM));
        assertTrue(counting.isProven(others, ROOM));
        assertEquals(2, asked.get());
    }

    @Test
    void noMoreIdsAreRememberedThanIsSaid()
    {
        final AtomicInteger asked = new AtomicInteger();
        final OccupantIds few = new OccupantIds(() -> {
            asked.incrementAndGet();
            return origin;
        }, () -> 100);
        IntStream.range(0, 1_000).forEach(i -> few.idOf(secret, i + "@shakespeare.lit"));
        IntStream.range(0, 900).forEach(i -> few.idOf(secret, i + "@shakespeare.lit"));
        assertEquals(1_900, asked.get(), "made again");
    }

    @Test
    void theIdInARoomThatMayComeToBeIsMadeOnce()
    {
        final AtomicInteger asked = new AtomicInteger();
        final OccupantIds counting = new OccupantIds(() -> {
            asked.incrementAndGet();
            return origin;
        }, REMEMBERED);
        final byte[] key = bytes(0);
        assertEquals(counting.idOf(secret(ROOM, key), "hag66@shakespeare.lit"), counting.idOf(secret(ROOM, key), "hag66@shakespeare.lit"));
        assertEquals(1, asked.get());
    }

    @Test
    void longNamesHaveIdsToo()
    {
        final String longest = "x".repeat(1023);
        final RoomSecret ofLongest = secret(longest + "@" + longest, bytes(0));
        final String id = ids.idOf(ofLongest, longest + "@" + longest);
        assertEquals(id, ids.idOf(ofLongest, longest + "@" + longest));
        assertTrue(ids.isProven(id, longest + "@" + longest + "/nick"));
        assertFalse(ids.isProven(id, longest + "@" + longest.substring(1)));
        assertFalse(ids.isProven(id, ROOM));
    }

    @Test
    void withoutTheOriginKeyNothingIsMadeOrProven()
    {
        final String id = ids.idOf(secret, "hag66@shakespeare.lit");
        final OccupantIds blind = new OccupantIds(() -> null, REMEMBERED);
        assertNull(blind.idOf(secret(ROOM, bytes(0)), "hag66@shakespeare.lit"));
        assertFalse(blind.isProven(id, ROOM));
    }

    @Test
    void anIdFitsWhereverClientsPutIt()
    {
        assertTrue(ids.idOf(secret, "hag66@shakespeare.lit").matches("[A-Za-z0-9_-]{43}"));
        assertNotEquals(ids.idOf(secret, "a@b"), ids.idOf(secret, "A@b"), "the server normalises, not we");
    }

    private static RoomSecret secret(final String room, final byte[] key)
    {
        return new RoomSecret(room, 1, key, new Date(), null);
    }

    private static byte[] bytes(final int first)
    {
        final byte[] bytes = new byte[32];
        IntStream.range(0, bytes.length).forEach(i -> bytes[i] = (byte) (first + i));
        return bytes;
    }
}
