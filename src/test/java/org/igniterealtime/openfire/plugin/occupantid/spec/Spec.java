/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.spec;

import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireBuilder;
import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireServer;
import org.igniterealtime.openfire.plugin.occupantid.harness.RawClient;
import org.igniterealtime.openfire.plugin.occupantid.harness.RunningServer;
import org.igniterealtime.openfire.plugin.occupantid.harness.Stanza;
import org.igniterealtime.openfire.plugin.occupantid.harness.XmppServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.w3c.dom.NodeList;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * What the tests of the specification share: a real server with the plugin, raw clients, and the words to say what they see. The
 * tests look at what arrives on the wire, and at nothing else.
 */
abstract class Spec
{
    static final String NS = "urn:xmpp:occupant-id:0";
    static final String MUC_USER = "http://jabber.org/protocol/muc#user";
    static final Path JAR = Path.of(System.getProperty("occupantid.target", "target"), "occupantid.jar");

    private static final List<String> USERS = List.of("alice", "bob", "carol", "dave");
    private static final String PASSWORD = "secret";
    /** The server that is to be tested in place of one of our own, or null. */
    private static final RunningServer GIVEN = RunningServer.given().orElse(null);
    static final String DOMAIN = GIVEN == null ? "localhost" : GIVEN.domain();
    /** No run meets the rooms of another one. */
    private static final String RUN = Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);

    private static OpenfireServer shared;
    private static boolean provided;
    private static int rooms;
    private static int devices;

    final List<RawClient> clients = new ArrayList<>();

    /** The bare JID of a room that no other test uses. Nobody has created it yet. */
    String room;

    /** The server for all tests that need nothing but clients: the one that is given, or the one that they all share. */
    private static synchronized XmppServer serverForClients()
    {
        if (GIVEN == null) {
            return server();
        }
        if (!provided) {
            GIVEN.provide(USERS, PASSWORD);
            provided = true;
        }
        return GIVEN;
    }

    /**
     * One server for all the tests that leave it as it is; it ends with the virtual machine. Tests that call this need more of it than
     * clients get, and so are left out when a server that runs already is tested.
     */
    static synchronized OpenfireServer server()
    {
        assumeTrue(GIVEN == null, "needs the inside of the server");
        if (shared == null) {
            shared = start(OpenfireServer.builder().plugin(JAR));
            Runtime.getRuntime().addShutdownHook(new Thread(shared::close));
        }
        return shared;
    }

    /** A server with the accounts of all tests. */
    static OpenfireServer start(final OpenfireBuilder builder)
    {
        for (final String user : USERS) {
            builder.account(user, PASSWORD);
        }
        return builder.start();
    }

    @BeforeEach
    void nameRoom()
    {
        room = newRoom();
    }

    @AfterEach
    void closeClients()
    {
        clients.forEach(RawClient::close);
    }

    static synchronized String newRoom()
    {
        return "room" + RUN + "-" + ++rooms + "@conference." + DOMAIN;
    }

    /** Logs a user in, each time from another device; the client is closed after the test. */
    RawClient user(final String name)
    {
        return user(serverForClients(), name);
    }

    RawClient user(final XmppServer server, final String name)
    {
        // The server is not always done with a session when its connection has ended, so no two have one name.
        final RawClient client = RawClient.connect(server, name, PASSWORD, "device" + ++devices);
        clients.add(client);
        return client;
    }

    /** A user who creates the room of this test, configured as the fields say; the room is semi-anonymous and open. */
    RawClient owner(final String name, final String nick, final String... fields)
    {
        final RawClient owner = user(name);
        create(owner, room, nick, fields);
        return owner;
    }

    static void create(final RawClient owner, final String room, final String nick, final String... fields)
    {
        owner.join(room, nick);
        final List<String> form = new ArrayList<>(List.of("muc#roomconfig_whois", "moderators", "muc#roomconfig_changesubject", "1"));
        form.addAll(List.of(fields));
        owner.configure(room, form.toArray(String[]::new));
        owner.clear();
    }

    /** Says something in a room, and returns what the speaker sees of it. */
    static Stanza say(final RawClient client, final String room, final String text, final String... children)
    {
        client.send("<message type='groupchat' to='" + room + "'><body>" + text + "</body>" + String.join("", children) + "</message>");
        return client.await(message(text));
    }

    static void join(final RawClient client, final String room, final String nick, final String... children)
    {
        client.send("<presence to='" + room + "/" + nick + "'><x xmlns='http://jabber.org/protocol/muc'/>"
            + String.join("", children) + "</presence>");
    }

    static void administer(final RawClient moderator, final String room, final String item)
    {
        final Stanza answer = moderator.ask("set", room,
            "<query xmlns='http://jabber.org/protocol/muc#admin'><item " + item + "/></query>");
        assertEquals("result", answer.attr("type"), answer::toString);
    }

    static Predicate<Stanza> message(final String body)
    {
        return stanza -> stanza.name().equals("message") && stanza.child("jabber:client", "body") != null
            && stanza.child("jabber:client", "body").text().equals(body);
    }

    static Predicate<Stanza> subject(final String subject)
    {
        return stanza -> stanza.name().equals("message") && stanza.child("jabber:client", "subject") != null
            && stanza.child("jabber:client", "subject").text().equals(subject);
    }

    /** An available presence from an occupant. */
    static Predicate<Stanza> presence(final String occupant)
    {
        return stanza -> stanza.name().equals("presence") && occupant.equals(stanza.attr("from")) && stanza.attr("type") == null;
    }

    static Predicate<Stanza> unavailable(final String occupant)
    {
        return stanza -> stanza.name().equals("presence") && occupant.equals(stanza.attr("from"))
            && "unavailable".equals(stanza.attr("type"));
    }

    static Predicate<Stanza> status(final String status)
    {
        return stanza -> stanza.name().equals("presence") && stanza.child("jabber:client", "status") != null
            && stanza.child("jabber:client", "status").text().equals(status);
    }

    static Predicate<Stanza> error()
    {
        return stanza -> "error".equals(stanza.attr("type"));
    }

    /** The one id of a stanza, which is just as XEP-0421 has it. */
    static String id(final Stanza stanza)
    {
        final List<Stanza> elements = stanza.children(NS, "occupant-id");
        assertEquals(1, elements.size(), () -> "occupant ids in " + stanza);
        final Stanza element = elements.get(0);
        assertEquals(1, element.element().getAttributes().getLength(), () -> "attributes in " + stanza);
        assertEquals(0, element.element().getChildNodes().getLength(), () -> "content in " + stanza);
        assertTrue(element.attr("id") != null && element.attr("id").matches("[A-Za-z0-9_-]{43}"), () -> "id in " + stanza);
        // Some clients take the last one that they find, wherever it is, and believe a moderation from anybody.
        final NodeList all = stanza.element().getElementsByTagNameNS(NS, "occupant-id");
        assertSame(element.element(), all.item(all.getLength() - 1), () -> "last occupant id in " + stanza);
        assertEquals(0, stanza.element().getElementsByTagNameNS("*", "moderated").getLength(), () -> "moderation in " + stanza);
        return element.attr("id");
    }

    /** Nothing in a stanza, however deep, is an occupant id. */
    static void assertNoId(final Stanza stanza)
    {
        assertEquals(0, stanza.element().getElementsByTagNameNS(NS, "*").getLength(), () -> "occupant ids in " + stanza);
    }

    static String forged(final String id)
    {
        return "<occupant-id xmlns='" + NS + "' id='" + id + "'/>";
    }
}
