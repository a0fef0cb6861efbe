/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.fire;

import org.dom4j.Branch;
import org.dom4j.DocumentException;
import org.dom4j.DocumentFactory;
import org.dom4j.DocumentHelper;
import org.dom4j.Element;
import org.dom4j.Namespace;
import org.dom4j.Node;
import org.dom4j.QName;
import org.dom4j.io.XMPPPacketReader;
import org.jivesoftware.openfire.net.MXParser;
import org.xmlpull.v1.XmlPullParserException;
import org.xmlpull.v1.XmlPullParserFactory;
import org.xmpp.packet.IQ;
import org.xmpp.packet.Message;
import org.xmpp.packet.Packet;
import org.xmpp.packet.Presence;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Makes stanzas from bytes: built of parts that mean something in group chat and some that do not, or read from XML as the server
 * reads it. The same bytes make the same stanza, but for the ids in it, which are those that the server has for its users.
 */
final class StanzaMaker
{
    static final List<String> USERS = List.of(SmallServer.ONE + "/x", SmallServer.ONE + "/y", SmallServer.TWO + "/x",
        SmallServer.THREE + "/x", "stranger@far.org/z");
    static final List<String> NICKS = List.of("first", "second", "third", "zweite", "a/b@c", "nobody");

    private static final List<String> ADDRESSES = Arrays.asList(SmallServer.COVEN, SmallServer.COVEN + "/first",
        SmallServer.COVEN + "/second", SmallServer.COVEN + "/nobody", SmallServer.HEATH, SmallServer.HEATH + "/first",
        SmallServer.HEATH + "/a/b@c", SmallServer.CAVE, SmallServer.CAVE + "/zweite", "moor@conference.example.org",
        "moor@conference.example.org/nick", "conference.example.org", "conference.example.org/nick",
        "COVEN@conference.example.org/first", "coven@nowhere.example.org/first", "coven@conference.elsewhere.org/first",
        "coven@conference.example.org.elsewhere.org/first", "example.org", SmallServer.ONE, SmallServer.ONE + "/x",
        SmallServer.ONE + "/conference.example.org", SmallServer.TWO + "/x", SmallServer.THREE + "/x", "stranger@far.org/z", null);

    private static final List<String> NAMES = List.of("body", "subject", "occupant-id", "stamp", "delay", "x", "result", "forwarded",
        "message", "presence", "sent", "received", "error", "query", "feature", "invite", "Occupant-id", "id", "moderated", "retract");
    private static final List<String> NAMESPACES = List.of("", "jabber:client", "urn:xmpp:occupant-id:0",
        "https://igniterealtime.org/projects/openfire/occupantid", "http://jabber.org/protocol/muc#user", "http://jabber.org/protocol/muc",
        "urn:xmpp:delay", "jabber:x:delay", "urn:xmpp:mam:2", "urn:xmpp:mam:", "urn:xmpp:forward:0", "urn:xmpp:carbons:2",
        "http://jabber.org/protocol/disco#info", "urn:xmpp:occupant-id:1", "URN:XMPP:OCCUPANT-ID:0",
        "urn:xmpp:message-moderate:0", "urn:xmpp:message-moderate:1");
    private static final List<String> ARCHIVES = List.of("urn:xmpp:mam:2", "urn:xmpp:mam:0", "urn:xmpp:mam:");
    private static final List<String> ATTRIBUTES = List.of("id", "from", "to", "type", "var", "node", "stamp", "queryid");
    private static final List<String> TYPES = Arrays.asList("groupchat", null, "chat", "error", "normal", "unavailable", "result", "get",
        "headline", "subscribe", "Error", "");
    private static final int DEEPEST = 6;

    /** What characters that XML cannot have stand for in XML, in this order. Ids come first. */
    private static final List<String> SHORT = List.of("<occupant-id xmlns='urn:xmpp:occupant-id:0' id='",
        "<stamp xmlns='https://igniterealtime.org/projects/openfire/occupantid' id='", "<delay xmlns='urn:xmpp:delay'/>",
        SmallServer.COVEN,
        "<result xmlns='urn:xmpp:mam:2'><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' from='",
        "<sent xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' to='",
        "<query xmlns='http://jabber.org/protocol/disco#info'>", "<x xmlns='http://jabber.org/protocol/muc#user'>");
    private static final int IDS = 12;
    private static final int PARSED_WITH_ONE_FACTORY = 10_000;

    private final SmallServer server;
    private XmlPullParserFactory parsers;
    private XMPPPacketReader reader;
    private int parsed;

    StanzaMaker(final SmallServer server)
    {
        this.server = server;
    }

    /** A stanza that is built of parts; null for one that the server would refuse, because of its addresses. */
    Packet built(final Bytes bytes)
    {
        final int kind = bytes.next();
        final Element stanza = element(List.of("message", "presence", "iq").get(kind % 3), (kind & 64) == 0 ? "" : "jabber:client", "");
        // Attributes are set one after the other, in any order, and some have the names of others.
        for (int order = bytes.next(); order > 0; order /= 7) {
            switch (order % 7) {
                case 0 -> set(stanza, "type", pick(TYPES, bytes));
                case 1 -> set(stanza, "to", address(bytes));
                case 2 -> set(stanza, "from", address(bytes));
                case 3 -> set(stanza, "id", "m1");
                case 4 -> mask(stanza, pick(ATTRIBUTES, bytes), pick(TYPES, bytes));
                case 5 -> mask(stanza, pick(ATTRIBUTES, bytes), address(bytes));
                default -> set(stanza, "xml:lang", "en");
            }
        }
        fill(stanza, bytes, 0);
        return packet(stanza, (kind & 128) != 0);
    }

    /** A stanza that is written in the bytes as XML; null for what the server would refuse. */
    Packet parsed(final Bytes bytes)
    {
        final boolean unchecked = (bytes.next() & 128) != 0;
        try {
            final Element stanza = parse(written(bytes.rest()));
            return stanza == null ? null : packet(stanza, unchecked);
        } catch (final DocumentException | IOException | XmlPullParserException | RuntimeException notXml) {
            reader = null;
            return null;
        }
    }

    /** Reads XML as the server does. */
    Element parse(final String xml) throws DocumentException, IOException, XmlPullParserException
    {
        if (reader == null || ++parsed % PARSED_WITH_ONE_FACTORY == 0) {
            if (parsers == null) {
                parsers = XmlPullParserFactory.newInstance(MXParser.class.getName(), null);
            }
            reader = new XMPPPacketReader();
            reader.setXPPFactory(parsers);
            // One that keeps the names it meets to itself, for they are many.
            reader.setDocumentFactory(new DocumentFactory());
        }
        return reader.read(new StringReader(xml)).getRootElement();
    }

    /** The stanza that an element is; null for none, and one that has addresses which the server refuses. */
    static Packet packet(final Element stanza, final boolean unchecked)
    {
        final String from = stanza.attributeValue("from");
        if (from != null && from.startsWith("/")) {
            // Which nobody's is, and is not read twice alike.
            return null;
        }
        try {
            final Packet packet = switch (stanza.getName()) {
                case "message" -> new Message(stanza, unchecked);
                case "presence" -> new Presence(stanza, unchecked);
                case "iq" -> new IQ(stanza, unchecked);
                default -> null;
            };
            // An empty attribute in front of one of these keeps the server from looking at it until it is asked for.
            if (packet != null) {
                packet.getFrom();
                packet.getTo();
            }
            return packet;
        } catch (final RuntimeException refused) {
            return null;
        }
    }

    /** Adds a few children. */
    void fill(final Element parent, final Bytes bytes, final int depth)
    {
        for (int count = bytes.next() % 6; count > 0 && !bytes.isEmpty(); count--) {
            add(parent, bytes, depth);
        }
    }

    private void add(final Element parent, final Bytes bytes, final int depth)
    {
        switch (bytes.next() % 20) {
            case 0 -> child(parent, "body", "").addText(text(bytes));
            case 1 -> child(parent, "occupant-id", "urn:xmpp:occupant-id:0").addAttribute("id", id(bytes.next()));
            case 2 -> child(parent, "o:occupant-id", "urn:xmpp:occupant-id:0").addAttribute("id", id(bytes.next()));
            case 3 -> child(parent, "stamp", NAMESPACES.get(3)).addAttribute("id", id(bytes.next()));
            case 4 -> stained(child(parent, "occupant-id", NAMESPACES.get(2)), bytes, depth);
            case 5 -> stained(child(parent, "s:stamp", NAMESPACES.get(3)), bytes, depth);
            case 6 -> child(parent, "delay", "urn:xmpp:delay").addAttribute("stamp", "2026-01-01T00:00:00Z");
            case 7 -> child(parent, "x", pick(NAMESPACES, bytes));
            case 8 -> inside(child(parent, "result", pick(ARCHIVES, bytes)), bytes, depth);
            case 9 -> inside(child(parent, pick(List.of("sent", "received"), bytes), "urn:xmpp:carbons:2"), bytes, depth);
            case 10 -> child(parent, "error", "").addAttribute("type", "cancel");
            case 11 -> parent.addText(text(bytes));
            case 12 -> other(parent, bytes);
            case 13 -> query(parent, bytes);
            case 14 -> repeat(parent, bytes);
            case 15 -> child(parent, pick(NAMES, bytes), pick(NAMESPACES, bytes)).addAttribute("id", id(bytes.next()));
            case 16 -> free(parent, bytes, depth);
            case 18 -> child(parent, "moderated", "urn:xmpp:message-moderate:1");
            case 19 -> {
                final Element retract = child(parent, "retract", "urn:xmpp:message-retract:1");
                if (depth < DEEPEST) {
                    fill(retract, bytes, depth + 1);
                }
            }
            default -> {
                final Element user = child(parent, "x", "http://jabber.org/protocol/muc#user");
                child(user, "invite", "http://jabber.org/protocol/muc#user").addAttribute("to", pick(USERS, bytes));
                if (depth < DEEPEST) {
                    fill(user, bytes, depth + 1);
                }
            }
        }
    }

    /** What an answer from an archive and a copy for another device have inside. */
    private void inside(final Element wrapper, final Bytes bytes, final int depth)
    {
        if (depth < DEEPEST) {
            final Element message = child(child(wrapper, "forwarded", "urn:xmpp:forward:0"), "message", "jabber:client");
            set(message, "from", address(bytes));
            set(message, "to", address(bytes));
            set(message, "type", pick(TYPES, bytes));
            fill(message, bytes, depth + 1);
            fill(wrapper, bytes, depth + 1);
        }
    }

    /** An element that carries an id, and more than that, or less. */
    private void stained(final Element carrier, final Bytes bytes, final int depth)
    {
        final int stain = bytes.next();
        if ((stain & 1) != 0) {
            carrier.addAttribute("id", id(bytes.next()));
        }
        if ((stain & 2) != 0) {
            carrier.addAttribute(new QName("id", new Namespace("o", "urn:o")), id(bytes.next()));
        }
        if ((stain & 4) != 0) {
            carrier.addAttribute(pick(ATTRIBUTES, bytes), text(bytes));
        }
        if ((stain & 8) != 0) {
            carrier.addText(text(bytes));
        }
        if ((stain & 16) != 0) {
            carrier.addNamespace("", carrier.getNamespaceURI());
        }
        if ((stain & 32) != 0 && depth < DEEPEST) {
            fill(carrier, bytes, depth + 1);
        }
    }

    private void query(final Element parent, final Bytes bytes)
    {
        final int shape = bytes.next();
        final Element query = child(parent, "query", (shape & 1) == 0 ? "http://jabber.org/protocol/disco#info" : pick(NAMESPACES, bytes));
        if ((shape & 2) != 0) {
            query.addAttribute("node", text(bytes));
        }
        for (int features = shape >> 2 & 7; features > 0; features--) {
            child(query, pick(List.of("feature", "identity"), bytes), query.getNamespaceURI()).addAttribute("var", pick(NAMESPACES, bytes));
        }
    }

    private void other(final Branch parent, final Bytes bytes)
    {
        final Element element = (Element) parent;
        switch (bytes.next() % 5) {
            case 0 -> element.addCDATA(text(bytes));
            case 1 -> element.addComment(text(bytes));
            case 2 -> element.addNamespace("p", pick(NAMESPACES, bytes));
            case 3 -> element.addProcessingInstruction("target", text(bytes));
            default -> element.addEntity("entity", text(bytes));
        }
    }

    /** Adds the last child once more, and once more, if it is an empty one: else a few bytes could make more than memory holds. */
    private static void repeat(final Element parent, final Bytes bytes)
    {
        final List<Element> present = parent.elements();
        final Element last = present.isEmpty() ? null : present.get(present.size() - 1);
        if (last != null && last.nodeCount() == 0) {
            for (int count = bytes.next() % 64; count > 0; count--) {
                parent.add((Node) last.clone());
            }
        }
    }

    private void free(final Element parent, final Bytes bytes, final int depth)
    {
        final int shape = bytes.next();
        final String name = (shape & 1) == 0 ? pick(NAMES, bytes) : "n" + text(bytes);
        final String namespace = (shape & 4) == 0 ? pick(NAMESPACES, bytes) : "u" + text(bytes);
        final Element child = child(parent, (shape & 2) == 0 ? name : "p:" + name, namespace);
        for (int attributes = shape >> 3 & 3; attributes > 0; attributes--) {
            set(child, pick(ATTRIBUTES, bytes), bytes.next() % 2 == 0 ? text(bytes) : address(bytes));
        }
        if (depth < DEEPEST) {
            fill(child, bytes, depth + 1);
        }
    }

    private static Element child(final Element parent, final String qualifiedName, final String namespace)
    {
        final int colon = qualifiedName.indexOf(':');
        final Element child = element(qualifiedName.substring(colon + 1), namespace, colon < 0 ? "" : qualifiedName.substring(0, colon));
        parent.add(child);
        return child;
    }

    /** Not by way of the names that dom4j keeps, for they are many. */
    private static Element element(final String name, final String namespace, final String prefix)
    {
        return DocumentHelper.createElement(new QName(name, new Namespace(namespace.isEmpty() ? "" : prefix, namespace)));
    }

    private static void set(final Element element, final String name, final String value)
    {
        if (value != null) {
            element.addAttribute(name, value);
        }
    }

    private static void mask(final Element element, final String name, final String value)
    {
        if (value != null) {
            element.addAttribute(new QName(name, new Namespace("m", "urn:mask")), value);
        }
    }

    /** An address, well known or not. */
    static String address(final Bytes bytes)
    {
        final int number = bytes.next();
        if (number < 128) {
            return ADDRESSES.get(number % ADDRESSES.size());
        }
        final String domain = pick(List.of("conference.example.org", "rooms.example.org", "example.org", "far.org"), bytes);
        return text(bytes) + ((number & 1) == 0 ? "@" : "") + domain + ((number & 2) == 0 ? "/" : "") + text(bytes);
    }

    /** An id: one of those that somebody has or had, or one that is none. */
    String id(final int number)
    {
        final String genuine = server.idOf(SmallServer.COVEN, SmallServer.ONE);
        if (genuine == null) {
            return "A".repeat(43);
        }
        return switch (number % IDS) {
            case 0 -> genuine;
            case 1 -> server.idOf(SmallServer.COVEN, SmallServer.TWO);
            case 2 -> server.idOf(SmallServer.COVEN, SmallServer.THREE);
            case 3 -> server.idOf(SmallServer.HEATH, SmallServer.ONE);
            case 4 -> server.idOf(SmallServer.CAVE, SmallServer.ONE);
            case 5 -> server.retired().get(0);
            case 6 -> server.retired().get(1);
            case 7 -> SmallServer.serversIdOf(SmallServer.ONE);
            // Of the last character only some bits count, to those who decode it.
            case 8 -> genuine.substring(0, 42) + (char) (genuine.charAt(42) + 1);
            case 9 -> genuine + '=';
            case 10 -> "A".repeat(43);
            default -> "";
        };
    }

    private String written(final byte[] bytes)
    {
        final StringBuilder xml = new StringBuilder();
        for (final char letter : new String(bytes, StandardCharsets.UTF_8).toCharArray()) {
            if (letter == 0 || letter >= ' ' || letter == '\n' || letter == '\r' || letter == '\t') {
                xml.append(letter);
            } else if (letter < ' ' - SHORT.size()) {
                xml.append(id(letter));
            } else {
                xml.append(SHORT.get(letter - (' ' - SHORT.size())));
            }
        }
        return xml.toString();
    }

    private static String text(final Bytes bytes)
    {
        final int length = bytes.next() % 16;
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < length && !bytes.isEmpty(); i++) {
            final int first = bytes.next();
            // Most of it ASCII, the rest from all of Unicode but what XML cannot have.
            final int point = first < 128 ? first : (first & 31) << 16 | bytes.next() << 8 | bytes.next();
            final boolean allowed = point >= ' ' && point < 0xd800 || point >= 0xe000 && point < 0xfffe
                || point > 0xffff && point <= Character.MAX_CODE_POINT;
            text.appendCodePoint(allowed ? point : ' ');
        }
        return text.toString();
    }

    static <T> T pick(final List<T> all, final Bytes bytes)
    {
        return all.get(bytes.next() % all.size());
    }

    /** Bytes, one after the other; where there are no more, zeros. */
    static final class Bytes
    {
        private final byte[] bytes;
        private int next;

        Bytes(final byte[] bytes)
        {
            this.bytes = bytes;
        }

        int next()
        {
            return next < bytes.length ? bytes[next++] & 255 : 0;
        }

        boolean isEmpty()
        {
            return next >= bytes.length;
        }

        byte[] rest()
        {
            final byte[] rest = Arrays.copyOfRange(bytes, Math.min(next, bytes.length), bytes.length);
            next = bytes.length;
            return rest;
        }
    }
}
