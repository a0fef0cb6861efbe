/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid;

import org.igniterealtime.openfire.plugin.occupantid.id.OccupantIds;
import org.igniterealtime.openfire.plugin.occupantid.muc.LocalRooms;
import org.igniterealtime.openfire.plugin.occupantid.muc.RoomAccess;
import org.igniterealtime.openfire.plugin.occupantid.muc.RoomLifeListener;
import org.igniterealtime.openfire.plugin.occupantid.secret.RoomSecrets;
import org.igniterealtime.openfire.plugin.occupantid.secret.SecretStore;
import org.igniterealtime.openfire.plugin.occupantid.stanza.InwardStamp;
import org.igniterealtime.openfire.plugin.occupantid.stanza.OccupantIdInterceptor;
import org.igniterealtime.openfire.plugin.occupantid.stanza.OutwardProof;
import org.jivesoftware.database.DbConnectionManager;
import org.jivesoftware.openfire.XMPPServer;
import org.jivesoftware.openfire.container.Plugin;
import org.jivesoftware.openfire.container.PluginManager;
import org.jivesoftware.openfire.interceptor.InterceptorManager;
import org.jivesoftware.openfire.muc.MUCEventDispatcher;
import org.jivesoftware.util.JiveGlobals;

import java.io.File;

/**
 * The plugin: occupant ids for group chats (XEP-0421). Builds the parts, and hangs them into the server and out again.
 */
public class OccupantIdPlugin implements Plugin
{
    private OccupantIdInterceptor interceptor;
    private RoomLifeListener roomLife;

    @Override
    public void initializePlugin(final PluginManager manager, final File pluginDirectory)
    {
        final XMPPServer server = XMPPServer.getInstance();
        final LocalRooms rooms = new LocalRooms(
            server.getMultiUserChatManager(), roomAccess(), server.getServerInfo().getXMPPDomain());
        final RoomSecrets secrets = new RoomSecrets(
            new SecretStore(DbConnectionManager::getConnection, JiveGlobals::getPropertyEncryptor));
        final OccupantIds ids = new OccupantIds(secrets::originKey);

        interceptor = new OccupantIdInterceptor(rooms, new InwardStamp(rooms, secrets, ids), new OutwardProof(rooms, secrets, ids));
        roomLife = new RoomLifeListener(secrets);
        MUCEventDispatcher.addListener(roomLife);
        InterceptorManager.getInstance().addInterceptor(interceptor);
    }

    @Override
    public void destroyPlugin()
    {
        InterceptorManager.getInstance().removeInterceptor(interceptor);
        MUCEventDispatcher.removeListener(roomLife);
    }

    private static RoomAccess roomAccess()
    {
        try {
            return new RoomAccess();
        } catch (final ReflectiveOperationException e) {
            throw new IllegalStateException("This version of Openfire is not one that the plugin knows its way around in.", e);
        }
    }
}
