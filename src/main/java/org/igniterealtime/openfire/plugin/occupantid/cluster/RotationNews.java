/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.cluster;

import org.igniterealtime.openfire.plugin.occupantid.secret.RoomSecrets;

import javax.annotation.Nonnull;
import javax.annotation.Nullable;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Tells other nodes of a cluster which secret was rotated, by a property of the server. A cluster task would need the plugin's classes
 * on the other node, and Hazelcast keeps those of a plugin that was reloaded.
 */
public final class RotationNews
{
    /** The value is three words: the token of the node, a random text (so that each value differs), and the room. */
    public static final String PROPERTY = "plugin.occupantid.rotated";

    private final String node = UUID.randomUUID().toString();
    private final BiConsumer<String, String> properties;
    private final Consumer<String> rotatedElsewhere;

    /**
     * @param properties sets a property of the server on all nodes.
     * @param rotatedElsewhere receives the bare JID of each room whose secret another node rotated, or {@link RoomSecrets#ALL_ROOMS}.
     */
    public RotationNews(@Nonnull final BiConsumer<String, String> properties, @Nonnull final Consumer<String> rotatedElsewhere)
    {
        this.properties = properties;
        this.rotatedElsewhere = rotatedElsewhere;
    }

    /**
     * Tells the other nodes.
     *
     * @param room the bare JID of the room whose secret was rotated, or {@link RoomSecrets#ALL_ROOMS}.
     */
    public void tell(@Nonnull final String room)
    {
        properties.accept(PROPERTY, node + ' ' + UUID.randomUUID() + ' ' + room);
    }

    /**
     * Reads what a node has told.
     *
     * @param value the value of {@link #PROPERTY}; null if it was deleted.
     */
    public void read(@Nullable final Object value)
    {
        final String[] parts = String.valueOf(value).split(" ");
        if (parts.length == 3 && !parts[0].equals(node)) {
            rotatedElsewhere.accept(parts[2]);
        }
    }
}
