/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid;

import org.jivesoftware.util.JiveGlobals;
import org.jivesoftware.util.PropertyEventDispatcher;
import org.jivesoftware.util.PropertyEventListener;

import javax.annotation.Nonnull;
import javax.annotation.Nullable;
import java.util.Collections;
import java.util.Map;
import java.util.function.BiConsumer;

/** The server's properties, which all nodes of a cluster share. */
final class ServerProperties implements PropertyEventListener
{
    private final BiConsumer<String, Object> changed;

    private ServerProperties(final BiConsumer<String, Object> changed)
    {
        this.changed = changed;
    }

    /** The value of a property; null if it is not set. */
    @Nullable
    static String get(@Nonnull final String name)
    {
        return JiveGlobals.getProperty(name);
    }

    /** Sets a property. Uses setProperties, because the return type of setProperty differs since Openfire 5.2. */
    static void set(@Nonnull final String name, @Nonnull final String value)
    {
        JiveGlobals.setProperties(Collections.singletonMap(name, value));
    }

    /**
     * Calls a listener with the name and value of every property that is set or deleted, on any node of a cluster. The value is null for one
     * that is deleted. The value comes from the event: the stored one may already be newer.
     *
     * @return an action that removes the listener.
     */
    @Nonnull
    static Runnable listen(@Nonnull final BiConsumer<String, Object> changed)
    {
        final ServerProperties listener = new ServerProperties(changed);
        PropertyEventDispatcher.addListener(listener);
        return () -> PropertyEventDispatcher.removeListener(listener);
    }

    @Override
    public void propertySet(final String property, final Map<String, Object> params)
    {
        changed.accept(property, params.get("value"));
    }

    @Override
    public void propertyDeleted(final String property, final Map<String, Object> params)
    {
        changed.accept(property, null);
    }

    @Override
    public void xmlPropertySet(final String property, final Map<String, Object> params)
    {
    }

    @Override
    public void xmlPropertyDeleted(final String property, final Map<String, Object> params)
    {
    }
}
