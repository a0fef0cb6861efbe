/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin;

import org.igniterealtime.openfire.plugin.occupantid.Floods;
import org.igniterealtime.openfire.plugin.occupantid.admin.Status.Problem;
import org.igniterealtime.openfire.plugin.occupantid.muc.RoomAccess;
import org.igniterealtime.openfire.plugin.occupantid.secret.Database;
import org.igniterealtime.openfire.plugin.occupantid.secret.RoomSecrets;
import org.jivesoftware.util.AesEncryptor;
import org.junit.jupiter.api.Test;

import java.util.EnumSet;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;

class StatusTest
{
    private static final String ROOM = "coven@conference.example.org";

    private final Database database = new Database();
    private final Floods floods = new Floods("example.org", System::currentTimeMillis);

    @Test
    void allIsWell()
    {
        final RoomSecrets secrets = database.secrets();
        secrets.ofRoom(ROOM);
        secrets.originKey();
        assertEquals(List.of(), status(secrets, new RoomAccess()).problems());
    }

    @Test
    void tellsThatTheServerIsOfAVersionNotKnown()
    {
        final Status status = status(database.secrets(), new RoomAccess(Object.class, Object.class));
        assertEquals(List.of(Problem.VERSION), status.problems());
        assertEquals(EnumSet.allOf(RoomAccess.Limitation.class), status.limitations());
    }

    @Test
    void tellsThatTheDatabaseIsAwayUntilItIsBack()
    {
        final RoomSecrets secrets = database.secrets();
        database.away(true);
        secrets.ofRoom(ROOM);
        assertEquals(List.of(Problem.DATABASE_AWAY), status(secrets, new RoomAccess()).problems());
        database.away(false);
        secrets.isDatabaseBack();
        assertEquals(List.of(), status(secrets, new RoomAccess()).problems());
    }

    @Test
    void tellsOfWhatCannotBeReadUntilItIsRotated()
    {
        final RoomSecrets before = database.secrets();
        before.ofRoom(ROOM);
        before.originKey();
        database.encryptWith(new AesEncryptor("another key"));
        final RoomSecrets secrets = database.secrets();
        secrets.ofRoom(ROOM);
        secrets.originKey();
        assertEquals(List.of(Problem.ORIGIN_UNREADABLE, Problem.ROOMS_UNREADABLE), status(secrets, new RoomAccess()).problems());
        secrets.rotate(ROOM, "admin");
        assertEquals(List.of(), status(secrets, new RoomAccess()).problems());
    }

    private Status status(final RoomSecrets secrets, final RoomAccess access)
    {
        return new Status(secrets, access, floods);
    }
}
