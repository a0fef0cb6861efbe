/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.fire;

import org.igniterealtime.openfire.plugin.occupantid.fire.Received.Excuse;
import org.igniterealtime.openfire.plugin.occupantid.fire.Received.Kind;
import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireServer;

import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Judges all that clients received: whether each id is that of the one who really sent the stanza, under a secret that was in force,
 * and whether there is one where one should be. Stanzas are kept until they are judged; of those judged, only counts remain, the ids
 * of the latest messages, and what was wrong.
 */
final class Checker
{
    /** Clients put these in while nobody takes them out; they begin so that they can be told from all others. */
    static final String MADE_UP = "made-up-";

    private static final int DESCRIBED = 20;
    private static final int MESSAGES = 50_000;

    /** How long before something ended a message may have been sent that came in only then. */
    private static final long ON_THE_WAY = TimeUnit.SECONDS.toNanos(10);

    private final Ledger ledger;
    private final Queue<Received> kept = new ConcurrentLinkedQueue<>();
    private final LongAdder arrived = new LongAdder();

    /** By what tells a message from others, the id that it was seen with. */
    private final Map<String, String> idOfMessage = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(final Map.Entry<String, String> eldest)
        {
            return size() > MESSAGES;
        }
    };
    private final Map<Kind, Long> judged = new EnumMap<>(Kind.class);
    private final Map<Excuse, Long> withoutId = new EnumMap<>(Excuse.class);
    private final List<Window> windows = new ArrayList<>();
    private final List<String> wrongs = new ArrayList<>();
    private long wrong;
    private final Set<String> owners = new HashSet<>();

    /** Who was shown real JIDs where: the client and the room. */
    private final Set<String> whereJidsAreShown = ConcurrentHashMap.newKeySet();
    private long unmasked;
    private long madeUp;
    /** The owner of each id that Openfire 5 itself issued, by room and id. */
    private final Map<String, String> ownersOnServer = new HashMap<>();
    private long serversOwn;
    private long unstored;
    private long ofNobody;
    private volatile Window open = new Window(Excuse.NONE, 0);

    Checker(final Ledger ledger)
    {
        this.ledger = ledger;
    }

    /** What is going on now. */
    Excuse excuse()
    {
        return open.excuse;
    }

    /** From now on ids may be missing. */
    synchronized void opens(final Excuse excuse)
    {
        open = new Window(excuse, System.nanoTime());
        windows.add(open);
    }

    /** No more are they. All that was under way until then has been received. */
    synchronized void closes()
    {
        open.end = System.nanoTime();
        open = new Window(Excuse.NONE, 0);
    }

    /** Keeps a stanza. */
    void received(final Received stanza)
    {
        kept.add(stanza);
        arrived.increment();
    }

    /** Notes that a client was shown the real JID of another in a room. */
    void seesJids(final String client, final String room)
    {
        whereJidsAreShown.add(client + " " + room);
    }

    /** How many stanzas have arrived so far. */
    long arrived()
    {
        return arrived.sum();
    }

    /** Judges all that has arrived. The database must be there. */
    synchronized void judge()
    {
        final List<Received> all = new ArrayList<>();
        for (Received next = kept.poll(); next != null; next = kept.poll()) {
            all.add(next);
        }
        // After they have arrived: the secrets of all of them were stored before they were used.
        ledger.refresh();
        all.forEach(this::judge);
    }

    /** Notes something wrong. */
    synchronized void wrong(final String what)
    {
        wrong++;
        if (wrongs.size() < DESCRIBED) {
            wrongs.add(LocalTime.now().truncatedTo(ChronoUnit.MILLIS) + " " + what);
        }
    }

    /** Whether an id is what a user has in a room now, by the secrets last taken notice of. */
    synchronized boolean isOfToday(final String room, final String user, final String id)
    {
        return ledger.idOf(room, user).equals(id);
    }

    /** How much was wrong so far. */
    synchronized long wrong()
    {
        return wrong;
    }

    /** The first things that were wrong, in words. */
    synchronized List<String> wrongs()
    {
        return List.copyOf(wrongs);
    }

    /** The counts, in words. */
    synchronized String counts()
    {
        return String.format(Locale.ROOT, "stanzas checked: %d (%s); wrong: %d; without an id while the database was away: %d, while the plugin was"
                + " away: %d; made-up ids while the plugin was away: %d; the server's own: %d; ids of rooms that were being made at that"
                + " moment: %d; without a trace of their senders: %d;"
                + " presences from real JIDs, to those who are shown them anyway: %d",
            judged.values().stream().mapToLong(Long::longValue).sum(), judged.toString().toLowerCase(Locale.ROOT).replaceAll("[{}]", ""), wrong,
            withoutId.getOrDefault(Excuse.DATABASE_AWAY, 0L), withoutId.getOrDefault(Excuse.PLUGIN_AWAY, 0L), madeUp, serversOwn, unstored,
            ofNobody, unmasked);
    }

    private void judge(final Received stanza)
    {
        judged.merge(stanza.kind(), 1L, Long::sum);
        if (stanza.kind() == Kind.NOBODY) {
            if (stanza.id() != null && !isMadeUp(stanza) && !isGivenBack(stanza)) {
                wrong("an id where nobody speaks: " + stanza);
            }
        } else if (stanza.kind() == Kind.UNMASKED) {
            judgeUnmasked(stanza);
        } else if (stanza.id() == null) {
            final Excuse excuse = excuseFor(stanza);
            if (excuse == Excuse.NONE) {
                wrong("no id: " + stanza);
            } else {
                withoutId.merge(excuse, 1L, Long::sum);
            }
        } else if (stanza.owner() == null) {
            // An id it has; whose it is can be told by nothing else.
            ofNobody++;
        } else if (!isMadeUp(stanza) && !acceptServersOwn(stanza)) {
            judgeId(stanza);
        }
    }

    /** Accepts and counts an id that Openfire 5 issued while the plugin was away. Returns false if the id had another owner before. */
    private boolean acceptServersOwn(final Received stanza)
    {
        final boolean isOfThatTime = stanza.excuse() == Excuse.PLUGIN_AWAY || stanza.kind() == Kind.PAST
            && windows.stream().anyMatch(window -> window.excuse == Excuse.PLUGIN_AWAY && window.end - stanza.sent() > 0);
        if (!OpenfireServer.isAtLeast(5, 0) || !isOfThatTime || !stanza.id().matches("[0-9a-f]{40}")) {
            return false;
        }
        serversOwn++;
        final String owner = ownersOnServer.putIfAbsent(stanza.room() + ' ' + stanza.id(), stanza.owner());
        return owner == null || owner.equals(stanza.owner());
    }

    private void judgeId(final Received stanza)
    {
        final Ledger.Secret secret = ledger.secretOf(stanza.room(), stanza.owner(), stanza.id());
        owners.add(stanza.owner());
        if (secret == null && stanza.excuse() != Excuse.NONE && ledger.isOfUnstoredSecret(stanza.room(), stanza.id(), owners)) {
            // Somebody was just making the room when what would have stored its secret went away.
            unstored++;
            return;
        }
        if (secret == null) {
            wrong("the id is not of its sender, but of " + owners.stream()
                .filter(user -> ledger.secretOf(stanza.room(), user, stanza.id()) != null).toList() + ": " + stanza);
            return;
        }
        final boolean isRepeated = stanza.kind() == Kind.PRESENCE;
        if (stanza.kind() != Kind.LEAVE && ledger.isStale(stanza.room(), secret, isRepeated ? stanza.since() : stanza.sent())) {
            wrong("the id is of a secret that was not in use any more: " + stanza);
        }
        if (stanza.kind() == Kind.MESSAGE || stanza.kind() == Kind.PAST) {
            final String before = idOfMessage.put(stanza.nonce(), stanza.id());
            if (before != null && !before.equals(stanza.id())) {
                wrong("the same message was seen with " + before + ": " + stanza);
            }
        }
    }

    private void judgeUnmasked(final Received stanza)
    {
        if (isMadeUp(stanza)) {
            return;
        }
        final List<String> rooms = ledger.roomsOf(stanza.owner(), stanza.id());
        if (rooms.size() == 1 && whereJidsAreShown.contains(stanza.to() + " " + rooms.get(0))) {
            unmasked++;
        } else {
            wrong("an id in what is not from a room: " + stanza);
        }
    }

    private boolean isMadeUp(final Received stanza)
    {
        final boolean is = stanza.id() != null && stanza.id().startsWith(MADE_UP) && stanza.excuse() == Excuse.PLUGIN_AWAY;
        if (is) {
            madeUp++;
        }
        return is;
    }

    /**
     * Whether a sender gets back, with the sender's own id, what failed: it came in before the plugin went away, and goes out after that.
     * While the plugin is away, Openfire 5 gives it back with the id that it has added itself.
     */
    private boolean isGivenBack(final Received stanza)
    {
        return stanza.excuse() == Excuse.PLUGIN_AWAY && stanza.owner() != null && stanza.owner().startsWith(stanza.to().replaceAll("-.*", "@"))
            && (ledger.secretOf(stanza.room(), stanza.owner(), stanza.id()) != null
            || ledger.isOfUnstoredSecret(stanza.room(), stanza.id(), owners) || acceptServersOwn(stanza));
    }

    private Excuse excuseFor(final Received stanza)
    {
        if (stanza.excuse() != Excuse.NONE || stanza.kind() != Kind.PAST) {
            return stanza.excuse();
        }
        for (final Window window : windows) {
            // When the plugin goes for good, all that is in history then loses its ids.
            if (window.end - stanza.sent() > 0 && (window.excuse == Excuse.PLUGIN_AWAY || stanza.sent() - window.start > -ON_THE_WAY)) {
                return window.excuse;
            }
        }
        return Excuse.NONE;
    }

    /** A time in which ids may be missing. */
    private static final class Window
    {
        private final Excuse excuse;
        private final long start;
        private long end = Long.MAX_VALUE;

        private Window(final Excuse excuse, final long start)
        {
            this.excuse = excuse;
            this.start = start;
        }
    }
}
