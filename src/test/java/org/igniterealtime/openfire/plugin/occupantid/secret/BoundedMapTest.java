/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.secret;

import org.junit.jupiter.api.Test;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

class BoundedMapTest
{
    private final BoundedMap<Integer, String> map = new BoundedMap<>(10);

    @Test
    void neverHoldsMoreThanItsCapacity()
    {
        IntStream.range(0, 1000).forEach(i -> map.put(i, "v" + i));
        assertTrue(IntStream.range(0, 1000).filter(i -> map.get(i) != null).count() <= 10);
        assertEquals("v999", map.get(999), "the newest entry must be there");
    }

    @Test
    void keepsWhatIsUsed()
    {
        map.put(-1, "used");
        IntStream.range(0, 1000).forEach(i -> {
            map.put(i, "v" + i);
            assertEquals("used", map.get(-1));
        });
    }

    @Test
    void forgetsWhatIsRemovedFromEitherHalf()
    {
        IntStream.range(0, 7).forEach(i -> map.put(i, "v" + i));
        map.remove(0);
        map.remove(6);
        assertNull(map.get(0));
        assertNull(map.get(6));
    }

    @Test
    void putReplacesAnOldEntry()
    {
        IntStream.range(0, 5).forEach(i -> map.put(i, "v" + i));
        map.put(0, "new");
        assertEquals("new", map.get(0));
    }

    @Test
    void putIfAbsentKeepsTheFirst()
    {
        assertEquals("first", map.putIfAbsent(1, "first"));
        assertEquals("first", map.putIfAbsent(1, "second"));
    }

    @Test
    void aLargeMapIsFilledInAllItsParts()
    {
        final BoundedMap<Integer, String> large = new BoundedMap<>(100_000);
        IntStream.range(0, 300_000).forEach(i -> large.put(i * 64, "v"));
        final int kept = large.mapped(value -> value).size();
        assertTrue(kept <= 100_000 && kept > 49_000, () -> "kept " + kept);
    }

    @Test
    void theCapacityCanChange()
    {
        final AtomicInteger capacity = new AtomicInteger(10);
        final BoundedMap<Integer, String> changing = new BoundedMap<>(capacity::get);
        capacity.set(100);
        IntStream.range(0, 50).forEach(i -> changing.put(i, "v"));
        assertEquals(50, changing.mapped(value -> value).size());
        capacity.set(10);
        IntStream.range(0, 50).forEach(i -> changing.put(i, "v"));
        assertTrue(changing.mapped(value -> value).size() <= 10);
    }
}
