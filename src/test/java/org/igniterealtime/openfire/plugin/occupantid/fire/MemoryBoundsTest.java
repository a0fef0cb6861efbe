/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.fire;

import org.igniterealtime.openfire.plugin.occupantid.id.OccupantIds;
import org.igniterealtime.openfire.plugin.occupantid.secret.Database;
import org.igniterealtime.openfire.plugin.occupantid.secret.RoomSecrets;
import org.junit.jupiter.api.Test;

import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.function.IntConsumer;

import static org.junit.jupiter.api.Assertions.assertTrue;

/** What strangers can have the plugin keep in memory, with the longest names that there are. */
class MemoryBoundsTest
{
    private static final int REMEMBERED = 20_000;
    /** More than are remembered. */
    private static final int ATTEMPTS = 30_000;
    /** For all ids that are remembered, the 2,000 rooms that may come to be, and each id that was proven. */
    private static final long MOST_BYTES = REMEMBERED * 300L + 2_000 * 1_400L + ATTEMPTS * 120L;

    private final Database database = new Database();
    private final RoomSecrets secrets = database.secrets();
    private final OccupantIds ids = new OccupantIds(secrets::originKey, () -> REMEMBERED);

    @Test
    void namesOfRoomsThatNeverComeToBe()
    {
        assertBounded(i -> ids.idOf(secrets.ofFutureRoom(longest(i) + "@conference.example.org"), "mallory@example.org"));
    }

    @Test
    void roomsThatAreCreatedAndDestroyed()
    {
        assertBounded(i -> {
            final String room = longest(i) + "@conference.example.org";
            ids.idOf(secrets.ofFutureRoom(room), "mallory@example.org");
            secrets.roomCreated(room);
            ids.isProven(ids.idOf(secrets.ofRoom(room), "mallory@example.org"), room + "/nick");
            secrets.roomDestroyed(room);
        });
    }

    @Test
    void usersOfAnotherServer()
    {
        final String room = "coven@conference.example.org";
        assertBounded(i -> ids.idOf(secrets.ofRoom(room), longest(i) + "@" + longest(0)));
    }

    private static void assertBounded(final IntConsumer attempt)
    {
        final long before = usedHeap();
        for (int i = 0; i < ATTEMPTS; i++) {
            attempt.accept(i);
        }
        final long taken = usedHeap() - before;
        assertTrue(taken < MOST_BYTES, () -> ATTEMPTS + " attempts take " + taken + " bytes, more than " + MOST_BYTES);
    }

    /** The longest name that a part of an address can have, another for each number. */
    private static String longest(final int number)
    {
        return String.format(Locale.ROOT, "%01023d", number);
    }

    private static long usedHeap()
    {
        // A second time for what was freed by the first only.
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
