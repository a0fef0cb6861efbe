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
        log.record("u".repeat(65), "s".repeat(256), "d".repeat(5000));
        assertEquals("u".repeat(63) + "\u2026", entries.get(0));
        assertEquals("s".repeat(254) + "\u2026", entries.get(1));
        assertEquals(5000, entries.get(2).length());
        entries.clear();
        log.record("u".repeat(64), "s".repeat(253) + "\uD83D\uDE00\uD83D\uDE00", "");
        assertEquals(64, entries.get(0).length());
        assertEquals("s".repeat(253) + "\u2026", entries.get(1), "no half of a character is left");
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
