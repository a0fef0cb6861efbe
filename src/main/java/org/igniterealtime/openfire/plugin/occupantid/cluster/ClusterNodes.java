/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.cluster;

import org.jivesoftware.openfire.cluster.ClusterEventListener;
import org.jivesoftware.openfire.cluster.ClusterManager;

import javax.annotation.Nonnull;

/** The cluster that this server is a node of. */
public final class ClusterNodes implements ClusterEventListener
{
    private final Runnable membershipChanged;

    private ClusterNodes(final Runnable membershipChanged)
    {
        this.membershipChanged = membershipChanged;
    }

    /** Whether this server is a node of a cluster now. */
    public static boolean isClustered()
    {
        return ClusterManager.isClusteringStarted();
    }

    /**
     * Calls a listener when this node joins or leaves a cluster.
     *
     * @return an action that removes the listener.
     */
    @Nonnull
    public static Runnable listen(@Nonnull final Runnable membershipChanged)
    {
        final ClusterNodes listener = new ClusterNodes(membershipChanged);
        ClusterManager.addListener(listener);
        return () -> ClusterManager.removeListener(listener);
    }

    @Override
    public void joinedCluster()
    {
        membershipChanged.run();
    }

    @Override
    public void joinedCluster(final byte[] nodeID)
    {
    }

    @Override
    public void leftCluster()
    {
        membershipChanged.run();
    }

    @Override
    public void leftCluster(final byte[] nodeID)
    {
    }

    @Override
    public void markedAsSeniorClusterMember()
    {
    }
}
