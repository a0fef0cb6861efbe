/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/**
 * Proves that the other tests stand on solid ground.
 */
class HarnessIT
{
    private static final String ROOM = "room@conference.localhost";
    /** The longest name of a room in the server's database. That of Openfire 4.2 does not enforce the length that it declares. */
    private static final String LONGEST = "r".repeat(OpenfireServer.isAtLeast(4, 3) ? 50 : 1023);

    @Test
    void carriesGroupChat()
    {
        try (OpenfireServer server = server().start();
             RawClient alice = RawClient.connect(server, "alice", "a", "phone");
             RawClient bob = RawClient.connectWithoutPresence(server, "bob", "b&<'>", "pc")) {
            assertEquals("alice@localhost/phone", alice.jid());
            assertEquals(ROOM + "/Alice", alice.join(ROOM, "Alice").attr("from"));
            configure(alice, ROOM, false);
            bob.join(ROOM, "Bob & Co");

            alice.send("<message type='groupchat' to='" + ROOM + "' id='m1'><body>1 &lt; 2</body><x xmlns='urn:example' a='1'/></message>");
            final Stanza message = bob.await(withId("m1"));
            assertEquals("message", message.name());
            assertEquals("jabber:client", message.namespace());
            assertEquals(ROOM + "/Alice", message.attr("from"));
            assertEquals("1 < 2", message.child("jabber:client", "body").text());
            assertEquals("1", message.child("urn:example", "x").attr("a"));
            assertTrue(message.toString().contains("<body>1 &lt; 2</body><x xmlns=\"urn:example\" a=\"1\"/>"), message::toString);
            alice.await(withId("m1"));

            alice.send("<presence type='unavailable' to='" + ROOM + "/Alice'/>");
            assertEquals(ROOM + "/Alice", alice.join(ROOM, "Alice").attr("from"));
            final AssertionError conflict = assertThrows(AssertionError.class, () -> alice.join(ROOM, "Bob & Co"));
            assertTrue(conflict.getMessage().contains("<conflict "), conflict::getMessage);

            bob.clear();
            alice.drop();
            bob.await(stanza -> "unavailable".equals(stanza.attr("type")) && (ROOM + "/Alice").equals(stanza.attr("from")));
        }
    }

    @Test
    void tellsWhatAClientReceived()
    {
        try (OpenfireServer server = server().start(); RawClient alice = RawClient.connect(server, "alice", "a", "phone")) {
            // Since Openfire 5, an account gets its own presence.
            alice.clear();
            server.route("<message from='localhost' to='alice@localhost/phone' id='one'/>");
            server.route("<message from='localhost' to='alice@localhost/phone' id='two'/>");
            alice.sync();
            assertEquals(List.of("one", "two"), alice.all().stream().map(stanza -> stanza.attr("id")).toList());
            alice.await(withId("two"));
            assertEquals(List.of("one"), alice.drain().stream().map(stanza -> stanza.attr("id")).toList());
            assertEquals(2, alice.all().size());

            final AssertionError error = assertThrows(AssertionError.class, () -> alice.await(Duration.ofMillis(100), withId("two")));
            assertTrue(error.getMessage().contains("id=\"one\""), error::getMessage);
            alice.clear();
            assertEquals(List.of(), alice.all());

            alice.send("</stream:stream>");
            alice.awaitEnd();
            assertThrows(AssertionError.class, () -> RawClient.connect(server, "alice", "wrong", "phone"));
        }
    }

    @Test
    void obeys()
    {
        try (OpenfireServer server = server().property("test.early", "1").start()) {
            assertEquals(List.of(List.of("1")), server.query("SELECT propValue FROM ofProperty WHERE name = 'test.early'"));
            server.setProperty("test.late", "a b\nc");
            assertEquals(List.of(List.of("a b\nc")), server.query("SELECT propValue FROM ofProperty WHERE name = 'test.late'"));
            server.setProperty("test.late", null);
            assertEquals(List.of(), server.query("SELECT propValue FROM ofProperty WHERE name = 'test.late'"));
            assertEquals(List.of(), server.query("UPDATE ofProperty SET propValue = '2' WHERE name = 'test.early'"));
            assertEquals(2, server.query("SELECT username, email FROM ofUser WHERE username IN ('alice', 'bob')").size());
            assertThrows(IllegalStateException.class, () -> server.query("SELECT nothing FROM nowhere"));
            assertThrows(IllegalStateException.class, () -> server.destroyRoom("conference", "nowhere"));

            server.createAccount("carol", "c");
            server.createMucService("talk");
            try (RawClient carol = RawClient.connect(server, "carol", "c", "pc")) {
                carol.join("a@talk.localhost", "C");
                server.destroyRoom("talk", "a");
                assertNotNull(carol.await(ofType("unavailable")).child("http://jabber.org/protocol/muc#user", "x"));
                server.deleteMucService("talk");
                assertEquals(List.of(List.of("conference")), server.query("SELECT subdomain FROM ofMucService"));
            }
        }
    }

    @Test
    void keepsItsDataOverRestartsAndKills(@TempDir final Path home)
    {
        final int port;
        try (OpenfireServer server = server().home(home).start()) {
            port = server.c2sPort();
            try (RawClient alice = RawClient.connect(server, "alice", "a", "phone")) {
                alice.join(ROOM, "Alice");
                configure(alice, ROOM, true);
                alice.send("<message type='groupchat' to='" + ROOM + "' id='m1'><body>stays</body></message>");
                alice.await(withId("m1"));
            }
            server.awaitConversationLog("stays");
            final long first = server.pid();
            server.restart();
            assertNotEquals(first, server.pid());
            assertEquals(port, server.c2sPort());
            assertTrue(server.query("SELECT stanza FROM ofMucConversationLog").stream().anyMatch(row -> row.get(0).contains("stays")));
            assertHistory(server);

            server.createAccount("carol", "c");
            server.setProperty("test.kept", "yes");
            server.kill();
            assertThrows(IllegalStateException.class, () -> server.query("SELECT 1 FROM ofID"));
            server.restart();
            assertEquals(List.of(List.of("yes")), server.query("SELECT propValue FROM ofProperty WHERE name = 'test.kept'"));
            RawClient.connect(server, "carol", "c", "pc").close();
            assertHistory(server);
            assertNoErrors(server);
        }
        assertTrue(Files.exists(home.resolve("conf/openfire.xml")));
        try (OpenfireServer server = server().home(home).c2sPort(port).start()) {
            assertEquals(port, server.c2sPort());
            assertHistory(server);
            assertNoErrors(server);
        }
    }

    @Test
    void hasATableForEverything()
    {
        try (OpenfireServer server = server().start()) {
            RawClient.register(server, "carol", "c");
            try (RawClient alice = RawClient.connect(server, "alice", "a", "phone");
                 RawClient carol = RawClient.connect(server, "carol", "c", "pc")) {
                ask(alice, null, "set", "<query xmlns='jabber:iq:roster'><item jid='carol@localhost'><group>G</group></item></query>");
                alice.send("<presence type='subscribe' to='carol@localhost'/>");
                carol.await(ofType("subscribe"));
                carol.send("<presence type='subscribed' to='alice@localhost'/>");
                ask(alice, null, "set", "<vCard xmlns='vcard-temp'><FN>Alice</FN></vCard>");
                ask(alice, null, "set", "<query xmlns='jabber:iq:private'><a xmlns='urn:example'/></query>");
                ask(alice, null, "get", "<query xmlns='jabber:iq:private'><a xmlns='urn:example'/></query>");
                ask(alice, null, "set", "<query xmlns='jabber:iq:privacy'><list name='l'><item action='allow' order='1'/></list></query>");
                ask(alice, null, "set", "<query xmlns='jabber:iq:privacy'><default name='l'/></query>");

                for (final String service : List.of("pubsub.localhost", "alice@localhost")) {
                    ask(alice, service, "set", "<pubsub xmlns='http://jabber.org/protocol/pubsub'><create node='n'/></pubsub>");
                    ask(alice, service, "set", "<pubsub xmlns='http://jabber.org/protocol/pubsub'>"
                        + "<subscribe node='n' jid='alice@localhost'/></pubsub>");
                    ask(alice, service, "set", "<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='n'>"
                        + "<item id='1'><e xmlns='urn:example'/></item></publish></pubsub>");
                    ask(alice, service, "get", "<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='n'/></pubsub>");
                }
                ask(alice, "pubsub.localhost", "set",
                    "<pubsub xmlns='http://jabber.org/protocol/pubsub#owner'><delete node='n'/></pubsub>");

                final String longRoom = LONGEST + "@conference.localhost";
                alice.join(longRoom, "Alice");
                configure(alice, longRoom, true);
                ask(alice, longRoom, "set", "<query xmlns='http://jabber.org/protocol/muc#admin'>"
                    + "<item affiliation='member' jid='carol@localhost' nick='C'/>"
                    + "<item affiliation='outcast' jid='bob@localhost'/></query>");
                alice.send("<message type='groupchat' to='" + longRoom + "'><subject>About</subject></message>");
                alice.sync();
            }
            try (RawClient alice = RawClient.connect(server, "alice", "a", "tablet")) {
                alice.send("<message type='chat' to='carol@localhost'><body>later</body></message>");
                ask(alice, "carol@localhost", "get", "<query xmlns='jabber:iq:last'/>");
            }
            try (RawClient carol = RawClient.connect(server, "carol", "c", "laptop")) {
                carol.await(stanza -> "later".equals(stanza.text()));
            }
            server.restart();
            try (RawClient alice = RawClient.connect(server, "alice", "a", "watch")) {
                alice.join(LONGEST + "@conference.localhost", "Alice");
                server.destroyRoom("conference", LONGEST);
                alice.await(ofType("unavailable"));
                ask(alice, null, "get", "<query xmlns='jabber:iq:roster'/>");
                alice.send("<iq type='set' id='last'><query xmlns='jabber:iq:register'><remove/></query></iq>");
                alice.awaitEnd();
            }
            assertNoErrors(server);
        }
    }

    @Test
    void federates()
    {
        try (OpenfireServer local = server().start();
             OpenfireServer remote = server().domain("remote.test").start()) {
            local.knows(remote);
            remote.knows(local);
            try (RawClient alice = RawClient.connect(local, "alice", "a", "phone");
                 RawClient bob = RawClient.connect(remote, "bob", "b&<'>", "pc")) {
                alice.join(ROOM, "Alice");
                configure(alice, ROOM, false);
                assertEquals(ROOM + "/Bob", bob.join(ROOM, "Bob").attr("from"));
                alice.await(stanza -> (ROOM + "/Bob").equals(stanza.attr("from")));

                bob.send("<message type='groupchat' to='" + ROOM + "' id='out'><body>there</body></message>");
                alice.await(withId("out"));
                alice.send("<message type='groupchat' to='" + ROOM + "' id='back'><body>and back</body></message>");
                bob.await(withId("back"));

                alice.join("room@conference.remote.test", "Alice");
            }
            assertNoErrors(local);
            assertNoErrors(remote);
        }
    }

    @Test
    void namesTheBusyPort() throws IOException
    {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            final Set<Path> before = temporaryHomes();
            final int port = other.getLocalPort();
            final IllegalStateException exception = assertThrows(IllegalStateException.class, () -> server().c2sPort(port).start());
            assertEquals("Port " + port + " of 127.0.0.1 is in use; Openfire cannot start there.", exception.getMessage());
            assertThrows(IllegalStateException.class, () -> server().console(port).start());
            assertEquals(before, temporaryHomes());
        }
    }

    @Test
    void namesTheMissingProgramAndItsPackage()
    {
        for (final Executable search : List.<Executable>of(() -> DebianProgram.find("/usr/bin/no-such-program", "some-package"),
            () -> DebianProgram.findNewest("/usr/lib", "no-such-program", "some-package"),
            () -> DebianProgram.findNewest("/usr/lib/no-such-directory", "no-such-program", "some-package"))) {
            final String message = assertThrows(IllegalStateException.class, search).getMessage();
            assertTrue(message.matches("There is no /usr/.*no-such-program\\. Install the Debian package some-package\\."), message);
        }
    }

    @Test
    void closesAllAndReportsTheFirstFailure()
    {
        final List<String> closed = new ArrayList<>();
        final IllegalStateException first = new IllegalStateException("does not start");
        Cleanup.after(first, () -> {
            throw new IOException("nor does it close");
        });
        assertEquals("nor does it close", first.getSuppressed()[0].getMessage());
        assertThrows(IllegalStateException.class, () -> Cleanup.all(() -> {
            throw new IOException("does not close");
        }, null, () -> closed.add("second")));
        assertEquals(List.of("second"), closed);
    }

    @Test
    void installsAndUninstalls(@TempDir final Path directory) throws IOException
    {
        final Path jar = TestFiles.target().resolve("occupantid.jar");
        try (OpenfireServer server = server().plugin(jar).start()) {
            assertTrue(server.isInstalled("occupantid"));
            server.install(jar);
            assertTrue(server.isInstalled("occupantid"));
            server.restart();
            assertTrue(server.isInstalled("occupantid"));
            server.uninstall("occupantid");
            assertFalse(server.isInstalled("occupantid"));

            final Path broken = directory.resolve("broken.jar");
            Files.writeString(broken, "not a jar");
            final IllegalStateException exception = assertThrows(IllegalStateException.class, () -> server.install(broken));
            assertTrue(exception.getMessage().contains("plugin 'broken.jar'"),
                exception::getMessage);
            assertFalse(server.isInstalled("broken"));
        }
    }

    @Test
    void listensOnNothingButItsPorts() throws IOException
    {
        assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "needs Linux");
        try (OpenfireServer server = server().start()) {
            assertEquals(Set.of(loopback(server.c2sPort()), loopback(server.s2sPort())), listeners(server.pid()));
        }
        try (OpenfireServer server = server().console().start()) {
            final int console = URI.create(server.consoleUrl()).getPort();
            assertEquals(Set.of(loopback(server.c2sPort()), loopback(server.s2sPort()), loopback(console)), listeners(server.pid()));
        }
    }

    @Test
    void hasAConsole(@TempDir final Path home) throws IOException, InterruptedException
    {
        final HttpClient client = HttpClient.newHttpClient();
        try (OpenfireServer server = server().home(home).console().start()) {
            final HttpRequest page = HttpRequest.newBuilder(URI.create(server.consoleUrl() + "/index.jsp?a=b")).build();
            final URI login = URI.create(server.consoleUrl() + "/login.jsp?url=%2Findex.jsp%3Fa%3Db");
            assertEquals(login, redirection(client, page));
            server.restart();
            assertEquals(login, redirection(client, page));
            final HttpResponse<String> form = client.send(HttpRequest.newBuilder(login).build(), BodyHandlers.ofString());
            assertEquals(200, form.statusCode());
            assertTrue(form.body().contains("name=\"url\" value=\"/index.jsp?a=b\""), form::body);
            assertNoErrors(server);
        }
        try (OpenfireServer server = server().home(home).start()) {
            assertNoErrors(server);
        }
    }

    private static URI redirection(final HttpClient client, final HttpRequest page) throws IOException, InterruptedException
    {
        return page.uri().resolve(client.send(page, BodyHandlers.ofString()).headers().firstValue("Location").orElseThrow());
    }

    @Test
    void leavesNothingBehind() throws IOException
    {
        final Set<Path> before = temporaryHomes();
        final OpenfireServer server = server().start();
        final ProcessHandle process = ProcessHandle.of(server.pid()).orElseThrow();
        try (server) {
            assertTrue(Files.isDirectory(server.home()));
            assertEquals(before.size() + 1, temporaryHomes().size());
        }
        assertFalse(process.isAlive());
        assertEquals(before, temporaryHomes());
        for (final int port : List.of(server.c2sPort(), server.s2sPort())) {
            assertThrows(ConnectException.class, () -> new Socket("127.0.0.1", port).close());
        }
        assertTrue(server.log().contains("Openfire stopped"));
        assertNoErrors(server);
    }

    private static OpenfireBuilder server()
    {
        return OpenfireServer.builder().account("alice", "a").account("bob", "b&<'>");
    }

    private static Predicate<Stanza> withId(final String id)
    {
        return stanza -> id.equals(stanza.attr("id"));
    }

    private static Predicate<Stanza> ofType(final String type)
    {
        return stanza -> type.equals(stanza.attr("type"));
    }

    private static void ask(final RawClient client, final String to, final String type, final String payload)
    {
        final Stanza answer = client.ask(type, to, payload);
        assertEquals("result", answer.attr("type"), answer::toString);
    }

    private static void configure(final RawClient owner, final String room, final boolean persistent)
    {
        final String value = persistent ? "1" : "0";
        owner.configure(room, "muc#roomconfig_persistentroom", value, "muc#roomconfig_enablelogging", value);
    }

    private static void assertHistory(final OpenfireServer server)
    {
        try (RawClient bob = RawClient.connect(server, "bob", "b&<'>", "pc")) {
            bob.join(ROOM, "Bob");
            bob.await(stanza -> "stays".equals(stanza.text()));
        }
    }

    private static void assertNoErrors(final OpenfireServer server)
    {
        assertEquals(List.of(), server.errors());
    }

    private static Set<Path> temporaryHomes() throws IOException
    {
        try (Stream<Path> files = Files.list(TestFiles.target())) {
            return files.filter(file -> file.getFileName().toString().startsWith(OpenfireHome.TEMPORARY))
                .collect(Collectors.toSet());
        }
    }

    /** As the kernel writes it, for IPv4 and for IPv4 in IPv6. */
    private static String loopback(final int port)
    {
        return "0100007F:%04X".formatted(port);
    }

    private static Set<String> listeners(final long pid) throws IOException
    {
        final Set<String> sockets = new HashSet<>();
        try (Stream<Path> descriptors = Files.list(Path.of("/proc", String.valueOf(pid), "fd"))) {
            for (final Path descriptor : descriptors.toList()) {
                if (Files.isSymbolicLink(descriptor)) {
                    sockets.add(Files.readSymbolicLink(descriptor).toString());
                }
            }
        }
        final Set<String> addresses = new HashSet<>();
        for (final String table : List.of("tcp", "tcp6", "udp", "udp6")) {
            for (final String line : Files.readAllLines(Path.of("/proc/net", table))) {
                final String[] cells = line.trim().split("\\s+");
                final boolean open = cells[3].equals("0A") || table.startsWith("udp");
                if (open && sockets.contains("socket:[" + cells[9] + "]")) {
                    addresses.add(cells[1].replaceFirst("^0000000000000000FFFF0000", ""));
                }
            }
        }
        return addresses;
    }
}
