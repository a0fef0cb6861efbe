/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.fire;

import org.igniterealtime.openfire.plugin.occupantid.fire.Picture.Attribute;
import org.igniterealtime.openfire.plugin.occupantid.fire.SmallServer.Address;
import org.xmpp.packet.IQ;
import org.xmpp.packet.Message;
import org.xmpp.packet.Packet;
import org.xmpp.packet.Presence;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What has to become of a stanza that the plugin is shown, whatever it is: from a picture of it before, a picture of it after. This
 * knows the rules, and nothing of how the plugin follows them. A stanza that has to stay as it is comes back as the same object.
 */
final class Rules
{
    private static final List<String> GONE_BY = List.of("from", "to", "type");
    private static final List<String> ADDRESSES = List.of("to", "from");
    private static final Pattern PUBLIC = Pattern.compile("jabber:|urn:xmpp:|http://jabber\\.org/|$");
    private static final Pattern PLAIN = Pattern.compile("([a-z0-9._-]{1,1023}@)?[a-z0-9._-]*");
    private static final String DISCO_INFO = "http://jabber.org/protocol/disco#info";
    private static final String FEATURE = "urn:xmpp:occupant-id:0";

    private final SmallServer server;

    Rules(final SmallServer server)
    {
        this.server = server;
    }

    Picture after(final Packet packet, final Picture given, final boolean incoming, final boolean processed)
    {
        if (processed) {
            // What was for a room, and is not the room's by now, may go anywhere.
            return incoming && isInward(packet, given) ? given.withId(null) : given;
        }
        final Picture stanza = incoming ? unmasked(given) : given;
        final String from = stanza.attribute("from");
        if (packet instanceof IQ) {
            return server.isLocal(from) ? disco(stanza, from) : stanza;
        }
        if (server.isLocal(from)) {
            return outward(packet, stanza, from);
        }
        if (isInward(packet, stanza)) {
            return inward(packet, stanza);
        }
        if (incoming && packet instanceof Presence && isToContacts(stanza.attribute("to"))) {
            return sanitized(stanza.withId(null));
        }
        if (!incoming && from == null && isError(stanza)) {
            return stanza.withId(null);
        }
        if (!incoming && packet instanceof Message && isToOwnDevice(from, stanza.attribute("to"))) {
            return stanza.mapped(child -> child.isElement("sent", "urn:xmpp:carbons:2") || isAnswer(child)
                ? child.mapped(forwarded -> forwarded.mapped(this::copy)) : child);
        }
        return stanza;
    }

    /** Whether a room passes a stanza on to occupants, if it takes it. */
    boolean isPassedOn(final Packet packet, final Picture stanza)
    {
        final String to = stanza.attribute("to");
        final String type = stanza.attribute("type");
        if (packet instanceof IQ || stanza.attribute("from") == null || to == null || Address.of(to).node() == null) {
            return false;
        }
        return packet instanceof Presence || !isError(stanza) && ("groupchat".equals(type) || Address.of(to).nick() != null);
    }

    /** Whether a stanza is not let in at all: an address is none, or hidden; or another server vouches for one of two senders. */
    boolean isTurnedAway(final Picture given, final boolean incoming, final boolean processed)
    {
        return isForDoorkeeper(given, incoming, processed) && (hasForeignSenders(given)
            || ADDRESSES.stream().map(given::attribute).anyMatch(address -> !isNormal(address)
                && (isMasked(given) || server.normalised(address) == null)));
    }

    /** The stanza with the addresses that it has after it was let in, or turned away. */
    Picture normalised(final Picture given, final boolean incoming, final boolean processed)
    {
        if (!isForDoorkeeper(given, incoming, processed) || hasForeignSenders(given) || isMasked(given)) {
            return given;
        }
        Picture stanza = given;
        for (final String name : ADDRESSES) {
            final String address = stanza.attribute(name);
            if (!isNormal(address)) {
                final String normalised = server.normalised(address);
                if (normalised == null) {
                    return stanza;
                }
                final List<Attribute> attributes = new ArrayList<>(stanza.attributes());
                attributes.replaceAll(one -> one.name().equals(name) ? new Attribute("", "", name, normalised) : one);
                stanza = stanza.withAttributes(attributes);
            }
        }
        return stanza;
    }

    private boolean isForDoorkeeper(final Picture given, final boolean incoming, final boolean processed)
    {
        return incoming && !processed && server.isLocal(given.attribute("to"));
    }

    private boolean hasForeignSenders(final Picture given)
    {
        final long senders = given.attributes().stream().filter(attribute -> attribute.name().equals("from")).count();
        return senders > 1 && server.isElsewhere(given.attribute("from"));
    }

    /** Of plain names, nobody looks whether they are addresses. */
    private boolean isNormal(final String address)
    {
        return address == null || PLAIN.matcher(Address.of(address).bare()).matches() || server.isAddress(Address.of(address).bare());
    }

    private static boolean isMasked(final Picture stanza)
    {
        return stanza.attributes().stream().anyMatch(one -> GONE_BY.contains(one.name()) && !one.namespace().isEmpty());
    }

    /** A stanza without what only a room may say, and without ids in other elements. */
    private static Picture sanitized(final Picture stanza)
    {
        final List<Picture> nodes = new ArrayList<>(stanza.nodes());
        final Picture clean = (nodes.removeIf(Rules::isModeration) ? stanza.withNodes(nodes) : stanza)
            .mapped(child -> PUBLIC.matcher(child.namespace()).lookingAt() ? withoutIds(child, null) : child);
        // Behind ids that stay in elements of a client's own.
        boolean isAfterId = false;
        for (final Picture node : clean.nodes()) {
            if (isAfterId && withoutIds(node, null) != node) {
                final List<Picture> moved = new ArrayList<>(clean.nodes());
                moved.removeIf(Picture::carriesId);
                moved.addAll(clean.carriers());
                return clean.withNodes(moved);
            }
            isAfterId |= node.isOccupantId();
        }
        return clean;
    }

    private static boolean isModeration(final Picture node)
    {
        return node.kind().equals(Picture.ELEMENT) && (node.name().equals("moderated")
            && node.namespace().startsWith("urn:xmpp:message-moderate:") || node.nodes().stream().anyMatch(Rules::isModeration));
    }

    /** An element without ids in it, at any depth, but for those that may stay. */
    private static Picture withoutIds(final Picture element, final Predicate<Picture> stays)
    {
        final List<Picture> nodes = new ArrayList<>(element.nodes());
        final boolean changed = nodes.removeIf(node -> node.carriesId() && (stays == null || !stays.test(node)));
        return (changed ? element.withNodes(nodes) : element).mapped(child -> withoutIds(child, stays));
    }

    /** In a moderation by the room itself, only ids of the room stay. */
    private Picture verified(final Picture stanza, final String room)
    {
        return stanza.mapped(child -> !child.name().equals("result") && isModeration(child)
            ? withoutIds(child, node -> node.id() != null && server.isIssued(node.id(), room)) : child);
    }

    private boolean isInward(final Packet packet, final Picture stanza)
    {
        return !(packet instanceof IQ) && server.isLocal(stanza.attribute("to")) && !server.isLocal(stanza.attribute("from"));
    }

    /** Attributes that pass for those that the server goes by are gone, and those mean what they meant to the server. */
    private static Picture unmasked(final Picture stanza)
    {
        if (!isMasked(stanza)) {
            return stanza;
        }
        final List<Attribute> attributes = new ArrayList<>(stanza.attributes());
        attributes.removeIf(attribute -> GONE_BY.contains(attribute.name()));
        for (final String name : GONE_BY) {
            if (stanza.attribute(name) != null) {
                attributes.add(new Attribute("", "", name, stanza.attribute(name)));
            }
        }
        return stanza.withAttributes(attributes);
    }

    private Picture inward(final Packet packet, final Picture stanza)
    {
        final Picture clean = sanitized(stanza.withId(null));
        if (!isPassedOn(packet, stanza)) {
            return clean;
        }
        final Address to = Address.of(stanza.attribute("to"));
        final String user = Address.of(stanza.attribute("from")).bare();
        String id = null;
        if (server.isRoom(to.bare())) {
            id = server.idOf(to.bare(), user);
        } else if (packet instanceof Presence && stanza.attribute("type") == null && to.nick() != null) {
            id = server.idInFuture(to.bare(), user);
        }
        return server.hasOwnIds() ? clean.withStamp(id) : clean.withId(id);
    }

    private Picture outward(final Packet packet, final Picture given, final String from)
    {
        final Address occupant = Address.of(from);
        if (occupant.nick() == null || isError(given)) {
            final Picture bare = given.withId(null);
            return packet instanceof Message ? archive(verified(bare, occupant.bare()), from) : bare;
        }
        final Picture stanza = sanitized(given);
        final boolean past = packet instanceof Message && stanza.nodes().stream()
            .anyMatch(node -> node.isElement("delay", "urn:xmpp:delay") || node.isElement("x", "jabber:x:delay"));
        final Picture proven = proven(stanza, occupant.bare(), past);
        final String kept = proven.carriers().isEmpty() ? null : proven.carriers().get(0).id();
        if (kept != null && packet instanceof Presence && server.successorOf(kept) != null) {
            return stanza.withId(server.successorOf(kept));
        }
        return past || kept != null ? proven : stanza.withId(idOfSpeaker(packet, stanza, occupant));
    }

    /** The id of whoever is shown by a live stanza that has none. */
    private String idOfSpeaker(final Packet packet, final Picture stanza, final Address occupant)
    {
        if (server.holderOf(occupant) != null) {
            return server.idOfHolder(occupant);
        }
        final String to = stanza.attribute("to");
        final boolean leaves = packet instanceof Presence && "unavailable".equals(stanza.attribute("type")) && !hasStatus(stanza);
        // Only a room that is being destroyed tells people of a leave who are not there: of their own.
        return leaves && occupant.node() != null && to != null && !server.isOccupant(occupant.bare(), to)
            ? server.idOfLast(occupant.bare(), Address.of(to).bare()) : null;
    }

    /** Whether a presence tells of somebody who was put out, or has another nick by now, which is none of the end of a room. */
    private static boolean hasStatus(final Picture stanza)
    {
        return stanza.nodes().stream().filter(node -> node.isElement("x", "http://jabber.org/protocol/muc#user")).findFirst()
            .filter(about -> about.nodes().stream().anyMatch(node -> node.kind().equals(Picture.ELEMENT) && node.name().equals("status")))
            .isPresent();
    }

    /** One id that was issued for the room stays, if there is no other; in what is from the past, the server's own may be it. */
    private Picture proven(final Picture stanza, final String room, final boolean past)
    {
        final List<Picture> carriers = stanza.carriers();
        final Set<String> issued = new TreeSet<>();
        for (final Picture carrier : carriers) {
            if (carrier.id() != null && server.isIssued(carrier.id(), room)) {
                issued.add(carrier.id());
            }
        }
        final boolean oneOccupantId = carriers.size() == 1 && carriers.get(0).isOccupantId();
        if (issued.size() == 1) {
            return oneOccupantId ? stanza : stanza.withId(issued.iterator().next());
        }
        final String only = oneOccupantId ? carriers.get(0).id() : null;
        final boolean isServers = issued.isEmpty() && past && server.hasOwnIds() && only != null && only.matches("[0-9a-f]{40}");
        return stanza.withId(isServers ? only : null);
    }

    private Picture archive(final Picture stanza, final String room)
    {
        final boolean invites = stanza.nodes().stream().anyMatch(node -> node.isElement("x", "http://jabber.org/protocol/muc#user"));
        return stanza.mapped(child -> isAnswer(child)
            ? child.mapped(forwarded -> forwarded.mapped(message -> archived(message, room, !invites && !isError(stanza)))) : child);
    }

    private Picture archived(final Picture message, final String room, final boolean truly)
    {
        final String from = message.attribute("from");
        final boolean byOccupant = truly && from != null && from.startsWith(room + '/') && !isError(message);
        final Picture clean = truly && room.equals(from) ? verified(message, Address.of(room).bare()) : sanitized(message);
        return byOccupant ? proven(clean, Address.of(room).bare(), true) : clean.withId(null);
    }

    private Picture copy(final Picture message)
    {
        final String from = message.attribute("from");
        final String to = message.attribute("to");
        if (server.isLocal(from)) {
            return archived(message, Address.of(from).bare(), true);
        }
        return server.isLocal(to) ? proven(message, Address.of(to).bare(), false) : message;
    }

    private static Picture disco(final Picture iq, final String from)
    {
        final Picture query = iq.nodes().stream().filter(node -> node.kind().equals(Picture.ELEMENT) && node.name().equals("query"))
            .findFirst().orElse(null);
        if (query == null || !query.namespace().equals(DISCO_INFO) || query.attribute("node") != null || from.contains("/")
            || !"result".equals(iq.attribute("type"))) {
            return iq;
        }
        final List<Picture> nodes = new ArrayList<>();
        boolean announced = false;
        for (final Picture node : query.nodes()) {
            final boolean feature = node.kind().equals(Picture.ELEMENT) && node.name().equals("feature")
                && FEATURE.equals(node.attribute("var"));
            if (!feature || !announced) {
                nodes.add(node);
            }
            announced |= feature;
        }
        if (!announced) {
            nodes.add(new Picture(Picture.ELEMENT, "", DISCO_INFO, "feature", List.of(new Attribute("", "", "var", FEATURE)), List.of()));
        }
        return nodes.equals(query.nodes()) ? iq : iq.mapped(child -> child == query ? query.withNodes(nodes) : child);
    }

    /** Whether a presence is for all contacts, of whom a room may be one. */
    private static boolean isToContacts(final String to)
    {
        return to == null || to.isEmpty() || to.equals(SmallServer.DOMAIN);
    }

    private static boolean isAnswer(final Picture child)
    {
        return child.name().equals("result") && child.namespace().startsWith("urn:xmpp:mam:");
    }

    private static boolean isError(final Picture stanza)
    {
        return "error".equals(stanza.attribute("type"));
    }

    private static boolean isToOwnDevice(final String from, final String to)
    {
        return from == null || to != null && to.startsWith(from + '/');
    }
}
