/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.secret;

import javax.annotation.Nonnull;
import javax.annotation.Nullable;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * A map for many threads that holds so many entries at most, and when it is full forgets those not used for longest.
 *
 * Entries live in two halves. Whatever is used moves to the young half; when that is full it becomes the old half, and what was
 * still in the old one is forgotten. So reading what is often used takes no lock and makes no object, and there is no queue to
 * keep in order. The libraries that do this are larger than all the rest of the plugin.
 *
 * @param <K> type of the keys.
 * @param <V> type of the values.
 */
public final class BoundedMap<K, V>
{
    private final int half;
    private volatile Map<K, V> young = new ConcurrentHashMap<>();
    private Map<K, V> old = new ConcurrentHashMap<>();

    /**
     * @param capacity how many entries the map holds at most; 2 or more.
     */
    public BoundedMap(final int capacity)
    {
        this.half = capacity / 2;
    }

    /** The value of a key, or null. */
    @Nullable
    public V get(@Nonnull final K key)
    {
        final V value = young.get(key);
        return value != null ? value : getFromOld(key);
    }

    /** Sets the value of a key. */
    public synchronized void put(@Nonnull final K key, @Nonnull final V value)
    {
        old.remove(key);
        young.put(key, value);
        if (young.size() >= half) {
            old = young;
            young = new ConcurrentHashMap<>();
        }
    }

    /** The value of a key, which becomes the one given if there is none. */
    @Nonnull
    public synchronized V putIfAbsent(@Nonnull final K key, @Nonnull final V value)
    {
        final V present = get(key);
        if (present == null) {
            put(key, value);
        }
        return present == null ? value : present;
    }

    /** Forgets a key. */
    public synchronized void remove(@Nonnull final K key)
    {
        young.remove(key);
        old.remove(key);
    }

    /** Forgets all. */
    public synchronized void clear()
    {
        young = new ConcurrentHashMap<>();
        old = new ConcurrentHashMap<>();
    }

    /** All entries, with something else in place of each value. */
    @Nonnull
    public synchronized <T> Map<K, T> mapped(@Nonnull final Function<V, T> function)
    {
        final Map<K, T> mapped = new HashMap<>();
        old.forEach((key, value) -> mapped.put(key, function.apply(value)));
        young.forEach((key, value) -> mapped.put(key, function.apply(value)));
        return mapped;
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
