/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.fire;

import org.igniterealtime.openfire.plugin.occupantid.compatibility.Limitations;
import org.igniterealtime.openfire.plugin.occupantid.id.IdFormula;
import org.igniterealtime.openfire.plugin.occupantid.id.OccupantIds;
import org.igniterealtime.openfire.plugin.occupantid.muc.LocalRooms;
import org.igniterealtime.openfire.plugin.occupantid.muc.RoomAccess;
import org.igniterealtime.openfire.plugin.occupantid.muc.Shapes.Manager;
import org.igniterealtime.openfire.plugin.occupantid.muc.Shapes.Occupant51;
import org.igniterealtime.openfire.plugin.occupantid.muc.Shapes.Room51;
import org.igniterealtime.openfire.plugin.occupantid.secret.Database;
import org.igniterealtime.openfire.plugin.occupantid.secret.RoomSecret;
import org.igniterealtime.openfire.plugin.occupantid.secret.RoomSecrets;
import org.igniterealtime.openfire.plugin.occupantid.secret.SecretStore;
import org.igniterealtime.openfire.plugin.occupantid.stanza.Announcer;
import org.igniterealtime.openfire.plugin.occupantid.stanza.Doorkeeper;
import org.igniterealtime.openfire.plugin.occupantid.stanza.InwardStamp;
import org.igniterealtime.openfire.plugin.occupantid.stanza.OccupantIdInterceptor;
import org.igniterealtime.openfire.plugin.occupantid.stanza.OutwardProof;
import org.igniterealtime.openfire.plugin.occupantid.stanza.StanzaCounts;
import org.jivesoftware.openfire.muc.MUCRole;
import org.jivesoftware.openfire.muc.MUCRoom;
import org.jivesoftware.openfire.muc.MultiUserChatManager;
import org.jivesoftware.openfire.muc.MultiUserChatService;
import org.jivesoftware.openfire.user.UserNotFoundException;
import org.jivesoftware.util.Encryptor;
import org.xmpp.packet.JID;
import org.xmpp.packet.Presence;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What handles stanzas, put together as the plugin does it, on a server of two services with three rooms that never change. It makes
 * ids by itself too, by their definition, to compare with.
 */
final class SmallServer
{
    static final String DOMAIN = "example.org";
    static final String COVEN = "coven@conference." + DOMAIN;
    static final String HEATH = "heath@conference." + DOMAIN;
    static final String CAVE = "höhle@rooms." + DOMAIN;
    static final String ONE = "one@" + DOMAIN;
    static final String TWO = "two@" + DOMAIN;
    static final String THREE = "three@elsewhere.org";

    /** Real full JIDs by nick, by room. One user has two devices, nicks mean others in other rooms, and one looks like an address. */
    private static final Map<String, Map<String, List<String>>> ROOMS = Map.of(
        COVEN, Map.of("first", List.of(ONE + "/x", ONE + "/y"), "second", List.of(TWO + "/x"), "third", List.of(THREE + "/x")),
        HEATH, Map.of("first", List.of(TWO + "/x"), "a/b@c", List.of(ONE + "/x")),
        CAVE, Map.of("first", List.of(THREE + "/x"), "zweite", List.of(ONE + "/x")));

    private static final Set<String> LOCAL = Set.of("conference." + DOMAIN, "rooms." + DOMAIN);
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{43}");
    private static final int REMEMBERED = 1_000;

    private final boolean ownIds;
    private final boolean away;
    private final RoomSecrets secrets;
    private final OccupantIds ids;
    private final Doorkeeper doorkeeper;
    private final OccupantIdInterceptor interceptor;
    private final List<String> retired = new ArrayList<>();
    /** Room and user of each id that was made for one. */
    private final Map<String, String> made = new HashMap<>();
    private final Map<String, String> known = new HashMap<>();
    private final Map<String, String> proofs = new HashMap<>();
    private final Set<String> closing = new HashSet<>();
    private final Map<String, String> successors = new HashMap<>();

    /**
     * @param ownIds whether the server gives occupants ids by itself.
     * @param away whether the database never answers.
     */
    SmallServer(final boolean ownIds, final boolean away)
    {
        this.ownIds = ownIds;
        this.away = away;
        final Database database = new Database();
        final SecretStore store = new SecretStore(away ? database : new OneConnection(database), Plain::new, () -> null);
        secrets = new RoomSecrets(store, () -> 1_000, () -> 0, room -> null, room -> null);
        // So few ids are remembered that many are forgotten on the way.
        ids = new OccupantIds(secrets::originKey, () -> 8);
        if (away) {
            database.away(true);
            secrets.originKey();
            secrets.rereadAll();
        } else {
            for (final String room : List.of(COVEN, HEATH, CAVE)) {
                Stream.of(ONE, TWO, THREE).forEach(user -> retired.add(idOf(room, user)));
                rotate(room);
            }
        }
        final Limitations limitations = new Limitations(Map.of());
        final RoomAccess access = ownIds ? new RoomAccess(limitations, Room51.class, NewService.class)
            : new RoomAccess(limitations, MUCRoom.class, OldService.class);
        final LocalRooms rooms = new LocalRooms(new Services(ownIds), access, DOMAIN);
        doorkeeper = new Doorkeeper(rooms, new Announcer(rooms, secrets, ids, presence -> { }, () -> 1));
        interceptor = new OccupantIdInterceptor(rooms, new InwardStamp(rooms, secrets, ids, new StanzaCounts(), () -> false),
            new OutwardProof(rooms, secrets, ids));
        if (rooms.haveOwnIds() != ownIds) {
            throw new IllegalStateException("The small server has other ids than it should.");
        }
    }

    Doorkeeper doorkeeper()
    {
        return doorkeeper;
    }

    OccupantIdInterceptor interceptor()
    {
        return interceptor;
    }

    boolean hasOwnIds()
    {
        return ownIds;
    }

    /** Whether the server can make no ids. */
    boolean isAway()
    {
        return away;
    }

    boolean isLocal(final String address)
    {
        return address != null && LOCAL.contains(Address.of(address).domain());
    }

    /** Whether an address is one, as it is written. */
    boolean isAddress(final String address)
    {
        try {
            return new JID(address).toString().equals(address);
        } catch (final IllegalArgumentException none) {
            return false;
        }
    }

    /** An address as the server normalises it; null for what is none. */
    String normalised(final String address)
    {
        try {
            return new JID(address).toString();
        } catch (final IllegalArgumentException none) {
            return null;
        }
    }

    /** Whether an address is of another server. */
    boolean isElsewhere(final String address)
    {
        return !address.isEmpty() && !('.' + Address.of(address).domain()).endsWith('.' + DOMAIN);
    }

    boolean isRoom(final String room)
    {
        return ROOMS.containsKey(room);
    }

    /** The bare JID of the user who holds a nick in a room; null if nobody does. */
    String holderOf(final Address occupant)
    {
        final List<String> devices = ROOMS.getOrDefault(occupant.bare(), Map.of()).get(occupant.nick());
        return devices == null ? null : Address.of(devices.get(0)).bare();
    }

    /** What the user who holds a nick is called from now on. */
    String idOfHolder(final Address occupant)
    {
        return idOf(occupant.bare(), holderOf(occupant));
    }

    boolean isOccupant(final String room, final String user)
    {
        return ROOMS.getOrDefault(room, Map.of()).values().stream().anyMatch(devices -> devices.contains(user));
    }

    void rotate(final String room)
    {
        if (!away) {
            final RoomSecret before = secrets.ofRoom(room);
            final List<String> current = Stream.of(ONE, TWO, THREE).map(user -> ids.idOf(before, user)).toList();
            Stream.of(ONE, TWO, THREE).forEach(user -> idOf(room, user));
            secrets.rotate(room, "test");
            known.clear();
            // Of two ids that want the same place one is forgotten.
            if (current.stream().filter(this::isRemembered).count() < current.size() - 1) {
                throw new AssertionError("Ids of a moment ago are not remembered");
            }
        }
    }

    /**
     * Finds out what users are called by now whose ids from before a rotation these may be. How many the plugin remembers is its own affair,
     * so it is asked for that, and not for whose they are; and it is asked before it works, since that can push one out of its memory.
     */
    void recall(final Stream<String> some)
    {
        successors.clear();
        some.filter(this::isRemembered).filter(made::containsKey).forEach(id -> {
            final String[] place = made.get(id).split(" ", 2);
            // While a room is being destroyed, nothing follows any more.
            if (secrets.inMemory(place[0]) != null) {
                successors.put(id, idOf(place[0], place[1]));
            }
        });
    }

    /** What a user is called by now whose id from before a rotation this is; null if it was none of those recalled. */
    String successorOf(final String id)
    {
        return successors.get(id);
    }

    /** Whether the plugin knows of an id of before whose it was. Here nothing else tells: the secrets themselves are not kept. */
    private boolean isRemembered(final String id)
    {
        return ids.formerOwnerOf(id) != null;
    }

    /** What a user is called in a room from now on; null if nobody can be called anything. */
    String idOf(final String room, final String user)
    {
        return away ? null : known.computeIfAbsent(room + ' ' + user, both -> make(secrets.ofRoom(room), room, user));
    }

    /** What a user will be called in a room that does not exist. */
    String idInFuture(final String room, final String user)
    {
        return away ? null : make(secrets.ofFutureRoom(room), room, user);
    }

    /** What a user was called in a room that is being destroyed. */
    String idOfLast(final String room, final String user)
    {
        closing.add(room);
        known.clear();
        return away ? null : make(secrets.ofClosingRoom(room), room, user);
    }

    /** The server says that rooms are gone. Those that never change are made anew at once. What was on its way has arrived. */
    void settle()
    {
        if (made.size() > REMEMBERED) {
            made.keySet().retainAll(retired);
            known.clear();
        }
        if (!closing.isEmpty() && !away) {
            closing.forEach(secrets::roomDestroyed);
            known.clear();
        }
        closing.clear();
    }

    /** Ids of old. */
    List<String> retired()
    {
        return retired;
    }

    /** The id that a server with ids of its own gives a user. */
    static String serversIdOf(final String user)
    {
        return String.format("%040x", user.hashCode() & 0xffffffffL);
    }

    /** Whether a text is an id that was issued here for a room. */
    boolean isIssued(final String id, final String room)
    {
        if (away || !ID.matcher(id).matches()) {
            return false;
        }
        if (proofs.size() == REMEMBERED) {
            proofs.clear();
        }
        return id.equals(proofs.computeIfAbsent(room + ' ' + id,
            both -> IdFormula.withProof(secrets.originKey(), room, Base64.getUrlDecoder().decode(id))));
    }

    private String make(final RoomSecret secret, final String room, final String user)
    {
        final String id = IdFormula.id(secret.key(), secrets.originKey(), room, user);
        made.put(id, room + ' ' + user);
        return id;
    }

    /** An address as it is written, taken apart. */
    record Address(String bare, String node, String domain, String nick)
    {
        static Address of(final String text)
        {
            final String[] ends = text.split("/", 2);
            final String[] names = ends[0].split("@", 2);
            return new Address(ends[0], names.length < 2 ? null : names[0], names[names.length - 1], ends.length < 2 ? null : ends[1]);
        }
    }

    /** What only costs time here: secrets lie in memory as they are. */
    private static final class Plain implements Encryptor
    {
        @Override
        public String encrypt(final String value)
        {
            return value;
        }

        @Override
        public String decrypt(final String value)
        {
            return value;
        }

        @Override
        public void setKey(final String key)
        {
        }
    }

    /** One connection to a database, and one statement of each kind, for all who ask: to open them takes most of the time. */
    private static final class OneConnection implements SecretStore.Connections
    {
        private final Map<Object, PreparedStatement> statements = new HashMap<>();
        private final Connection shared;

        OneConnection(final Database database)
        {
            try {
                final Connection real = database.open();
                shared = proxy(Connection.class, (proxy, method, args) -> switch (method.getName()) {
                    case "close" -> null;
                    case "prepareStatement" -> statements.computeIfAbsent(args[0], sql -> prepared(real, sql));
                    default -> throw new UnsupportedOperationException(method.getName());
                });
            } catch (final SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public Connection open()
        {
            return shared;
        }

        private static PreparedStatement prepared(final Connection real, final Object sql)
        {
            try {
                final PreparedStatement statement = real.prepareStatement((String) sql);
                return proxy(PreparedStatement.class, (proxy, method, args) -> {
                    try {
                        return method.getName().equals("close") ? null : method.invoke(statement, args);
                    } catch (final InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
            } catch (final SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static <T> T proxy(final Class<T> type, final InvocationHandler handler)
    {
        return type.cast(Proxy.newProxyInstance(SmallServer.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    /** A service, as up to Openfire 4.6. */
    public interface OldService extends MultiUserChatService
    {
        MUCRoom getLocalChatRoom(String name);
    }

    /** A service, as since Openfire 4.7. */
    public interface NewService extends MultiUserChatService
    {
        Manager getLocalMUCRoomManager();

        List<Object> getActiveChatRooms();
    }

    private static final class Services extends MultiUserChatManager
    {
        private final Map<String, MultiUserChatService> services = new HashMap<>();

        Services(final boolean ownIds)
        {
            for (final String name : List.of("conference", "rooms")) {
                services.put(name, ownIds ? newService(name) : oldService(name));
            }
        }

        @Override
        public MultiUserChatService getMultiUserChatService(final String subdomain)
        {
            return services.get(subdomain);
        }

        private static MultiUserChatService newService(final String subdomain)
        {
            final Manager manager = new Manager();
            ROOMS.forEach((address, nicks) -> {
                if (address.endsWith('@' + subdomain + '.' + DOMAIN)) {
                    final Room51 room = new Room51(address);
                    nicks.forEach((nick, devices) -> devices.forEach(device -> room.occupants.add(new Occupant51(device, nick))));
                    manager.rooms.put(Address.of(address).node(), room);
                }
            });
            return proxy(NewService.class, (proxy, method, args) -> switch (method.getName()) {
                case "getLocalMUCRoomManager" -> manager;
                case "hasChatRoom" -> manager.rooms.containsKey(args[0]);
                default -> throw new UnsupportedOperationException(method.getName());
            });
        }

        private static MultiUserChatService oldService(final String subdomain)
        {
            final Map<Object, MUCRoom> rooms = new HashMap<>();
            ROOMS.forEach((address, nicks) -> {
                if (address.endsWith('@' + subdomain + '.' + DOMAIN)) {
                    rooms.put(Address.of(address).node(), oldRoom(new JID(address), nicks));
                }
            });
            return proxy(OldService.class, (proxy, method, args) -> switch (method.getName()) {
                case "getLocalChatRoom" -> rooms.get(args[0]);
                case "hasChatRoom" -> rooms.containsKey(args[0]);
                default -> throw new UnsupportedOperationException(method.getName());
            });
        }

        private static MUCRoom oldRoom(final JID room, final Map<String, List<String>> nicks)
        {
            final Map<String, List<MUCRole>> byNick = new HashMap<>();
            final Map<JID, MUCRole> byUser = new HashMap<>();
            nicks.forEach((nick, devices) -> devices.stream().map(JID::new).forEach(device -> {
                final Presence presence = new Presence();
                final MUCRole role = proxy(MUCRole.class, (proxy, method, args) -> switch (method.getName()) {
                    case "getUserAddress" -> device;
                    case "getNickname" -> nick;
                    case "getPresence" -> presence;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
                byNick.computeIfAbsent(nick, first -> new ArrayList<>()).add(role);
                byUser.put(device, role);
            }));
            return proxy(MUCRoom.class, (proxy, method, args) -> switch (method.getName()) {
                case "getJID" -> room;
                case "getOccupants" -> byUser.values();
                case "getOccupantsByNickname" -> found(byNick.get(args[0]));
                case "getOccupantByFullJID" -> byUser.get(args[0]);
                default -> throw new UnsupportedOperationException(method.getName());
            });
        }

        private static Object found(final Object occupant) throws UserNotFoundException
        {
            if (occupant == null) {
                throw new UserNotFoundException();
            }
            return occupant;
        }
    }
}
