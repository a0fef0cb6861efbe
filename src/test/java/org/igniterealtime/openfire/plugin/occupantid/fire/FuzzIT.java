/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.fire;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Whatever stanza the plugin meets, it does what the {@link Rules} say. The long form of this is {@code bin/soak fuzz}. */
class FuzzIT
{
    private static final int EXECUTIONS = 500_000;
    private static final int SECONDS = 15;

    @Test
    void nothingIsFoundThatBreaksTheRules(@TempDir final Path directory) throws IOException, InterruptedException
    {
        final Path corpus = directory.resolve("corpus");
        Fuzz.unpack(corpus);
        final int kept = Fuzz.kept().size();
        final Fuzz.Outcome outcome = Fuzz.run(corpus, EXECUTIONS, SECONDS, line -> { });
        System.out.printf("%,d stanzas tried, %,d a second, from %d that are kept; %,d branches covered%n", outcome.executions(),
            outcome.perSecond(), kept, outcome.coverage());
        assertEquals(List.of(), outcome.findings(), () -> outcome.output() + "To run it again: bin/soak fuzz --replay FILE");
        assertEquals(0, outcome.exit(), outcome::output);
        assertTrue(outcome.executions() > 10L * kept, outcome::output);
    }
}
