/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.fire;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;

@DisplayName("Hostile clients do not get anybody a wrong id, and do not end the chat")
class HostileClientIT
{
    private static final Path JAR = Path.of(System.getProperty("occupantid.target", "target"), "occupantid.jar");

    @Test
    @DisplayName("with a few thousand stanzas of any kind (bin/soak wire has more)")
    void fewThousand()
    {
        final long seed = Long.getLong("occupantid.seed", System.currentTimeMillis());
        try (HostileClients run = new HostileClients(JAR, seed)) {
            assertEquals(List.of(), run.attack(4_000), "with -Doccupantid.seed=" + seed);
        }
    }
}
