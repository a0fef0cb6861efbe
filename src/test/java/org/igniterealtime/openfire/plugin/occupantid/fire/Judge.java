/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.fire;

import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireServer;
import org.igniterealtime.openfire.plugin.occupantid.harness.Stanza;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Looks at every stanza that any client has received, and knows who really sent it: all clients put a mark into all they send, rooms
 * keep it as they keep whatever they do not know, and nobody forges marks. So no secret is needed to tell what is right: in a room,
 * and between two rotations, a user has one id, and an id one user.
 */
final class Judge
{
    static final String NS = "urn:xmpp:occupant-id:0";
    static final String STAMP_NS = "https://igniterealtime.org/projects/openfire/occupantid";
    static final String MARK_NS = "urn:example:mark";
    static final String SERVICE = "conference.localhost";

    private static final String MUC_USER = "http://jabber.org/protocol/muc#user";
    private static final int SHOWN = 10;

    /** Whose an id is. In rooms that come and go, users have new ones each time, so there the epoch is not part of it. */
    private record Owner(String room, int epoch, String user)
    {
    }

    private final Set<String> lastingRooms;
    private final Map<String, Owner> owners = new HashMap<>();
    private final Map<Owner, String> ids = new HashMap<>();
    private final Set<String> madeUp = new HashSet<>();
    /** By room and user, the nicks that they had there, with the epoch of the last presence from which that was seen. */
    private final Map<String, Map<String, Integer>> nicks = new HashMap<>();
    private final Map<String, Long> judged = new TreeMap<>();
    private final Map<String, Integer> heard = new HashMap<>();
    private final List<String> findings = new ArrayList<>();
    private long wrong;
    private int epoch;
    private boolean rotating;

    /** @param lastingRooms rooms that are never destroyed: nothing but a rotation changes ids there. */
    Judge(final Set<String> lastingRooms)
    {
        this.lastingRooms = lastingRooms;
    }

    /** What a client puts into a stanza. */
    synchronized String mark(final String user, final long number, final boolean withOwnId)
    {
        return "<mark xmlns='" + MARK_NS + "' by='" + user + "' epoch='" + epoch + "' n='" + number + "'" + (withOwnId ? " own='1'" : "") + "/>";
    }

    /** From now on, until {@link #rotated}, presences show ids from before or after. */
    synchronized void rotating()
    {
        epoch++;
        rotating = true;
    }

    synchronized void rotated()
    {
        rotating = false;
    }

    /** Tells that an id is none. */
    synchronized String madeUp(final String id)
    {
        if (!owners.containsKey(id)) {
            madeUp.add(id);
        }
        return id;
    }

    /** All ids that lasting rooms have ever shown, in an order that is the same in every run: the texts differ, the owners do not. */
    synchronized List<String> known()
    {
        final Map<String, String> sorted = new TreeMap<>();
        ids.forEach((owner, id) -> sorted.put(owner.toString(), id));
        return List.copyOf(sorted.values());
    }

    synchronized boolean isOf(final String id, final String user)
    {
        return owners.containsKey(id) && owners.get(id).user().equals(user);
    }

    /** What is wrong, with the stanzas; the first ones only. */
    synchronized List<String> findings()
    {
        return List.copyOf(findings);
    }

    synchronized long wrong()
    {
        return wrong;
    }

    /** How many stanzas were looked at, by what they had to have. */
    synchronized Map<String, Long> judged()
    {
        return new TreeMap<>(judged);
    }

    /** How many different ids were seen. */
    synchronized int idsSeen()
    {
        return owners.size();
    }

    /** How many live messages of a speaker a user has received. */
    synchronized int heard(final String user, final String speaker)
    {
        return heard.getOrDefault(user + " of " + speaker, 0);
    }

    /** @param user who received the stanza: the name of the account. */
    synchronized void judge(final String user, final Stanza stanza)
    {
        final String problem = problemWith(user, stanza);
        if (problem != null) {
            wrong++;
            if (findings.size() < SHOWN) {
                final String text = stanza.toString();
                findings.add(problem + ", received by " + user + ": " + text.substring(0, Math.min(3_000, text.length())));
            }
        }
    }

    private String problemWith(final String user, final Stanza stanza)
    {
        if (stanza.name().equals("iq")) {
            count("IQ");
            return problemWithIq(stanza);
        }
        if (!stanza.name().equals("message") && !stanza.name().equals("presence")) {
            count("of the stream: " + (stanza.children().isEmpty() ? stanza : stanza.children().get(0)).name());
            return null;
        }
        final String from = stanza.attr("from");
        final int slash = from == null ? -1 : from.indexOf('/');
        if (from == null || !domainOf(from).equals(SERVICE)) {
            count("not from a room");
            return problemOutside(user, stanza);
        }
        if (!stanza.children(STAMP_NS, "stamp").isEmpty()) {
            return "a stamp";
        }
        if ("error".equals(stanza.attr("type")) || slash < 0) {
            count("error, or of the room itself");
            return !stanza.children(NS, "occupant-id").isEmpty() || hasArchivedId(stanza) ? "an id where none may be" : null;
        }
        return problemInRoom(user, stanza, from.substring(0, slash));
    }

    private String problemInRoom(final String user, final Stanza stanza, final String room)
    {
        final boolean message = stanza.name().equals("message");
        count(message ? "message of an occupant" : "presence of an occupant");
        final List<Stanza> elements = stanza.children(NS, "occupant-id");
        if (elements.isEmpty() && isMisdirected(stanza)) {
            count("leave that the server sends to others after the room");
            return null;
        }
        if (elements.size() != 1) {
            return elements.size() + " ids";
        }
        final String id = elements.get(0).attr("id");
        if (id == null || !id.matches("[A-Za-z0-9_-]{43}")) {
            return "not the form of an id";
        }
        if (!isBare(elements.get(0).element())) {
            return "more than an id";
        }
        final NodeList all = stanza.element().getElementsByTagNameNS(NS, "occupant-id");
        if (all.item(all.getLength() - 1) != elements.get(0).element()) {
            return "an id after the verified one";
        }
        if (stanza.element().getElementsByTagNameNS("*", "moderated").getLength() > 0) {
            return "a moderation";
        }
        final Stanza mark = stanza.child(MARK_NS, "mark");
        if (mark == null) {
            return problemUnmarked(user, stanza, room, id);
        }
        if (message && stanza.child("urn:xmpp:delay", "delay") == null && "groupchat".equals(stanza.attr("type"))) {
            heard.merge(user + " of " + mark.attr("by"), 1, Integer::sum);
        }
        if (message) {
            return problemWithOwner(room, Integer.parseInt(mark.attr("epoch")), mark.attr("by"), id);
        }
        if (isPreviousIdDuringRotation(room, mark.attr("by"), id)) {
            return null;
        }
        if (isForgotten(stanza, room, mark, id)) {
            count("presence of a device that the server has forgotten");
            return null;
        }
        return problemWithOwner(room, epoch, mark.attr("by"), id);
    }

    /**
     * In Openfire 4.7 to 4.9 a room changes the client's unavailable presence itself, and the server sends this object also to others who
     * got presences from the client. A leave that the room sends has the role none; this one has not.
     */
    private static boolean isMisdirected(final Stanza stanza)
    {
        final Stanza extension = stanza.child(MUC_USER, "x");
        return OpenfireServer.isAtLeast(4, 7) && !OpenfireServer.isAtLeast(5, 0) && isLeave(stanza) && extension != null
            && extension.child(MUC_USER, "status") == null && !"none".equals(extension.child(MUC_USER, "item").attr("role"));
    }

    /** Whether a presence may still have this id because a rotation is running. */
    private boolean isPreviousIdDuringRotation(final String room, final String user, final String id)
    {
        return rotating && lastingRooms.contains(room) && new Owner(room, epoch - 1, user).equals(owners.get(id));
    }

    private static boolean isLeave(final Stanza stanza)
    {
        return stanza.name().equals("presence") && "unavailable".equals(stanza.attr("type"));
    }

    /**
     * When a device joins under two nicks at once, Openfire 4.2 keeps both, but tells nobody who asks of the one; it shows it again when
     * an affiliation changes. Then nobody can say who has the nick, and the id is the owner's of the day on which it was last seen to.
     */
    private boolean isForgotten(final Stanza stanza, final String room, final Stanza mark, final String id)
    {
        final String user = mark.attr("by");
        final int sent = Integer.parseInt(mark.attr("epoch"));
        final String nick = stanza.attr("from").substring(room.length() + 1);
        final Map<String, Integer> others = nicks.computeIfAbsent(room + '/' + user, first -> new HashMap<>());
        if (stanza.attr("type") == null) {
            others.merge(nick, sent, Math::max);
        }
        final Owner owner = owners.get(id);
        return lastingRooms.contains(room) && user.startsWith("mallory") && owner != null && owner.room().equals(room)
            && owner.user().equals(user) && owner.epoch() >= sent && owner.epoch() < epoch
            && others.entrySet().stream().anyMatch(other -> !other.getKey().equals(nick) && other.getValue() >= sent);
    }

    /** Whether an element has an id, and nothing else. Who prints a stanza has declarations put in. */
    private static boolean isBare(final Element element)
    {
        final int declarations = element.hasAttribute("xmlns") ? 1 : 0;
        return element.getAttributes().getLength() - declarations == 1 && !element.hasChildNodes();
    }

    /** The room itself makes presences when it is destroyed; since Openfire 4.7, the server makes the leave of a lost connection. */
    private String problemUnmarked(final String user, final Stanza stanza, final String room, final String id)
    {
        final Stanza extension = stanza.child(MUC_USER, "x");
        if (extension != null && extension.child(MUC_USER, "destroy") != null) {
            return problemWithOwner(room, epoch, user, id);
        }
        final Stanza item = !isLeave(stanza) || extension == null ? null : extension.child(MUC_USER, "item");
        if (item == null || item.attr("jid") == null && !owners.containsKey(id)) {
            return "no mark";
        }
        // Only moderators are told who it is. One of them is in every room that lasts.
        final String left = item.attr("jid") == null ? owners.get(id).user() : item.attr("jid").replaceFirst("@.*", "");
        return isPreviousIdDuringRotation(room, left, id) ? null : problemWithOwner(room, epoch, left, id);
    }

    private String problemWithOwner(final String room, final int when, final String user, final String id)
    {
        if (madeUp.contains(id)) {
            return "a made-up id";
        }
        final boolean lasting = lastingRooms.contains(room);
        final Owner owner = new Owner(room, lasting ? when : -1, user);
        final Owner known = owners.putIfAbsent(id, owner);
        if (known != null && !known.equals(owner)) {
            return "the id of " + known + " for " + owner;
        }
        if (lasting) {
            final String other = ids.putIfAbsent(owner, id);
            if (other != null && !other.equals(id)) {
                return "another id than before, " + other + ", for " + owner;
            }
        }
        return null;
    }

    /** What did not come from a room may hold whatever its sender put in, but never the sender's own id that we made. */
    private String problemOutside(final String user, final Stanza stanza)
    {
        final Stanza mark = stanza.child(MARK_NS, "mark");
        if (mark != null && mark.attr("own") == null && stanza.children().stream().anyMatch(child -> isIdOf(child, mark.attr("by")))) {
            return "an id beside its owner's address";
        }
        for (final String direction : List.of("sent", "received")) {
            for (final Stanza carbon : stanza.children("urn:xmpp:carbons:2", direction)) {
                for (final Stanza forwarded : carbon.children()) {
                    for (final Stanza copy : forwarded.children()) {
                        final String problem = isGenuineCarbon(user, stanza) ? problemWithCopy(user, copy) : null;
                        if (problem != null) {
                            return "in a carbon copy: " + problem;
                        }
                    }
                }
            }
        }
        return null;
    }

    /** Anybody can send what looks like a carbon copy, but not from our own bare address. */
    private static boolean isGenuineCarbon(final String user, final Stanza stanza)
    {
        return (user + "@localhost").equals(stanza.attr("from")) && stanza.child(MARK_NS, "mark") == null;
    }

    private String problemWithCopy(final String user, final Stanza copy)
    {
        final String to = copy.attr("to");
        final String from = copy.attr("from");
        if (from != null && domainOf(from).equals(SERVICE)) {
            return problemWith(user, copy);
        }
        if (to == null || !domainOf(to).equals(SERVICE)) {
            return null;
        }
        count("carbon of what went to a room");
        if (!copy.children(STAMP_NS, "stamp").isEmpty()) {
            return "a stamp";
        }
        final List<Stanza> elements = copy.children(NS, "occupant-id");
        final Stanza mark = copy.child(MARK_NS, "mark");
        return elements.size() > 1 || elements.size() == 1 && (mark == null || isOthers(elements.get(0).attr("id"), mark.attr("by")))
            ? "not the sender's own id" : null;
    }

    /** A room may have refused what it was sent, so that nobody has seen the sender's own id there. */
    private boolean isOthers(final String id, final String user)
    {
        return id == null || madeUp.contains(id) || owners.containsKey(id) && !isOf(id, user);
    }

    private boolean isIdOf(final Stanza element, final String user)
    {
        final boolean carrier = element.name().equals("occupant-id") && NS.equals(element.namespace())
            || element.name().equals("stamp") && STAMP_NS.equals(element.namespace());
        return carrier && element.attr("id") != null && isOf(element.attr("id"), user);
    }

    /** What looks like an answer from the archive: there is no archive, so it is an invitation that looks like it. */
    private static boolean hasArchivedId(final Stanza stanza)
    {
        return stanza.name().equals("message") && stanza.children().stream()
            .filter(child -> child.name().equals("result") && child.namespace().startsWith("urn:xmpp:mam:"))
            .flatMap(result -> result.children().stream()).flatMap(forwarded -> forwarded.children().stream())
            .anyMatch(archived -> !archived.children(NS, "occupant-id").isEmpty() || !archived.children(STAMP_NS, "stamp").isEmpty());
    }

    private static String problemWithIq(final Stanza iq)
    {
        final Stanza query = iq.child("http://jabber.org/protocol/disco#info", "query");
        if (query == null || !"result".equals(iq.attr("type")) || iq.attr("from") == null || iq.attr("from").indexOf('/') >= 0) {
            return null;
        }
        final long features = query.children().stream()
            .filter(child -> child.name().equals("feature") && NS.equals(child.attr("var"))).count();
        final boolean announced = domainOf(iq.attr("from")).equals(SERVICE) && query.attr("node") == null;
        return features == (announced ? 1 : 0) ? null : features + " times the feature";
    }

    private void count(final String kind)
    {
        judged.merge(kind, 1L, Long::sum);
    }

    private static String domainOf(final String address)
    {
        final int slash = address.indexOf('/');
        final String bare = slash < 0 ? address : address.substring(0, slash);
        return bare.substring(bare.indexOf('@') + 1);
    }
}
