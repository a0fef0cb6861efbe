/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.cluster;

import org.igniterealtime.openfire.plugin.occupantid.OccupantIdPlugin;
import org.jivesoftware.openfire.XMPPServer;
import org.jivesoftware.openfire.container.Plugin;
import org.jivesoftware.util.cache.ClusterTask;

import javax.annotation.Nonnull;
import java.io.IOException;
import java.io.ObjectInput;
import java.io.ObjectOutput;

/** Tells another node of a cluster that the secret of a room has changed. */
public final class SecretChangedTask implements ClusterTask<Void>
{
    private static final long serialVersionUID = 1L;

    private String room;

    /** For the cluster, which makes an object first and reads its content then. */
    public SecretChangedTask()
    {
    }

    /**
     * @param room the room's bare JID.
     */
    public SecretChangedTask(@Nonnull final String room)
    {
        this.room = room;
    }

    @Override
    public void run()
    {
        // To ask for a plugin by name is not the same in all versions.
        for (final Plugin plugin : XMPPServer.getInstance().getPluginManager().getPlugins()) {
            if (plugin instanceof OccupantIdPlugin) {
                ((OccupantIdPlugin) plugin).secretChanged(room);
            }
        }
    }

    @Override
    public Void getResult()
    {
        return null;
    }

    @Override
    public void writeExternal(final ObjectOutput out) throws IOException
    {
        out.writeUTF(room);
    }

    @Override
    public void readExternal(final ObjectInput in) throws IOException
    {
        room = in.readUTF();
    }
}
