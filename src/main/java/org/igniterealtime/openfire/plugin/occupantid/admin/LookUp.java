/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin;

import org.igniterealtime.openfire.plugin.occupantid.secret.SecretInfo;

import javax.annotation.Nonnull;
import javax.annotation.Nullable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A search for the account behind an occupant id, under way or over. It can be read from any thread. */
public final class LookUp
{
    /** Where accounts are looked for, in this order. */
    public enum Place
    {
        OCCUPANTS,
        AFFILIATIONS,
        CONVERSATION_LOG,
        USERS
    }

    private final String token;
    private final String room;
    private final String occupantId;
    private final CountDownLatch end = new CountDownLatch(1);
    private final Map<Place, Integer> searched = Collections.synchronizedMap(new EnumMap<>(Place.class));
    private final List<Place> failed = Collections.synchronizedList(new ArrayList<>());
    private volatile boolean outOfTime;
    private volatile Match match;

    LookUp(@Nonnull final String token, @Nonnull final String room, @Nonnull final String occupantId)
    {
        this.token = token;
        this.room = room;
        this.occupantId = occupantId;
    }

    /** Names this look-up, for as long as it is kept. Cannot be guessed. */
    @Nonnull
    public String token()
    {
        return token;
    }

    /** The bare JID of the room that the id was seen in. */
    @Nonnull
    public String room()
    {
        return room;
    }

    /** The id. */
    @Nonnull
    public String occupantId()
    {
        return occupantId;
    }

    /** Whether the search has ended, whatever came of it. */
    public boolean isOver()
    {
        return end.getCount() == 0;
    }

    /** Whether it ended because it took too long: what was not searched may have the answer. */
    public boolean isOutOfTime()
    {
        return outOfTime;
    }

    /** What was found; null if nothing was, so far. */
    @Nullable
    public Match match()
    {
        return match;
    }

    /** How many accounts were looked at, by place; places not come to are not there. */
    @Nonnull
    public Map<Place, Integer> searched()
    {
        synchronized (searched) {
            return searched.isEmpty() ? Collections.emptyMap() : new EnumMap<>(searched);
        }
    }

    /** The places that could not be searched; the log says why. */
    @Nonnull
    public List<Place> failed()
    {
        synchronized (failed) {
            return new ArrayList<>(failed);
        }
    }

    /**
     * Waits until it is over.
     *
     * @param seconds how long to wait at most.
     * @return whether it is over.
     * @throws InterruptedException if the thread was interrupted.
     */
    public boolean await(final long seconds) throws InterruptedException
    {
        return end.await(seconds, TimeUnit.SECONDS);
    }

    void searching(final Place place)
    {
        searched.put(place, 0);
    }

    void searched(final Place place)
    {
        searched.merge(place, 1, Integer::sum);
    }

    void failed(final Place place)
    {
        failed.add(place);
    }

    void found(final Match found)
    {
        match = found;
    }

    void outOfTime()
    {
        outOfTime = true;
    }

    void over()
    {
        end.countDown();
    }

    /** The account behind an id. */
    public static final class Match
    {
        private final String account;
        private final Place place;
        private final IssuedId id;
        private final List<String> nicks;

        Match(@Nonnull final String account, @Nonnull final Place place, @Nonnull final IssuedId id, @Nonnull final List<String> nicks)
        {
            this.account = account;
            this.place = place;
            this.id = id;
            this.nicks = nicks;
        }

        /** The real bare JID. */
        @Nonnull
        public String account()
        {
            return account;
        }

        /** Where it was found. */
        @Nonnull
        public Place place()
        {
            return place;
        }

        /** The id, and the secret that it was made under. */
        @Nonnull
        public IssuedId id()
        {
            return id;
        }

        /** The nicks that the account holds in the room now; empty if it is not there. */
        @Nonnull
        public List<String> nicks()
        {
            return nicks;
        }
    }

    /** An id of an account in a room, and when it was in use. */
    public static final class IssuedId
    {
        private final String id;
        private final SecretInfo secret;
        private final Date retired;

        IssuedId(@Nonnull final String id, @Nonnull final SecretInfo secret, @Nullable final Date retired)
        {
            this.id = id;
            this.secret = secret;
            this.retired = retired;
        }

        /** The id. */
        @Nonnull
        public String id()
        {
            return id;
        }

        /** The secret that it is made under; the id is in use since that was made. */
        @Nonnull
        public SecretInfo secret()
        {
            return secret;
        }

        /** When the room got another secret; null if this is the one in use. */
        @Nullable
        public Date retired()
        {
            return retired == null ? null : new Date(retired.getTime());
        }
    }
}
