/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Something that clients do over and over, at full speed. What the server makes of it is known beforehand and counted, so that no
 * more is sent than the server keeps up with, and nothing that it drops goes unnoticed.
 */
abstract class Load
{
    /** What there is to choose from. */
    enum Kind
    {
        ROOM10("groupchat in 10 rooms of 10", 100)
        {
            @Override
            Load start(final Crowd crowd) throws IOException
            {
                return new RoomChat(crowd, "ten", 10, 10);
            }
        },
        ROOM100("groupchat in a room of 100", 100)
        {
            @Override
            Load start(final Crowd crowd) throws IOException
            {
                return new RoomChat(crowd, "hundred", 1, 100);
            }
        },
        ROOM500("groupchat in a room of 500", 500)
        {
            @Override
            Load start(final Crowd crowd) throws IOException
            {
                return new RoomChat(crowd, "fivehundred", 1, 500);
            }
        },
        JOINS("joins and leaves of 100 users in a room of 200", 300)
        {
            @Override
            Load start(final Crowd crowd) throws IOException
            {
                return new Passage(crowd, 200, 100);
            }
        },
        PRIVATE("private messages in a room of 50", 50)
        {
            @Override
            Load start(final Crowd crowd) throws IOException
            {
                return new PrivateMessages(crowd, 50);
            }
        },
        DIRECT("chat that touches no room", 50)
        {
            @Override
            Load start(final Crowd crowd)
            {
                return new DirectChat(crowd, 50);
            }
        },
        INWARD("groupchat in 50 rooms of 1", 50)
        {
            @Override
            Load start(final Crowd crowd) throws IOException
            {
                return new RoomChat(crowd, "lonely", 50, 1);
            }
        };

        private final String description;
        private final int clients;

        Kind(final String description, final int clients)
        {
            this.description = description;
            this.clients = clients;
        }

        /** What it is, in a few words. */
        String description()
        {
            return description;
        }

        /** How many clients it takes. */
        int clients()
        {
            return clients;
        }

        /** Prepares it: makes rooms, and fills them. */
        abstract Load start(Crowd crowd) throws IOException;
    }

    private static final String MESSAGE_END = "</message>";
    private static final String PRESENCE_END = "</presence>";

    /** A message as clients write them today, with what they add to its text: names for it, and for what its reader may do. */
    static final String USUAL = "<body>Double, double toil and trouble; fire burn and cauldron bubble. 'Tis time, 'tis time.</body>"
        + "<origin-id xmlns='urn:xmpp:sid:0' id='5b1d0c34-9c6e-4f3c-8f0a-3f1f8e0a7d11'/>"
        + "<active xmlns='http://jabber.org/protocol/chatstates'/><markable xmlns='urn:xmpp:chat-markers:0'/>";

    /** Hardly more than a message must have. */
    static final String SHORT = "<body>'Tis time.</body>";

    /** So many deliveries may be on their way that a server with several threads is busy all the time. */
    private static final int AHEAD = 500;

    private final Crowd crowd;
    private final String marker;
    private final int ahead;

    /**
     * @param marker what ends each stanza that is counted.
     * @param ahead how many deliveries may be on their way when more is sent.
     */
    private Load(final Crowd crowd, final String marker, final int ahead)
    {
        this.crowd = crowd;
        this.marker = marker;
        this.ahead = ahead;
    }

    /**
     * Does it for a time, and until all is delivered.
     *
     * @param nanos the time.
     * @return how many stanzas were delivered.
     */
    final long run(final long nanos) throws IOException
    {
        final long start = System.nanoTime();
        crowd.count(marker);
        long expected = 0;
        for (int step = 0; System.nanoTime() - start < nanos || !isWhole(step); step++) {
            crowd.await(expected - ahead);
            expected += step(crowd, step);
        }
        crowd.await(expected);
        return expected;
    }

    /** Sends a stanza, and says how many deliveries follow from it. */
    abstract int step(Crowd clients, int step) throws IOException;

    /** Whether all is as it was in the beginning after so many steps. */
    boolean isWhole(final int steps)
    {
        return true;
    }

    /** Fills a room, which its first occupant makes and opens to any number. */
    private static void fill(final Crowd crowd, final String room, final int first, final int occupants) throws IOException
    {
        for (int i = 0; i < occupants; i++) {
            crowd.count(PRESENCE_END);
            crowd.send(first + i, join(crowd, room, first + i));
            crowd.await(2 * i + 1);
            if (i == 0) {
                crowd.count("<iq ");
                crowd.send(first, "<iq type='set' id='c' to='" + room + "'><query xmlns='http://jabber.org/protocol/muc#owner'>"
                    + "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'>"
                    + "<value>http://jabber.org/protocol/muc#roomconfig</value></field>"
                    + "<field var='muc#roomconfig_maxusers'><value>0</value></field></x></query></iq>");
                crowd.await(1);
            }
        }
        // The room's subject may come after the presences.
        crowd.settle();
    }

    private static String join(final Crowd crowd, final String room, final int client)
    {
        return "<presence to='" + room + '/' + nick(client)
            + "'><x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x>" + crowd.addition() + PRESENCE_END;
    }

    private static String nick(final int client)
    {
        return "nick" + client;
    }

    /** All speak in turns, in rooms of the same size. */
    private static final class RoomChat extends Load
    {
        private final List<String> messages = new ArrayList<>();
        private final int occupants;

        private RoomChat(final Crowd crowd, final String name, final int rooms, final int occupants) throws IOException
        {
            // Large rooms have a queue for each occupant, so that a few messages are enough.
            super(crowd, MESSAGE_END, Math.max(AHEAD, 10 * occupants));
            this.occupants = occupants;
            for (int room = 0; room < rooms; room++) {
                final String jid = crowd.room(name + room);
                fill(crowd, jid, room * occupants, occupants);
                for (int i = 0; i < occupants; i++) {
                    messages.add("<message type='groupchat' id='5b1d0c34-9c6e-4f3c-8f0a-3f1f8e0a7d11' to='" + jid + "'>" + crowd.words() + crowd.addition() + MESSAGE_END);
                }
            }
        }

        @Override
        int step(final Crowd crowd, final int step) throws IOException
        {
            // With this stride, those who speak one after the other are in different rooms.
            final int client = (int) (step * 37L % messages.size());
            crowd.send(client, messages.get(client));
            return occupants;
        }
    }

    /** Users join a room and leave it again, one after the other. */
    private static final class Passage extends Load
    {
        private final String room;
        private final int occupants;
        private final int users;

        private Passage(final Crowd crowd, final int occupants, final int users) throws IOException
        {
            super(crowd, PRESENCE_END, 0);
            room = crowd.room("passage");
            this.occupants = occupants;
            this.users = users;
            fill(crowd, room, 0, occupants);
        }

        @Override
        int step(final Crowd crowd, final int step) throws IOException
        {
            final int client = occupants + step / 2 % users;
            if (step % 2 == 0) {
                crowd.send(client, join(crowd, room, client));
                return 2 * occupants + 1;
            }
            crowd.send(client, "<presence type='unavailable' to='" + room + '/' + nick(client) + "'/>");
            return occupants + 1;
        }

        @Override
        boolean isWhole(final int steps)
        {
            return steps % 2 == 0;
        }
    }

    /** Occupants of a room write to each other. */
    private static final class PrivateMessages extends Load
    {
        private final String room;
        private final int occupants;

        private PrivateMessages(final Crowd crowd, final int occupants) throws IOException
        {
            super(crowd, MESSAGE_END, AHEAD);
            room = crowd.room("private");
            this.occupants = occupants;
            fill(crowd, room, 0, occupants);
        }

        @Override
        int step(final Crowd crowd, final int step) throws IOException
        {
            final int to = (step + 1 + step / occupants % (occupants - 1)) % occupants;
            crowd.send(step % occupants, "<message type='chat' id='5b1d0c34-9c6e-4f3c-8f0a-3f1f8e0a7d11' to='" + room + '/' + nick(to) + "'>" + crowd.words() + crowd.addition() + MESSAGE_END);
            return 1;
        }
    }

    /** Users write to each other's devices. */
    private static final class DirectChat extends Load
    {
        private final int users;

        private DirectChat(final Crowd crowd, final int users)
        {
            super(crowd, MESSAGE_END, AHEAD);
            this.users = users;
        }

        @Override
        int step(final Crowd crowd, final int step) throws IOException
        {
            final int to = (step + 1 + step / users % (users - 1)) % users;
            crowd.send(step % users, "<message type='chat' id='5b1d0c34-9c6e-4f3c-8f0a-3f1f8e0a7d11' to='" + crowd.jid(to) + "'>" + crowd.words() + crowd.addition() + MESSAGE_END);
            return 1;
        }
    }
}
