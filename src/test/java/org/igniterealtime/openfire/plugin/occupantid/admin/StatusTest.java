/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin;

import org.igniterealtime.openfire.plugin.occupantid.Floods;
import org.igniterealtime.openfire.plugin.occupantid.PluginFile;
import org.igniterealtime.openfire.plugin.occupantid.admin.Status.Problem;
import org.igniterealtime.openfire.plugin.occupantid.compatibility.Feature;
import org.igniterealtime.openfire.plugin.occupantid.compatibility.Limitations;
import org.igniterealtime.openfire.plugin.occupantid.muc.RoomAccess;
import org.igniterealtime.openfire.plugin.occupantid.secret.Database;
import org.igniterealtime.openfire.plugin.occupantid.secret.RoomSecrets;
import org.jivesoftware.util.AesEncryptor;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.Set;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

class StatusTest
{
    private static final String ROOM = "coven@conference.example.org";

    private final Database database = new Database();
    private final PluginFile file = mock();
    private final Limitations limitations = new Limitations(Map.of());
    private final Floods floods = new Floods("example.org", System::currentTimeMillis);

    @Test
    void allIsWell()
    {
        final RoomSecrets secrets = database.secrets();
        secrets.ofRoom(ROOM);
        secrets.originKey();
        assertEquals(Map.of(), problems(secrets));
    }

    @Test
    void tellsThatTheServerIsOfAVersionNotKnown()
    {
        limitations.add(Set.of(Feature.AUDIT), List.of("one", "two", "three", "four"));
        assertEquals(Map.of(Problem.VERSION,
            List.of("entries in the security audit log (they go to the log file) (one, two, three and 1 more)")), problems(database.secrets()));
    }

    @Test
    void namesOtherCopiesOfThePlugin()
    {
        when(file.name()).thenReturn("occupantid.jar");
        when(file.otherCopies()).thenReturn(List.of("occupantid (1).jar"));
        assertEquals(Map.of(Problem.COPY, List.of("occupantid.jar", "occupantid (1).jar")), problems(database.secrets()));
    }

    @Test
    void tellsThatTheDatabaseIsAwayUntilItIsBack()
    {
        final RoomSecrets secrets = database.secrets();
        database.away(true);
        secrets.ofRoom(ROOM);
        assertEquals(Map.of(Problem.DATABASE_AWAY, List.of()), problems(secrets));
        database.away(false);
        secrets.isDatabaseBack();
        assertEquals(Map.of(), problems(secrets));
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
        assertEquals(Map.of(Problem.ORIGIN_UNREADABLE, List.of(), Problem.ROOMS_UNREADABLE, List.of()), problems(secrets));
        secrets.rotate(ROOM, "admin");
        assertEquals(Map.of(), problems(secrets));
    }

    private Map<Problem, List<String>> problems(final RoomSecrets secrets)
    {
        return new Status(secrets, limitations, new RoomAccess(limitations), floods, file).problems();
    }
}
