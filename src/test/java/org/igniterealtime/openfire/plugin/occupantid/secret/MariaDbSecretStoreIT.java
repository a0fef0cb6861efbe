/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.secret;

import org.igniterealtime.openfire.plugin.occupantid.harness.MariaDbServer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/** The store on MariaDB, where every database has a character set of its own, and most take upper and lower case for equal. */
@Tag("debian")
class MariaDbSecretStoreIT
{
    @AutoClose
    private static MariaDbServer server;

    @BeforeAll
    static void start()
    {
        server = MariaDbServer.launch();
    }

    /** As Openfire 4.2 meets it, which takes it for MySQL. */
    @Nested
    class Latin1 extends SecretStoreContract
    {
        @Override
        Database newDatabase()
        {
            return new Database(server.newDatabase("CHARACTER SET latin1 COLLATE latin1_swedish_ci"), "mysql");
        }
    }

    @Nested
    class Utf8 extends SecretStoreContract
    {
        @Override
        Database newDatabase()
        {
            return new Database(server.newDatabase("CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci"), "mariadb");
        }
    }

    /** The longest keys: up to four bytes are set aside for each character. */
    @Nested
    class Binary extends SecretStoreContract
    {
        @Override
        Database newDatabase()
        {
            return new Database(server.newDatabase("CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"), "mysql");
        }
    }
}
