/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.fire;

import org.igniterealtime.openfire.plugin.occupantid.fire.Received.Excuse;
import org.igniterealtime.openfire.plugin.occupantid.fire.Received.Kind;
import org.igniterealtime.openfire.plugin.occupantid.harness.RawClient;
import org.igniterealtime.openfire.plugin.occupantid.harness.Stanza;
import org.igniterealtime.openfire.plugin.occupantid.harness.XmppServer;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A client that does in rooms whatever comes to its mind, right or wrong. What it sends, it marks as its own, in an element that rooms
 * pass on as they do with all that they do not know. What it receives goes to the {@link Checker}; of the rooms it is in, it has in mind
 * who is there, as any client has.
 */
final class Visitor
{
    /** What a visitor can do. */
    enum Deed
    {
        JOIN, LEAVE, NICK, PRESENCE, SAY, WHISPER, SUBJECT, ADMINISTER, DESTROY, DISCO, STRAY, DROP
    }

    /**
     * An occupant, as a visitor sees it.
     *
     * @param owner the bare JID of the user; null if nothing shows it.
     * @param id the occupant id; null if there is none.
     */
    record Seen(String owner, String id)
    {
    }

    /** Being in a room, or on the way into it. */
    private static final class Stay
    {
        private final Map<String, Seen> occupants = new HashMap<>();
        private String nick;
        /** Asked for, and neither given nor refused; null if there is none. */
        private String wanted;
        private boolean inside;

        private Stay(final String nick)
        {
            this.nick = nick;
        }
    }

    private static final String PASSWORD = "secret";
    private static final String OURS = "urn:occupantid:fire";
    private static final String IDS = "urn:xmpp:occupant-id:0";
    private static final String MUC_USER = "http://jabber.org/protocol/muc#user";
    private static final String DISCO = "http://jabber.org/protocol/disco#info";
    private static final String PROBE = "probe";
    private static final int DEVICES = 3;

    private final XmppServer server;
    private final Checker checker;
    private final Town town;
    private final String user;
    private final String name;
    private final AtomicLong marks = new AtomicLong();

    /** Guarded by itself, like all that follows. */
    private final Map<String, Stay> stays = new HashMap<>();
    private RawClient client;
    private int connections;
    private long since;
    private long lastPing;
    private final Map<Long, CountDownLatch> pings = new HashMap<>();

    /**
     * @param user the name of the account.
     * @param device tells the visitors of one account apart.
     */
    Visitor(final XmppServer server, final Checker checker, final Town town, final String user, final int device)
    {
        this.server = server;
        this.checker = checker;
        this.town = town;
        this.user = user;
        this.name = user + "-" + device;
    }

    String user()
    {
        return user;
    }

    /** Logs in. What arrives from now on is checked. */
    void connect()
    {
        final RawClient fresh = RawClient.connectWithoutPresence(server, user, PASSWORD, name + "-" + connections++ % DEVICES);
        fresh.passTo(stanza -> received(fresh, stanza));
        synchronized (stays) {
            client = fresh;
            // Whatever is on the way may have been sent long ago.
            since = System.nanoTime();
        }
        fresh.send("<presence><priority>1</priority></presence>");
    }

    boolean isConnected()
    {
        synchronized (stays) {
            return client != null;
        }
    }

    void close()
    {
        final RawClient last = forget();
        if (last != null) {
            last.close();
        }
    }

    /** Does something, if it can be done now. */
    void act(final Random random)
    {
        final Deed deed = town.deed(random);
        try {
            if (!isConnected()) {
                connect();
            } else if (act(deed, random)) {
                town.done(deed);
            }
        } catch (final UncheckedIOException | AssertionError broken) {
            // The server, when it has thrown us out, or cannot let us in while the database is away.
            forget();
        }
    }

    /**
     * Sends a ping to the server.
     *
     * @return is counted down when the answer is there, and so is all that the server sent to this visitor before; or when this visitor is
     *     not connected any more.
     */
    CountDownLatch ping()
    {
        final CountDownLatch pong = new CountDownLatch(1);
        synchronized (stays) {
            if (client == null) {
                pong.countDown();
                return pong;
            }
            lastPing = Math.max(lastPing + 1, System.nanoTime());
            pings.put(lastPing, pong);
            try {
                client.send("<iq type='get' id='ping-" + lastPing + "' to='" + server.domain() + "'><ping xmlns='urn:xmpp:ping'/></iq>");
            } catch (final UncheckedIOException broken) {
                forget();
            }
        }
        return pong;
    }

    /** Whispers to itself in each room, which is refused where it is not. */
    void probe()
    {
        synchronized (stays) {
            stays.forEach((room, stay) -> send("<message type='chat' id='" + PROBE + "' to='" + room + "/" + stay.nick + "'>" + mark() + "</message>"));
        }
    }

    /** Asks to be let into a room. */
    private boolean join(final String room, final String nick, final String history)
    {
        synchronized (stays) {
            if (stays.containsKey(room) || !town.take(room, nick, user)) {
                return false;
            }
            stays.put(room, new Stay(nick));
            // Without the element of group chat, a new room is open to others at once.
            final String element = town.isLasting(room) ? "<x xmlns='http://jabber.org/protocol/muc'>" + history + "</x>" : "";
            send("<presence to='" + room + "/" + nick + "'>" + element + mark() + "</presence>");
            return true;
        }
    }

    /** The nick that this visitor has in a room; null if it is not there. */
    String nickIn(final String room)
    {
        synchronized (stays) {
            final Stay stay = stays.get(room);
            return stay == null || !stay.inside ? null : stay.nick;
        }
    }

    /** Whom this visitor sees in a room, by their nicks. */
    Map<String, Seen> occupantsOf(final String room)
    {
        synchronized (stays) {
            return new HashMap<>(stays.get(room).occupants);
        }
    }

    @Override
    public String toString()
    {
        return name;
    }

    private boolean act(final Deed deed, final Random random)
    {
        switch (deed) {
            case JOIN:
                return join(town.anyRoom(random), town.anyNick(random),
                    random.nextBoolean() ? "" : "<history maxstanzas='" + random.nextInt(10) + "'/>");
            case STRAY:
                stray(random);
                return true;
            case DROP:
                final RawClient last = forget();
                if (last != null) {
                    last.drop();
                }
                return true;
            case DISCO:
                send("<iq type='get' id='disco' to='" + town.anyRoom(random) + "'><query xmlns='" + DISCO + "'/></iq>");
                return true;
            default:
                final String room = anyStay(random);
                if (room == null) {
                    return false;
                }
                actIn(room, deed, random);
                return true;
        }
    }

    private void actIn(final String room, final Deed deed, final Random random)
    {
        final String own = "to='" + room + "/" + nickIn(room) + "'";
        switch (deed) {
            case LEAVE:
                synchronized (stays) {
                    send("<presence type='unavailable' " + own + ">" + mark() + forgery(room, random) + "</presence>");
                    leave(room);
                }
                break;
            case NICK:
                rename(room, town.anyNick(random), random);
                break;
            case PRESENCE:
                send("<presence " + own + "><show>away</show>" + mark() + forgery(room, random) + "</presence>");
                break;
            case SAY:
                send("<message type='groupchat' id='" + random.nextInt() + "' to='" + room + "'>" + forgery(room, random) + "<body>so</body>"
                    + mark() + "</message>");
                break;
            case SUBJECT:
                send("<message type='groupchat' to='" + room + "'><subject>" + random.nextInt() + "</subject>" + mark()
                    + forgery(room, random) + "</message>");
                break;
            case WHISPER:
                send("<message type='chat' to='" + room + "/" + anyOccupant(room, random) + "'><body>psst</body>" + mark()
                    + forgery(room, random) + "</message>");
                break;
            case ADMINISTER:
                administer(room, random);
                break;
            case DESTROY:
                if (!town.isLasting(room)) {
                    send("<iq type='set' id='destroy' to='" + room + "'><query xmlns='http://jabber.org/protocol/muc#owner'><destroy/></query></iq>");
                }
                break;
            default:
                throw new IllegalArgumentException(deed.toString());
        }
    }

    private void rename(final String room, final String nick, final Random random)
    {
        synchronized (stays) {
            final Stay stay = stays.get(room);
            if (stay != null && stay.wanted == null && !nick.equals(stay.nick) && town.take(room, nick, user)) {
                stay.wanted = nick;
                send("<presence to='" + room + "/" + nick + "'>" + mark() + forgery(room, random) + "</presence>");
            }
        }
    }

    /** Forgets that it is in a room. */
    private void leave(final String room)
    {
        final Stay stay = stays.remove(room);
        if (stay != null) {
            town.release(room, stay.nick, user);
            if (stay.wanted != null) {
                town.release(room, stay.wanted, user);
            }
        }
    }

    /** Only owners and admins may; others are refused. */
    private void administer(final String room, final Random random)
    {
        final String someone = "jid='" + town.anyUser(random) + "'";
        final String nick = "nick='" + anyOccupant(room, random) + "'";
        final String[][] items = {
            {nick + " role='visitor'", nick + " role='participant'"}, {nick + " role='none'"}, {nick + " role='moderator'"},
            {someone + " affiliation='member'"}, {someone + " affiliation='admin'"}, {someone + " affiliation='none'"},
            {someone + " affiliation='outcast'", someone + " affiliation='none'"}};
        for (final String item : items[random.nextInt(items.length)]) {
            send("<iq type='set' id='admin' to='" + room + "'><query xmlns='http://jabber.org/protocol/muc#admin'><item " + item
                + "/></query></iq>");
        }
    }

    /** To rooms that it is not in, or that nobody has ever heard of. */
    private void stray(final Random random)
    {
        final String room = random.nextBoolean() ? town.anyRoom(random) : "made-up-" + random.nextInt() + "@conference." + server.domain();
        synchronized (stays) {
            if (!stays.containsKey(room)) {
                send(switch (random.nextInt(3)) {
                    case 0 -> "<message type='groupchat' to='" + room + "'><body>so</body>" + mark() + forgery(room, random) + "</message>";
                    case 1 -> "<message type='chat' to='" + room + "/" + town.anyNick(random) + "'><body>so</body>" + mark() + "</message>";
                    default -> "<presence type='unavailable' to='" + room + "/" + town.anyNick(random) + "'>" + mark() + "</presence>";
                });
            }
        }
    }

    /** What tells this stanza from all others, and who sends it. */
    private String mark()
    {
        return "<by xmlns='" + OURS + "' nonce='" + user + "@" + server.domain() + " " + name + " " + marks.incrementAndGet() + " "
            + System.nanoTime() + "'/>";
    }

    /** Now and then, the id of another, or one that nobody has. */
    private String forgery(final String room, final Random random)
    {
        if (random.nextInt(3) > 0) {
            return "";
        }
        String id = null;
        // While the plugin is away nobody takes it out, and it may be in history when it is back: a limit that is known.
        if (checker.excuse() != Excuse.PLUGIN_AWAY && random.nextInt(4) > 0) {
            synchronized (stays) {
                final Stay stay = stays.get(room);
                final List<Seen> seen = stay == null ? List.of() : new ArrayList<>(stay.occupants.values());
                id = seen.isEmpty() ? null : seen.get(random.nextInt(seen.size())).id();
            }
        }
        if (id == null) {
            id = (Checker.MADE_UP + "0".repeat(25) + (1_000_000_000L + random.nextInt(1_000_000_000))).substring(0, 43);
        }
        return "<occupant-id xmlns='" + IDS + "' id='" + id + "'/>";
    }

    private String anyStay(final Random random)
    {
        synchronized (stays) {
            final List<String> inside = stays.entrySet().stream().filter(stay -> stay.getValue().inside).map(Map.Entry::getKey).sorted().toList();
            return inside.isEmpty() ? null : inside.get(random.nextInt(inside.size()));
        }
    }

    private String anyOccupant(final String room, final Random random)
    {
        synchronized (stays) {
            final Stay stay = stays.get(room);
            final List<String> nicks = stay == null ? List.of() : stay.occupants.keySet().stream().sorted().toList();
            return nicks.isEmpty() ? town.anyNick(random) : nicks.get(random.nextInt(nicks.size()));
        }
    }

    private void send(final String xml)
    {
        final RawClient now;
        synchronized (stays) {
            now = client;
        }
        if (now != null) {
            now.send(xml);
        }
    }

    private RawClient forget()
    {
        synchronized (stays) {
            final RawClient last = client;
            client = null;
            List.copyOf(stays.keySet()).forEach(this::leave);
            pings.values().forEach(CountDownLatch::countDown);
            pings.clear();
            return last;
        }
    }

    /** Nothing is kept, so that hours do not fill the memory. */
    private boolean received(final RawClient by, final Stanza stanza)
    {
        final String from = stanza.attr("from");
        if (stanza.name().equals("iq")) {
            receivedIq(by, stanza);
            // What is asked while logging in is answered there.
            return stanza.attr("id") == null || !stanza.attr("id").startsWith("raw-client-");
        }
        if (from != null && from.contains("@conference.")) {
            synchronized (stays) {
                if (by == client) {
                    receivedFromRoom(stanza, from);
                }
            }
        } else if (stanza.element().getElementsByTagNameNS(IDS, "occupant-id").getLength() > 0) {
            synchronized (stays) {
                receivedFromElsewhere(stanza, from);
            }
        }
        return true;
    }

    /** An id has nothing to do there, but for one case. */
    private void receivedFromElsewhere(final Stanza stanza, final String from)
    {
        final Stanza id = stanza.child(IDS, "occupant-id");
        final Stanza mark = stanza.child(OURS, "by");
        final String[] marked = mark == null ? new String[0] : mark.attr("nonce").split(" ");
        if (id != null && hasNoIdBut(stanza, id) && stanza.name().equals("presence") && stanza.attr("type") == null && marked.length > 0
            && from != null && from.startsWith(marked[0] + "/" + marked[1] + "-")) {
            checker.received(new Received(name, null, null, Kind.UNMASKED, id.attr("id"), marked[0], mark.attr("nonce"),
                Long.parseLong(marked[3]), since, checker.excuse()));
        } else {
            checker.wrong("an id in what is not from a room: " + stanza);
        }
    }

    private void receivedIq(final RawClient by, final Stanza iq)
    {
        final String id = String.valueOf(iq.attr("id"));
        if (id.startsWith("ping-")) {
            synchronized (stays) {
                if (by == client) {
                    since = Long.parseLong(id.substring(5));
                    pings.remove(since).countDown();
                }
            }
        } else if (id.equals("disco") && "result".equals(iq.attr("type")) && checker.excuse() == Excuse.NONE) {
            final long features = iq.child(DISCO, "query").children(DISCO, "feature").stream().filter(one -> IDS.equals(one.attr("var"))).count();
            if (features != 1) {
                checker.wrong("the feature is there " + features + " times: " + iq);
            }
        }
    }

    private void receivedFromRoom(final Stanza stanza, final String from)
    {
        final int slash = from.indexOf('/');
        final String room = slash < 0 ? from : from.substring(0, slash);
        final String nick = slash < 0 ? null : from.substring(slash + 1);
        final List<Stanza> ids = stanza.children(IDS, "occupant-id");
        if (ids.isEmpty() ? stanza.element().getElementsByTagNameNS(IDS, "*").getLength() > 0 : !hasNoIdBut(stanza, ids.get(0))) {
            checker.wrong("not one id: " + stanza);
        }
        final String id = ids.isEmpty() ? null : ids.get(0).attr("id");
        final Stanza mark = stanza.child(OURS, "by");
        final String nonce = mark == null ? null : mark.attr("nonce");
        final String[] marked = nonce == null ? new String[] {null, null, null, "0"} : nonce.split(" ");
        final Kind kind = kindOf(stanza, nick);
        String owner = marked[0];
        if (kind == Kind.PRESENCE) {
            final Stanza item = stanza.child(MUC_USER, "x") == null ? null : stanza.child(MUC_USER, "x").child(MUC_USER, "item");
            if (item != null && item.attr("jid") != null && !item.attr("jid").startsWith(user + "@")) {
                checker.seesJids(name, room);
            }
            appeared(room, nick, marked[1], new Seen(owner, id));
        } else if (kind == Kind.LEAVE) {
            final Stanza item = stanza.child(MUC_USER, "x");
            if (owner == null && item != null && item.child(MUC_USER, "destroy") != null) {
                // Of a room that is destroyed, everybody is told of their own leave only.
                owner = user + "@" + server.domain();
            }
            left(room, nick, item == null ? null : item.child(MUC_USER, "item").attr("nick"), owner);
        } else if ("error".equals(stanza.attr("type"))) {
            refused(stanza, room, nick);
        }
        checker.received(new Received(name, room, nick, kind, id, owner, nonce, Long.parseLong(marked[3]), since, checker.excuse()));
    }

    /** Whether a stanza has one id, which is as it should be. */
    private static boolean hasNoIdBut(final Stanza stanza, final Stanza id)
    {
        return stanza.element().getElementsByTagNameNS(IDS, "*").getLength() == 1 && id.element().getAttributes().getLength() == 1
            && !id.element().hasChildNodes();
    }

    private static Kind kindOf(final Stanza stanza, final String nick)
    {
        final String type = stanza.attr("type");
        if (nick == null || "error".equals(type)) {
            return Kind.NOBODY;
        }
        if (stanza.name().equals("presence")) {
            return "unavailable".equals(type) ? Kind.LEAVE : Kind.PRESENCE;
        }
        if (!"groupchat".equals(type)) {
            return Kind.PRIVATE;
        }
        return stanza.child("urn:xmpp:delay", "delay") == null && stanza.child("jabber:x:delay", "x") == null ? Kind.MESSAGE : Kind.PAST;
    }

    private void refused(final Stanza stanza, final String room, final String nick)
    {
        final Stay stay = stays.get(room);
        if (PROBE.equals(stanza.attr("id")) || stay != null && !stay.inside && stanza.name().equals("presence")) {
            leave(room);
        } else if (stay != null && stay.wanted != null && stay.wanted.equals(nick) && stanza.name().equals("presence")) {
            town.release(room, stay.wanted, user);
            stay.wanted = null;
        }
    }

    private void appeared(final String room, final String nick, final String visitor, final Seen seen)
    {
        final Stay stay = stays.get(room);
        if (stay == null) {
            return;
        }
        stay.occupants.put(nick, seen);
        if (name.equals(visitor) && nick.equals(stay.nick)) {
            stay.inside = true;
        }
    }

    /**
     * @param newNick what the occupant is called from now on; null for one who is gone.
     */
    private void left(final String room, final String nick, final String newNick, final String owner)
    {
        final Stay stay = stays.get(room);
        if (stay == null) {
            return;
        }
        stay.occupants.remove(nick);
        if (!stay.inside || !nick.equals(stay.nick) || !(user + "@" + server.domain()).equals(owner)) {
            return;
        }
        if (newNick == null) {
            leave(room);
        } else {
            // Another device under the same nick may have wanted it; then this one follows.
            town.release(room, nick, user);
            if (newNick.equals(stay.wanted)) {
                stay.wanted = null;
            } else {
                town.take(room, newNick, user);
            }
            stay.nick = newNick;
        }
    }
}
