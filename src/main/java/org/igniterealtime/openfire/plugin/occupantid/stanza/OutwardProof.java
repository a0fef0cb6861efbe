/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.stanza;

import org.dom4j.Element;
import org.dom4j.Namespace;
import org.dom4j.Node;
import org.dom4j.QName;
import org.igniterealtime.openfire.plugin.occupantid.id.OccupantIds;
import org.igniterealtime.openfire.plugin.occupantid.muc.LocalRooms;
import org.igniterealtime.openfire.plugin.occupantid.muc.Occupant;
import org.igniterealtime.openfire.plugin.occupantid.secret.BoundedMap;
import org.igniterealtime.openfire.plugin.occupantid.secret.RoomSecret;
import org.igniterealtime.openfire.plugin.occupantid.secret.RoomSecrets;
import org.xmpp.packet.JID;
import org.xmpp.packet.Message;
import org.xmpp.packet.Packet;
import org.xmpp.packet.Presence;

import javax.annotation.Nonnull;
import javax.annotation.Nullable;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What happens to a presence or message on its way from a local room: one id that is proven to be ours stays, every other goes,
 * and what should have one and has none gets it (XEP-0421 §4). Nearly all stanzas are right already, for they were stamped on
 * their way in; that is found out without making an object.
 */
public final class OutwardProof
{
    private static final QName MUC_USER = QName.get("x", Namespace.get("http://jabber.org/protocol/muc#user"));

    /** The form of an id of the server's own: HMAC-SHA-1, in hexadecimal digits. */
    private static final Pattern SERVERS_OWN = Pattern.compile("[0-9a-f]{40}");

    private final LocalRooms rooms;
    private final RoomSecrets secrets;
    private final OccupantIds ids;
    private final VerifiedMessages verified = new VerifiedMessages();

    /** The ids that the plugin recently added to presences, by occupant. */
    private final BoundedMap<String, Given> given = new BoundedMap<>(1_000);

    public OutwardProof(@Nonnull final LocalRooms rooms, @Nonnull final RoomSecrets secrets, @Nonnull final OccupantIds ids)
    {
        this.rooms = rooms;
        this.secrets = secrets;
        this.ids = ids;
    }

    /** Whether a stanza is a message without masks that {@link #prove} has verified, and that has not changed since. */
    boolean isVerified(@Nonnull final Packet packet)
    {
        return packet instanceof Message && verified.contains(packet.getElement());
    }

    /**
     * Proves a stanza.
     *
     * @param packet a presence or message.
     * @param from where it comes from: a local service, room or occupant.
     */
    void prove(@Nonnull final Packet packet, @Nonnull final String from)
    {
        final Element stanza = packet.getElement();
        final String type = stanza.attributeValue("type");
        if (isOccupantsOwn(type, from)) {
            final String id = provenIdOf(stanza, from);
            if (id == null || packet instanceof Presence && ids.mayBeOfBefore(id) || StanzaSanitizer.isForged(stanza)) {
                mend(packet, from);
            } else if (packet instanceof Message && !Masks.isMasked(stanza)) {
                verified.add(stanza);
            }
        } else {
            OccupantIdElement.removeAll(stanza);
            if (packet instanceof Message) {
                StanzaSanitizer.verifyModeration(stanza, node -> isUnverified(node, from));
                proveArchived(stanza, from);
            } else if (from.indexOf('/') >= 0) {
                completeAfterError(packet);
            }
        }
    }

    /**
     * Remembers the id of an occupant for a presence without one that the room is about to send.
     *
     * @param room the room's bare JID.
     * @param user the user's real full JID.
     */
    public void rememberId(@Nonnull final JID room, @Nonnull final JID user)
    {
        final Presence kept = rooms.presenceOf(room, user);
        if (kept != null) {
            OccupantIdElement.idsOf(kept.getElement()).stream().filter(id -> ids.isProven(id, room.toString())).findAny()
                .ifPresent(id -> given.put(String.valueOf(kept.getElement().attributeValue("from")), new Given(id)));
        }
    }

    /** Since Openfire 4.7 a room keeps the error that it shows of an occupant, also one that came to it past all interceptors. */
    private void completeAfterError(final Packet error)
    {
        final JID occupant;
        try {
            occupant = error.getFrom();
        } catch (final IllegalArgumentException noAddress) {
            // The server itself gives back a stanza to an address that is none.
            return;
        }
        complete(occupant);
    }

    /** Whether a stanza shows an occupant, or what an occupant said; all others come from the room itself, or say what failed. */
    private static boolean isOccupantsOwn(@Nullable final String type, final String from)
    {
        return from.indexOf('/') >= 0
            && !"error".equals(type);
    }

    /** The only id of a stanza, if it is proven; else null. */
    @Nullable
    private String provenIdOf(final Element stanza, final String from)
    {
        final Element found = OccupantIdElement.onlyOneOf(stanza);
        return found == null ? null : provenIdIn(found, from);
    }

    private boolean isUnverified(final Node node, final String from)
    {
        return OccupantIdElement.isEither(node) && provenIdIn((Element) node, from) == null;
    }

    @Nullable
    private String provenIdIn(final Element element, final String from)
    {
        final String id = OccupantIdElement.idIn(element);
        return id != null && ids.isProven(id, from) ? id : null;
    }

    /** Leaves one id, or none where the right one cannot be told. */
    private void mend(final Packet packet, final String from)
    {
        final Element stanza = packet.getElement();
        boolean isGiven = false;
        // The same object may be on its way to another recipient in another thread.
        synchronized (stanza) {
            StanzaSanitizer.sanitize(stanza);
            final boolean past = packet instanceof Message && isDelayed(stanza);
            // Meanwhile, another thread may have done it.
            final String found = provenIdOf(stanza, from);
            final String kept = found != null ? found : keepOneProvenId(stanza, from, past);
            String id = null;
            if (kept == null && !past) {
                id = idOfOccupant(packet);
                isGiven = id != null && packet instanceof Presence;
            } else if (kept != null && packet instanceof Presence) {
                id = successorOf(kept, packet);
            }
            if (id != null) {
                OccupantIdElement.set(stanza, id);
            }
        }
        if (isGiven) {
            complete(packet.getFrom());
        }
    }

    /**
     * Puts the id of who holds a nick into the presences that the room keeps of their devices. What came in past us, to all contacts, is
     * kept without one; and when somebody is put out, the room shows the others what it kept when nobody holds the nick any more.
     */
    private void complete(final JID occupant)
    {
        final JID user = rooms.holderOf(occupant);
        final String id = user == null ? null : idOfHolder(occupant, user);
        if (id == null) {
            return;
        }
        for (final Occupant shown : rooms.shownAs(occupant)) {
            // Openfire 4.2 can have two users under one nick.
            if (shown.realJid().asBareJID().equals(user.asBareJID()) && !OccupantIdElement.carries(shown.presence().getElement(), id)) {
                rooms.changePresence(occupant.asBareJID(), shown.realJid(),
                    presence -> OccupantIdElement.keep(presence.getElement(), id, rooms.haveOwnIds()));
            }
        }
    }

    /**
     * The id of today of whose id from before the room's secret was rotated a presence has; null if that cannot be told. A presence that
     * was on its way then still has the old one, or is kept with it until its sender is announced. Not so messages: some have
     * received them by then, and others find them in history.
     */
    @Nullable
    private String successorOf(final String id, final Packet presence)
    {
        final RoomSecret secret = ids.mayBeOfBefore(id) ? secrets.inMemory(presence.getFrom().toBareJID()) : null;
        if (secret == null) {
            return null;
        }
        String owner = shownOwnerOf(id, presence.getFrom());
        if (owner == null) {
            owner = ids.formerOwnerOf(id);
        }
        // Whoever leaves may be gone from the room already, and many do.
        if (owner == null && !isUnavailable(presence)) {
            owner = searchedOwnerOf(id, presence.getFrom(), secret);
        }
        return owner == null ? null : ids.idOf(secret, owner);
    }

    /**
     * The user under a nick whose presence, as the room keeps it, has this id. It may have been borrowed while the plugin was away, so this
     * is not remembered; what is shown is that user's presence all the same. Null if nobody's has it; and if it is kept for two users, as
     * Openfire 4.2 does with one presence where two have one nick, for then it does not tell whose it is.
     */
    @Nullable
    private String shownOwnerOf(final String id, final JID occupant)
    {
        final Set<String> users = rooms.shownAs(occupant).stream()
            .filter(shown -> OccupantIdElement.carries(shown.presence().getElement(), id))
            .map(shown -> shown.realJid().toBareJID()).collect(Collectors.toSet());
        return users.size() == 1 ? users.iterator().next() : null;
    }

    /** The user whose id this is, by the room's secret or one before it that is kept: who holds the nick, or is in the room at all. */
    @Nullable
    private String searchedOwnerOf(final String id, final JID occupant, final RoomSecret secret)
    {
        final JID holder = rooms.holderOf(occupant);
        if (holder != null && id.equals(ids.idOf(secret, holder.toBareJID()))) {
            return holder.toBareJID();
        }
        final List<RoomSecret> kept = secrets.history(secret.room());
        if (kept == null) {
            return null;
        }
        final Set<String> users = rooms.allOccupantsOf(occupant.asBareJID()).stream().map(present -> present.realJid().toBareJID())
            .collect(Collectors.toSet());
        if (holder != null) {
            users.add(holder.toBareJID());
        }
        final String owner = users.stream().filter(user -> kept.stream().anyMatch(one -> OccupantIds.isIdOf(id, one, user)))
            .findFirst().orElse(null);
        ids.searched(id, secret.room(), owner);
        return owner;
    }

    /**
     * Takes out all ids, but for a proven one that nothing contradicts; and in what is from the past, where there is no trace of one,
     * that of the server. Returns the one that is left, or null.
     */
    @Nullable
    private String keepOneProvenId(final Element stanza, final String from, final boolean past)
    {
        String kept = past ? idOfServer(stanza) : null;
        boolean proven = false;
        boolean contradicted = false;
        for (int i = 0; i < stanza.nodeCount(); i++) {
            final Node node = stanza.node(i);
            final String id = OccupantIdElement.isEither(node) ? provenIdIn((Element) node, from) : null;
            if (id != null) {
                contradicted |= proven && !kept.equals(id);
                proven = true;
                kept = id;
            }
        }
        if (kept == null || contradicted) {
            OccupantIdElement.removeAll(stanza);
            return null;
        }
        OccupantIdElement.set(stanza, kept);
        return kept;
    }

    /**
     * The id that the server gave a stanza before the plugin was there, on a server that does; null if there is none. It cannot be
     * proven, only told by its form. Nobody can have borrowed another's: the server takes out what clients send, and before it did
     * there were none to borrow.
     */
    @Nullable
    private String idOfServer(final Element stanza)
    {
        final Element found = rooms.haveOwnIds() ? OccupantIdElement.onlyOneOf(stanza) : null;
        final String id = found == null ? null : OccupantIdElement.idIn(found);
        return id != null && SERVERS_OWN.matcher(id).matches() ? id : null;
    }

    /** Whether a stanza is from the past, when its nick may have been somebody else's (XEP-0203, and XEP-0091 before it). */
    private static boolean isDelayed(final Element stanza)
    {
        for (int i = 0; i < stanza.nodeCount(); i++) {
            final Node node = stanza.node(i);
            if (node instanceof Element && (isElement((Element) node, "delay", "urn:xmpp:delay")
                || isElement((Element) node, "x", "jabber:x:delay"))) {
                return true;
            }
        }
        return false;
    }

    @Nullable
    private String idOfOccupant(final Packet packet)
    {
        final JID occupant = packet.getFrom();
        final JID user = rooms.holderOf(occupant);
        if (user != null) {
            final String id = idOfHolder(occupant, user);
            if (id != null && packet instanceof Presence) {
                given.put(occupant.toString(), new Given(id));
            }
            return id;
        }
        final Given before = isUnavailable(packet) ? given.get(occupant.toString()) : null;
        if (before != null && before.isRecent()) {
            return before.id;
        }
        if (isUnavailable(packet) && !hasStatus(packet.getElement()) && occupant.getNode() != null && packet.getTo() != null
            && !rooms.isOccupant(packet.getTo(), occupant)) {
            // Who is told of a leave without being in the room is told of their own: the room is being destroyed. But one who is just
            // leaving can be told of somebody who was put out: that has a status.
            final RoomSecret secret = secrets.ofClosingRoom(occupant.toBareJID());
            return secret == null ? null : ids.idOf(secret, packet.getTo().toBareJID());
        }
        return null;
    }

    @Nullable
    private String idOfHolder(final JID occupant, final JID user)
    {
        final RoomSecret secret = secrets.ofRoom(occupant.toBareJID(), () -> rooms.holderOf(occupant) != null);
        return secret == null ? null : ids.idOf(secret, user.toBareJID());
    }

    private static boolean isUnavailable(final Packet packet)
    {
        return packet instanceof Presence && "unavailable".equals(packet.getElement().attributeValue("type"));
    }

    private static boolean hasStatus(final Element presence)
    {
        final Element about = presence.element(MUC_USER);
        return about != null && about.element("status") != null;
    }

    /**
     * The messages inside an answer from the room's archive (XEP-0313 §4.2) keep their authors' ids, if they have proven ones.
     * A mediated invitation can look like an answer, since it carries what the inviter put in; so can an error, which carries what was
     * refused. Nothing in them keeps an id.
     */
    private void proveArchived(final Element stanza, final String room)
    {
        final boolean fromArchive = stanza.element(MUC_USER) == null && !"error".equals(stanza.attributeValue("type"));
        for (final Element result : stanza.elements()) {
            if (isFromArchive(result)) {
                forEachForwarded(result, archived -> proveArchivedMessage(archived, room, fromArchive));
            }
        }
    }

    private static boolean isFromArchive(final Element child)
    {
        return child.getName().equals("result") && child.getNamespaceURI().startsWith("urn:xmpp:mam:");
    }

    private static void forEachForwarded(final Element wrapper, final Consumer<Element> action)
    {
        for (final Element forwarded : wrapper.elements()) {
            forwarded.elements().forEach(action);
        }
    }

    private void proveArchivedMessage(final Element archived, final String room, final boolean fromArchive)
    {
        final String from = archived.attributeValue("from");
        final boolean byOccupant = fromArchive && from != null && from.startsWith(room + '/')
            && !"error".equals(archived.attributeValue("type"));
        synchronized (archived) {
            if (fromArchive && room.equals(from)) {
                StanzaSanitizer.verifyModeration(archived, node -> isUnverified(node, room));
            } else {
                StanzaSanitizer.sanitize(archived);
            }
            if (!byOccupant) {
                OccupantIdElement.removeAll(archived);
            } else if (provenIdOf(archived, room) == null) {
                keepOneProvenId(archived, room, true);
            }
        }
    }

    /**
     * Proves what an account is shown of its own messages. The copy of a message to a room that goes to another device of its sender
     * (XEP-0280 §6) is made of what is on its way to the room, and stamped already. An account's own archive (XEP-0313 §4.1) may hold
     * what it got from rooms, as it passed through the server.
     *
     * @param stanza any message from an account, or from the server without a word of whom, to one of the account's devices.
     */
    void proveOwn(@Nonnull final Element stanza)
    {
        for (final Element child : stanza.elements()) {
            if (isElement(child, "sent", "urn:xmpp:carbons:2") || isFromArchive(child)) {
                forEachForwarded(child, this::proveCopy);
            }
        }
    }

    private void proveCopy(final Element message)
    {
        final String from = message.attributeValue("from");
        final String to = message.attributeValue("to");
        if (rooms.own(from)) {
            final int slash = from.indexOf('/');
            proveArchivedMessage(message, slash < 0 ? from : from.substring(0, slash), true);
        } else if (rooms.own(to)) {
            synchronized (message) {
                if (provenIdOf(message, to) == null) {
                    keepOneProvenId(message, to, false);
                }
            }
        }
    }

    /**
     * An id that a presence was given a moment ago. Openfire 4.7 and later send a kick to the kicked occupant first, and to the others when
     * nobody holds the nickname any more.
     */
    private static final class Given
    {
        private static final long RECENT_NANOS = TimeUnit.SECONDS.toNanos(10);

        private final String id;
        private final long time = System.nanoTime();

        private Given(final String id)
        {
            this.id = id;
        }

        private boolean isRecent()
        {
            return System.nanoTime() - time < RECENT_NANOS;
        }
    }

    private static boolean isElement(final Element element, final String name, final String namespace)
    {
        return name.equals(element.getName()) && namespace.equals(element.getNamespaceURI());
    }
}
