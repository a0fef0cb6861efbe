/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.secret;

import org.jivesoftware.util.Encryptor;

import javax.annotation.Nonnull;
import javax.annotation.Nullable;
import java.lang.reflect.Method;

/**
 * What the server encrypted with before an admin had it derive its keys by PBKDF2 in place of SHA-1, as the first page of Openfire 5.1's
 * console advises. It then encrypts its own values anew, and those of nobody else. Found by name, for older versions have nothing of it.
 */
public final class FormerEncryptor
{
    private FormerEncryptor()
    {
    }

    /**
     * @param blowfish the name of the server's class that encrypts with a key.
     * @param globals the server's class that has the key.
     * @return reads what was encrypted before; null on versions that derive keys in one way only.
     */
    @Nullable
    public static Encryptor of(@Nonnull final String blowfish, @Nonnull final Class<?> globals)
    {
        try {
            final Class<?> type = Class.forName(blowfish);
            final Method setKey = type.getMethod("setKey", String.class, String.class);
            final Object key = globals.getMethod("getMasterEncryptionKey").invoke(null);
            final Object former = type.getConstructor().newInstance();
            setKey.invoke(former, key, "sha1");
            return (Encryptor) former;
        } catch (final ReflectiveOperationException | LinkageError | ClassCastException notInThisVersion) {
            return null;
        }
    }
}
