/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.id;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;

/** How an id is made, for tests that make ids without the plugin's own code. */
public final class IdFormula
{
    private static final String HMAC = "HmacSHA256";

    private IdFormula()
    {
    }

    /** The id that a user, named by the bare JID, has under a room's secret and the installation's origin key. */
    public static String id(final byte[] secret, final byte[] origin, final String room, final String user)
    {
        return withProof(origin, room, hmac(secret, utf8(user)));
    }

    /** The only id of a room that begins with the same pseudonym as some bytes. */
    public static String withProof(final byte[] origin, final String room, final byte[] bytes)
    {
        final byte[] pseudonym = Arrays.copyOf(bytes, 20);
        final byte[] jid = utf8(room + '\0');
        final byte[] proven = ByteBuffer.allocate(jid.length + pseudonym.length).put(jid).put(pseudonym).array();
        final byte[] id = ByteBuffer.allocate(32).put(pseudonym).put(hmac(origin, proven), 0, 12).array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(id);
    }

    private static byte[] hmac(final byte[] key, final byte[] text)
    {
        try {
            final Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac.doFinal(text);
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] utf8(final String text)
    {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
