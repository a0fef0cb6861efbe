/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import javax.annotation.Nonnull;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** The plugin's settings: properties of the server, read whenever they are needed. A wrong value is reported once, and ignored. */
public final class Settings
{
    /** For how many days a secret is kept for look-ups after another has followed it; 0 forgets it at once. */
    public static final String RETIRED_DAYS = "plugin.occupantid.retired.days";

    /** How many presences may leave the server each second to announce new ids. */
    public static final String ANNOUNCE_RATE = "plugin.occupantid.announce.rate";

    private static final Logger Log = LoggerFactory.getLogger(Settings.class);

    private final UnaryOperator<String> properties;
    private final Map<String, String> reported = new ConcurrentHashMap<>();

    /**
     * @param properties gives the value of a property, or null.
     */
    public Settings(@Nonnull final UnaryOperator<String> properties)
    {
        this.properties = properties;
    }

    /** The value of {@link #RETIRED_DAYS}: 0 to 36500, by default 30. */
    public int retiredDays()
    {
        return number(RETIRED_DAYS, 0, 36_500, 30);
    }

    /** The value of {@link #ANNOUNCE_RATE}: 100 to 10,000,000, by default 20,000. */
    public int announceRate()
    {
        return number(ANNOUNCE_RATE, 100, 10_000_000, 20_000);
    }

    private int number(final String name, final int least, final int most, final int byDefault)
    {
        final String value = properties.apply(name);
        if (value == null) {
            return byDefault;
        }
        try {
            final int number = Integer.parseInt(value.trim());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (final NumberFormatException e) {
            // Reported below, like a number out of range.
        }
        if (!value.equals(reported.put(name, value))) {
            Log.warn("The property {} is '{}', but must be a number from {} to {}. {} is used instead.", name, value, least, most, byDefault);
        }
        return byDefault;
    }
}
