/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.fire;

/**
 * A stanza as a client received it from a room, as far as its id goes.
 *
 * @param to who received it, a client.
 * @param room the bare JID of the room that it came from; null if it came from a real JID.
 * @param nick whose it is by its address; null if it came from the room itself.
 * @param kind what it is.
 * @param id its occupant id; null if it had none.
 * @param owner the bare JID of the user who sent it, by what that user put in; null if nothing says who that was.
 * @param nonce what the sender put in to tell it from all others; null if there was nothing.
 * @param sent when it was sent for the first time.
 * @param since a time before it left the server; for what the room repeats, that is not when it was sent.
 * @param excuse what was going on when it arrived.
 */
record Received(String to, String room, String nick, Kind kind, String id, String owner, String nonce, long sent, long since, Excuse excuse)
{
    /** The kinds of stanzas that matter for ids. */
    enum Kind
    {
        /** An occupant is there. */
        PRESENCE,
        /** An occupant is gone, or has another nick. */
        LEAVE,
        /** Somebody speaks to all, or changes the subject. */
        MESSAGE,
        /** Somebody speaks to one. */
        PRIVATE,
        /** What somebody said before. */
        PAST,
        /** What nobody says, or what failed; it has no id. */
        NOBODY,
        /**
         * An occupant is there, but the presence comes from the real JID. Openfire 4.2 has a room keep a presence, and then makes it come
         * from the room; who enters in between may be sent it as it is, where JIDs are shown.
         */
        UNMASKED
    }

    /** What may be amiss for a time, as the design has it. */
    enum Excuse
    {
        NONE,
        /** Rooms whose secrets are not in memory have no ids. */
        DATABASE_AWAY,
        /** No room has ids, and nobody takes out those that clients put in. */
        PLUGIN_AWAY
    }
}
