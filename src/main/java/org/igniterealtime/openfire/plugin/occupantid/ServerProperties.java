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

    /** Sets a property. JiveGlobals.setProperty returns another type since Openfire 5.2, so this uses the method for several. */
    static void set(@Nonnull final String name, @Nonnull final String value)
    {
        JiveGlobals.setProperties(Collections.singletonMap(name, value));
    }

    /**
     * Calls a listener with the name and value of every property that is set or deleted, on any node of a cluster. The value is null for one
     * that is deleted. It is not read when the listener is called, because other nodes may have changed it again by then.
     *
     * @return ends that.
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
