/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import javax.annotation.Nonnull;
import javax.annotation.Nullable;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/** The plugin's settings: properties of the server, read whenever they are needed. A wrong value is reported once, and ignored. */
public final class Settings
{
    /** For how many days a secret is kept for look-ups after another has followed it; 0 forgets it at once. */
    public static final Setting RETIRED_DAYS = new Setting("plugin.occupantid.retired.days", 0, 36_500, 30);

    /** How many presences may leave the server each second to announce new ids. */
    public static final Setting ANNOUNCE_RATE = new Setting("plugin.occupantid.announce.rate", 100, 10_000_000, 20_000);

    /** How many occupants' ids are kept in memory. Each takes up to 300 bytes. */
    public static final Setting IDS_IN_MEMORY = new Setting("plugin.occupantid.memory.ids", 1_000, 100_000_000, 200_000);

    /** How many rooms' secrets are kept in memory. Each takes up to 300 bytes, or more where rooms have long names. */
    public static final Setting ROOMS_IN_MEMORY = new Setting("plugin.occupantid.memory.rooms", 1_000, 100_000_000, 200_000);

    /** All settings there are. */
    public static final List<Setting> ALL = Collections.unmodifiableList(
        Arrays.asList(RETIRED_DAYS, ANNOUNCE_RATE, IDS_IN_MEMORY, ROOMS_IN_MEMORY));

    private static final Logger Log = LoggerFactory.getLogger(Settings.class);

    private final UnaryOperator<String> properties;
    private final BiConsumer<String, String> store;
    private final Map<String, String> reported = new ConcurrentHashMap<>();

    /**
     * @param properties gives the value of a property, or null.
     * @param store sets a property to a value; null if properties cannot be set.
     */
    public Settings(@Nonnull final UnaryOperator<String> properties, @Nullable final BiConsumer<String, String> store)
    {
        this.properties = properties;
        this.store = store;
    }

    /** Whether settings can be changed on this version of the server. */
    public boolean canChange()
    {
        return store != null;
    }

    /** The value of {@link #RETIRED_DAYS}. */
    public int retiredDays()
    {
        return valueOf(RETIRED_DAYS);
    }

    /** The value of {@link #ANNOUNCE_RATE}. */
    public int announceRate()
    {
        return valueOf(ANNOUNCE_RATE);
    }

    /** The value of {@link #IDS_IN_MEMORY}. */
    public int idsInMemory()
    {
        return valueOf(IDS_IN_MEMORY);
    }

    /** The value of {@link #ROOMS_IN_MEMORY}. */
    public int roomsInMemory()
    {
        return valueOf(ROOMS_IN_MEMORY);
    }

    /** The value that a setting has now; the default one if the property is not set, or wrong. */
    public int valueOf(@Nonnull final Setting setting)
    {
        final String value = properties.apply(setting.name());
        if (value == null) {
            return setting.byDefault();
        }
        try {
            return setting.parse(value);
        } catch (final IllegalArgumentException e) {
            if (!value.equals(reported.put(setting.name(), value))) {
                Log.warn("The property {} is '{}', but must be a number from {} to {}. {} is used instead.", setting.name(), value,
                    setting.least(), setting.most(), setting.byDefault());
            }
            return setting.byDefault();
        }
    }

    /**
     * Makes sure that a setting can have a value.
     *
     * @throws IllegalArgumentException if it is not a number that the setting can have.
     */
    public void check(@Nonnull final Setting setting, @Nonnull final String value)
    {
        setting.parse(value);
    }

    /**
     * Changes a setting.
     *
     * @param setting the setting.
     * @param value the new value.
     * @throws IllegalArgumentException if it is not a number that the setting can have; then nothing has changed.
     */
    public void change(@Nonnull final Setting setting, @Nonnull final String value)
    {
        final int number = setting.parse(value);
        if (store != null && number != valueOf(setting)) {
            store.accept(setting.name(), Integer.toString(number));
        }
    }

    /** One of the settings: a whole number. */
    public static final class Setting
    {
        private final String name;
        private final int least;
        private final int most;
        private final int byDefault;

        private Setting(final String name, final int least, final int most, final int byDefault)
        {
            this.name = name;
            this.least = least;
            this.most = most;
            this.byDefault = byDefault;
        }

        /** The name of the server's property. */
        @Nonnull
        public String name()
        {
            return name;
        }

        /** The least value that it can have. */
        public int least()
        {
            return least;
        }

        /** The highest value that it can have. */
        public int most()
        {
            return most;
        }

        /** The value that it has if nobody has set it. */
        public int byDefault()
        {
            return byDefault;
        }

        private int parse(final String value)
        {
            final int number = Integer.parseInt(value.trim());
            if (number < least || number > most) {
                throw new IllegalArgumentException(value);
            }
            return number;
        }
    }
}
