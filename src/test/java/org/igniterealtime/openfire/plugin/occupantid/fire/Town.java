/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.fire;

import org.igniterealtime.openfire.plugin.occupantid.fire.Received.Excuse;
import org.igniterealtime.openfire.plugin.occupantid.fire.Visitor.Deed;
import org.igniterealtime.openfire.plugin.occupantid.fire.Visitor.Seen;
import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireServer;
import org.igniterealtime.openfire.plugin.occupantid.harness.RawClient;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A server's rooms and their visitors: lasting rooms, and some that come and go with those in them. Nicks are few, so that they change
 * hands.
 */
final class Town implements AutoCloseable
{
    /** Where nobody is, to see when the plugin has done what it was asked to before. */
    static final String EMPTY_ROOM = "empty@conference.localhost";

    private static final String PASSWORD = "secret";
    private static final int PATIENCE_SECONDS = 60;

    /**
     * Deeds that need no access to the database. Others block for many seconds while it is away. Since Openfire 4.7, a message needs it for
     * the number of its entry in the conversation log.
     */
    private static final Set<Deed> WITHOUT_DATABASE = OpenfireServer.isAtLeast(4, 7)
        ? EnumSet.of(Deed.JOIN, Deed.LEAVE, Deed.NICK, Deed.PRESENCE, Deed.WHISPER)
        : EnumSet.of(Deed.JOIN, Deed.LEAVE, Deed.NICK, Deed.PRESENCE, Deed.SAY, Deed.WHISPER);

    private final OpenfireServer server;
    private final Checker checker;
    private final List<String> lasting = new ArrayList<>();
    private final List<String> passing = new ArrayList<>();
    private final List<String> users = new ArrayList<>();
    private final List<Visitor> visitors = new ArrayList<>();
    private final int nicks;

    /** By the addresses of occupants, those who are there, each of their devices for itself. */
    private final Map<String, List<String>> taken = new HashMap<>();
    private final List<Deed> deeds = new ArrayList<>();
    private final Map<Deed, Long> done = new EnumMap<>(Deed.class);
    private final List<Thread> drivers = new ArrayList<>();

    /** Each deed is done under the lock that is shared. */
    private final ReadWriteLock deedLock = new ReentrantReadWriteLock();
    private final long seed;
    private volatile boolean moving;
    private volatile RuntimeException failure;

    /**
     * Makes the lasting rooms, half of which show real JIDs to everybody.
     *
     * @param seed what chance begins with.
     * @param often how often each deed is done, compared with others.
     */
    Town(final OpenfireServer server, final Checker checker, final int accounts, final int rooms, final long seed, final Map<Deed, Integer> often)
    {
        this.server = server;
        this.checker = checker;
        this.seed = seed;
        nicks = accounts / 2;
        for (int i = 0; i < accounts; i++) {
            users.add("u" + i);
            server.createAccount("u" + i, PASSWORD);
        }
        often.forEach((deed, times) -> {
            for (int i = 0; i < times; i++) {
                deeds.add(deed);
            }
        });
        make(EMPTY_ROOM, 0);
        for (int i = 0; i < rooms; i++) {
            lasting.add("lasting" + i + "@conference.localhost");
            passing.add("passing" + i + "@conference.localhost");
            make(lasting.get(i), i);
        }
        for (int i = 0; i < accounts; i++) {
            visitors.add(new Visitor(server, checker, this, users.get(i), 1));
            if (i % 4 == 0) {
                visitors.add(new Visitor(server, checker, this, users.get(i), 2));
            }
        }
        visitors.forEach(Visitor::connect);
    }

    List<String> lastingRooms()
    {
        return lasting;
    }

    boolean isLasting(final String room)
    {
        return lasting.contains(room);
    }

    String anyRoom(final Random random)
    {
        final List<String> some = random.nextInt(isDatabaseAway() ? 200 : 4) > 0 ? lasting : passing;
        return some.get(random.nextInt(some.size()));
    }

    String anyNick(final Random random)
    {
        return "nick" + random.nextInt(nicks);
    }

    String anyUser(final Random random)
    {
        return users.get(random.nextInt(users.size())) + "@localhost";
    }

    Deed deed(final Random random)
    {
        Deed deed;
        do {
            deed = deeds.get(random.nextInt(deeds.size()));
        }
        while (isDatabaseAway() && !WITHOUT_DATABASE.contains(deed));
        return deed;
    }

    /**
     * Reserves a nick for a user. Openfire 4.2 lets two take one nick at the same moment, and mixes up their presences from then on; so
     * visitors do not try.
     *
     * @return false if it is another's.
     */
    boolean take(final String room, final String nick, final String user)
    {
        synchronized (taken) {
            final List<String> holders = taken.computeIfAbsent(room + "/" + nick, address -> new ArrayList<>());
            return (holders.isEmpty() || holders.contains(user)) && holders.add(user);
        }
    }

    /** Gives a nick back. */
    void release(final String room, final String nick, final String user)
    {
        synchronized (taken) {
            taken.get(room + "/" + nick).remove(user);
        }
    }

    void done(final Deed deed)
    {
        synchronized (done) {
            done.merge(deed, 1L, Long::sum);
        }
    }

    /**
     * Lets the visitors begin.
     *
     * @param threads how many of them act at the same time.
     * @param perSecond how many deeds are done in a second by all together, if the server is as fast.
     */
    void begin(final int threads, final double perSecond)
    {
        moving = true;
        for (int i = 0; i < threads; i++) {
            final int number = i;
            final Thread driver = new Thread(() -> drive(number, threads, threads * 1e9 / perSecond), "visitors " + i);
            driver.setDaemon(true);
            drivers.add(driver);
            driver.start();
        }
    }

    /** Stops the visitors where they are. */
    void pause() throws InterruptedException
    {
        moving = false;
        for (final Thread driver : drivers) {
            driver.join();
        }
        drivers.clear();
        check();
    }

    /** Returns when all that was thought up or sent before has been dealt with, and what it led to has arrived. */
    void settle() throws InterruptedException
    {
        deedLock.writeLock().lock();
        deedLock.writeLock().unlock();
        // What others' stanzas lead to is sent before these others have their answer; so is before the second answer to all.
        for (int i = 0; i < 2; i++) {
            for (final CountDownLatch pong : visitors.stream().map(Visitor::ping).toList()) {
                await(pong);
            }
        }
        check();
    }

    /**
     * Has everybody find out in which rooms they really are. The server tells nobody who shared a nick with another device that it was put
     * out of a room, nor always the one whose room was destroyed while it came in.
     */
    void stocktake() throws InterruptedException
    {
        settle();
        visitors.forEach(Visitor::probe);
        settle();
    }

    /** Somebody in a lasting room, as a visitor sees it, by the room; empty if chance finds nobody. */
    Map<String, Seen> anybody(final Random random)
    {
        final String room = lasting.get(random.nextInt(lasting.size()));
        final Visitor visitor = visitors.get(random.nextInt(visitors.size()));
        final Seen self = visitor.nickIn(room) == null ? null : visitor.occupantsOf(room).get(visitor.nickIn(room));
        return self == null || self.id() == null || self.owner() == null ? Map.of() : Map.of(room, self);
    }

    /** Compares what each visitor sees of each occupant of its rooms with what they are. Nothing may be under way. */
    int census()
    {
        final Map<String, Map<String, String>> present = new TreeMap<>();
        for (final Visitor visitor : visitors) {
            for (final String room : rooms()) {
                final String nick = visitor.nickIn(room);
                if (nick != null) {
                    present.computeIfAbsent(room, name -> new HashMap<>()).put(nick, visitor.user() + "@localhost");
                }
            }
        }
        int seen = 0;
        for (final Visitor visitor : visitors) {
            for (final String room : rooms()) {
                if (visitor.nickIn(room) != null) {
                    final Map<String, Seen> picture = visitor.occupantsOf(room);
                    for (final Map.Entry<String, String> occupant : present.get(room).entrySet()) {
                        compare(visitor, room, occupant.getKey(), occupant.getValue(), picture.get(occupant.getKey()));
                        seen++;
                    }
                }
            }
        }
        return seen;
    }

    /** What was done how often. */
    Map<Deed, Long> done()
    {
        synchronized (done) {
            return new EnumMap<>(done);
        }
    }

    @Override
    public void close()
    {
        moving = false;
        visitors.forEach(Visitor::close);
    }

    private void compare(final Visitor visitor, final String room, final String nick, final String user, final Seen seen)
    {
        if (seen == null) {
            checker.wrong(visitor + " does not see " + nick + " in " + room);
        } else if (seen.owner() != null && !seen.owner().equals(user)) {
            checker.wrong(visitor + " sees " + seen + " in place of " + user + " as " + nick + " in " + room);
        } else if (seen.id() == null || !checker.isOfToday(room, user, seen.id())) {
            checker.wrong(visitor + " sees " + user + " as " + nick + " in " + room + " with a stale id: " + seen);
        }
    }

    private boolean isDatabaseAway()
    {
        return checker.excuse() == Excuse.DATABASE_AWAY;
    }

    private List<String> rooms()
    {
        final List<String> all = new ArrayList<>(lasting);
        all.addAll(passing);
        return all;
    }

    private void make(final String room, final int number)
    {
        try (RawClient owner = RawClient.connect(server, users.get(number % users.size()), PASSWORD, "owner")) {
            owner.join(room, "owner");
            owner.configure(room, "muc#roomconfig_persistentroom", "1", "muc#roomconfig_whois", number % 2 == 0 ? "moderators" : "anyone",
                "muc#roomconfig_changesubject", "1", "muc#roomconfig_maxusers", "0");
        }
    }

    private void drive(final int number, final int threads, final double nanos)
    {
        final Random random = new Random(seed + number);
        final List<Visitor> own = new ArrayList<>();
        for (int i = number; i < visitors.size(); i += threads) {
            own.add(visitors.get(i));
        }
        try {
            double next = System.nanoTime();
            for (int count = 0; moving; count++) {
                final Visitor visitor = own.get(random.nextInt(own.size()));
                deedLock.readLock().lock();
                try {
                    visitor.act(random);
                } finally {
                    deedLock.readLock().unlock();
                }
                if (count % 20 == 0 && !isDatabaseAway()) {
                    // Not faster than the server; and this tells the visitor what is in the past by now.
                    await(visitor.ping());
                }
                next = Math.max(next + nanos, System.nanoTime() - TimeUnit.SECONDS.toNanos(1));
                LockSupport.parkNanos((long) (next - System.nanoTime()));
            }
        } catch (final RuntimeException e) {
            failure = e;
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void await(final CountDownLatch pong) throws InterruptedException
    {
        if (!pong.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("The server does not answer a client any more.");
        }
    }

    private void check()
    {
        if (failure != null) {
            throw failure;
        }
    }
}
