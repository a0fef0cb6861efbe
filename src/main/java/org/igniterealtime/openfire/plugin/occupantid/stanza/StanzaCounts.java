/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.stanza;

import org.igniterealtime.openfire.plugin.occupantid.secret.BoundedMap;
import org.xmpp.packet.JID;

import javax.annotation.Nonnull;
import javax.annotation.Nullable;
import java.util.Date;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** What was done to stanzas since the plugin was started, for the admin to look at. */
public final class StanzaCounts
{
    /** Of so many senders of ids the number of ids is remembered; those heard of longest ago are forgotten. */
    private static final int SENDERS = 10_000;

    private final Consumer<JID> joinsToNoRoom;
    private final Date since = new Date();
    private final LongAdder stamped = new LongAdder();
    private final LongAdder removed = new LongAdder();
    private final BoundedMap<String, LongAdder> removedBySender = new BoundedMap<>(SENDERS);

    public StanzaCounts()
    {
        this(sender -> { });
    }

    /**
     * @param joinsToNoRoom is told the sender of every presence that is to join a room that does not exist.
     */
    public StanzaCounts(@Nonnull final Consumer<JID> joinsToNoRoom)
    {
        this.joinsToNoRoom = joinsToNoRoom;
    }

    /** Since when it is counted. */
    @Nonnull
    public Date since()
    {
        return new Date(since.getTime());
    }

    /** How many stanzas were given an id. */
    public long stamped()
    {
        return stamped.sum();
    }

    /** How many stanzas came to a room with ids that their senders had put in. */
    public long removed()
    {
        return removed.sum();
    }

    /** The real bare JIDs of those whose stanzas had ids in them, and how many stanzas that were. */
    @Nonnull
    public Map<String, Long> removedBySender()
    {
        return removedBySender.mapped(LongAdder::sum);
    }

    void countStamped()
    {
        stamped.increment();
    }

    void countJoinToNoRoom(@Nonnull final JID sender)
    {
        joinsToNoRoom.accept(sender);
    }

    void countRemoved(@Nullable final JID sender)
    {
        removed.increment();
        if (sender != null) {
            removedBySender.putIfAbsent(sender.toBareJID(), new LongAdder()).increment();
        }
    }
}
