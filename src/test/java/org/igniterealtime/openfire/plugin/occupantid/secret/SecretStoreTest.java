/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.secret;

import org.igniterealtime.openfire.plugin.occupantid.secret.SecretStore.UnreadableSecretException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.sql.SQLDataException;
import java.sql.SQLException;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

/** The store on HSQLDB, the database that Openfire brings along. */
class SecretStoreTest extends SecretStoreContract
{
    static final List<SQLException> DAMAGES = List.of(new SQLDataException("damaged"), new SQLException("damaged", "22P02"));

    @Override
    Database newDatabase()
    {
        return new Database();
    }

    /** Some collations ignore the sign of a number. */
    @ParameterizedTest
    @ValueSource(ints = {20_700, 20_780, 25_000, 36_500})
    void retiredSecretsAreKeptForAnyNumberOfDays(final int days) throws SQLException
    {
        final Database database = new Database();
        database.run("SET DATABASE COLLATION \"English\"");
        final SecretStore store = database.store();
        store.loadOrAdd("coven@chat.lit", RoomSecret.newKey(), new Date());
        store.addNext("coven@chat.lit", RoomSecret.newKey(), new Date(), "admin");
        assertEquals(0, store.deleteRetiredBefore(new Date(System.currentTimeMillis() - TimeUnit.DAYS.toMillis(days))));
        assertEquals(2, store.loadAll("coven@chat.lit").size());
    }

    @ParameterizedTest
    @FieldSource("DAMAGES")
    void valueThatTheDriverCannotConvertMakesARowUnreadable(final SQLException damage) throws SQLException
    {
        final Database database = new Database();
        database.store().loadOrAdd("coven@chat.lit", RoomSecret.newKey(), new Date());
        final SecretStore store = database.storeThatCannotRead("creationDate", damage);
        assertThrows(UnreadableSecretException.class, () -> store.load("coven@chat.lit"));
        assertEquals(Set.of("coven@chat.lit"), store.infos().keySet());
    }

    @Test
    void connectionThatIsLostDoesNotMakeARowUnreadable() throws SQLException
    {
        final Database database = new Database();
        database.store().loadOrAdd("coven@chat.lit", RoomSecret.newKey(), new Date());
        final SecretStore store = database.storeThatCannotRead("creationDate", new SQLException("lost", "08006"));
        assertThrows(SQLException.class, () -> store.load("coven@chat.lit"));
        assertThrows(SQLException.class, store::infos);
    }
}
