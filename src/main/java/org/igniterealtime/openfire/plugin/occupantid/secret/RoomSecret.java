/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.secret;

import javax.annotation.Nonnull;
import javax.annotation.Nullable;
import java.security.SecureRandom;
import java.util.Date;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * The secret of one room: the key that its occupants' ids are made under, until it is replaced by another.
 */
public final class RoomSecret
{
    /** The length of a secret. */
    static final int KEY_BYTES = 32;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final String room;
    private final byte[] key;
    private final SecretInfo info;
    private final AtomicBoolean retired = new AtomicBoolean();
    private final BooleanSupplier retirement = retired::get;

    /**
     * @param room the room's bare JID.
     * @param generation 1 for a room's first secret, one more for each that follows it.
     * @param key the secret itself; not copied, so not to be changed.
     * @param creationDate when it was made.
     * @param creator who had it made; null for the server itself.
     */
    public RoomSecret(@Nonnull final String room, final int generation, @Nonnull final byte[] key, @Nonnull final Date creationDate,
                      @Nullable final String creator)
    {
        this.room = room;
        this.key = key;
        this.info = new SecretInfo(generation, creationDate, creator);
    }

    /** A new, random key. */
    @Nonnull
    static byte[] newKey()
    {
        final byte[] key = new byte[KEY_BYTES];
        RANDOM.nextBytes(key);
        return key;
    }

    /** Marks this secret as possibly replaced. */
    void retire()
    {
        retired.set(true);
    }

    /** Tells whether another secret may have replaced this one. For caches of ids, which must not keep the secret. */
    @Nonnull
    public BooleanSupplier retirement()
    {
        return retirement;
    }

    /** What may be shown of it. */
    @Nonnull
    public SecretInfo info()
    {
        return info;
    }

    /** The bare JID of the room that this is a secret of. */
    @Nonnull
    public String room()
    {
        return room;
    }

    /** Which of the room's secrets this is, counted from 1. */
    public int generation()
    {
        return info.generation();
    }

    /** The secret itself, which no stanza, page or log may show. Not to be changed. */
    @Nonnull
    public byte[] key()
    {
        return key;
    }

    /** When this secret was made; the one before it was retired then. */
    @Nonnull
    public Date creationDate()
    {
        return info.creationDate();
    }

    /** Who had this secret made; null for the server itself, as with a room's first. */
    @Nullable
    public String creator()
    {
        return info.creator();
    }
}
