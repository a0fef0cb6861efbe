/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.fire;

import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireBuilder;
import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireServer;
import org.igniterealtime.openfire.plugin.occupantid.harness.RawClient;
import org.igniterealtime.openfire.plugin.occupantid.harness.RunningServer;
import org.igniterealtime.openfire.plugin.occupantid.harness.Stanza;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

/**
 * What the tests of faults share: clients whose nicks are their users' names, and a memory of all ids that they were seen with. No id
 * may ever be seen with two owners.
 */
@DisabledIfSystemProperty(named = RunningServer.ADDRESS, matches = ".*", disabledReason = "starts servers of its own")
abstract class Faults
{
    static final Path TARGET = Path.of(System.getProperty("occupantid.target", "target"));
    static final Path JAR = TARGET.resolve("occupantid.jar");

    private static final String NS = "urn:xmpp:occupant-id:0";
    private static final String PASSWORD = "secret";

    final List<RawClient> clients = new ArrayList<>();
    private final Map<String, String> ownerOf = new HashMap<>();
    private final Map<String, Set<String>> idsOf = new HashMap<>();
    private int devices;
    int withId;
    int withoutId;

    static OpenfireBuilder server()
    {
        final OpenfireBuilder builder = OpenfireServer.builder().plugin(JAR);
        for (final String user : List.of("alice", "bob", "carol", "dave")) {
            builder.account(user, PASSWORD);
        }
        return builder;
    }

    @AfterEach
    void closeClients()
    {
        clients.forEach(RawClient::close);
    }

    RawClient user(final OpenfireServer server, final String name)
    {
        final RawClient client = RawClient.connect(server, name, PASSWORD, "device" + ++devices);
        clients.add(client);
        return client;
    }

    static String room(final String name)
    {
        return name + "@conference.localhost";
    }

    /** Creates a semi-anonymous room that outlasts a restart, and stays in it. */
    static void create(final RawClient owner, final String room, final String nick)
    {
        owner.join(room, nick);
        owner.configure(room, "muc#roomconfig_whois", "moderators", "muc#roomconfig_persistentroom", "1", "muc#roomconfig_maxusers", "0");
    }

    static void send(final RawClient client, final String room, final String body)
    {
        client.send("<message type='groupchat' to='" + room + "'><body>" + body + "</body></message>");
    }

    static Stanza say(final RawClient client, final String room, final String body)
    {
        send(client, room, body);
        return client.await(Duration.ofSeconds(20), message(body));
    }

    static void enter(final RawClient client, final String room, final String nick)
    {
        client.send("<presence to='" + room + "/" + nick + "'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
    }

    static void leave(final RawClient client, final String room, final String nick)
    {
        client.send("<presence type='unavailable' to='" + room + "/" + nick + "'/>");
        client.await(stanza -> stanza.name().equals("presence") && (room + "/" + nick).equals(stanza.attr("from"))
            && "unavailable".equals(stanza.attr("type")));
        client.sync();
    }

    static Predicate<Stanza> message(final String body)
    {
        return stanza -> stanza.name().equals("message") && stanza.child("jabber:client", "body") != null
            && stanza.child("jabber:client", "body").text().equals(body);
    }

    static Predicate<Stanza> presence(final String occupant)
    {
        return stanza -> stanza.name().equals("presence") && occupant.equals(stanza.attr("from")) && stanza.attr("type") == null;
    }

    static boolean hasId(final Stanza stanza)
    {
        return !ids(stanza).isEmpty();
    }

    /** The one id of a stanza. */
    static String id(final Stanza stanza)
    {
        final List<String> found = ids(stanza);
        assertEquals(1, found.size(), stanza::toString);
        return found.get(0);
    }

    private static List<String> ids(final Stanza stanza)
    {
        return stanza.children(NS, "occupant-id").stream().map(element -> element.attr("id")).toList();
    }

    /** Looks at all that a client has received since it was last looked at: one id or none, and no id that was another's. */
    void look(final RawClient client)
    {
        final List<Stanza> all = client.all();
        client.clear();
        for (final Stanza stanza : all) {
            final String from = stanza.attr("from");
            final boolean byOccupant = !stanza.name().equals("iq") && from != null && from.contains("@conference.") && from.contains("/")
                && !"error".equals(stanza.attr("type"));
            final List<String> found = ids(stanza);
            if (found.size() > (byOccupant ? 1 : 0)) {
                fail("Too many ids in " + stanza);
            }
            if (byOccupant && found.isEmpty()) {
                withoutId++;
            } else if (byOccupant) {
                withId++;
                final String owner = ownerOf.computeIfAbsent(found.get(0), id -> from);
                assertEquals(owner, from, () -> "another's id in " + stanza);
                idsOf.computeIfAbsent(from, occupant -> new LinkedHashSet<>()).add(found.get(0));
            }
        }
    }

    /** All ids that an occupant was seen with, the first one first. */
    List<String> idsOf(final String room, final String nick)
    {
        return List.copyOf(idsOf.getOrDefault(room + "/" + nick, Set.of()));
    }

    static void await(final OpenfireServer server, final String what) throws InterruptedException
    {
        for (int i = 0; i < 600 && !server.plugin("occupantid", what).equals("true"); i++) {
            Thread.sleep(50);
        }
        assertEquals("true", server.plugin("occupantid", what));
    }

    static double secondsSince(final long nanos)
    {
        return (System.nanoTime() - nanos) / 1e9;
    }

    static void figure(final String format, final Object... values)
    {
        System.out.println("FIGURE " + String.format(format, values));
    }
}
