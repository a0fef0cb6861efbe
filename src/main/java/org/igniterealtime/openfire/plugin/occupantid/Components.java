/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid;

import org.igniterealtime.openfire.plugin.occupantid.admin.Accounts;
import org.igniterealtime.openfire.plugin.occupantid.admin.Administration;
import org.igniterealtime.openfire.plugin.occupantid.admin.AuditLog;
import org.igniterealtime.openfire.plugin.occupantid.admin.LookUps;
import org.igniterealtime.openfire.plugin.occupantid.admin.RoomOverview;
import org.igniterealtime.openfire.plugin.occupantid.admin.Status;
import org.igniterealtime.openfire.plugin.occupantid.admin.command.Commands;
import org.igniterealtime.openfire.plugin.occupantid.admin.web.Console;
import org.igniterealtime.openfire.plugin.occupantid.cluster.ClusterNodes;
import org.igniterealtime.openfire.plugin.occupantid.cluster.RotationNews;
import org.igniterealtime.openfire.plugin.occupantid.compatibility.Feature;
import org.igniterealtime.openfire.plugin.occupantid.compatibility.Limitations;
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
import org.igniterealtime.openfire.plugin.occupantid.secret.SecretTable;
import org.igniterealtime.openfire.plugin.occupantid.stanza.Announcer;
import org.igniterealtime.openfire.plugin.occupantid.stanza.Doorkeeper;
import org.igniterealtime.openfire.plugin.occupantid.stanza.InwardStamp;
import org.igniterealtime.openfire.plugin.occupantid.stanza.OccupantIdInterceptor;
import org.igniterealtime.openfire.plugin.occupantid.stanza.OutwardProof;
import org.igniterealtime.openfire.plugin.occupantid.stanza.ServerRoutes;
import org.igniterealtime.openfire.plugin.occupantid.stanza.StanzaCounts;
import org.jivesoftware.database.DbConnectionManager;
import org.jivesoftware.openfire.XMPPServer;
import org.jivesoftware.openfire.container.Plugin;
import org.jivesoftware.openfire.container.PluginManager;
import org.jivesoftware.openfire.interceptor.InterceptorManager;
import org.jivesoftware.openfire.interceptor.PacketInterceptor;
import org.jivesoftware.util.JiveGlobals;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xmpp.packet.JID;

import javax.annotation.Nonnull;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/**
 * Creates the parts of the plugin, connects them, and starts and stops them. This class uses only members of the server that
 * {@link Feature#IDS} needs. Classes of other features load when the feature starts.
 */
final class Components
{
    private static final Logger Log = LoggerFactory.getLogger(Components.class);

    /** How long a search for the account behind an id may take. */
    private static final int LOOK_UP_SECONDS = 45;

    private final Plugin plugin;
    private final PluginManager manager;
    private final PluginFile file;
    private final Limitations limitations;
    private final String domain;
    private final Settings settings;
    private final RoomAccess access;
    private final LocalRooms rooms;
    private final RoomTables tables;
    private final SecretTable table;
    private final RoomSecrets secrets;
    private final OccupantIds ids;
    private final Announcer announcer;
    private final OutwardProof outward;
    private final Rotations rotations;
    private final Orphans orphans;
    private final Worker worker;
    private final Floods floods;
    private final StanzaCounts counts;
    private final LookUps lookUps;
    private final LookUps moderatorsLookUps;
    private final RoomOverview overview;
    private final AuditLog audit;
    private final Administration administration;

    /** The actions that stop the started parts; the last one runs first. */
    private final Deque<Runnable> undo = new ArrayDeque<>();

    private final Set<String> reportedCopies = new HashSet<>();
    private volatile Consumer<String> otherNodes = room -> { };
    private volatile BooleanSupplier clustered = () -> false;

    Components(@Nonnull final Plugin plugin, @Nonnull final PluginManager manager, @Nonnull final PluginFile file,
               @Nonnull final Limitations limitations)
    {
        this.plugin = plugin;
        this.manager = manager;
        this.file = file;
        this.limitations = limitations;
        final XMPPServer server = XMPPServer.getInstance();
        domain = server.getServerInfo().getXMPPDomain();
        settings = limitations.isAvailable(Feature.SETTINGS) ? new Settings(ServerProperties::get, ServerProperties::set)
            : new Settings(name -> null, null);
        access = new RoomAccess(limitations);
        rooms = new LocalRooms(server.getMultiUserChatManager(), access, domain);
        tables = new RoomTables(DbConnectionManager::getConnection, domain);
        final SecretStore store = new SecretStore(DbConnectionManager::getConnection, JiveGlobals::getPropertyEncryptor,
            () -> FormerEncryptor.of("org.jivesoftware.util.Blowfish", JiveGlobals.class));
        table = new SecretTable(DbConnectionManager::getConnection, () -> DatabaseScript.read(file));
        // Nobody knows what an admin has set, if settings cannot be read.
        final IntSupplier retiredDays = limitations.isAvailable(Feature.SETTINGS) ? settings::retiredDays : Settings.RETIRED_DAYS::most;
        secrets = new RoomSecrets(store, settings::roomsInMemory, retiredDays, room -> rooms.creationDateOf(new JID(room)),
            tables::creationDateOf);
        ids = new OccupantIds(secrets::originKey, settings::idsInMemory);
        announcer = new Announcer(rooms, secrets, ids,
            limitations.isAvailable(Feature.ANNOUNCEMENTS) ? ServerRoutes::route : presence -> { }, settings::announceRate);
        // Rooms of another domain stay: the domain of the server may have been changed by mistake.
        orphans = new Orphans(secrets, tables::persistentRooms, room -> !rooms.isOnServer(room.getDomain()) || rooms.exists(room));
        worker = new Worker(secrets, orphans, this::createTableIfMissing, this::reportOtherCopies, announcer::announceAll,
            this::announceAll);
        rotations = new Rotations(secrets, rooms::exists, this::announceAnew, room -> otherNodes.accept(room),
            rotation -> worker.run(rotation::run));
        outward = new OutwardProof(rooms, secrets, ids);
        floods = new Floods(domain, System::currentTimeMillis);
        counts = new StanzaCounts(sender -> floods.count(Floods.Kind.ROOMS, sender));
        // Two, since everybody can be a moderator: those must not be able to keep admins from theirs, nor push their results out.
        lookUps = lookUps(2);
        moderatorsLookUps = lookUps(1);
        audit = new AuditLog(limitations.isAvailable(Feature.AUDIT) ? AuditLog.Server::logEvent
            : (who, summary, details) -> Log.info("{} by {}. {}", summary, who, details));
        overview = new RoomOverview(rooms, secrets, ids, tables::persistentRooms);
        administration = new Administration(rooms, rotations, lookUps, overview, settings, audit);
    }

    private LookUps lookUps(final int atOnce)
    {
        return limitations.isAvailable(Feature.ACCOUNTS)
            ? new LookUps(rooms, secrets, ids, tables, Accounts::usernames, Accounts::exists, domain, LOOK_UP_SECONDS, atOnce)
            : new LookUps(rooms, secrets, ids, tables, Collections::emptySet, null, domain, LOOK_UP_SECONDS, atOnce);
    }

    /** Registers an action that runs when the plugin stops. The action that was added last runs first. */
    void onStop(@Nonnull final Runnable action)
    {
        undo.push(action);
    }

    /**
     * Starts the plugin.
     *
     * @throws RuntimeException if that fails; then all parts are stopped.
     */
    void start()
    {
        try {
            onStop(this::withdrawIfRemoved);
            onStop(lookUps::stop);
            onStop(moderatorsLookUps::stop);
            createTableIfMissing();
            // Added before the interceptors, so it stops after them: a room that is created meanwhile keeps its creator's secret.
            start(Feature.ROOM_EVENTS, () -> onStop(RoomLifeListener.listen(secrets, this::joined, this::left)));
            intercept(new Doorkeeper(rooms, announcer));
            final InwardStamp inward = new InwardStamp(rooms, secrets, ids, counts, () -> clustered.getAsBoolean());
            intercept(new OccupantIdInterceptor(rooms, inward, outward));
            startListening();
            worker.start();
            onStop(worker::stop);
            start(Feature.CONSOLE, () -> {
                file.provideMenuTexts();
                final Console console = new Console(manager, plugin, administration, overview, rotations, lookUps, rooms, settings,
                    new Status(secrets, limitations, access, floods, file), counts);
                onStop(console::close);
                console.open();
            });
            start(Feature.COMMANDS, () -> {
                final Commands commands = new Commands(administration, rooms, lookUps, moderatorsLookUps, audit, domain,
                    who -> floods.count(Floods.Kind.COMMANDS, who));
                onStop(commands::close);
                commands.open();
            });
        } catch (final RuntimeException | Error e) {
            stop();
            throw e;
        }
    }

    /** Stops all that was started. */
    void stop()
    {
        while (!undo.isEmpty()) {
            try {
                undo.pop().run();
            } catch (final RuntimeException | Error e) {
                Log.error("Could not stop a part of the plugin. If Openfire has problems afterwards, restart it.", e);
            }
        }
    }

    private void start(final Feature feature, final Runnable starter)
    {
        if (limitations.isAvailable(feature)) {
            try {
                starter.run();
            } catch (final RuntimeException | LinkageError e) {
                Log.error("Could not start a part of the plugin. Not available: {}. Occupant ids are added all the same.",
                    feature.description(), e);
            }
        }
    }

    private void intercept(final PacketInterceptor interceptor)
    {
        InterceptorManager.getInstance().addInterceptor(interceptor);
        onStop(() -> InterceptorManager.getInstance().removeInterceptor(interceptor));
    }

    private void startListening()
    {
        start(Feature.SETTINGS, () -> {
            final RotationNews news = new RotationNews(ServerProperties::set, this::rotatedElsewhere);
            onStop(ServerProperties.listen((name, value) -> {
                if (name.equals(Settings.RETIRED_DAYS.name())) {
                    worker.run(secrets::eraseRetired);
                } else if (name.equals(RotationNews.PROPERTY)) {
                    news.read(value);
                }
            }));
            start(Feature.CLUSTER, () -> {
                onStop(ClusterNodes.listen(secrets::rereadAll));
                clustered = ClusterNodes::isClustered;
                otherNodes = room -> {
                    try {
                        if (ClusterNodes.isClustered()) {
                            news.tell(room);
                        }
                    } catch (final RuntimeException e) {
                        Log.warn("Could not tell the other nodes of the cluster about a new secret of room {} (* is all rooms). Each node"
                            + " uses the previous secret until a user joins the room there. To end this at once, restart the other nodes.",
                            room, e);
                    }
                };
            });
        });
    }

    private void createTableIfMissing()
    {
        if (limitations.isAvailable(Feature.TABLE) && table.createIfMissing()) {
            secrets.rereadAll();
            otherNodes.accept(RoomSecrets.ALL_ROOMS);
        }
    }

    /** Logs each of the other copies once. Newer versions of Openfire do not even try to start them. */
    private void reportOtherCopies()
    {
        file.otherCopies().stream().filter(reportedCopies::add).forEach(other ->
            Log.error("The occupantid plugin is installed more than once. {} runs; {} does not. Delete plugins/{}. To use {} instead, delete"
                + " plugins/{} and restart Openfire.", file.name(), other, other, other, file.name()));
    }

    /** Since Openfire 4.7, the node that rotates a secret announces all occupants; before, each node knows only its own. */
    private void rotatedElsewhere(final String room)
    {
        final boolean before47 = access.isBefore47();
        if (RoomSecrets.ALL_ROOMS.equals(room)) {
            secrets.rereadAll();
            if (before47) {
                worker.run(this::announceAll);
            }
        } else {
            secrets.reread(room);
            if (before47) {
                worker.announce(new JID(room));
            }
        }
    }

    private void joined(final JID room, final JID user)
    {
        if (!announcer.isKnown(room, user)) {
            worker.announce(room);
        }
    }

    /** When a node of a cluster stops, the others create unavailable presences for its occupants. This remembers the id for them. */
    private void left(final JID room, final JID user)
    {
        if (clustered.getAsBoolean()) {
            outward.rememberId(room, user);
        }
    }

    private int announceAnew(final JID room) throws InterruptedException
    {
        // The second pass is for presences that entered the room with the previous id during the first.
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
        // Again, for presences that were on their way when the plugin started.
        cleanSessions();
    }

    private void cleanSessions()
    {
        if (limitations.isAvailable(Feature.ANNOUNCEMENTS)) {
            ServerRoutes.clean(announcer);
        }
    }

    /** Removes the ids from rooms if the plugin was removed. Its jar is still there when Openfire stops, updates or reloads it. */
    private void withdrawIfRemoved()
    {
        if (limitations.isAvailable(Feature.ANNOUNCEMENTS) && !ServerRoutes.isShuttingDown() && !file.exists()) {
            rooms.inMemory().forEach(announcer::withdraw);
        }
    }
}
