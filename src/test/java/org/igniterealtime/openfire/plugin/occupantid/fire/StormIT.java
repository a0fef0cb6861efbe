/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.fire;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;

@Tag("debian")
@DisplayName("When everything happens at once")
class StormIT
{
    @Test
    @DisplayName("nobody is ever seen with another's id, and when it is quiet again all are seen with their own of today")
    void storm() throws InterruptedException
    {
        try (Storm storm = new Storm(421, 300)) {
            final Storm.Outcome outcome = storm.wave(8_000);
            assertEquals(List.of(), outcome.wrongs(), outcome::figures);
            System.out.println(outcome.figures());
        }
    }
}
