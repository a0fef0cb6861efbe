/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.fire;

import java.util.List;
import java.util.Random;

/**
 * Makes up stanzas that mean harm: whatever a client can write, in the order that a seed says. All are XML, but for {@link #garbage}.
 */
final class Malice
{
    private static final List<String> NICKS = List.of("imp", "fiend", "ogre", "a/b@c", "<&>'\"", "a\u200bb", "\u05d0\u202ex", "ß", "ﬃ",
        "\ud83e\udee0", "\u00ad", "conference.localhost", "IMP", "ｉｍｐ", "n".repeat(1023), "é".repeat(511), "日".repeat(341),
        "\ud83d\udc79".repeat(255), "n".repeat(1024), " ", "");
    private static final List<String> WILD_ROOMS = List.of("wild1", "wild2", "wild3", "wild-日本", "wild\\20thing", "w".repeat(1023), "WILD1",
        "ｗｉｌｄ2", "wi\u00adld3", "op\u200ben", "ＯＰＥＮ", "w".repeat(1024), "a b", "");
    private static final List<String> SERVICES = List.of("CONFERENCE.LOCALHOST", "ｃonference.localhost", "conference.localhost.",
        "other.localhost", "conference", "nowhere.test");
    private static final List<String> TYPES = List.of("groupchat", "chat", "normal", "headline", "error", "GROUPCHAT", "", "x");
    private static final List<String> PRESENCES = List.of("unavailable", "error", "subscribe", "subscribed", "unsubscribe", "probe", "x", "");
    private static final List<String> NUMBERS = List.of("0", "1", "5", "-1", "100", "99999999999999999999", "x", "");
    private static final List<String> COMMANDS = List.of("rotate-room", "rotate-service", "find-account", "find-ids", "kick", "ban", "unban",
        "nothing");
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private final Random random;
    private final Judge judge;
    private final List<String> rooms;
    private final List<String> users;
    private List<String> known = List.of();
    private long number;
    private boolean withOwnId;

    /**
     * @param rooms the rooms to be attacked.
     * @param users the names of all accounts.
     */
    Malice(final long seed, final Judge judge, final List<String> rooms, final List<String> users)
    {
        random = new Random(seed);
        this.judge = judge;
        this.rooms = rooms;
        this.users = users;
    }

    /** Learns what ids others have. */
    void spy()
    {
        known = judge.known();
    }

    Random random()
    {
        return random;
    }

    /** The next stanza of a user. */
    String next(final String user)
    {
        withOwnId = false;
        final int kind = random.nextInt(100);
        if (kind < 8) {
            return join(user, anyRoom());
        } else if (kind < 55) {
            return stanza(user, "message", TYPES);
        } else if (kind < 83) {
            return stanza(user, "presence", PRESENCES);
        }
        return iq(user);
    }

    /** What most clients would send to enter a room, with a forgery in it. */
    String join(final String user, final String room)
    {
        final String content = forgeries(user) + "<x xmlns='http://jabber.org/protocol/muc'>" + history() + "</x>";
        return "<presence to='" + escape(room + "/" + pick(NICKS)) + "'>" + mark(user) + content + "</presence>";
    }

    /** What ends a stream. */
    String garbage()
    {
        return pick(List.of("<message to='x'><body>", "</message>", "<message></presence>", "<message to='a' to='b'/>", "<x:message/>",
            "<message>&nobody;</message>", "<!DOCTYPE a [<!ENTITY b 'c'>]><message/>", "<?php?>", "<!-- -->", "\u0001", "]]>", "<", "text",
            "<stream:stream to='localhost' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>",
            "<message><body>" + "x".repeat(1_100_000) + "</body></message>", "</stream:stream>", "<stream:error/>",
            "<presence to='" + pick(rooms) + "/imp'><occupant-id xmlns='" + Judge.NS + "' id='"));
    }

    /** A nick that somebody may have. */
    String nick()
    {
        return pick(NICKS);
    }

    private String stanza(final String user, final String name, final List<String> types)
    {
        final StringBuilder xml = new StringBuilder("<").append(name);
        final boolean masked = random.nextInt(12) == 0;
        if (masked) {
            xml.append(mask());
        }
        if (random.nextInt(10) > 0) {
            xml.append(" to='").append(escape(address())).append('\'');
        }
        // Most of what a room takes is groupchat, and presences without a type.
        if (name.equals("message") && random.nextInt(2) == 0) {
            xml.append(" type='groupchat'");
        } else if (name.equals("message") || random.nextInt(3) == 0) {
            xml.append(" type='").append(pick(types)).append('\'');
        }
        if (random.nextInt(4) > 0) {
            xml.append(" id='").append(random.nextInt(5) == 0 ? "x".repeat(random.nextInt(3_000)) : "n" + number).append('\'');
        }
        // Behind a mask, it may get past the server.
        if (random.nextInt(masked ? 2 : 10) == 0) {
            xml.append(" from='").append(escape(address())).append("' xml:lang='tlh'");
        }
        final StringBuilder children = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            children.append(child(user));
        }
        final String forgeries = forgeries(user);
        return xml.append('>').append(random.nextBoolean() ? forgeries + children : children + forgeries).append(mark(user))
            .append(text(name)).append("</").append(name).append('>').toString();
    }

    private String text(final String stanza)
    {
        if (stanza.equals("presence")) {
            return random.nextBoolean() ? "<show>away</show><status>" + escape(pick(NICKS)) + "</status><priority>1</priority>" : "";
        }
        switch (random.nextInt(12)) {
            case 0:
                return "<subject>" + number + "</subject>";
            case 1:
                return "";
            case 2:
                // Up to what the server takes, but seldom: everybody in the room gets it.
                return "<body>" + "x".repeat(random.nextInt(random.nextInt(150) == 0 ? 900_000 : 8_000)) + "</body>";
            default:
                return "<body>" + number + escape(pick(NICKS)) + "</body>";
        }
    }

    private String child(final String user)
    {
        switch (random.nextInt(14)) {
            case 0:
                return "<x xmlns='http://jabber.org/protocol/muc'>" + history() + "</x>";
            case 1:
                return "<x xmlns='http://jabber.org/protocol/muc#user'><invite to='" + escape(address()) + "'><reason>" + forgery(user)
                    + "</reason></invite></x>";
            case 2:
                return "<x xmlns='http://jabber.org/protocol/muc#user'><decline to='" + escape(address()) + "'/></x>";
            case 3:
                return "<x xmlns='http://jabber.org/protocol/muc#user'><item jid='host@localhost' affiliation='owner' role='moderator'/>"
                    + "<status code='110'/></x>";
            case 4:
            case 5:
                return "<addresses xmlns='http://jabber.org/protocol/address'><address type='to' jid='" + escape(address())
                    + "'/><address type='cc' jid='" + escape(address()) + "'/><address type='noreply'/></addresses>";
            case 6:
            case 7:
                return wrapped(user);
            case 8:
                return "<delay xmlns='urn:xmpp:delay' stamp='2001-01-01T00:00:00Z' from='" + escape(address()) + "'/>"
                    + "<x xmlns='jabber:x:delay' stamp='20010101T00:00:00'/>";
            case 9:
                return "<private xmlns='urn:xmpp:carbons:2'/><no-copy xmlns='urn:xmpp:hints'/>";
            case 10:
                return "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>http://jabber.org/protocol/muc#request</value>"
                    + "</field><field var='muc#role'><value>participant</value></field></x>";
            case 11:
                final int depth = random.nextInt(random.nextInt(20) == 0 ? 300 : 10);
                return "<d xmlns='urn:example'>".repeat(depth) + forgery(user) + "</d>".repeat(depth);
            case 12:
                return "<error type='cancel'><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";
            default:
                return "<e:e xmlns:e='urn:example' e:id='1' occupant-id='2'><![CDATA[<occupant-id/>]]>&#x1F479;</e:e>";
        }
    }

    private String history()
    {
        final StringBuilder attributes = new StringBuilder();
        for (final String name : List.of("maxchars", "maxstanzas", "seconds", "since")) {
            if (random.nextInt(4) == 0) {
                attributes.append(' ').append(name).append("='")
                    .append(name.equals("since") && random.nextBoolean() ? "2001-01-01T00:00:00Z" : pick(NUMBERS)).append('\'');
            }
        }
        return "<history" + attributes + "/>";
    }

    /** What looks like a message from an archive, or like a copy. */
    private String wrapped(final String user)
    {
        final String inner = "<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' type='groupchat' from='"
            + pick(rooms) + "/" + pick(List.of("host", "guest")) + "' to='" + escape(address()) + "'><body>never said</body>" + forgery(user)
            + "</message></forwarded>";
        switch (random.nextInt(4)) {
            case 0:
                return "<sent xmlns='urn:xmpp:carbons:2'>" + inner + "</sent>";
            case 1:
                return "<received xmlns='urn:xmpp:carbons:2'>" + inner + "</received>";
            case 2:
                return inner;
            default:
                return "<result xmlns='urn:xmpp:mam:" + random.nextInt(3) + "' id='1'>" + inner + "</result>";
        }
    }

    private String iq(final String user)
    {
        final String to = random.nextInt(8) == 0 ? "" : " to='" + escape(address()) + "'";
        final String type = pick(List.of("get", "set", "set", "result", "error", "x"));
        final String id = random.nextInt(10) == 0 ? "" : " id='q" + number + "'";
        return "<iq" + (random.nextInt(12) == 0 ? mask() : "") + to + " type='" + type + "'" + id + ">" + query(user) + mark(user) + "</iq>";
    }

    private String query(final String user)
    {
        final String admin = "http://jabber.org/protocol/muc#admin";
        final String nick = escape(pick(NICKS));
        switch (random.nextInt(12)) {
            case 0:
                return "<query xmlns='http://jabber.org/protocol/disco#info'/>";
            case 1:
                return "<query xmlns='http://jabber.org/protocol/disco#info' node='" + nick + "'/>";
            case 2:
                return "<query xmlns='http://jabber.org/protocol/disco#items'/>";
            case 3:
                return "<query xmlns='" + admin + "'><item nick='" + nick + "' role='" + pick(List.of("none", "visitor", "moderator", "x"))
                    + "'><reason>" + forgery(user) + "</reason></item></query>";
            case 4:
                return "<query xmlns='" + admin + "'><item jid='" + escape(address()) + "' affiliation='"
                    + pick(List.of("none", "member", "outcast", "owner", "x")) + "'/></query>";
            case 5:
                return "<query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'/></query>";
            case 6:
                return "<query xmlns='http://jabber.org/protocol/muc#owner'><destroy jid='" + escape(address()) + "'>" + forgery(user)
                    + "</destroy></query>";
            case 7:
            case 8:
                return command();
            case 9:
                return forgeries(user) + "<query xmlns='urn:example'/>";
            case 10:
                return "<" + (random.nextBoolean() ? "enable" : "disable") + " xmlns='urn:xmpp:carbons:2'/>";
            default:
                return "<query xmlns='urn:xmpp:mam:2'/>";
        }
    }

    private String command()
    {
        final StringBuilder form = new StringBuilder();
        if (random.nextInt(4) > 0) {
            form.append("<x xmlns='jabber:x:data' type='").append(pick(List.of("submit", "form", "cancel", "x"))).append("'>");
            for (final String field : List.of("room", "service", "occupant-id", "account", "reason", "x")) {
                for (int i = random.nextInt(3); i > 0; i--) {
                    form.append("<field var='").append(field).append("'><value>").append(escape(pick(List.of(pick(rooms), pick(NICKS), anyId(),
                        "conference.localhost", "x".repeat(5_000))))).append("</value></field>");
                }
            }
            form.append("</x>");
        }
        return "<command xmlns='http://jabber.org/protocol/commands' node='urn:occupantid:command:" + pick(COMMANDS) + "' action='"
            + pick(List.of("execute", "complete", "next", "prev", "cancel", "x")) + "' sessionid='" + pick(NUMBERS) + "'>" + form
            + "</command>";
    }

    private String forgeries(final String user)
    {
        final StringBuilder all = new StringBuilder();
        for (int i = pick(List.of(0, 1, 1, 2, 3, random.nextInt(40) == 0 ? 500 : 4)); i > 0; i--) {
            all.append(forgery(user));
        }
        return all.toString();
    }

    private String forgery(final String user)
    {
        final String id = anyId();
        withOwnId |= judge.isOf(id, user);
        switch (random.nextInt(13)) {
            case 0:
                return "<o:occupant-id xmlns:o='" + Judge.NS + "' id='" + id + "'/>";
            case 1:
                return "<occupant-id xmlns='" + Judge.NS + "' id='" + id + "'><occupant-id id='" + id + "'/></occupant-id>";
            case 2:
                return "<occupant-id xmlns='" + Judge.NS + "' id='" + id + "' by='me' xml:lang='en'>" + id + "</occupant-id>";
            case 3:
                return "<occupant-id xmlns='" + Judge.NS + "' xmlns:o='urn:o' o:id='" + id + "'/>";
            case 4:
                return "<occupant-id xmlns='" + Judge.NS + "'/>";
            case 5:
                return "<stamp xmlns='" + Judge.STAMP_NS + "' id='" + id + "'/>";
            case 6:
                return "<s:stamp xmlns:s='" + Judge.STAMP_NS + "'/>";
            case 7:
                return "<occupant-id xmlns='" + Judge.NS + "' id=' " + id + "'/>";
            case 8:
                return "<retract xmlns='urn:xmpp:message-retract:1' id='1'><moderated xmlns='urn:xmpp:message-moderate:"
                    + random.nextInt(2) + "'><occupant-id xmlns='" + Judge.NS + "' id='" + id + "'/></moderated></retract>";
            case 9:
                return "<quote xmlns='urn:example'><by><occupant-id xmlns='" + Judge.NS + "' id='" + id + "'/></by></quote>";
            default:
                return "<occupant-id xmlns='" + Judge.NS + "' id='" + id + "'/>";
        }
    }

    /** An id that somebody has or had in some room, or one like it, or one that is made up. */
    private String anyId()
    {
        final int kind = random.nextInt(10);
        if (known.isEmpty() || kind == 0) {
            final StringBuilder id = new StringBuilder();
            for (int i = 0; i < 43; i++) {
                id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
            }
            return judge.madeUp(id.toString());
        }
        final String id = pick(known);
        switch (kind) {
            case 1:
                // Other bits where Base64 has none to spare: the same bytes.
                return judge.madeUp(id.substring(0, 42) + ALPHABET.charAt(random.nextInt(ALPHABET.length())));
            case 2:
                return judge.madeUp(random.nextBoolean() ? id + "=" : id.substring(random.nextInt(20)));
            case 3:
                return judge.madeUp("x".repeat(random.nextInt(random.nextInt(50) == 0 ? 50_000 : 50)));
            default:
                return id;
        }
    }

    private String address()
    {
        switch (random.nextInt(16)) {
            case 0:
            case 1:
            case 2:
            case 3:
            case 4:
            case 5:
                return anyRoom();
            case 6:
            case 7:
            case 8:
                return anyRoom() + "/" + pick(NICKS);
            case 9:
                return pick(rooms) + "/" + pick(List.of("host", "guest", "late", "talker"));
            case 10:
                return pick(users) + "@localhost";
            case 11:
                return pick(users) + "@localhost/wire" + (1 + random.nextInt(12));
            case 12:
                return Judge.SERVICE + (random.nextBoolean() ? "" : "/" + pick(NICKS));
            case 13:
                return pick(List.of("localhost", "", "@", "a@", "@" + Judge.SERVICE, "a@b@" + Judge.SERVICE, "/", Judge.SERVICE + "/",
                    "a@nowhere.test/b", "x".repeat(4_000)));
            case 14:
                return "open@" + pick(SERVICES) + (random.nextBoolean() ? "" : "/imp");
            default:
                return pick(WILD_ROOMS) + random.nextInt(50) + "@" + Judge.SERVICE + "/imp";
        }
    }

    private String anyRoom()
    {
        return random.nextInt(4) > 0 ? pick(rooms) : pick(WILD_ROOMS) + "@" + Judge.SERVICE;
    }

    private String mask()
    {
        return " xmlns:x='urn:x' x:" + pick(List.of("from", "from", "to", "type")) + "='" + escape(pick(List.of(address(), pick(TYPES)))) + "'";
    }

    private String mark(final String user)
    {
        return judge.mark(user, ++number, withOwnId);
    }

    private <T> T pick(final List<T> from)
    {
        return from.get(random.nextInt(from.size()));
    }

    private static String escape(final String text)
    {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("'", "&apos;").replace("\"", "&quot;");
    }
}
