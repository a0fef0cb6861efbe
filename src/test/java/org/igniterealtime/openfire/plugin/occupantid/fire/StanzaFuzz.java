/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.fire;

import org.apache.log4j.AppenderSkeleton;
import org.apache.log4j.Level;
import org.apache.log4j.Logger;
import org.apache.log4j.spi.LoggingEvent;
import org.dom4j.Element;
import org.dom4j.QName;
import org.igniterealtime.openfire.plugin.occupantid.fire.StanzaMaker.Bytes;
import org.jivesoftware.openfire.interceptor.PacketRejectedException;
import org.xmpp.packet.IQ;
import org.xmpp.packet.JID;
import org.xmpp.packet.Message;
import org.xmpp.packet.Packet;
import org.xmpp.packet.Presence;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What is tried with each input, of any bytes: a stanza is made of them and shown to the plugin, more than once, in any direction,
 * by itself or on its way through a room. Each time, it has to become what the {@link Rules} say. Of a stanza that a room passes on it
 * is known besides who sent it: whoever gets it is shown that user's id, whatever the stanza was made of.
 *
 * The names and signatures of the public methods are what a fuzzer looks for.
 */
public final class StanzaFuzz
{
    private static final QName OCCUPANT_ID = QName.get("occupant-id", "urn:xmpp:occupant-id:0");

    /** Bits of the first byte. */
    private static final int OWN_IDS = 1;
    private static final int AWAY = 2;
    private static final int AS_XML = 4;
    private static final int THROUGH_A_ROOM = 8;
    /** Few inputs rotate secrets, for that takes longer than all else. */
    private static final int ROTATES = 0x70;

    private static StanzaFuzz[] servers;
    private static volatile String logged;

    private final SmallServer server;
    private final Rules rules;
    private final StanzaMaker maker;

    private StanzaFuzz(final int kind)
    {
        server = new SmallServer((kind & OWN_IDS) != 0, (kind & AWAY) != 0);
        rules = new Rules(server);
        maker = new StanzaMaker(server);
    }

    /** Called once, before all else. */
    public static void fuzzerInitialize()
    {
        final Logger plugins = Logger.getLogger("org.igniterealtime.openfire.plugin.occupantid");
        Logger.getRootLogger().setLevel(Level.OFF);
        plugins.setLevel(Level.OFF);
        servers = Stream.of(0, OWN_IDS, AWAY, OWN_IDS | AWAY).map(StanzaFuzz::new).toArray(StanzaFuzz[]::new);
        plugins.setLevel(Level.ERROR);
        plugins.setAdditivity(false);
        plugins.addAppender(new AppenderSkeleton()
        {
            @Override
            protected void append(final LoggingEvent event)
            {
                final String[] trace = event.getThrowableStrRep();
                logged = event.getRenderedMessage() + (trace == null ? "" : '\n' + String.join("\n", trace));
            }

            @Override
            public void close()
            {
            }

            @Override
            public boolean requiresLayout()
            {
                return false;
            }
        });
    }

    /**
     * Called for each input.
     *
     * @param input any bytes.
     * @throws AssertionError if the plugin did not do what it should.
     */
    public static void fuzzerTestOneInput(final byte[] input)
    {
        final Bytes bytes = new Bytes(input);
        final int kind = bytes.next();
        final StanzaFuzz fuzz = servers[kind & (OWN_IDS | AWAY)];
        final byte[] steps = new byte[bytes.next() % 8 * 2 + 4];
        for (int i = 0; i < steps.length; i++) {
            steps[i] = (byte) bytes.next();
        }
        final Packet packet = (kind & AS_XML) == 0 ? fuzz.maker.built(bytes) : fuzz.maker.parsed(bytes);
        if (packet != null) {
            if ((kind & THROUGH_A_ROOM) == 0) {
                fuzz.anywhere(packet, new Bytes(steps), steps.length / 2, (kind & ROTATES) == ROTATES);
            } else {
                fuzz.throughARoom(packet, new Bytes(steps), steps.length / 2 - 2, (kind & ROTATES) == ROTATES);
            }
            fuzz.server.settle();
        }
    }

    /** A stanza is shown as it is, and with other addresses, while secrets are rotated. */
    private void anywhere(final Packet packet, final Bytes bytes, final int steps, final boolean rotates)
    {
        for (int step = 0; step < steps; step++) {
            final int way = bytes.next();
            switch (way >> 2 & 7) {
                case 1 -> readdress(packet, "to", valid(StanzaMaker.address(bytes)));
                case 2 -> readdress(packet, "from", valid(StanzaMaker.address(bytes)));
                case 3 -> rotate(rotates, bytes.next() % 2 == 0 ? SmallServer.COVEN : SmallServer.HEATH);
                default -> bytes.next();
            }
            show(packet, (way & 1) == 0, (way & 2) != 0);
        }
    }

    private void rotate(final boolean rotates, final String room)
    {
        if (rotates) {
            server.rotate(room);
        }
    }

    /** Sets an address, or takes it away with all that would then pass for it, which nobody has looked at. */
    private static void readdress(final Packet packet, final String name, final String address)
    {
        final Element stanza = packet.getElement();
        while (address == null && stanza.attribute(name) != null) {
            stanza.remove(stanza.attribute(name));
        }
        stanza.addAttribute(name, address);
    }

    /** The address, if it is one. */
    private static String valid(final String address)
    {
        try {
            return address == null || address.startsWith("/") ? null : new JID(address, true).toString();
        } catch (final IllegalArgumentException none) {
            return null;
        }
    }

    /** A user sends a stanza to a room, which passes it on to several, at once and later, and lets them look it up. */
    private void throughARoom(final Packet packet, final Bytes bytes, final int steps, final boolean rotates)
    {
        final JID user = new JID(StanzaMaker.pick(StanzaMaker.USERS, bytes));
        final String nick = StanzaMaker.pick(StanzaMaker.NICKS, bytes);
        final int refused = bytes.next();
        final int elsewhere = bytes.next();
        packet.setFrom(user);
        final JID to = packet.getTo();
        if (to == null || !server.isLocal(to.toString())) {
            show(packet, true, false);
            return;
        }
        final String room = to.toBareJID();
        final boolean isPassedOn = rules.isPassedOn(packet, Picture.of(packet.getElement())) && server.isRoom(room);
        String id = isPassedOn ? server.idOf(room, user.toBareJID()) : null;
        show(packet, true, false);
        if (isPassedOn) {
            checkCarried(packet, id);
        }
        if (!isPassedOn || refused % 4 == 0) {
            show(packet, true, true);
            check(packet instanceof IQ || Picture.of(packet.getElement()).carriers().isEmpty(),
                "An id is left on what the room does not take", packet);
            // A list of recipients has the same object sent to others in turn.
            readdress(packet, "to", valid(StanzaMaker.address(new Bytes(new byte[] {(byte) (elsewhere & 127)}))));
            show(packet, true, false);
            return;
        }
        if (packet instanceof Message) {
            copyForOtherDevice(packet, user, id);
        }
        Packet said = server.hasOwnIds() ? withServersId(packet, user) : packet;
        said.setFrom(new JID(to.getNode(), to.getDomain(), nick, true));
        for (int step = 0; step < steps; step++) {
            final int what = bytes.next();
            final int how = bytes.next();
            switch (what % 8) {
                case 0, 1 -> id = deliver(said, how, id);
                case 2 -> deliver(said.createCopy(), how, id);
                case 3 -> said = past(said);
                case 4 -> said = reread(said);
                case 5 -> rotate(rotates, room);
                default -> answer(said, room, how, id);
            }
        }
        deliver(said, 0, id);
    }

    /** Returns the id that the stanza then shows: that of its sender, or the sender's of today. */
    private String deliver(final Packet packet, final int how, final String before)
    {
        final String from = packet.getFrom().toString();
        server.recall(Stream.ofNullable(before));
        final String successor = packet instanceof Presence ? server.successorOf(before) : null;
        final String id = successor == null ? before : successor;
        packet.setTo(StanzaMaker.USERS.get((how >> 1) % StanzaMaker.USERS.size()));
        if ((how & 1) != 0) {
            show(packet, true, false);
        }
        show(packet, false, false);
        final Picture shown = Picture.of(packet.getElement());
        // The room keeps an error with the id, but nobody is shown it.
        checkIds(shown, "error".equals(shown.attribute("type")) ? null : id, packet);
        check(from.equals(shown.plainAttribute("from")), "Clients see another sender than the server", packet);
        return id;
    }

    /** What becomes history. */
    private static Packet past(final Packet packet)
    {
        final Packet past = packet.createCopy();
        past.getElement().addElement("delay", "urn:xmpp:delay");
        return past;
    }

    /** What was kept as text, if it is XML: not all that can be built is. */
    private Packet reread(final Packet packet)
    {
        try {
            final Packet reread = StanzaMaker.packet(maker.parse(packet.toXML()), true);
            return reread == null ? packet : reread;
        } catch (final Exception notXml) {
            return packet;
        }
    }

    /** Somebody finds a message in the archive of the room, or in their own. */
    private void answer(final Packet said, final String room, final int how, final String id)
    {
        if (said instanceof Message) {
            final boolean own = (how & 1) != 0;
            final Message answer = new Message();
            answer.setTo(SmallServer.TWO + "/x");
            if (!own) {
                answer.setFrom(room);
            } else if ((how & 2) != 0) {
                answer.setFrom(SmallServer.TWO);
            }
            final Element inside = said.getElement().createCopy();
            answer.getElement().addElement("result", "urn:xmpp:mam:2").addElement("forwarded", "urn:xmpp:forward:0").add(inside);
            show(answer, false, false);
            checkIds(Picture.of(inside), id, answer);
        }
    }

    /** Another device of the sender gets a copy of what is on its way to the room. */
    private void copyForOtherDevice(final Packet packet, final JID user, final String id)
    {
        final Message copy = new Message();
        copy.setFrom(user.asBareJID());
        copy.setTo(user.toBareJID() + "/other");
        final Element inside = packet.getElement().createCopy();
        copy.getElement().addElement("sent", "urn:xmpp:carbons:2").addElement("forwarded", "urn:xmpp:forward:0").add(inside);
        show(copy, false, false);
        checkIds(Picture.of(inside), id, copy);
    }

    /** A server that gives ids by itself works on a copy, in which it leaves no id but its own. */
    private static Packet withServersId(final Packet packet, final JID user)
    {
        final Packet copy = packet.createCopy();
        for (final Element present : List.copyOf(copy.getElement().elements(OCCUPANT_ID))) {
            copy.getElement().remove(present);
        }
        copy.getElement().addElement(OCCUPANT_ID).addAttribute("id", SmallServer.serversIdOf(user.toBareJID()));
        return copy;
    }

    /** Shows a stanza to the plugin, and looks at what has become of it. */
    private void show(final Packet packet, final boolean incoming, final boolean processed)
    {
        final Picture given = Picture.of(packet.getElement());
        final Picture before = rules.normalised(given, incoming, processed);
        server.recall(before.carriers().stream().map(Picture::id).filter(Objects::nonNull));
        final boolean isTurnedAway = rules.isTurnedAway(given, incoming, processed);
        check(isTurnedAway(packet, incoming, processed) == isTurnedAway, isTurnedAway ? "Let in" : "Turned away", packet);
        // As it was, also if it is turned away: another plugin may send it on.
        server.interceptor().interceptPacket(packet, null, incoming, processed);
        final Picture after = Picture.of(packet.getElement());
        final Picture expected = rules.after(packet, before, incoming, processed);
        final boolean right = expected == before ? after.equals(before) : after.tidy().equals(expected.tidy());
        if (!right) {
            throw new AssertionError((incoming ? "Incoming" : "Outgoing") + (processed ? ", processed" : "") + kindOfServer()
                + "\nbefore:   " + before + "\nafter:    " + after + "\nexpected: " + expected);
        }
        if (logged != null) {
            final String said = logged;
            logged = null;
            throw new AssertionError("The plugin failed at " + before + kindOfServer() + ":\n" + said);
        }
    }

    private boolean isTurnedAway(final Packet packet, final boolean incoming, final boolean processed)
    {
        try {
            server.doorkeeper().interceptPacket(packet, null, incoming, processed);
            return false;
        } catch (final PacketRejectedException turnedAway) {
            return true;
        }
    }

    private String kindOfServer()
    {
        return (server.hasOwnIds() ? ", server with ids of its own" : "") + (server.isAway() ? ", no database" : "");
    }

    /** What a room is given is marked with the sender's id, and no other. */
    private void checkCarried(final Packet packet, final String id)
    {
        final List<Picture> carriers = Picture.of(packet.getElement()).carriers();
        final boolean none = id == null && !server.hasOwnIds();
        check(carriers.size() == (none ? 0 : 1) && carriers.stream().allMatch(carrier -> carrier.isStamp() == server.hasOwnIds()
            && Objects.equals(carrier.attribute("id"), id)), "Not the sender's id, " + id, packet);
    }

    /** What a client is shown has one id, the right one, and no stamp; or no id, if there can be none. */
    private void checkIds(final Picture shown, final String id, final Packet packet)
    {
        final List<Picture> carriers = shown.carriers();
        final boolean right = carriers.size() == (id == null ? 0 : 1)
            && carriers.stream().allMatch(carrier -> carrier.isOccupantId() && id.equals(carrier.id()));
        check(right, "Not the sender's id, " + id, packet);
    }

    private void check(final boolean right, final String wrong, final Packet packet)
    {
        if (!right) {
            throw new AssertionError(wrong + kindOfServer() + ": " + Picture.of(packet.getElement()));
        }
    }
}
