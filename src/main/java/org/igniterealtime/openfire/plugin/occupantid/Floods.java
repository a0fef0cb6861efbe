/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid;

import org.igniterealtime.openfire.plugin.occupantid.secret.BoundedMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xmpp.packet.JID;

import javax.annotation.Nonnull;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Who does more than people do by hand of what takes the server some work, so that an admin knows whom to ask, or to block. Nothing is
 * refused to anybody here. Users of other servers are counted as such, and all those of a server together: who has a server of their
 * own has as many addresses as they like.
 */
public final class Floods
{
    /** What somebody can do too often. */
    public enum Kind
    {
        /** To join a room that does not exist. It may come to be by that, or never. */
        ROOMS(100, "has joined, or tried to join, rooms that did not exist"),
        /** To be refused by a command of the plugin. */
        COMMANDS(20, "was refused by the plugin's commands");

        private final int inAMinute;
        private final String words;

        Kind(final int inAMinute, final String words)
        {
            this.inAMinute = inAMinute;
            this.words = words;
        }
    }

    private static final Logger Log = LoggerFactory.getLogger(Floods.class);

    /** Of so many is counted what they do now; those heard of longest ago are forgotten. */
    private static final int COUNTED = 2_000;
    /** So many floods are kept to be shown. */
    private static final int KEPT = 50;
    private static final long MINUTE_MILLIS = TimeUnit.MINUTES.toMillis(1);

    private final String xmppDomain;
    private final LongSupplier clock;
    private final BoundedMap<String, Flood> counted = new BoundedMap<>(COUNTED);
    private final Map<String, Flood> latest = new LinkedHashMap<String, Flood>()
    {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(final Map.Entry<String, Flood> eldest)
        {
            return size() > KEPT;
        }
    };

    /**
     * @param xmppDomain the domain of this server.
     * @param clock a clock, as {@link System#currentTimeMillis()}.
     */
    public Floods(@Nonnull final String xmppDomain, @Nonnull final LongSupplier clock)
    {
        this.xmppDomain = xmppDomain;
        this.clock = clock;
    }

    /**
     * Takes notice of something that somebody did.
     *
     * @param who the JID of somebody.
     */
    public void count(@Nonnull final Kind kind, @Nonnull final JID who)
    {
        count(kind, who.toBareJID());
        if (!who.getDomain().equals(xmppDomain)) {
            count(kind, who.getDomain());
        }
    }

    private void count(final Kind kind, final String who)
    {
        final String key = kind + who;
        final Flood flood = counted.putIfAbsent(key, new Flood(kind, who));
        if (flood.grows(clock.getAsLong())) {
            Log.warn("A flood: {} {}, {} times so far, and {} or more within a minute. It is said again when it is ten times as many.",
                who, kind.words, flood.count(), kind.inAMinute);
            synchronized (latest) {
                latest.remove(key);
                latest.put(key, flood);
            }
        }
    }

    /** What was noticed since the plugin was started, and is kept; the latest first. */
    @Nonnull
    public List<Flood> latest()
    {
        synchronized (latest) {
            final List<Flood> floods = new ArrayList<>(latest.values());
            Collections.reverse(floods);
            return floods;
        }
    }

    /** Somebody who did too much within a minute. What follows is part of it, until there is a minute when it was not too much. */
    public static final class Flood
    {
        private final Kind kind;
        private final String who;
        private long minute;
        private int inThisMinute;
        private int soFar;
        private int said;
        private int count;
        private long last;

        private Flood(final Kind kind, final String who)
        {
            this.kind = kind;
            this.who = who;
        }

        /** What was done. */
        @Nonnull
        public Kind kind()
        {
            return kind;
        }

        /** The bare JID of who did it, or the domain of another server. */
        @Nonnull
        public String who()
        {
            return who;
        }

        /** How often it was done in all. */
        public synchronized int count()
        {
            return count;
        }

        /** When it was done last. */
        @Nonnull
        public synchronized Date date()
        {
            return new Date(last);
        }

        /** Counts one more; true if that is to be said. */
        private synchronized boolean grows(final long now)
        {
            if (now - minute >= MINUTE_MILLIS || now < minute) {
                if (inThisMinute < kind.inAMinute) {
                    soFar = 0;
                    said = 0;
                }
                minute = now;
                inThisMinute = 0;
            }
            inThisMinute++;
            soFar++;
            if (inThisMinute < kind.inAMinute) {
                return false;
            }
            count = soFar;
            last = now;
            if (soFar < 10L * said) {
                return false;
            }
            said = soFar;
            return true;
        }
    }
}
