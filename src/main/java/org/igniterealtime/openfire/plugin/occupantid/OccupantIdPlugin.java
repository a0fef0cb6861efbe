/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid;

import org.igniterealtime.openfire.plugin.occupantid.admin.Administration;
import org.igniterealtime.openfire.plugin.occupantid.admin.AuditLog;
import org.igniterealtime.openfire.plugin.occupantid.admin.FrontDoor;
import org.igniterealtime.openfire.plugin.occupantid.admin.LookUps;
import org.igniterealtime.openfire.plugin.occupantid.admin.Moderation;
import org.igniterealtime.openfire.plugin.occupantid.admin.Rights;
import org.igniterealtime.openfire.plugin.occupantid.admin.RoomOverview;
import org.igniterealtime.openfire.plugin.occupantid.admin.Status;
import org.igniterealtime.openfire.plugin.occupantid.admin.Texts;
import org.igniterealtime.openfire.plugin.occupantid.admin.command.Commands;
import org.igniterealtime.openfire.plugin.occupantid.admin.web.Console;
import org.igniterealtime.openfire.plugin.occupantid.cluster.SecretChangedTask;
import org.igniterealtime.openfire.plugin.occupantid.id.OccupantIds;
import org.igniterealtime.openfire.plugin.occupantid.muc.LocalRooms;
import org.igniterealtime.openfire.plugin.occupantid.muc.RoomAccess;
import org.igniterealtime.openfire.plugin.occupantid.muc.RoomLifeListener;
import org.igniterealtime.openfire.plugin.occupantid.muc.RoomTables;
import org.igniterealtime.openfire.plugin.occupantid.secret.FormerEncryptor;
import org.igniterealtime.openfire.plugin.occupantid.secret.Orphans;
import org.igniterealtime.openfire.plugin.occupantid.secret.RoomSecrets;
import org.igniterealtime.openfire.plugin.occupantid.secret.Rotations;
import org.igniterealtime.openfire.plugin.occupantid.secret.SecretStore;
import org.igniterealtime.openfire.plugin.occupantid.stanza.Announcer;
import org.igniterealtime.openfire.plugin.occupantid.stanza.Doorkeeper;
import org.igniterealtime.openfire.plugin.occupantid.stanza.InwardStamp;
import org.igniterealtime.openfire.plugin.occupantid.stanza.OccupantIdInterceptor;
import org.igniterealtime.openfire.plugin.occupantid.stanza.OutwardProof;
import org.igniterealtime.openfire.plugin.occupantid.stanza.StanzaCounts;
import org.jivesoftware.database.DbConnectionManager;
import org.jivesoftware.openfire.XMPPServer;
import org.jivesoftware.openfire.admin.AdminManager;
import org.jivesoftware.openfire.cluster.ClusterManager;
import org.jivesoftware.openfire.container.Plugin;
import org.jivesoftware.openfire.container.PluginManager;
import org.jivesoftware.openfire.interceptor.InterceptorManager;
import org.jivesoftware.openfire.muc.MUCEventDispatcher;
import org.jivesoftware.openfire.muc.MUCEventListener;
import org.jivesoftware.openfire.security.SecurityAuditManager;
import org.jivesoftware.openfire.user.UserManager;
import org.jivesoftware.openfire.user.UserNotFoundException;
import org.jivesoftware.util.JiveGlobals;
import org.jivesoftware.util.PropertyEventDispatcher;
import org.jivesoftware.util.cache.CacheFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xmpp.packet.JID;
import org.xmpp.packet.Presence;

import javax.annotation.Nonnull;
import java.io.File;
import java.util.Collections;
import java.util.List;

/**
 * The plugin: occupant ids for group chats (XEP-0421). Builds the parts, and hangs them into the server and out again.
 */
public class OccupantIdPlugin implements Plugin
{
    /** The plugin's canonical name: that of its jar. */
    public static final String NAME = "occupantid";

    private static final Logger Log = LoggerFactory.getLogger(OccupantIdPlugin.class);

    /** How long a search for the account behind an id may take. */
    private static final int LOOK_UP_SECONDS = 45;

    private File jar;
    private LocalRooms rooms;
    private RoomSecrets secrets;
    private Announcer announcer;
    private Rotations rotations;
    private Orphans orphans;
    private Worker worker;
    private Doorkeeper doorkeeper;
    private OccupantIdInterceptor interceptor;
    private LookUps lookUps;
    private LookUps moderatorsLookUps;
    private Administration administration;
    private Texts texts;
    private Console console;
    private Commands commands;
    private MUCEventListener roomLife;
    private ChangeListener changes;

    @Override
    public void initializePlugin(final PluginManager manager, final File pluginDirectory)
    {
        final XMPPServer server = XMPPServer.getInstance();
        final String domain = server.getServerInfo().getXMPPDomain();
        // setProperty returns a value since Openfire 5.2, so code compiled against 4.2 does not find it there.
        final Settings settings = new Settings(JiveGlobals::getProperty,
            (name, value) -> JiveGlobals.setProperties(Collections.singletonMap(name, value)));
        jar = new File(pluginDirectory.getParentFile(), NAME + ".jar");

        final RoomAccess access = new RoomAccess();
        Log.info("Openfire {}: {}.", server.getServerInfo().getVersion().getVersionString(), access.description());
        rooms = new LocalRooms(server.getMultiUserChatManager(), access, domain);
        final RoomTables tables = new RoomTables(DbConnectionManager::getConnection, domain);
        final SecretStore store = new SecretStore(DbConnectionManager::getConnection, JiveGlobals::getPropertyEncryptor,
            FormerEncryptor.of("org.jivesoftware.util.Blowfish", JiveGlobals.class));
        secrets = new RoomSecrets(store, settings::roomsInMemory, settings::retiredDays,
            room -> CacheFactory.doClusterTask(new SecretChangedTask(room)), room -> rooms.creationDateOf(new JID(room)), tables::creationDateOf);
        final OccupantIds ids = new OccupantIds(secrets::originKey, settings::idsInMemory);
        announcer = new Announcer(rooms, secrets, ids, OccupantIdPlugin::announce, settings::announceRate);
        orphans = new Orphans(secrets, tables::persistentRooms, rooms::exists);
        worker = new Worker(secrets, orphans, announcer::announceAll, this::announceAll);
        rotations = new Rotations(secrets, rooms::exists, this::announceAnew, rotation -> worker.run(rotation::run));
        final Floods floods = new Floods(domain, System::currentTimeMillis);
        final StanzaCounts counts = new StanzaCounts(sender -> floods.count(Floods.Kind.ROOMS, sender));
        // Two, since everybody can be a moderator: those must not be able to keep admins from theirs, nor push their results out.
        lookUps = new LookUps(rooms, secrets, ids, tables, UserManager.getInstance()::getUsernames,
            OccupantIdPlugin::isUser, domain, LOOK_UP_SECONDS, 2);
        moderatorsLookUps = new LookUps(rooms, secrets, ids, tables, UserManager.getInstance()::getUsernames,
            OccupantIdPlugin::isUser, domain, LOOK_UP_SECONDS, 1);
        final AuditLog audit = new AuditLog(SecurityAuditManager.getInstance()::logEvent);
        final RoomOverview overview = new RoomOverview(rooms, secrets, ids, tables::persistentRooms);
        administration = new Administration(rooms, rotations, lookUps, overview, settings, audit);
        texts = new Texts(JiveGlobals::getLocale);
        console = new Console(manager, this, administration, overview, rotations,
            lookUps, rooms, settings, new Status(secrets, access, floods), counts, texts);
        final Rights rights = new Rights(user -> AdminManager.getInstance().isUserAdmin(user, false), rooms, domain);
        final FrontDoor door = new FrontDoor(server.getPacketRouter()::route, server.getIQRouter()::addIQResultListener);
        commands = new Commands(server.getIQRouter(), server.getAdHocCommandHandler(), administration,
            new Moderation(rooms, door, rights, audit), lookUps, moderatorsLookUps, rights, texts,
            who -> floods.count(Floods.Kind.COMMANDS, who));
        doorkeeper = new Doorkeeper(rooms, announcer);
        interceptor = new OccupantIdInterceptor(rooms, new InwardStamp(rooms, secrets, ids, counts), new OutwardProof(rooms, secrets, ids));
        roomLife = RoomLifeListener.create(secrets, this::joined);
        changes = new ChangeListener(secrets, worker);

        MUCEventDispatcher.addListener(roomLife);
        InterceptorManager.getInstance().addInterceptor(doorkeeper);
        InterceptorManager.getInstance().addInterceptor(interceptor);
        ClusterManager.addListener(changes);
        PropertyEventDispatcher.addListener(changes);
        worker.start();
        console.open();
        commands.open();
    }

    @Override
    public void destroyPlugin()
    {
        PropertyEventDispatcher.removeListener(changes);
        ClusterManager.removeListener(changes);
        InterceptorManager.getInstance().removeInterceptor(interceptor);
        InterceptorManager.getInstance().removeInterceptor(doorkeeper);
        // After that, for a room whose creator was stamped a moment ago is to have the secret that this was done with.
        MUCEventDispatcher.removeListener(roomLife);
        console.close();
        commands.close();
        lookUps.stop();
        moderatorsLookUps.stop();
        worker.stop();
        texts.close();
        // Not when the server stops, or the plugin comes back at once: when it is updated or reloaded, its jar is there.
        if (!XMPPServer.getInstance().isShuttingDown() && !jar.exists()) {
            rooms.inMemory().forEach(announcer::withdraw);
        }
    }

    /** Rotates secrets. */
    @Nonnull
    public Rotations rotations()
    {
        return rotations;
    }

    /** The secrets of all rooms. */
    @Nonnull
    public RoomSecrets secrets()
    {
        return secrets;
    }

    /** All that admins can do. */
    @Nonnull
    public Administration administration()
    {
        return administration;
    }

    /** Deletes the secrets of rooms that are gone. */
    @Nonnull
    public Orphans orphans()
    {
        return orphans;
    }

    /**
     * Takes notice that another node of the cluster has changed the secret of a room.
     *
     * @param room the room's bare JID, or {@link RoomSecrets#ALL_ROOMS}.
     */
    public void secretChanged(@Nonnull final String room)
    {
        // The server knows of a plugin a moment before it is started.
        if (worker == null) {
            return;
        }
        if (RoomSecrets.ALL_ROOMS.equals(room)) {
            secrets.rereadAll();
            worker.run(this::announceAll);
        } else {
            secrets.reread(room);
            worker.announce(new JID(room));
        }
    }

    private static boolean isUser(final String username)
    {
        try {
            UserManager.getInstance().getUser(username);
            return true;
        } catch (final UserNotFoundException e) {
            return false;
        }
    }

    private void joined(final JID room, final JID user)
    {
        if (!announcer.isKnown(room, user)) {
            worker.announce(room);
        }
    }

    private int announceAnew(final JID room) throws InterruptedException
    {
        // The second time, those whose presences were on their way into the room with the id of before.
        return announcer.announceAll(room) + announcer.announce(room);
    }

    private void announceAll() throws InterruptedException
    {
        cleanSessions();
        final List<JID> all = rooms.inMemory();
        all.forEach(announcer::clean);
        for (final JID room : all) {
            announcer.announceAll(room);
        }
        // Of those whose presences were on their way when the plugin came.
        cleanSessions();
    }

    /**
     * Sends a presence in an occupant's name. The server notes to whom a session has sent one, and tells them all when it goes offline: a
     * room also by the address that this one goes to, which answers with an error that the occupant did nothing for.
     */
    private static void announce(final Presence presence)
    {
        final XMPPServer server = XMPPServer.getInstance();
        final JID room = presence.getTo();
        final Presence noMore = new Presence(Presence.Type.unavailable);
        noMore.setFrom(presence.getFrom());
        noMore.setTo(room);
        server.getPacketRouter().route(presence);
        for (final JID route : server.getRoutingTable().getRoutes(room, noMore.getFrom())) {
            server.getPresenceUpdateHandler().directedPresenceSent(noMore, route, room.toString());
        }
    }

    private void cleanSessions()
    {
        XMPPServer.getInstance().getRoutingTable().getClientsRoutes(true).forEach(session -> announcer.clean(session.getPresence()));
    }
}
