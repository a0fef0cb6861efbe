/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin;

import javax.annotation.Nonnull;

/**
 * What was asked for cannot be done, for a reason that the one who asked can do something about. It says which, in the words of
 * {@link Texts}.
 */
public final class RefusedException extends Exception
{
    private static final long serialVersionUID = 1L;

    private final String key;
    private final transient Object[] arguments;

    /**
     * @param key the key of the text that says why, and what to do.
     * @param arguments what the text names.
     */
    public RefusedException(@Nonnull final String key, @Nonnull final Object... arguments)
    {
        super(key);
        this.key = key;
        this.arguments = arguments;
    }

    /** Why, and what to do, for the one who asked. Plain text. */
    @Nonnull
    public String text(@Nonnull final Texts texts)
    {
        return texts.text(key, arguments);
    }
}
