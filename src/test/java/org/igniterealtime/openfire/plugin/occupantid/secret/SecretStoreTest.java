/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.secret;

/** The store on HSQLDB, the database that Openfire brings along. */
class SecretStoreTest extends SecretStoreContract
{
    @Override
    Database newDatabase()
    {
        return new Database();
    }
}
