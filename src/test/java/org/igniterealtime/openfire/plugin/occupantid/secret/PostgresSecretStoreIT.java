/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.secret;

import org.igniterealtime.openfire.plugin.occupantid.harness.PostgresServer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** The store on PostgreSQL. */
@Tag("debian")
class PostgresSecretStoreIT extends SecretStoreContract
{
    @AutoClose
    private static PostgresServer server;

    @BeforeAll
    static void start()
    {
        server = PostgresServer.launch();
    }

    @Override
    Database newDatabase()
    {
        return new Database(server.newDatabase(""), "postgresql");
    }
}
