/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid;

import org.igniterealtime.openfire.plugin.occupantid.secret.RoomSecrets;
import org.jivesoftware.openfire.cluster.ClusterEventListener;
import org.jivesoftware.util.PropertyEventListener;

import javax.annotation.Nonnull;
import java.util.Map;

/** Hears of what changes around the plugin: the cluster that the server is part of, and the settings. */
final class ChangeListener implements ClusterEventListener, PropertyEventListener
{
    private final RoomSecrets secrets;
    private final Worker worker;

    ChangeListener(@Nonnull final RoomSecrets secrets, @Nonnull final Worker worker)
    {
        this.secrets = secrets;
        this.worker = worker;
    }

    @Override
    public void joinedCluster()
    {
        secrets.rereadAll();
    }

    @Override
    public void joinedCluster(final byte[] nodeID)
    {
    }

    @Override
    public void leftCluster()
    {
        secrets.rereadAll();
    }

    @Override
    public void leftCluster(final byte[] nodeID)
    {
    }

    @Override
    public void markedAsSeniorClusterMember()
    {
    }

    @Override
    public void propertySet(final String property, final Map<String, Object> params)
    {
        if (Settings.RETIRED_DAYS.name().equals(property)) {
            worker.run(secrets::eraseRetired);
        }
    }

    @Override
    public void propertyDeleted(final String property, final Map<String, Object> params)
    {
        propertySet(property, params);
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
