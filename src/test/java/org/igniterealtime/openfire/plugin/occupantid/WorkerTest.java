/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

class WorkerTest
{
    /** A scheduled task that throws anything is never run again, and nobody hears of it. */
    @Test
    void notEvenTheEndOfMemoryEndsWhatIsDueFromTimeToTime()
    {
        assertDoesNotThrow(() -> Worker.attempt(() -> {
            throw new OutOfMemoryError("a test");
        }));
        assertDoesNotThrow(() -> Worker.attempt(() -> {
            throw new IllegalStateException("a test");
        }));
    }
}
