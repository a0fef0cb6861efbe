/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.stanza;

import org.dom4j.Element;
import org.dom4j.Node;

import javax.annotation.Nonnull;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Remembers the messages that were verified last. A room sends one message object to all of its occupants, so that all deliveries but the
 * first one find it here.
 * <p>
 * Presences are not remembered: a room keeps them, and shows them again when its secret may have been rotated.
 */
final class VerifiedMessages
{
    /** A power of two. Threads that share a slot overwrite each other's entry; the message is then verified again. */
    private static final int SLOTS = 64;

    private final AtomicReferenceArray<Verified> slots = new AtomicReferenceArray<>(SLOTS);

    /**
     * Whether the current thread has verified a message, which has not changed since.
     *
     * @param message compared by identity.
     */
    boolean contains(@Nonnull final Element message)
    {
        final Verified last = slots.get(slot());
        return last != null && last.get() == message && message.nodeCount() == last.nodeCount
            && message.node(last.index) == last.id.get() && last.from.equals(message.attributeValue("from"));
    }

    /**
     * Remembers a message.
     *
     * @param message a message that has a single occupant id, which is verified.
     */
    void add(@Nonnull final Element message)
    {
        try {
            slots.set(slot(), new Verified(message, OccupantIdElement.onlyOneOf(message)));
        } catch (final OutOfMemoryError e) {
            // The message is verified again at its next delivery.
        }
    }

    private static int slot()
    {
        return (int) Thread.currentThread().getId() & SLOTS - 1;
    }

    /** Refers weakly to the message, because a slot that no thread uses any more keeps its entry. */
    private static final class Verified extends WeakReference<Element>
    {
        private final String from;
        private final int nodeCount;
        private final int index;
        private final WeakReference<Node> id;

        private Verified(final Element message, final Element id)
        {
            super(message);
            this.from = message.attributeValue("from");
            this.nodeCount = message.nodeCount();
            this.index = message.indexOf(id);
            this.id = new WeakReference<>(id);
        }
    }
}
