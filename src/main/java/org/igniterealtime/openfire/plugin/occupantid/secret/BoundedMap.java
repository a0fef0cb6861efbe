/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.secret;

import javax.annotation.Nonnull;
import javax.annotation.Nullable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntSupplier;

/**
 * A map for many threads that holds so many entries at most, and when it is full forgets those not used for longest.
 *
 * Entries live in two halves. Whatever is used moves to the young half; when that is full it becomes the old half, and what was
 * still in the old one is forgotten. So reading what is often used takes no lock and makes no object, and there is no queue to
 * keep in order. All else takes a lock, of which a large map has many: each part of it, by the hashes of the keys, has halves
 * and a lock of its own. The libraries that do this are larger than all the rest of the plugin.
 *
 * @param <K> type of the keys.
 * @param <V> type of the values.
 */
public final class BoundedMap<K, V>
{
    private static final int MOST_PARTS = 64;

    /** In parts that are smaller, chance makes some full while others are not. */
    private static final int LEAST_OF_A_PART = 1_000;

    private final List<Part<K, V>> parts = new ArrayList<>();

    /**
     * @param capacity how many entries the map holds at most; 2 or more.
     */
    public BoundedMap(final int capacity)
    {
        this(() -> capacity);
    }

    /**
     * @param capacity gives how many entries the map holds at most, which may change at any time; 2 or more.
     */
    public BoundedMap(@Nonnull final IntSupplier capacity)
    {
        this(capacity, value -> { });
    }

    /**
     * @param capacity gives how many entries the map holds at most, which may change at any time; 2 or more.
     * @param evicted takes each value that the map forgets because it is full; called under a lock of the map.
     */
    BoundedMap(@Nonnull final IntSupplier capacity, @Nonnull final Consumer<V> evicted)
    {
        final int count = Math.max(1, Math.min(MOST_PARTS, capacity.getAsInt() / LEAST_OF_A_PART));
        for (int i = 0; i < count; i++) {
            parts.add(new Part<>(() -> capacity.getAsInt() / count / 2, evicted));
        }
    }

    /** The value of a key, or null. */
    @Nullable
    public V get(@Nonnull final K key)
    {
        return partOf(key).get(key);
    }

    /** Sets the value of a key. */
    public void put(@Nonnull final K key, @Nonnull final V value)
    {
        partOf(key).put(key, value);
    }

    /** The value of a key, which becomes the one given if there is none. */
    @Nonnull
    public V putIfAbsent(@Nonnull final K key, @Nonnull final V value)
    {
        return partOf(key).putIfAbsent(key, value);
    }

    /** Forgets a key. */
    public void remove(@Nonnull final K key)
    {
        partOf(key).remove(key);
    }

    /** Forgets all. */
    public void clear()
    {
        parts.forEach(Part::clear);
    }

    /** All entries, with something else in place of each value. */
    @Nonnull
    public <T> Map<K, T> mapped(@Nonnull final Function<V, T> function)
    {
        final Map<K, T> mapped = new HashMap<>();
        parts.forEach(part -> part.forEach((key, value) -> mapped.put(key, function.apply(value))));
        return mapped;
    }

    private Part<K, V> partOf(final K key)
    {
        // Not by the lowest bits, which are those that tell keys apart within a part. The factor carries all others up.
        return parts.get((key.hashCode() * 0x9E3779B9 >>> 16) % parts.size());
    }

    /** Some of the keys. */
    private static final class Part<K, V>
    {
        private final IntSupplier half;
        private final Consumer<V> evicted;
        private volatile Map<K, V> young = new ConcurrentHashMap<>();
        private Map<K, V> old = new ConcurrentHashMap<>();

        private Part(final IntSupplier half, final Consumer<V> evicted)
        {
            this.half = half;
            this.evicted = evicted;
        }

        private V get(final K key)
        {
            final V value = young.get(key);
            return value != null ? value : getFromOld(key);
        }

        private synchronized void put(final K key, final V value)
        {
            old.remove(key);
            young.put(key, value);
            if (young.size() >= half.getAsInt()) {
                old.values().forEach(evicted);
                old = young;
                young = new ConcurrentHashMap<>();
            }
        }

        private synchronized V putIfAbsent(final K key, final V value)
        {
            final V present = get(key);
            if (present == null) {
                put(key, value);
            }
            return present == null ? value : present;
        }

        private synchronized void remove(final K key)
        {
            young.remove(key);
            old.remove(key);
        }

        private synchronized void clear()
        {
            young = new ConcurrentHashMap<>();
            old = new ConcurrentHashMap<>();
        }

        private synchronized void forEach(final BiConsumer<K, V> consumer)
        {
            old.forEach(consumer);
            young.forEach(consumer);
        }

        private synchronized V getFromOld(final K key)
        {
            final V value = old.get(key);
            if (value != null) {
                put(key, value);
                return value;
            }
            return young.get(key);
        }
    }
}
