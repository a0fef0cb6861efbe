/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.secret;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Set;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

class OrphansTest
{
    @Test
    void roomThatFailsDoesNotEndThePurge()
    {
        final RoomSecrets secrets = new Database().secrets();
        List.of("a@chat.lit", "b@chat.lit", "c@chat.lit").forEach(secrets::ofRoom);
        final Orphans orphans = new Orphans(secrets, Set::of, room -> {
            if (room.getNode().equals("b")) {
                throw new IllegalStateException("a test");
            }
            return false;
        });
        assertEquals(2, orphans.purge());
        assertEquals(Set.of("b@chat.lit"), secrets.rooms().keySet());
        assertFalse(secrets.isDatabaseAway());
    }
}
