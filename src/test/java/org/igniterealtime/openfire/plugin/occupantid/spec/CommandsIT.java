/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.spec;

import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireServer;
import org.igniterealtime.openfire.plugin.occupantid.harness.RawClient;
import org.igniterealtime.openfire.plugin.occupantid.harness.Stanza;
import org.jivesoftware.smack.ConnectionConfiguration.SecurityMode;
import org.jivesoftware.smack.XMPPException.XMPPErrorException;
import org.jivesoftware.smack.packet.StanzaError;
import org.jivesoftware.smack.tcp.XMPPTCPConnection;
import org.jivesoftware.smack.tcp.XMPPTCPConnectionConfiguration;
import org.jivesoftware.smackx.commands.AdHocCommand;
import org.jivesoftware.smackx.commands.AdHocCommandManager;
import org.jivesoftware.smackx.commands.RemoteCommand;
import org.jivesoftware.smackx.disco.packet.DiscoverItems;
import org.jivesoftware.smackx.xdata.form.FillableForm;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.impl.JidCreate;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

@DisplayName("Admins can rotate and look up from an XMPP client")
@OwnServer
class CommandsIT extends CommandSpec
{
    private static final Set<String> FOR_ADMINS
        = Set.of(OURS + "rotate-room", OURS + "rotate-service", OURS + "find-account", OURS + "find-ids");
    /** As in XEP-0082, in UTC. */
    private static final String DATE = "20..-..-..T..:..:..Z";
    private static final Set<String> FOR_ALL = Set.of(OURS + "kick", OURS + "ban", OURS + "unban");

    @AutoClose
    private static OpenfireServer own;

    @BeforeAll
    static void start()
    {
        own = start(OpenfireServer.builder().plugin(JAR));
        own.createMucService("other");
        // Dave is a sysadmin of the one service, and a stranger to the other.
        own.query("INSERT INTO ofMucServiceProp (serviceID, name, propValue) "
            + "SELECT serviceID, 'sysadmin.jid', 'dave@localhost' FROM ofMucService WHERE subdomain='other'");
        own.restart();
    }

    @Test
    @DisplayName("a client library lists them, fills in a form, and reads what came of it")
    void library() throws Exception
    {
        final RawClient alice = user(own, "alice");
        final String id = inRoom(alice, "witch");
        try (Connection admin = new Connection("admin", "admin")) {
            assertTrue(admin.nodes().containsAll(FOR_ADMINS), () -> admin.nodes().toString());
            assertTrue(admin.nodes().containsAll(FOR_ALL), () -> admin.nodes().toString());
            assertTrue(admin.items().stream().filter(item -> item.getNode().equals(OURS + "find-account"))
                .allMatch(item -> item.getName().equals("Occupant IDs: find the account behind an id")));

            final RemoteCommand command = admin.commands.getRemoteCommand(JidCreate.from("localhost"), OURS + "find-account");
            command.execute();
            assertEquals(AdHocCommand.Status.executing, command.getStatus());
            final FillableForm form = new FillableForm(command.getForm());
            form.setAnswer("room", room);
            form.setAnswer("occupant-id", id);
            command.complete(form);
            assertTrue(command.isCompleted());
            assertEquals("The account is alice@localhost.", command.getNotes().get(0).getValue());
            assertEquals("alice@localhost", command.getForm().getField("account").getFirstValue());

            final RemoteCommand cancelled = admin.commands.getRemoteCommand(JidCreate.from("localhost"), OURS + "rotate-room");
            cancelled.execute();
            cancelled.cancel();
            assertEquals(AdHocCommand.Status.canceled, cancelled.getStatus());
        }
    }

    @Test
    @DisplayName("others are not shown them, and cannot have their forms")
    void others() throws Exception
    {
        try (Connection bob = new Connection("bob", "secret")) {
            assertTrue(bob.nodes().stream().noneMatch(FOR_ADMINS::contains), () -> bob.nodes().toString());
            assertTrue(bob.nodes().containsAll(FOR_ALL), () -> bob.nodes().toString());
            for (final String node : FOR_ADMINS) {
                final XMPPErrorException refusal = assertThrows(XMPPErrorException.class,
                    () -> bob.commands.getRemoteCommand(JidCreate.from("localhost"), node).execute());
                assertEquals(StanzaError.Condition.forbidden, refusal.getStanzaError().getCondition());
            }
        }
    }

    @Test
    @DisplayName("who was given no form cannot send one")
    void uninvited()
    {
        final RawClient alice = user(own, "alice");
        final String id = inRoom(alice, "witch");
        final RawClient bob = user(own, "bob");
        for (final String node : FOR_ADMINS) {
            final Stanza answer = send(bob, node, "sessionid='made-up' action='complete'",
                form("room", room, "occupant-id", id, "account", "alice", "service", "conference.localhost"));
            assertError("forbidden", answer);
        }
        assertEquals(id, id(say(alice, room, "unchanged")));
    }

    @Test
    @DisplayName("nobody can go on with what an admin has begun, nor turn one command into another")
    void sessions()
    {
        final RawClient alice = user(own, "alice");
        final String id = inRoom(alice, "witch");
        final RawClient admin = admin();
        final RawClient bob = user(own, "bob");
        assertError("forbidden", send(bob, "rotate-room", "sessionid='" + begin(admin, "rotate-room") + "'", form("room", room)));

        // The server looks at the right to a command only when it begins.
        final String session = begin(bob, "kick");
        final Stanza answer = send(bob, "http://jabber.org/protocol/admin#add-user", "sessionid='" + session + "' action='complete'",
            form("accountjid", "mallory@localhost", "password", "m", "password-verify", "m"));
        assertEquals("error", answer.attr("type"), answer::toString);
        assertEquals(List.of(), own.query("SELECT username FROM ofUser WHERE username='mallory'"));
        assertEquals(id, id(say(alice, room, "unchanged")));
    }

    @Test
    @DisplayName("the server’s own commands work as before")
    void serversOwn()
    {
        final RawClient admin = admin();
        final Stanza form = command(send(admin, "http://jabber.org/protocol/admin#add-user", "action='execute'", ""));
        assertEquals("executing", form.attr("status"));
        final Stanza made = command(send(admin, "http://jabber.org/protocol/admin#add-user",
            "sessionid='" + form.attr("sessionid") + "' action='complete'",
            form("accountjid", "erin@localhost", "password", "e", "password-verify", "e")));
        assertEquals("completed", made.attr("status"), made::toString);
        RawClient.connect(own, "erin", "e", "pc").close();
    }

    @Test
    @DisplayName("an admin rotates a room, and sees it in the audit log")
    void rotateRoom()
    {
        final RawClient alice = user(own, "alice");
        final String id = inRoom(alice, "witch");
        assertEquals("Done. Rooms: 1 of 1. Occupants told: 1.", done(execute(admin(), "rotate-room", "room", room)));
        assertNotEquals(id, id(alice.await(presence(room + "/witch"))));
        assertEquals(List.of(List.of("admin")), own.query("SELECT username FROM ofSecurityAuditLog WHERE summary="
            + "'occupant ids: rotated the secret of room " + room + "'"));
    }

    @Test
    @DisplayName("a room can have any name")
    void unicode()
    {
        room = "çağ-日本@conference.localhost";
        final RawClient alice = user(own, "alice");
        final String id = inRoom(alice, "witch");
        assertEquals("The account is alice@localhost.", done(execute(admin(), "find-account", "room", room, "occupant-id", id)));
        done(execute(admin(), "rotate-room", "room", room));
        assertNotEquals(id, id(alice.await(presence(room + "/witch"))));
    }

    @Test
    @DisplayName("a sysadmin of a service can do in its rooms what an admin can, and nothing elsewhere")
    void sysadmin()
    {
        final RawClient alice = user(own, "alice");
        final String id = inRoom(alice, "witch");
        final String elsewhere = room;
        final RawClient dave = user(own, "dave");
        for (final Stanza answer : List.of(
            execute(dave, "rotate-room", "room", elsewhere),
            execute(dave, "find-account", "room", elsewhere, "occupant-id", id),
            execute(dave, "find-ids", "room", elsewhere, "account", "alice"),
            execute(dave, "rotate-room", "room", "nowhere@conference.localhost"))) {
            assertTrue(refused(answer).startsWith("You do not administer "), answer::toString);
            assertFalse(answer.toString().contains("alice@"), answer::toString);
        }
        assertTrue(refused(execute(dave, "rotate-service", "service", "conference.localhost")).startsWith("You do not administer "));
        assertEquals(id, id(say(alice, elsewhere, "unchanged")));

        room = newRoom().replace("conference", "other");
        final String there = inRoom(alice, "witch");
        assertEquals("The account is alice@localhost.", done(execute(dave, "find-account", "room", room, "occupant-id", there)));
        assertEquals("The id of alice@localhost is " + there + ".", done(execute(dave, "find-ids", "room", room, "account", "alice")));
        done(execute(dave, "rotate-service", "service", "other.localhost"));
        assertNotEquals(there, id(alice.await(presence(room + "/witch"))));
        assertEquals(id, id(say(alice, elsewhere, "still unchanged")));
    }

    @Test
    @DisplayName("a look-up tells who, where, which secret, and when it was in use; current or retired")
    void lookUp()
    {
        final RawClient alice = user(own, "alice");
        final String old = inRoom(alice, "witch");
        final RawClient admin = admin();
        final Stanza current = execute(admin, "find-account", "room", room, "occupant-id", old);
        assertEquals("The account is alice@localhost.", done(current));
        assertEquals(List.of("alice@localhost"), values(current, "account"));
        assertEquals(List.of("those who are in the room now"), values(current, "found-in"));
        assertEquals(List.of("witch"), values(current, "nicks"));
        assertEquals(List.of("1"), values(current, "generation"));
        assertTrue(values(current, "since").get(0).matches(DATE));
        assertEquals(List.of(), values(current, "until"), "it is in use now");

        done(execute(admin, "rotate-room", "room", room));
        final String young = id(alice.await(presence(room + "/witch")));
        alice.send("<presence to='" + room + "/toad'/>");
        alice.await(presence(room + "/toad"));
        final Stanza retired = execute(admin, "find-account", "room", room, "occupant-id", old);
        assertEquals(List.of("alice@localhost"), values(retired, "account"));
        assertEquals(List.of("toad"), values(retired, "nicks"));
        assertEquals(List.of("1"), values(retired, "generation"));
        assertTrue(values(retired, "until").get(0).matches(DATE), retired::toString);

        final Stanza ids = execute(admin, "find-ids", "room", room, "account", "alice");
        assertEquals(List.of(young), values(ids, "occupant-id"));
        assertEquals(List.of("2"), values(ids, "generation"));
        assertEquals(List.of(), values(ids, "until"));
        assertEquals(List.of(old), values(ids, "retired"));
        assertEquals(values(retired, "since"), values(ids, "retired-since"));
        assertEquals(values(retired, "until"), values(ids, "retired-until"));
        assertEquals(List.of("1"), values(ids, "retired-generation"));

        done(execute(admin, "rotate-room", "room", room));
        final Stanza more = execute(admin, "find-ids", "room", room, "account", "alice");
        assertEquals(List.of(young, old), values(more, "retired"));
        for (final String field : List.of("retired-since", "retired-until")) {
            assertEquals(2, values(more, field).size(), more::toString);
            assertTrue(values(more, field).stream().allMatch(date -> date.matches(DATE)), more::toString);
        }
        assertEquals(List.of("2", "1"), values(more, "retired-generation"));

        assertEquals(4, own.query("SELECT msgID FROM ofSecurityAuditLog WHERE username='admin' AND summary LIKE '%look%room " + room + "'")
            .size());
    }

    @Test
    @DisplayName("ids are found by the name of an account, escaped or not, and by its address in the room; the answer names the account")
    void escapedName()
    {
        own.createAccount("joe\\40corp", "secret");
        final RawClient joe = RawClient.connect(own, "joe\\40corp", "secret", "pc");
        clients.add(joe);
        final String id = inRoom(joe, "witch");
        final RawClient admin = admin();
        for (final String name : List.of("joe@corp", "joe\\40corp", " Joe\\40Corp@localhost/pc ", "joe@corp@localhost", room + "/witch")) {
            final Stanza answer = execute(admin, "find-ids", "room", room, "account", name);
            assertEquals("The id of joe\\40corp@localhost is " + id + ".", done(answer));
            assertEquals(List.of("joe\\40corp@localhost"), values(answer, "account"));
        }
        assertEquals("No occupant of a room of conference.localhost has the address " + room + "/hag now."
            + " Please enter the address of the account, such as user@example.org.",
            refused(execute(admin, "find-ids", "room", room, "account", room + "/hag")));

        final Stanza missing = execute(admin, "find-ids", "room", room, "account", "jim\\40corp");
        assertEquals("warn", missing.child(COMMANDS, "note").attr("type"), missing::toString);
        assertTrue(missing.child(COMMANDS, "note").text().contains("This server has no account jim\\40corp@localhost."), missing::toString);
        assertEquals(List.of("joe@remote.test"), values(execute(admin, "find-ids", "room", room, "account", "joe@remote.test"), "account"));
    }

    @Test
    @DisplayName("an address in a room tells a sysadmin nothing about the rooms of other services")
    void addressElsewhere()
    {
        inRoom(user(own, "alice"), "witch");
        final String elsewhere = room + "/witch";
        room = newRoom().replace("conference", "other");
        final RawClient dave = user(own, "dave");
        inRoom(dave, "imp");
        final Stanza answer = execute(dave, "find-ids", "room", room, "account", elsewhere);
        assertTrue(refused(answer).startsWith("No occupant of a room of other.localhost has the address "), answer::toString);
        assertFalse(answer.toString().contains("alice@"), answer::toString);
    }

    @Test
    @DisplayName("a look-up says of an anonymous guest that there is no account")
    void anonymousGuest()
    {
        own.setProperty("xmpp.auth.anonymous", "true");
        final RawClient guest = RawClient.connectAnonymously(own);
        clients.add(guest);
        final String id = inRoom(guest, "ghost");
        final String account = guest.jid().substring(0, guest.jid().indexOf('/'));
        final Stanza answer = execute(admin(), "find-account", "room", room, "occupant-id", id);
        assertEquals(List.of(account), values(answer, "account"));
        assertEquals("The account is " + account + ". This server has no account " + account
            + ": it is an anonymous guest, or the account was deleted.", done(answer));
    }

    @Test
    @DisplayName("a look-up that finds nobody says where it has looked")
    void notFound()
    {
        own.createAccount("ghost", "g");
        final RawClient alice = user(own, "alice");
        inRoom(alice, "witch");
        final RawClient ghost = RawClient.connect(own, "ghost", "g", "pc");
        clients.add(ghost);
        final String id = id(ghost.join(room, "ghost"));
        ghost.send("<iq type='set' id='last'><query xmlns='jabber:iq:register'><remove/></query></iq>");
        ghost.awaitEnd();
        alice.await(unavailable(room + "/ghost"));
        final Stanza answer = execute(admin(), "find-account", "room", room, "occupant-id", id);
        assertEquals("completed", answer.attr("status"), answer::toString);
        assertEquals("warn", answer.child(COMMANDS, "note").attr("type"), answer::toString);
        final String text = answer.child(COMMANDS, "note").text();
        assertTrue(text.startsWith("This server has issued the id in this room, but none of those below has it."), text);
        assertTrue(text.contains("\nSearched among those who are in the room now: 1\n"), text);
        assertTrue(text.contains("\nSearched among the registered users of this server: "), text);
    }

    @Test
    @DisplayName("wrong input is told of, and the form comes back with what was filled in")
    void wrongInput()
    {
        final RawClient alice = user(own, "alice");
        final String id = inRoom(alice, "witch");
        final String first = room;
        room = newRoom();
        final String otherId = inRoom(alice, "witch");
        room = first;
        final RawClient admin = admin();
        final String madeUp = id.substring(0, 42) + (id.endsWith("A") ? "Q" : "A");

        final Stanza missing = execute(admin, "find-account", "room", room);
        assertEquals("Please fill in: Occupant id", refused(missing));
        assertEquals(List.of(room), values(missing, "room"));
        assertEquals("Please fill in: Address of the room", refused(execute(admin, "rotate-room")));
        assertEquals("Please fill in: Address of the room", refused(execute(admin, "rotate-room", "room", "  ")));
        assertEquals("There is no room @@ on this server. Please enter the full address of a room, such as room@conference.example.org.",
            refused(execute(admin, "rotate-room", "room", "@@")));
        assertTrue(refused(execute(admin, "rotate-room", "room", "nowhere@conference.localhost")).startsWith("There is no room nowhere@"));
        assertTrue(refused(execute(admin, "rotate-room", "room", "conference.localhost")).startsWith("There is no room "));
        assertTrue(refused(execute(admin, "rotate-room", "room", "coven@conference.remote.test")).startsWith("There is no room "));
        assertTrue(refused(execute(admin, "rotate-service", "service", "nothing.localhost")).startsWith("There is no group chat service "));
        for (final String wrong : List.of(otherId, madeUp, "x", "'{0}")) {
            assertTrue(refused(execute(admin, "find-account", "room", room, "occupant-id", wrong.replace("'", "&apos;")))
                .startsWith("This server has not issued the id " + wrong + " in room " + room + "."));
        }
        assertTrue(refused(execute(admin, "find-ids", "room", room, "account", "conference.localhost/x@y")).contains(" is not the address of an account."));
        assertEquals(id, id(say(alice, room, "unchanged")));
    }

    @Test
    @DisplayName("requests that are not as they should be are refused, and do nothing")
    void malformed()
    {
        final RawClient alice = user(own, "alice");
        final String id = inRoom(alice, "witch");
        final RawClient admin = admin();
        final String session = "sessionid='" + begin(admin, "rotate-room") + "'";
        assertError("bad-request", admin.ask("get", "localhost", "<command xmlns='" + COMMANDS + "' node='" + OURS + "rotate-room'/>"));
        final Stanza badAction = send(admin, "rotate-room", session + " action='next'", form("room", room));
        assertError("bad-request", badAction);
        assertEquals(1, badAction.child("jabber:client", "error").children(COMMANDS, "bad-action").size(), badAction::toString);
        assertError("bad-request", send(admin, "rotate-room", session + " action='explode'", form("room", room)));
        assertError("item-not-found", send(admin, "no-such", "action='execute'", ""));
        refused(command(send(admin, "rotate-room", session, "")));
        refused(command(send(admin, "rotate-room", session, "<x xmlns='jabber:x:data'/>")));
        refused(command(send(admin, "rotate-room", session, "<x xmlns='jabber:x:data' type='submit'><field/><field var='room'/></x>")));
        refused(command(send(admin, "rotate-room", session, "<x xmlns='jabber:x:data' type='submit'><field><value>" + room
            + "</value></field></x>")));
        refused(command(send(admin, "rotate-room", session, "<x xmlns='urn:example'><field var='room'><value>" + room
            + "</value></field></x>")));
        assertEquals(id, id(say(alice, room, "unchanged")));
    }

    @Test
    @DisplayName("when the plugin is removed they are gone, and the server’s own are there; when it is back, so are they")
    void removal() throws Exception
    {
        final RawClient raw = admin();
        try (Connection admin = new Connection("admin", "admin")) {
            own.uninstall("occupantid");
            assertTrue(admin.nodes().stream().noneMatch(node -> node.startsWith(OURS)), () -> admin.nodes().toString());
            assertError("item-not-found", send(raw, "kick", "action='execute'", ""));
            begin(raw, "http://jabber.org/protocol/admin#add-user");
            own.install(JAR);
            assertTrue(admin.nodes().containsAll(FOR_ADMINS), () -> admin.nodes().toString());
            begin(raw, "kick");
            begin(raw, "http://jabber.org/protocol/admin#add-user");
        }
    }

    private RawClient admin()
    {
        final RawClient admin = RawClient.connect(own, "admin", "admin", "console" + clients.size());
        clients.add(admin);
        return admin;
    }

    /** Somebody creates the room of this test, and stays there; their id. */
    private String inRoom(final RawClient owner, final String nick)
    {
        final String id = id(owner.join(room, nick));
        create(owner, room, nick);
        return id;
    }

    private static void assertError(final String condition, final Stanza answer)
    {
        assertEquals("error", answer.attr("type"), answer::toString);
        assertEquals(1, answer.child("jabber:client", "error").children("urn:ietf:params:xml:ns:xmpp-stanzas", condition).size(),
            answer::toString);
    }

    /** A client made by others. */
    private static final class Connection implements AutoCloseable
    {
        private final XMPPTCPConnection connection;
        private final AdHocCommandManager commands;

        Connection(final String user, final String password) throws Exception
        {
            connection = new XMPPTCPConnection(XMPPTCPConnectionConfiguration.builder().setXmppDomain("localhost").setHost(own.host())
                .setPort(own.c2sPort()).setSecurityMode(SecurityMode.disabled).setUsernameAndPassword(user, password).build());
            connection.connect().login();
            commands = AdHocCommandManager.getAddHocCommandsManager(connection);
        }

        List<DiscoverItems.Item> items()
        {
            try {
                return commands.discoverCommands(JidCreate.from("localhost")).getItems();
            } catch (final Exception e) {
                throw new IllegalStateException(e);
            }
        }

        Set<String> nodes()
        {
            return items().stream().map(DiscoverItems.Item::getNode).collect(Collectors.toCollection(TreeSet::new));
        }

        @Override
        public void close()
        {
            connection.disconnect();
        }
    }
}
