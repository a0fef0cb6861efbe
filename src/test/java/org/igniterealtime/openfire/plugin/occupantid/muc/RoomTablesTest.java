/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.muc;

import org.igniterealtime.openfire.plugin.occupantid.secret.Database;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.sql.SQLException;
import java.util.Date;
import java.util.Set;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

class RoomTablesTest
{
    private final Database database = new Database();
    private final RoomTables tables = new RoomTables(database, "example.org");

    @ParameterizedTest
    @ValueSource(strings = {"NULL", "'x'", "''"})
    void roomWithDamagedDateCountsAsOld(final String damaged) throws SQLException
    {
        database.run("CREATE TABLE ofMucService (serviceID INTEGER, subdomain VARCHAR(50))");
        database.run("CREATE TABLE ofMucRoom (serviceID INTEGER, name VARCHAR(50), creationDate CHAR(15))");
        database.run("INSERT INTO ofMucService VALUES (1, 'conference')");
        database.run("INSERT INTO ofMucRoom VALUES (1, 'coven', " + damaged + ")");
        database.run("INSERT INTO ofMucRoom VALUES (1, 'heath', '001764000000000')");
        assertEquals(new Date(0), tables.creationDateOf("coven@conference.example.org"));
        assertEquals(new Date(1764000000000L), tables.creationDateOf("heath@conference.example.org"));
        assertNull(tables.creationDateOf("moor@conference.example.org"));
        assertEquals(Set.of("coven@conference.example.org", "heath@conference.example.org"), tables.persistentRooms());
    }
}
