/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.demo;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireServer;
import org.igniterealtime.openfire.plugin.occupantid.harness.RawClient;
import org.igniterealtime.openfire.plugin.occupantid.harness.Stanza;

/**
 * What a few people live through in a group chat: why a nick does not tell who wrote something, and an occupant id does.
 */
final class Play
{
    private static final String OCCUPANT_ID = "urn:xmpp:occupant-id:0";

    private final OpenfireServer server;
    private final Story story;
    private final String room;

    private String aliceId;
    private String bobId;

    Play(final OpenfireServer server, final Story story)
    {
        this.server = server;
        this.story = story;
        room = unusedRoom("coven");
    }

    /**
     * @return whether all promises were kept.
     */
    boolean perform()
    {
        try (Person alice = person("alice", "desktop"); Person bob = person("bob", "desktop"); Person carol = person("carol", "desktop")) {
            meet(alice, bob);
            correct(alice, bob);
            readHistory(carol);
            impersonate(alice, bob, carol);
            forge(alice, bob, carol);
            comeBack(alice, carol);
            lookForAddresses(carol);
            if (server.isInstalled("occupantid")) {
                rotate(bob, carol);
            }
        }
        return story.end();
    }

    private void meet(final Person alice, final Person bob)
    {
        story.scene("alice opens the group chat " + room + ", and bob enters.");
        story.heading();
        Map<String, String> seen = open(alice, room, "nick1");
        aliceId = seen.get("alice");
        story.event("alice", "nick1", "opens the room", seen);

        seen = enter(bob, room, "bob", bob, alice);
        bobId = seen.get("bob");
        story.event("bob", "bob", "enters", seen);
        final Map<String, String> present = seen(comes(room, "nick1"), bob);
        story.event("alice", "nick1", "is in the room", present);

        story.promise(announcesIds(alice), "The room announces occupant ids; clients may rely on them.");
        story.promise(shows(bobId, seen) && shows(aliceId, present) && !aliceId.equals(bobId),
            "alice and bob have an id each, the same for whoever looks.");
    }

    private void correct(final Person alice, final Person bob)
    {
        story.scene("alice writes a message, takes another nick, and corrects the message.");
        final Map<String, String> original = say(alice, "message1", "Meet me at noon", "", alice, bob);
        story.event("alice", "nick1", "message1: Meet me at noon", original);
        final Map<String, String> renamed = act(alice, "<presence to='" + room + "/nick2'/>", comes(room, "nick2"), alice, bob);
        story.event("alice", "nick2", "is the new nick", renamed);
        final Map<String, String> correction = say(alice, "message2", "Meet me at one", replace("message1"), alice, bob);
        story.event("alice", "nick2", "corrects message1: Meet me at one", correction);

        story.promise(Stream.of(original, renamed, correction).allMatch(seen -> shows(aliceId, seen)),
            "The nick has changed, the id has not: this is message1's author.");
    }

    private void readHistory(final Person carol)
    {
        story.scene("carol comes later, and reads what was said.");
        story.event("carol", "carol", "enters", enter(carol, room, "carol", carol));
        final Map<String, String> original = seen(isHistory("message1"), carol);
        story.event("alice", "nick1", "message1, from history", original);
        final Map<String, String> correction = seen(isHistory("message2"), carol);
        story.event("alice", "nick2", "its correction, from history", correction);

        story.promise(shows(aliceId, original) && shows(aliceId, correction), "History has both under one id, the one of the day.");
    }

    private void impersonate(final Person alice, final Person bob, final Person carol)
    {
        story.scene("bob takes the nick that alice gave up, and \"corrects\" her message.");
        final Map<String, String> renamed = act(bob, "<presence to='" + room + "/nick1'/>", comes(room, "nick1"), alice, bob, carol);
        story.event("bob", "nick1", "is the new nick", renamed);
        final Map<String, String> correction = say(bob, "message3", "Never mind", replace("message1"), alice, bob, carol);
        story.event("bob", "nick1", "\"corrects\" message1: Never mind", correction);

        story.promise(shows(bobId, renamed) && shows(bobId, correction),
            "The nick is message1's, the id is not: clients see that this is no correction.");
    }

    private void forge(final Person alice, final Person bob, final Person carol)
    {
        final String claim = aliceId == null ? "a made-up id" : "alice's id";
        story.scene("bob puts " + claim + " into what he sends.");
        final String forged = "<occupant-id xmlns='" + OCCUPANT_ID + "' id='" + (aliceId == null ? "made-up" : aliceId) + "'/>";
        final Map<String, String> aloud = say(bob, "message4", "Trust me", forged, alice, bob, carol);
        story.event("bob", "nick1", "message4, with " + claim + " in it", aloud);
        final Map<String, String> whispered = act(bob, "<message type='chat' id='message5' to='" + room + "/carol'><body>Trust me</body>"
            + forged + "</message>", isMessage("message5"), carol);
        story.event("bob", "nick1", "to carol, with " + claim + " in it", whispered);

        story.promise(shows(bobId, aloud) && shows(bobId, whispered), "The forged id was replaced: all see bob's own, and no other.");
    }

    private void comeBack(final Person alice, final Person carol)
    {
        story.scene("alice goes, comes back with her phone, and opens a room beside this one.");
        final Map<String, String> left = act(alice, "<presence type='unavailable' to='" + room + "/nick2'/>", leaves(room, "nick2"), carol);
        story.event("alice", "nick2", "leaves", left);
        try (Person phone = person("alice", "phone")) {
            final Map<String, String> back = enter(phone, room, "nick3", phone, carol);
            story.event("alice", "nick3", "enters", back);
            story.promise(shows(aliceId, left) && shows(aliceId, back), "Another device, another nick, the same id.");

            final String elsewhere = unusedRoom("heath");
            final Map<String, String> opened = open(phone, elsewhere, "nick3");
            story.event("alice", "nick3", "opens " + elsewhere, opened);
            final String otherId = opened.get("alice");
            story.promise(otherId != null && !otherId.equals(aliceId), "In another room it is another id: rooms cannot be put together.");
        }
    }

    private void lookForAddresses(final Person carol)
    {
        story.promise(carol.client.all().stream().map(Stanza::toString).noneMatch(xml -> xml.contains("alice@") || xml.contains("bob@")),
            "In all this, carol was never shown who is behind the ids.");
    }

    private void rotate(final Person bob, final Person carol)
    {
        story.scene("The admin rotates the room's secret.");
        Stream.of(bob, carol).forEach(viewer -> {
            viewer.client.sync();
            viewer.client.drain();
        });
        server.plugin("occupantid", "components.rotations.rotateRoom", room, "admin");
        final Map<String, String> announced = seen(comes(room, "nick1"), bob, carol);
        story.event("bob", "nick1", "is announced, though he did nothing", announced);
        final String newId = announced.get("bob");
        story.promise(shows(newId, announced) && !newId.equals(bobId), "Everybody in the room learns the new ids at once.");

        final Map<String, String> said = say(bob, "message6", "So be it", "", bob, carol);
        story.event("bob", "nick1", "message6: So be it", said);
        try (Person dave = person("dave", "desktop")) {
            final Map<String, String> entered = enter(dave, room, "dave", dave);
            story.event("dave", "dave", "enters", entered);
            final Map<String, String> old = seen(isHistory("message1"), dave);
            story.event("alice", "nick1", "message1, from history", old);
            final Map<String, String> recent = seen(isHistory("message6"), dave);
            story.event("bob", "nick1", "message6, from history", recent);
            story.promise(shows(newId, said) && shows(newId, recent) && shows(aliceId, old), "History keeps the ids of its day.");
        }
    }

    private Person person(final String name, final String resource)
    {
        return new Person(name, RawClient.connect(server, name, Demo.passwordOf(name), resource));
    }

    /**
     * A room that is not there; an earlier demo may have left some that last.
     */
    private String unusedRoom(final String name)
    {
        final List<List<String>> rooms = server.query("SELECT name FROM ofMucRoom");
        String unused = name;
        for (int i = 2; rooms.contains(List.of(unused)); i++) {
            unused = name + i;
        }
        return unused + "@conference." + server.domain();
    }

    private Map<String, String> open(final Person owner, final String where, final String nick)
    {
        final Map<String, String> seen = enter(owner, where, nick, owner);
        // Nobody else gets in before its owner has decided on the settings. By default, everybody would see everybody's address.
        owner.client.configure(where, "muc#roomconfig_whois", "moderators");
        return seen;
    }

    private static Map<String, String> enter(final Person person, final String where, final String nick, final Person... viewers)
    {
        return act(person, "<presence to='" + where + "/" + nick + "'><x xmlns='http://jabber.org/protocol/muc'/></presence>",
            comes(where, nick), viewers);
    }

    private Map<String, String> say(final Person person, final String id, final String body, final String more, final Person... viewers)
    {
        return act(person, "<message type='groupchat' id='" + id + "' to='" + room + "'><body>" + body + "</body>" + more + "</message>",
            isMessage(id), viewers);
    }

    /**
     * Has somebody send a stanza.
     *
     * @return the id that each viewer saw on what came of it, by the viewer's name.
     */
    private static Map<String, String> act(final Person person, final String stanza, final Predicate<Stanza> effect,
                                           final Person... viewers)
    {
        for (final Person viewer : viewers) {
            viewer.client.sync();
            viewer.client.drain();
        }
        person.client.send(stanza);
        return seen(effect, viewers);
    }

    private static Map<String, String> seen(final Predicate<Stanza> effect, final Person... viewers)
    {
        final Map<String, String> seen = new LinkedHashMap<>();
        for (final Person viewer : viewers) {
            seen.put(viewer.name, idIn(viewer.client.await(effect)));
        }
        return seen;
    }

    /**
     * @return null if there is none; whatever there is, if that is more than one.
     */
    private static String idIn(final Stanza stanza)
    {
        final List<Stanza> elements = stanza.children(OCCUPANT_ID, "occupant-id");
        return elements.isEmpty() ? null : elements.stream().map(element -> element.attr("id")).collect(Collectors.joining(" and "));
    }

    private static boolean shows(final String id, final Map<String, String> seen)
    {
        return id != null && seen.values().stream().allMatch(id::equals);
    }

    private boolean announcesIds(final Person person)
    {
        return person.client.ask("get", room, "<query xmlns='http://jabber.org/protocol/disco#info'/>").children().get(0).children().stream()
            .anyMatch(feature -> OCCUPANT_ID.equals(feature.attr("var")));
    }

    private static String replace(final String id)
    {
        return "<replace xmlns='urn:xmpp:message-correct:0' id='" + id + "'/>";
    }

    private static Predicate<Stanza> comes(final String where, final String nick)
    {
        return isPresence(where, nick).and(stanza -> stanza.attr("type") == null);
    }

    private static Predicate<Stanza> leaves(final String where, final String nick)
    {
        return isPresence(where, nick).and(stanza -> "unavailable".equals(stanza.attr("type")));
    }

    private static Predicate<Stanza> isPresence(final String where, final String nick)
    {
        return stanza -> stanza.name().equals("presence") && (where + "/" + nick).equals(stanza.attr("from"));
    }

    private static Predicate<Stanza> isMessage(final String id)
    {
        return stanza -> stanza.name().equals("message") && id.equals(stanza.attr("id"));
    }

    private static Predicate<Stanza> isHistory(final String id)
    {
        return isMessage(id).and(stanza -> stanza.child("urn:xmpp:delay", "delay") != null);
    }

    private record Person(String name, RawClient client) implements AutoCloseable
    {
        @Override
        public void close()
        {
            client.close();
        }
    }
}
