/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.secret;

import javax.annotation.Nonnull;
import javax.annotation.Nullable;
import java.util.Date;

/** What may be shown of a room's secret: all but the secret. */
public final class SecretInfo
{
    private final int generation;
    private final Date creationDate;
    private final String creator;

    /**
     * @param generation 1 for a room's first secret, one more for each that follows it.
     * @param creationDate when it was made.
     * @param creator who had it made; null for the server itself.
     */
    SecretInfo(final int generation, @Nonnull final Date creationDate, @Nullable final String creator)
    {
        this.generation = generation;
        this.creationDate = new Date(creationDate.getTime());
        this.creator = creator;
    }

    /** Which of the room's secrets this is, counted from 1. */
    public int generation()
    {
        return generation;
    }

    /** When this secret was made; the one before it was retired then. */
    @Nonnull
    public Date creationDate()
    {
        return new Date(creationDate.getTime());
    }

    /** Who had this secret made; null for the server itself, as with a room's first. */
    @Nullable
    public String creator()
    {
        return creator;
    }

    /** The later one of two secrets of a room. */
    @Nonnull
    static SecretInfo newer(@Nonnull final SecretInfo one, @Nonnull final SecretInfo other)
    {
        return one.generation > other.generation ? one : other;
    }
}
