/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class AuditLogTest
{
    private final List<String> entries = new ArrayList<>();
    private final AuditLog log = new AuditLog((username, summary, details) -> entries.addAll(List.of(username, summary, details)));

    @Test
    void recordsWhoDidWhat()
    {
        log.record("admin", "rotated", "a room");
        assertEquals(List.of("admin", "rotated", "a room"), entries);
    }

    @Test
    void cutsWhatTheServersTableDoesNotTake()
    {
        log.record("u".repeat(65), "s".repeat(256), "d".repeat(70_000));
        assertEquals("u".repeat(61) + "...", entries.get(0));
        assertEquals("s".repeat(252) + "...", entries.get(1));
        assertEquals(2000, entries.get(2).length());
        entries.clear();
        log.record("u".repeat(64), "s".repeat(255), "");
        assertEquals(64, entries.get(0).length());
        assertEquals(255, entries.get(1).length());
    }

    @Test
    void writesWhatEveryDatabaseHasCharactersFor()
    {
        log.record("admin", "k\u00f6ln", "bye \uD83D\uDE00\u0000\n");
        assertEquals("k\\u{f6}ln", entries.get(1));
        assertEquals("bye \\u{1f600}\\u{0}\\u{a}", entries.get(2));
    }

    @Test
    void failsNobody()
    {
        final AuditLog broken = new AuditLog((username, summary, details) -> {
            entries.add(username);
            throw new IllegalStateException("The database is away.");
        });
        assertDoesNotThrow(() -> broken.record("admin", "rotated", "a room"));
        assertTrue(entries.contains("admin"));
    }
}
