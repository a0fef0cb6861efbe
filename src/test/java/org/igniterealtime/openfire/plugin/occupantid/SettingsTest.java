/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.HashMap;
import java.util.Map;

import static org.junit.jupiter.api.Assertions.assertEquals;

class SettingsTest
{
    private final Map<String, String> properties = new HashMap<>();
    private final Settings settings = new Settings(properties::get, properties::put);

    @Test
    void defaults()
    {
        assertEquals(30, settings.retiredDays());
        assertEquals(20_000, settings.announceRate());
    }

    @Test
    void areReadEachTime()
    {
        properties.put(Settings.RETIRED_DAYS.name(), " 0 ");
        assertEquals(0, settings.retiredDays());
        properties.put(Settings.RETIRED_DAYS.name(), "7");
        assertEquals(7, settings.retiredDays());
        properties.clear();
        assertEquals(30, settings.retiredDays());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "x", "1.5", "99999999999", "36501"})
    void wrongValuesAreIgnored(final String wrong)
    {
        properties.put(Settings.RETIRED_DAYS.name(), wrong);
        assertEquals(30, settings.retiredDays());
        properties.put(Settings.ANNOUNCE_RATE.name(), "0");
        assertEquals(20_000, settings.announceRate(), "nothing is divided by zero");
        properties.put(Settings.IDS_IN_MEMORY.name(), "1");
        assertEquals(200_000, settings.idsInMemory(), "a memory of nothing would make every id anew");
    }
}
