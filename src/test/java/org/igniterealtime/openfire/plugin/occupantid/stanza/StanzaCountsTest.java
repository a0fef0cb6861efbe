/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.stanza;

import org.junit.jupiter.api.Test;
import org.xmpp.packet.JID;

import java.util.Map;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class StanzaCountsTest
{
    private final StanzaCounts counts = new StanzaCounts();

    @Test
    void countsByAccount()
    {
        counts.countStamped();
        counts.countRemoved(new JID("alice@example.org/a"));
        counts.countRemoved(new JID("alice@example.org/b"));
        counts.countRemoved(new JID("bob@example.org"));
        counts.countRemoved(null);
        assertEquals(1, counts.stamped());
        assertEquals(4, counts.removed());
        assertEquals(Map.of("alice@example.org", 2L, "bob@example.org", 1L), counts.removedBySender());
    }

    @Test
    void strangersDoNotFillTheMemory()
    {
        for (int i = 0; i < 30_000; i++) {
            counts.countRemoved(new JID("user" + i + "@example.org"));
        }
        assertEquals(30_000, counts.removed());
        assertTrue(counts.removedBySender().size() <= 10_000);
        assertTrue(counts.removedBySender().containsKey("user29999@example.org"));
    }
}
