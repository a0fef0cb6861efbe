/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.secret;

import org.jivesoftware.util.Blowfish;
import org.jivesoftware.util.Encryptor;
import org.jivesoftware.util.JiveGlobals;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

class FormerEncryptorTest
{
    /** As of 5.1: with a second way to get from the key in conf/security.xml to that of the cipher. */
    public static final class Cipher extends Blowfish
    {
        public void setKey(final String key, final String derivation)
        {
            setKey(derivation.equals("sha1") ? key : "derived from " + key);
        }
    }

    /** The same. */
    public static final class Globals
    {
        public static String getMasterEncryptionKey()
        {
            return "one key";
        }
    }

    @Test
    void itReadsWhatWasEncryptedInTheFormerWay()
    {
        final Encryptor former = FormerEncryptor.of(Cipher.class.getName(), Globals.class);
        assertEquals("secret", former.decrypt(new Blowfish("one key").encrypt("secret")));
    }

    @Test
    void thereIsNoneWhereTheServerHasOneWayOnly()
    {
        assertNull(FormerEncryptor.of(Blowfish.class.getName(), JiveGlobals.class));
        assertNull(FormerEncryptor.of("org.jivesoftware.util.NoSuchClass", JiveGlobals.class));
    }
}
