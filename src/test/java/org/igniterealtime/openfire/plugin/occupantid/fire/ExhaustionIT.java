/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.fire;

import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireBuilder;
import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireServer;
import org.igniterealtime.openfire.plugin.occupantid.harness.RawClient;
import org.igniterealtime.openfire.plugin.occupantid.harness.Stanza;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** With short names, for the server takes 40 ms to normalise one of 1,023 characters; what those cost is in {@link MemoryBoundsTest}. */
@DisplayName("Nobody fills the memory or the table, and the admin sees who tries")
class ExhaustionIT
{
    private static final String NS = "urn:xmpp:occupant-id:0";
    private static final String COMMANDS = "http://jabber.org/protocol/commands";
    private static final Path TARGET = Path.of(System.getProperty("occupantid.target", "target"));
    /** Where everybody may create rooms, and where nobody may. */
    private static final String OPEN = "@conference.localhost";
    private static final String CLOSED = "@closed.localhost";

    @AutoClose
    private static OpenfireServer server;
    private final List<RawClient> clients = new ArrayList<>();

    @BeforeAll
    static void start()
    {
        final OpenfireBuilder builder = OpenfireServer.builder().plugin(TARGET.resolve("occupantid.jar"));
        for (final String user : List.of("alice", "bob", "carol", "dave", "mallory", "ghost")) {
            builder.account(user, "secret");
        }
        server = builder.start();
        server.createMucService("closed");
        // Despite its name, this property says whether creation is restricted.
        server.query("INSERT INTO ofMucServiceProp (serviceID, name, propValue)"
            + " SELECT serviceID, 'create.anyone', 'true' FROM ofMucService WHERE subdomain='closed'");
        server.restart();
    }

    @AfterEach
    void closeClients()
    {
        clients.forEach(RawClient::close);
    }

    @Test
    @DisplayName("5,000 names of rooms that never come to be leave no row and no secret, and the log names who named them")
    void madeUpNames() throws Exception
    {
        final RawClient mallory = user("mallory");
        final int rows = rows();
        final long secrets = secrets();
        for (int i = 0; i < 5_000; i++) {
            join(mallory, "no" + i + CLOSED, "x");
            if (i % 100 == 99) {
                mallory.sync();
                mallory.clear();
            }
        }
        assertEquals(rows, rows());
        assertEquals(secrets, secrets());
        final List<String> said = server.log().lines().filter(line -> line.contains("A flood: mallory@localhost has joined")).toList();
        assertTrue(!said.isEmpty() && said.size() <= 2, said::toString);
    }

    @Test
    @DisplayName("150 rooms that are created and left at once while others speak to them leave no row and no secret, and do not come back")
    void createAndDestroy() throws Exception
    {
        final RawClient alice = user("alice");
        final RawClient bob = user("bob");
        final RawClient dave = user("dave");
        // The first id of all makes the installation's own key, which stays.
        join(dave, "first" + OPEN, "x");
        dave.send("<presence to='first" + OPEN + "/x' type='unavailable'/>");
        dave.sync();
        final int rows = rows();
        final long secrets = secrets();
        for (int i = 0; i < 150; i++) {
            final String room = "r" + i + OPEN;
            final String others = ("<message type='groupchat' to='" + room + "'><body>hi</body></message>").repeat(4);
            alice.send(others);
            join(dave, room, "x");
            dave.send("<presence to='" + room + "/x' type='unavailable'/>");
            bob.send(others);
            for (final RawClient client : List.of(alice, bob, dave)) {
                client.sync();
                client.clear();
            }
        }
        server.plugin("occupantid", "components.rotations.rotateService", "closed.localhost", "the test");
        // When that is over, so is what was due before it: announcements of the rooms.
        while (!server.plugin("occupantid", "components.rotations.latest.isOver").equals("true")) {
            alice.sync();
        }
        assertEquals(List.of(), server.query("SELECT roomJID FROM ofOccupantIdSecret WHERE roomJID LIKE 'r%" + OPEN + "'"));
        assertEquals(rows, rows());
        assertEquals(secrets, secrets());
        assertFalse(server.log().contains("The database does not answer"));
    }

    @Test
    @DisplayName("a storm of nicks and presences makes neither rows nor ids, and everybody keeps theirs")
    void nickStorm() throws Exception
    {
        final String room = "storm" + OPEN;
        final RawClient carol = user("carol");
        final String id = id(carol.join(room, "n"));
        carol.configure(room);
        final RawClient alice = user("alice");
        alice.join(room, "witch");
        final int rows = rows();
        final long remembered = instances("id.OccupantIds\\$Occupant");
        for (int i = 0; i < 1_000; i++) {
            carol.send("<presence to='" + room + "/n" + i + "'/><presence to='" + room + "/n" + i + "'><status>" + i + "</status></presence>");
            if (i % 50 == 49) {
                carol.sync();
                carol.clear();
            }
        }
        alice.sync();
        final Set<String> ids = new HashSet<>();
        alice.all().stream().filter(stanza -> stanza.name().equals("presence") && stanza.attr("from").startsWith(room + "/n"))
            .forEach(stanza -> ids.add(id(stanza)));
        assertEquals(Set.of(id), ids);
        assertEquals(rows, rows());
        assertEquals(remembered, instances("id.OccupantIds\\$Occupant"));
    }

    @Test
    @DisplayName("owners of rooms and outsiders who flood the commands are refused and named; an admin's look-up is answered meanwhile")
    void lookUps() throws Exception
    {
        final String room = "desk" + OPEN;
        final RawClient carol = user("carol");
        carol.join(room, "owner");
        carol.configure(room);
        final RawClient ghost = user("ghost");
        final String id = id(ghost.join(room, "ghost"));
        final RawClient outsider = user("bob");
        for (int i = 0; i < 100; i++) {
            outsider.send(command("kick", room, id, i));
            carol.send(command("unban", room, id, i));
        }
        final RawClient admin = RawClient.connect(server, "admin", "admin", "flooded");
        clients.add(admin);
        final Stanza found = admin.ask("set", "localhost", "<command xmlns='" + COMMANDS + "' node='urn:occupantid:command:find-account'"
            + " sessionid='s'>" + form(room, id) + "</command>");
        assertTrue(found.toString().contains("ghost@localhost"), found::toString);
        outsider.sync();
        carol.sync();
        assertEquals(100, answers(outsider, 100));
        assertEquals(100, answers(carol, 100));
        final String log = server.log();
        assertTrue(log.contains("A flood: bob@localhost was refused"), "an outsider");
        assertTrue(log.contains("A flood: carol@localhost was refused"), "an owner");
        // Deeds are recorded, and so are at most twenty in a minute. What outsiders want is not.
        final int recorded = Integer.parseInt(server.query("SELECT COUNT(*) FROM ofSecurityAuditLog WHERE username='carol'").get(0).get(0));
        assertTrue(recorded <= 20, () -> recorded + " entries");
        assertEquals("0", server.query("SELECT COUNT(*) FROM ofSecurityAuditLog WHERE username='bob'").get(0).get(0));
    }

    private static String command(final String name, final String room, final String id, final int number)
    {
        return "<iq type='set' to='localhost' id='flood" + number + "'><command xmlns='" + COMMANDS + "' node='urn:occupantid:command:" + name
            + "' sessionid='s'>" + form(room, id) + "</command></iq>";
    }

    private static String form(final String room, final String id)
    {
        return "<x xmlns='jabber:x:data' type='submit'><field var='room'><value>" + room + "</value></field><field var='occupant-id'><value>"
            + id + "</value></field></x>";
    }

    /** Waits for that many answers to commands of a flood; each is a form with an error. */
    private static int answers(final RawClient client, final int number)
    {
        for (int i = 0; i < number; i++) {
            final Stanza answer = client.await(stanza -> stanza.name().equals("iq") && stanza.attr("id").startsWith("flood"));
            assertEquals("error", answer.child(COMMANDS, "command").child(COMMANDS, "note").attr("type"), answer::toString);
        }
        return number;
    }

    private RawClient user(final String name)
    {
        final RawClient client = RawClient.connect(server, name, "secret", "device" + clients.size());
        clients.add(client);
        return client;
    }

    private static void join(final RawClient client, final String room, final String nick)
    {
        client.send("<presence to='" + room + "/" + nick + "'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
    }

    private static String id(final Stanza stanza)
    {
        return stanza.child(NS, "occupant-id").attr("id");
    }

    private static int rows()
    {
        return Integer.parseInt(server.query("SELECT COUNT(*) FROM ofOccupantIdSecret").get(0).get(0));
    }

    private static long secrets() throws IOException, InterruptedException
    {
        return instances("secret.RoomSecret");
    }

    /** How many objects of a class of the plugin the server has, after a full garbage collection. */
    private static long instances(final String type) throws IOException, InterruptedException
    {
        final Process jcmd = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
            Long.toString(server.pid()), "GC.class_histogram").redirectErrorStream(true).start();
        final String histogram = new String(jcmd.getInputStream().readAllBytes());
        assertEquals(0, jcmd.waitFor(), histogram);
        final Matcher line = Pattern.compile("(?m)^ *\\d+: +(\\d+) +\\d+ +org\\.igniterealtime\\.openfire\\.plugin\\.occupantid\\." + type
            + "( |$)").matcher(histogram);
        return line.find() ? Long.parseLong(line.group(1)) : 0;
    }
}
