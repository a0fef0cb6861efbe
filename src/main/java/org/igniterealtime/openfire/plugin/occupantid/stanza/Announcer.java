/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.stanza;

import org.dom4j.Element;
import org.igniterealtime.openfire.plugin.occupantid.id.OccupantIds;
import org.igniterealtime.openfire.plugin.occupantid.muc.LocalRooms;
import org.igniterealtime.openfire.plugin.occupantid.muc.Occupant;
import org.igniterealtime.openfire.plugin.occupantid.secret.RoomSecret;
import org.igniterealtime.openfire.plugin.occupantid.secret.RoomSecrets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xmpp.packet.JID;
import org.xmpp.packet.Presence;

import javax.annotation.Nonnull;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/**
 * Tells those in a room what has become of the ids, without waiting for anybody to speak: sends the presence that an occupant
 * sent last once more, in the occupant's name, through the room's front door. On that way it is stamped like any other, and the
 * room stores it and shows it to all. A failure in one room is logged and not thrown: others follow.
 */
public final class Announcer
{
    private static final Logger Log = LoggerFactory.getLogger(Announcer.class);

    private final LocalRooms rooms;
    private final RoomSecrets secrets;
    private final OccupantIds ids;
    private final Consumer<Presence> router;
    private final IntSupplier presencesPerSecond;
    private volatile Thread speaker;

    /**
     * @param router sends a presence as if it came from its sender.
     * @param presencesPerSecond how many presences may leave the server each second on behalf of announcements; what one occupant's
     *     announcement makes of that grows with the room, and chat has to get through beside it.
     */
    public Announcer(@Nonnull final LocalRooms rooms, @Nonnull final RoomSecrets secrets, @Nonnull final OccupantIds ids,
                     @Nonnull final Consumer<Presence> router, @Nonnull final IntSupplier presencesPerSecond)
    {
        this.rooms = rooms;
        this.secrets = secrets;
        this.ids = ids;
        this.router = router;
        this.presencesPerSecond = presencesPerSecond;
    }

    /**
     * Announces every occupant of a room whose last presence does not show the id of today. Takes its time in a large room.
     *
     * @param room the room's bare JID.
     * @return how many occupants were announced.
     * @throws InterruptedException if the thread is to end.
     */
    public int announce(@Nonnull final JID room) throws InterruptedException
    {
        return announce(room, false);
    }

    /**
     * Announces every occupant of a room, also those whose last presence shows the id of today. To be called after a time without ids: on
     * the way to a newcomer, a presence that the room keeps may have been given its id already, but nobody else has seen that. The same
     * goes for a time with other ids.
     *
     * @param room the room's bare JID.
     * @return how many occupants were announced.
     * @throws InterruptedException if the thread is to end.
     */
    public int announceAll(@Nonnull final JID room) throws InterruptedException
    {
        return announce(room, true);
    }

    private int announce(final JID room, final boolean all) throws InterruptedException
    {
        try {
            return announceOccupants(room, all);
        } catch (final RuntimeException e) {
            failed(room, e);
            return 0;
        }
    }

    private int announceOccupants(final JID room, final boolean all) throws InterruptedException
    {
        final List<Occupant> occupants = rooms.occupantsOf(room);
        final RoomSecret secret = occupants.isEmpty() ? null : secretOf(room);
        int announced = 0;
        for (final Occupant occupant : occupants) {
            final String id = secret == null ? null : ids.idOf(secret, occupant.realJid().toBareJID());
            if (id != null && (all || !shows(occupant.presence(), id))) {
                repeatPresence(occupant);
                // The room has the new one in its place by now; unless another plugin did not let that pass, when newcomers must not be
                // shown the id of before. Where this is a copy, the way out sees to that.
                OccupantIdElement.keep(occupant.presence().getElement(), id, rooms.haveOwnIds());
                announced++;
                pause(occupants.size());
            }
        }
        return announced;
    }

    /**
     * Takes the ids out of those presences that a room shows in which there is a genuine one but the occupant's of today, at once and
     * without a word to anybody. On the way out such a presence gets the id of whoever holds the nick. To be called before a paced
     * announcement: while the plugin was away, occupants could put in whatever they liked, genuine ids of others too.
     *
     * @param room the room's bare JID.
     */
    public void clean(@Nonnull final JID room)
    {
        try {
            cleanOccupants(room);
        } catch (final RuntimeException e) {
            failed(room, e);
        }
    }

    private void cleanOccupants(final JID room)
    {
        final List<Occupant> occupants = rooms.occupantsOf(room);
        final RoomSecret secret = occupants.isEmpty() ? null : secretOf(room);
        final List<JID> borrowers = new ArrayList<>();
        for (final Occupant occupant : occupants) {
            final String id = secret == null ? null : ids.idOf(secret, occupant.realJid().toBareJID());
            final Element shown = occupant.presence().getElement();
            if (OccupantIdElement.carries(shown, one -> !one.equals(id) && ids.isProven(one, room.toString()))
                || StanzaSanitizer.isForged(shown)) {
                borrowers.add(occupant.realJid());
            }
        }
        if (!borrowers.isEmpty()) {
            rooms.changePresences(room, borrowers, this::clean);
        }
    }

    /**
     * Takes the ids out of a presence that a room or the server keeps. What somebody has sent to all contacts, the server takes to whoever
     * becomes one, past all interceptors; that can be a room.
     *
     * @param presence what is kept.
     */
    public void clean(@Nonnull final Presence presence)
    {
        final Element element = presence.getElement();
        synchronized (element) {
            OccupantIdElement.removeAll(element);
            StanzaSanitizer.sanitize(element);
        }
    }

    /**
     * Whether an occupant shows the id of today. One who does not was stamped when the room was not yet what it is, as happens when
     * a room is destroyed and made anew while people join it.
     *
     * @param room the room's bare JID.
     * @param user the real full JID of an occupant.
     * @return false if the occupant should be announced.
     */
    public boolean isKnown(@Nonnull final JID room, @Nonnull final JID user)
    {
        final Presence presence = rooms.presenceOf(room, user);
        final RoomSecret secret = presence == null ? null
            : secrets.ofRoom(room.toString(), () -> rooms.presenceOf(room, user) != null);
        return secret == null || shows(presence, ids.idOf(secret, user.toBareJID()));
    }

    /**
     * Takes the ids out of what a room holds in memory, and announces every occupant without. To be called when stanzas are not
     * stamped any more.
     *
     * @param room the room's bare JID.
     */
    public void withdraw(@Nonnull final JID room)
    {
        try {
            rooms.changeHistory(room, message -> withdraw(message.getElement(), room.toString()));
            rooms.occupantsOf(room).forEach(this::repeatPresence);
        } catch (final RuntimeException e) {
            failed(room, e);
        }
    }

    /** Reports a failure that concerns one room, so that the caller can go on with others. */
    private static void failed(final JID room, final RuntimeException cause)
    {
        Log.error("Could not update the presences that room {} shows. Occupants get the right id when they enter the room again."
            + " Please report this bug.", room, cause);
    }

    private void withdraw(final Element stanza, final String room)
    {
        synchronized (stanza) {
            // What is left, on a server that has them, is its own id: that is what clients see from now on.
            OccupantIdElement.removeUnless(stanza, id -> rooms.haveOwnIds() && !ids.isProven(id, room));
        }
    }

    /** The secret of a room that somebody was in a moment ago. */
    private RoomSecret secretOf(final JID room)
    {
        return secrets.ofRoom(room.toString(), () -> !rooms.occupantsOf(room).isEmpty());
    }

    private static boolean shows(final Presence presence, final String id)
    {
        return id == null || OccupantIdElement.carries(presence.getElement(), id);
    }

    private void repeatPresence(final Occupant occupant)
    {
        final Presence presence = new Update(occupant.presence().getElement().createCopy(), occupant.address(),
            rooms.needNicknameInCopies());
        // The room's own, and any that the occupant has put in.
        boolean more = true;
        while (more) {
            more = presence.deleteExtension("x", "http://jabber.org/protocol/muc#user");
        }
        OccupantIdElement.removeAll(presence.getElement());
        presence.setFrom(occupant.realJid());
        final JID holder = rooms.holderOf(occupant.address());
        if (holder != null && holder.asBareJID().equals(occupant.realJid().asBareJID())
            && rooms.isOccupant(occupant.realJid(), occupant.address())) {
            speaker = Thread.currentThread();
            try {
                router.accept(presence);
            } finally {
                speaker = null;
            }
        }
    }

    /**
     * Whether what this thread passes through the server now comes of an announcement. If so, an error is for nobody: the room refuses
     * the presence of one who is just leaving, and who may be on the way to enter it again, when the client would take the error for
     * the answer to that.
     */
    boolean isSpeaking()
    {
        return speaker == Thread.currentThread();
    }

    private void pause(final int presences) throws InterruptedException
    {
        Thread.sleep(presences * 1000L / presencesPerSecond.getAsInt());
    }

    /**
     * A presence to the bare JID of a room, so that it joins nobody, creates no room and changes no nickname. Before Openfire 4.7, a room
     * needs the nickname in its copy: by it, the room finds the sender, who gets status 110.
     */
    private static final class Update extends Presence
    {
        private final JID occupant;
        private final boolean nicknameInCopies;

        Update(final Element presence, final JID occupant, final boolean nicknameInCopies)
        {
            super(presence, true);
            this.nicknameInCopies = nicknameInCopies;
            this.occupant = occupant;
            setTo(occupant.asBareJID());
        }

        @Override
        public Presence createCopy()
        {
            final Presence copy = super.createCopy();
            if (nicknameInCopies) {
                copy.setTo(occupant);
            }
            return copy;
        }
    }
}
