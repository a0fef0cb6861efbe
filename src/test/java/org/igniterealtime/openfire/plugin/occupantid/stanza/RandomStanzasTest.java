/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.stanza;

import org.dom4j.DocumentException;
import org.dom4j.DocumentHelper;
import org.dom4j.Element;
import org.dom4j.Node;
import org.igniterealtime.openfire.plugin.occupantid.compatibility.Limitations;
import org.igniterealtime.openfire.plugin.occupantid.id.IdFormula;
import org.igniterealtime.openfire.plugin.occupantid.id.OccupantIds;
import org.igniterealtime.openfire.plugin.occupantid.muc.LocalRooms;
import org.igniterealtime.openfire.plugin.occupantid.muc.RoomAccess;
import org.igniterealtime.openfire.plugin.occupantid.secret.Database;
import org.igniterealtime.openfire.plugin.occupantid.secret.RoomSecrets;
import org.jivesoftware.openfire.muc.MUCRole;
import org.jivesoftware.openfire.muc.MultiUserChatManager;
import org.jivesoftware.openfire.muc.spi.LocalMUCRoom;
import org.jivesoftware.openfire.muc.spi.MultiUserChatServiceImpl;
import org.jivesoftware.openfire.user.UserNotFoundException;
import org.junit.jupiter.api.Test;
import org.xmpp.packet.JID;
import org.xmpp.packet.Message;
import org.xmpp.packet.Packet;
import org.xmpp.packet.Presence;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.doReturn;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;
import static org.mockito.Mockito.withSettings;

/**
 * Random stanzas, on random ways: what the interceptor makes of them, with all that it remembers and skips, is what a plain model
 * makes of them that knows nothing but the rules, and computes every id anew.
 *
 * The seed of a failure is in its message; {@code -Doccupantid.seed=…} runs with it again.
 */
class RandomStanzasTest
{
    private static final int CASES = 2_000;
    private static final String SERVICE = "conference.example.org";
    private static final List<String> ROOMS = List.of("coven@" + SERVICE, "heath@" + SERVICE);
    private static final List<String> USERS = List.of("one@example.org/x", "two@example.org/x", "three@elsewhere.org/x");

    /** By nick, which is the same in all rooms. Nobody is called nobody. */
    private static final Map<String, String> HOLDERS = Map.of("first", USERS.get(0), "second", USERS.get(1), "third", USERS.get(2));
    private static final List<String> NICKS = List.of("first", "second", "third", "nobody");
    private static final String DELAY = "<delay xmlns='urn:xmpp:delay' stamp='2026-01-01T00:00:00Z'/>";

    private final long seed = Long.getLong("occupantid.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final RoomSecrets secrets = new Database().secrets();
    private final OccupantIdInterceptor interceptor;

    /** Ids that the rooms had, before their secrets were rotated too, and some of other origin. */
    private final List<String> genuine = new ArrayList<>();

    /** Room and user of every id. */
    private final Map<String, String> owners = new HashMap<>();

    RandomStanzasTest() throws UserNotFoundException
    {
        final MultiUserChatManager services = mock(withSettings().stubOnly());
        final MultiUserChatServiceImpl service = mock(withSettings().stubOnly());
        final LocalMUCRoom room = mock(withSettings().stubOnly());
        when(services.getMultiUserChatService("conference")).thenReturn(service);
        when(service.hasChatRoom(anyString())).thenReturn(true);
        when(service.getLocalChatRoom(anyString())).thenReturn(room);
        when(room.getOccupantsByNickname(any())).thenThrow(new UserNotFoundException());
        final List<MUCRole> present = new ArrayList<>();
        for (final Map.Entry<String, String> holder : HOLDERS.entrySet()) {
            final MUCRole role = mock(withSettings().stubOnly());
            when(role.getUserAddress()).thenReturn(new JID(holder.getValue()));
            when(role.getNickname()).thenReturn(holder.getKey());
            when(role.getPresence()).thenReturn(new Presence());
            present.add(role);
            doReturn(List.of(role)).when(room).getOccupantsByNickname(holder.getKey());
        }
        when(room.getJID()).thenReturn(new JID(ROOMS.get(0)));
        when(room.getOccupants()).thenReturn(present);
        final LocalRooms rooms = new LocalRooms(services, new RoomAccess(new Limitations(Map.of())), "example.org");
        // So few ids are remembered that many are forgotten on the way.
        final OccupantIds ids = new OccupantIds(secrets::originKey, () -> 4);
        interceptor = new OccupantIdInterceptor(rooms, new InwardStamp(rooms, secrets, ids, new StanzaCounts(), () -> false),
            new OutwardProof(rooms, secrets, ids));
    }

    @Test
    void whatTheInterceptorDoesIsWhatTheRulesSay() throws DocumentException
    {
        for (int i = 0; i < CASES; i++) {
            final Map<String, String> now = new HashMap<>();
            ROOMS.forEach(room -> USERS.forEach(user -> now.put(room + user, idOf(room, user))));
            genuine.addAll(now.values());
            now.forEach((place, id) -> owners.put(id, place));
            if (random.nextBoolean()) {
                throughARoom();
            } else {
                fromARoom(stanza(null, pick(ROOMS), true));
            }
        }
    }

    /** A stanza comes to a room, and goes to several recipients. */
    private void throughARoom() throws DocumentException
    {
        final String user = pick(USERS);
        final String room = pick(ROOMS);
        final Packet packet = stanza(user, room, false);
        final boolean passedOn = isPassedOn(packet);
        final String before = withoutIds(packet);
        deliver(packet, true, passedOn ? List.of(idOf(room, user)) : List.of(), before);
        if (passedOn) {
            packet.setFrom(new JID(room + '/' + pick(NICKS)));
            fromARoom(packet);
        }
    }

    /** A stanza goes from a room to several recipients, the same object or copies, while the room's secret may be rotated. */
    private void fromARoom(final Packet original)
    {
        final List<Packet> packets = new ArrayList<>();
        for (int recipient = 0; recipient < 1 + random.nextInt(4); recipient++) {
            packets.add(random.nextBoolean() ? original : original.createCopy());
        }
        Collections.shuffle(packets, random);
        for (final Packet packet : packets) {
            packet.setTo(pick(USERS));
            if (random.nextInt(4) == 0) {
                for (final String user : USERS) {
                    genuine.add(idOf(ROOMS.get(0), user));
                    owners.put(idOf(ROOMS.get(0), user), ROOMS.get(0) + user);
                }
                secrets.rotate(ROOMS.get(0), "test");
            }
            final String before = withoutIds(packet);
            // Newer servers hand a delivery to interceptors as incoming first.
            final boolean routed = random.nextBoolean();
            final List<String> expected = expectedFromRoom(packet);
            deliver(packet, routed, expected, before);
            deliver(packet, false, expected, before);
        }
    }

    private void deliver(final Packet packet, final boolean incoming, final List<String> expected, final String others)
    {
        final String given = packet.toXML();
        interceptor.interceptPacket(packet, null, incoming, false);
        assertEquals(renewed(packet, expected), idsIn(packet), () -> "ids of " + given + ", which became " + packet.toXML() + "; seed " + seed);
        assertEquals(others, withoutIds(packet), () -> "all else of " + given + "; seed " + seed);
    }

    /** What a presence has in place of its sender's id of before the rotation. */
    private List<String> renewed(final Packet packet, final List<String> ids)
    {
        final String room = packet.getFrom().toBareJID();
        final String owner = ids.size() == 1 ? owners.get(ids.get(0)) : null;
        return packet instanceof Presence && owner != null && owner.startsWith(room) ? List.of(idOf(room, owner.substring(room.length()))) : ids;
    }

    private static boolean isPassedOn(final Packet packet)
    {
        final String type = packet.getElement().attributeValue("type");
        return packet instanceof Presence || !"error".equals(type) && ("groupchat".equals(type) || packet.getTo().getResource() != null);
    }

    /** The rules for what comes from a room, one after the other. */
    private List<String> expectedFromRoom(final Packet packet)
    {
        final String nick = packet.getFrom().getResource();
        final String room = packet.getFrom().toBareJID();
        if (nick == null || "error".equals(packet.getElement().attributeValue("type"))) {
            return List.of();
        }
        final Set<String> proven = new HashSet<>();
        for (final String id : idsIn(packet)) {
            if (isIssued(id, room)) {
                proven.add(id);
            }
        }
        if (proven.size() == 1) {
            return List.copyOf(proven);
        }
        final boolean past = packet instanceof Message && packet.getElement().element("delay") != null;
        return past || !HOLDERS.containsKey(nick) ? List.of() : List.of(idOf(room, HOLDERS.get(nick)));
    }

    private Packet stanza(final String user, final String room, final boolean fromRoom) throws DocumentException
    {
        final boolean message = random.nextBoolean();
        final String name = message ? "message" : "presence";
        final String type = pick(message ? Arrays.asList("groupchat", "groupchat", "chat", "error", null) : Arrays.asList(null, null, "error"));
        final String inRoom = room + (random.nextInt(3) > 0 ? '/' + pick(NICKS) : "");
        final StringBuilder xml = new StringBuilder("<").append(name).append(fromRoom ? " from='" : " to='").append(inRoom).append('\'')
            .append(fromRoom ? "" : " from='" + user + "'").append(type == null ? "" : " type='" + type + "'").append(">");
        for (int i = 0; i < random.nextInt(5); i++) {
            xml.append(child());
        }
        final Element element = DocumentHelper.parseText(xml.append("</").append(name).append('>').toString()).getRootElement();
        return message ? new Message(element, true) : new Presence(element, true);
    }

    private String child()
    {
        final String id = random.nextInt(4) == 0 ? "forged" + random.nextInt(3) : pick(genuine);
        switch (random.nextInt(6)) {
            case 0:
                return "<body>text</body>";
            case 1:
                return DELAY;
            case 2:
                return "<occupant-id xmlns='urn:xmpp:other' id='" + id + "'/>";
            case 3:
                return "<o:occupant-id xmlns:o='urn:xmpp:occupant-id:0' id='" + id + "'/>";
            default:
                return "<occupant-id xmlns='urn:xmpp:occupant-id:0' id='" + id + "'/>";
        }
    }

    private <T> T pick(final List<T> all)
    {
        return all.get(random.nextInt(all.size()));
    }

    private static List<String> idsIn(final Packet packet)
    {
        final List<String> ids = new ArrayList<>();
        for (final Element child : packet.getElement().elements()) {
            if (child.getName().equals("occupant-id") && child.getNamespaceURI().equals("urn:xmpp:occupant-id:0")) {
                ids.add(child.attributeValue("id"));
            }
        }
        return ids;
    }

    private static String withoutIds(final Packet packet)
    {
        final Element copy = packet.getElement().createCopy();
        for (final Node node : List.copyOf(copy.content())) {
            if (node instanceof Element && node.getName().equals("occupant-id")
                && ((Element) node).getNamespaceURI().equals("urn:xmpp:occupant-id:0")) {
                copy.remove(node);
            }
        }
        return copy.asXML();
    }

    private String idOf(final String room, final String user)
    {
        return IdFormula.id(secrets.ofRoom(room).key(), secrets.originKey(), room, user.substring(0, user.indexOf('/')));
    }

    private boolean isIssued(final String id, final String room)
    {
        return id.length() == 43 && id.equals(IdFormula.withProof(secrets.originKey(), room, Base64.getUrlDecoder().decode(id)));
    }
}
