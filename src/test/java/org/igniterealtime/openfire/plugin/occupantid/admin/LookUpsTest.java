/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin;

import org.igniterealtime.openfire.plugin.occupantid.admin.LookUp.IssuedId;
import org.igniterealtime.openfire.plugin.occupantid.admin.LookUp.Place;
import org.igniterealtime.openfire.plugin.occupantid.id.OccupantIds;
import org.igniterealtime.openfire.plugin.occupantid.muc.LocalRooms;
import org.igniterealtime.openfire.plugin.occupantid.muc.Occupant;
import org.igniterealtime.openfire.plugin.occupantid.muc.RoomTables;
import org.igniterealtime.openfire.plugin.occupantid.secret.Database;
import org.igniterealtime.openfire.plugin.occupantid.secret.RoomSecrets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xmpp.packet.JID;
import org.xmpp.packet.Presence;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

class LookUpsTest
{
    private static final JID ROOM = new JID("coven@conference.example.org");

    private final Database database = new Database();
    private final RoomSecrets secrets = database.secrets();
    private final OccupantIds ids = new OccupantIds(secrets::originKey, () -> 100);
    private final LocalRooms rooms = mock();
    private final List<Occupant> occupants = new ArrayList<>();
    private final List<JID> affiliated = new ArrayList<>();
    private final List<String> usernames = new ArrayList<>(List.of("user1", "user2"));
    private final List<LookUps> all = new ArrayList<>();
    private final LookUps lookUps = lookUps(() -> usernames, 45);

    @BeforeEach
    void setUp()
    {
        database.run("CREATE TABLE ofMucConversationLog (roomID BIGINT, sender VARCHAR(255))");
        when(rooms.exists(ROOM)).thenReturn(true);
        when(rooms.idOf(ROOM)).thenReturn(7L);
        when(rooms.allOccupantsOf(ROOM)).thenReturn(occupants);
        when(rooms.affiliatedWith(ROOM)).thenReturn(affiliated);
    }

    @AfterEach
    void stop()
    {
        all.forEach(LookUps::stop);
    }

    @Test
    void whoIsInTheRoomIsFoundThereWithTheirNicks() throws Exception
    {
        enter("alice@example.org/phone", "witch");
        enter("alice@example.org/pc", "witch");
        enter("alice@example.org/web", "hag");
        enter("bob@example.net/x", "toad");
        usernames.add("alice");
        final LookUp.Match match = found("alice@example.org");
        assertEquals(Place.OCCUPANTS, match.place());
        assertEquals(List.of("hag", "witch"), match.nicks());
        assertEquals(List.of("toad"), found("bob@example.net").nicks());
    }

    @Test
    void whoIsOnAListOfTheRoomIsFoundThere() throws Exception
    {
        affiliated.add(new JID("carol@example.net"));
        assertEquals(Place.AFFILIATIONS, found("carol@example.net").place());
        assertEquals(List.of(), found("carol@example.net").nicks());
    }

    @Test
    void whoHasSpokenInTheRoomIsFoundInItsLog() throws Exception
    {
        database.run("INSERT INTO ofMucConversationLog VALUES (7, 'dave@example.net/phone')");
        database.run("INSERT INTO ofMucConversationLog VALUES (8, 'erin@example.net/phone')");
        assertEquals(Place.CONVERSATION_LOG, found("dave@example.net").place());
        assertNull(search("erin@example.net").match(), "she has spoken in another room");
    }

    @Test
    void usersOfTheServerAreFoundThoughTheyWereNeverThere() throws Exception
    {
        assertEquals(Place.USERS, found("user2@example.org").place());
    }

    @Test
    void anAccountThatWouldBeOneOfThisServerCanBeMissing()
    {
        assertTrue(lookUps.isMissing(new JID("nobody@example.org")));
        assertFalse(lookUps.isMissing(new JID("user1@example.org")));
        assertFalse(lookUps.isMissing(new JID("nobody@example.net")), "who knows");
    }

    @Test
    void usersAreFoundHoweverADirectoryWritesThem() throws Exception
    {
        usernames.addAll(List.of("no\u0000name", "JDoe", "J\u00d6RG"));
        assertEquals(Place.USERS, found("jdoe@example.org").place());
        assertEquals(Place.USERS, found("j\u00f6rg@example.org").place());
    }

    @Test
    void aDamagedRowOfTheLogKeepsNobodyFromBeingFound() throws Exception
    {
        database.run("INSERT INTO ofMucConversationLog VALUES (7, '')");
        database.run("INSERT INTO ofMucConversationLog VALUES (7, 'dave@example.net/phone')");
        assertEquals(Place.CONVERSATION_LOG, found("dave@example.net").place());
    }

    @Test
    void anIdOfTheSecretInUseIsCurrentAndOneOfBeforeIsRetired() throws Exception
    {
        final String old = idOf("user1@example.org");
        final IssuedId current = found("user1@example.org").id();
        assertEquals(1, current.secret().generation());
        assertNull(current.retired());

        secrets.rotate(ROOM.toString(), "the test");
        assertNotEquals(old, idOf("user1@example.org"));
        final IssuedId retired = search(lookUps, old).match().id();
        assertEquals(old, retired.id());
        assertEquals(1, retired.secret().generation());
        final IssuedId young = found("user1@example.org").id();
        assertEquals(2, young.secret().generation());
        assertEquals("the test", young.secret().creator());
        assertEquals(young.secret().creationDate(), retired.retired());
    }

    @Test
    void whoIsNotFoundHasBeenSearchedEverywhere() throws Exception
    {
        enter("alice@example.org/phone", "witch");
        affiliated.addAll(List.of(new JID("alice@example.org"), new JID("carol@example.net")));
        database.run("INSERT INTO ofMucConversationLog VALUES (7, 'dave@example.net/phone')");
        final LookUp lookUp = search("nobody@example.net");
        assertNull(lookUp.match());
        assertFalse(lookUp.isOutOfTime());
        assertEquals(List.of(), lookUp.failed());
        assertEquals(Map.of(Place.OCCUPANTS, 1, Place.AFFILIATIONS, 2, Place.CONVERSATION_LOG, 1, Place.USERS, 2), lookUp.searched());
    }

    @Test
    void aPlaceThatCannotBeSearchedIsNamedAndTheOthersAre() throws Exception
    {
        final String id = idOf("user1@example.org");
        database.run("DROP TABLE ofMucConversationLog");
        final LookUp lookUp = search(lookUps, id);
        assertEquals(List.of(Place.CONVERSATION_LOG), lookUp.failed());
        assertEquals("user1@example.org", lookUp.match().account());

        final LookUp noUsers = search(lookUps(() -> {
            throw new UnsupportedOperationException();
        }, 45), id);
        assertEquals(List.of(Place.CONVERSATION_LOG, Place.USERS), noUsers.failed());
        assertNull(noUsers.match());
    }

    @Test
    void aSearchEndsWhenItsTimeIsUp() throws Exception
    {
        final LookUp lookUp = search(lookUps(() -> usernames, 0), idOf("user1@example.org"));
        assertTrue(lookUp.isOutOfTime());
        assertNull(lookUp.match());
    }

    @Test
    void aSearchEndsWhenThePluginIsStopped() throws Exception
    {
        final CountDownLatch begun = new CountDownLatch(1);
        final LookUps stopped = lookUps(() -> {
            begun.countDown();
            try {
                Thread.sleep(60_000);
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return usernames;
        }, 45);
        final LookUp lookUp = stopped.findAccount(ROOM.toString(), idOf("user1@example.org"));
        begun.await();
        assertFalse(lookUp.isOver());
        stopped.stop();
        assertTrue(lookUp.await(5));
        assertTrue(lookUp.isOutOfTime());
    }

    @Test
    void tooManyAtOnceAreRefused() throws Exception
    {
        final CountDownLatch end = new CountDownLatch(1);
        final LookUps busy = lookUps(() -> {
            try {
                end.await();
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return usernames;
        }, 45);
        final String id = idOf("user1@example.org");
        LookUp last = null;
        for (int i = 0; i < 22; i++) {
            last = busy.findAccount(ROOM.toString(), id);
        }
        assertRefused("occupantid.lookup.error.busy", () -> busy.findAccount(ROOM.toString(), id));
        end.countDown();
        assertTrue(last.await(5));
    }

    @Test
    void aSearchCanBeComeBackTo() throws Exception
    {
        final LookUp lookUp = search("user1@example.org");
        assertSame(lookUp, lookUps.get(lookUp.token()));
        assertNull(lookUps.get("made up"));
        assertNull(lookUps.get(null));
        for (int i = 0; i < 50; i++) {
            search("user1@example.org");
        }
        assertNull(lookUps.get(lookUp.token()), "only the latest are remembered");
    }

    @Test
    void theIdsOfAnAccountLeadBackToIt() throws Exception
    {
        secrets.ofRoom(ROOM.toString());
        secrets.rotate(ROOM.toString(), "the test");
        final List<IssuedId> issued = lookUps.idsOf(" " + ROOM + "/nick ", "User1@example.org/phone").ids();
        assertEquals(List.of(2, 1), issued.stream().map(id -> id.secret().generation()).toList());
        assertNull(issued.get(0).retired());
        assertEquals(issued.get(0).secret().creationDate(), issued.get(1).retired());
        for (final IssuedId id : issued) {
            assertEquals("user1@example.org", search(lookUps, " " + id.id() + "\n").match().account());
        }
        assertEquals(issued.get(0).id(), lookUps.idsOf(ROOM.toString(), "user1").ids().get(0).id(),
            "a name alone is that of a user of this server");
    }

    @ParameterizedTest
    @ValueSource(strings = {"joe\\40corp", " Joe\\40Corp\n", "joe@corp", "JOE@Corp", "joe\\40corp@example.org", "joe@corp@example.org",
        " Joe@Corp@Example.org/phone ", "joe\\40corp@EXAMPLE.org/a@b"})
    void escapedNameOfAccountIsUnderstoodInEveryForm(final String entered) throws Exception
    {
        usernames.add("joe\\40corp");
        assertAccount("joe\\40corp@example.org", false, entered);
        assertEquals(idOf("joe\\40corp@example.org"), lookUps.idsOf(ROOM.toString(), entered).ids().get(0).id());
    }

    @Test
    void nameIsReadAsTheAccountThatExists() throws Exception
    {
        usernames.addAll(List.of("joe", "ann\\40example.org", "a\\2fb", "old\\20nick"));
        assertAccount("joe@example.org", false, "joe@example.org");
        assertAccount("ann\\40example.org@example.org", false, "ann@example.org");
        assertAccount("ann\\40example.org@example.org", false, "ann@example.org@example.org");
        assertAccount("a\\2fb@example.org", false, "a/b");
        assertAccount("a\\2fb@example.org", false, "a/b@example.org");
        assertAccount("old\\20nick@example.org", false, "Old Nick");
    }

    @Test
    void accountOfAnotherServerIsTakenAsItIs() throws Exception
    {
        assertAccount("joe@corp", false, "joe@corp");
        usernames.add("joe\\40corp");
        assertAccount("joe@corp", false, "joe@corp/pc");
    }

    @Test
    void accountThatThisServerDoesNotHaveIsReported() throws Exception
    {
        for (final String entered : List.of("joe\\40corp", "joe@corp@example.org", "joe\\40corp@example.org/x")) {
            assertAccount("joe\\40corp@example.org", true, entered);
        }
    }

    @Test
    void serverWithoutAccountsTakesAddressesAsTheyAre() throws Exception
    {
        final LookUps blind
            = new LookUps(rooms, secrets, ids, new RoomTables(database, "example.org"), List::of, null, "example.org", 45, 2);
        all.add(blind);
        idOf("joe@corp");
        for (final String entered : List.of("joe@corp", "joe@example.org")) {
            final AccountIds found = blind.idsOf(ROOM.toString(), entered);
            assertEquals(entered, found.account().toString());
            assertFalse(found.isMissing(), "who knows");
        }
    }

    @Test
    void addressInRoomLeadsToItsOccupantsAccount() throws Exception
    {
        final JID witch = new JID(ROOM + "/witch@example.org");
        when(rooms.own(witch.toString())).thenReturn(true);
        when(rooms.holderOf(witch)).thenReturn(new JID("alice@example.net/pc"));
        assertAccount("alice@example.net", false, " " + witch + " ");
    }

    @Test
    void addressInRoomWithoutOccupantIsRefused()
    {
        final JID elsewhere = new JID("coven@other.example.org/witch");
        when(rooms.holderOf(elsewhere)).thenReturn(new JID("alice@example.net/pc"));
        idOf("user1@example.org");
        for (final String address : List.of(ROOM.toString(), ROOM + "/gone", elsewhere.toString())) {
            when(rooms.own(address)).thenReturn(true);
            assertRefused("occupantid.lookup.error.no_occupant", () -> lookUps.idsOf(ROOM.toString(), address));
        }
    }

    @Test
    void whatCannotBeLookedUpIsRefused()
    {
        final String id = idOf("user1@example.org");
        final JID other = new JID("other@conference.example.org");
        when(rooms.exists(other)).thenReturn(true);
        assertRefused("occupantid.lookup.error.no_secret", () -> lookUps.findAccount(other.toString(), id));
        secrets.ofRoom(other.toString());
        assertRefused("occupantid.lookup.error.not_issued", () -> lookUps.findAccount(other.toString(), id));
        assertRefused("occupantid.lookup.error.not_issued", () -> lookUps.findAccount(ROOM.toString(), ""));
        assertRefused("occupantid.lookup.error.not_issued", () -> lookUps.findAccount(ROOM.toString(), id + "A"));
        for (final String noRoom : List.of("", "@", "nowhere@conference.example.org", "conference.example.org")) {
            assertRefused("occupantid.error.no_room", () -> lookUps.findAccount(noRoom, id));
            assertRefused("occupantid.error.no_room", () -> lookUps.idsOf(noRoom, "user1"));
        }
        for (final String noAccount : List.of("", " ", "@example.org", "a@b@c@", "user1@")) {
            assertRefused("occupantid.lookup.error.no_account", () -> lookUps.idsOf(ROOM.toString(), noAccount));
        }
    }

    private LookUps lookUps(final Supplier<Collection<String>> users, final int limitSeconds)
    {
        final LookUps made
            = new LookUps(rooms, secrets, ids, new RoomTables(database, "example.org"), users, usernames::contains, "example.org", limitSeconds, 2);
        all.add(made);
        return made;
    }

    private void enter(final String user, final String nick)
    {
        occupants.add(new Occupant(new JID(user), new JID(ROOM + "/" + nick), new Presence()));
    }

    private String idOf(final String account)
    {
        return ids.idOf(secrets.ofRoom(ROOM.toString()), account);
    }

    private LookUp.Match found(final String account) throws Exception
    {
        final LookUp.Match match = search(account).match();
        assertEquals(account, match.account());
        return match;
    }

    private LookUp search(final String account) throws Exception
    {
        return search(lookUps, idOf(account));
    }

    private void assertAccount(final String expected, final boolean missing, final String entered) throws RefusedException
    {
        secrets.ofRoom(ROOM.toString());
        final AccountIds found = lookUps.idsOf(ROOM.toString(), entered);
        assertEquals(expected, found.account().toString(), entered);
        assertEquals(missing, found.isMissing(), entered);
    }

    private static LookUp search(final LookUps where, final String id) throws Exception
    {
        final LookUp lookUp = where.findAccount(ROOM.toString(), id);
        assertTrue(lookUp.await(5));
        assertTrue(lookUp.isOver());
        return lookUp;
    }

    private static void assertRefused(final String key, final Executable executable)
    {
        assertEquals(key, assertThrows(RefusedException.class, executable).getMessage());
    }
}
