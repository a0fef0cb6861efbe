/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.stanza;

import org.dom4j.Element;
import org.dom4j.Node;

import javax.annotation.Nonnull;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Removes moderation (XEP-0425) and nested occupant ids from the stanzas of occupants. Only a room may send these, but clients do not check
 * the sender. An id that a client quotes in an element of a namespace of its own stays, because no other client reads it.
 */
final class StanzaSanitizer
{
    private static final String MODERATED = "moderated";

    /** All versions of the namespace: {@code urn:xmpp:message-moderate:0}, {@code :1} and later ones. */
    private static final String MODERATION = "urn:xmpp:message-moderate:";

    /** The namespaces of XMPP begin with these. */
    private static final String[] PUBLIC = {"jabber:", "urn:xmpp:", "http://jabber.org/"};

    /** The deepest level that is searched. A child with deeper elements is removed as a whole, so that no search exhausts the stack. */
    private static final int DEEPEST = 50;

    private StanzaSanitizer()
    {
    }

    /** Whether a stanza contains anything that {@link #sanitize} changes. Makes no object. */
    static boolean isForged(@Nonnull final Element stanza)
    {
        boolean isAfterId = false;
        for (int i = 0, end = stanza.nodeCount(); i < end; i++) {
            final Node child = stanza.node(i);
            if (isModeration(child) || (isAfterId || isPublic(child)) && containsId(child)) {
                return true;
            }
            isAfterId |= OccupantIdElement.is(child);
        }
        return false;
    }

    /**
     * Removes each child that contains moderation, and nested occupant ids. Moves the id of the stanza behind nested ids that stay, since
     * some clients take the last one.
     *
     * @param stanza what an occupant has sent.
     * @return whether there was anything to change.
     */
    static boolean sanitize(@Nonnull final Element stanza)
    {
        if (!isForged(stanza)) {
            return false;
        }
        OccupantIdElement.remove(stanza, StanzaSanitizer::isModeration);
        final List<Node> others = new ArrayList<>();
        final List<Node> ids = new ArrayList<>();
        for (int i = 0; i < stanza.nodeCount(); i++) {
            final Node child = stanza.node(i);
            (OccupantIdElement.isEither(child) ? ids : others).add(child);
            if (isPublic(child)) {
                removeIds(child, OccupantIdElement::isEither);
            }
        }
        if (isForged(stanza)) {
            others.addAll(ids);
            stanza.setContent(others);
        }
        return true;
    }

    /**
     * Removes occupant ids from the moderation in a message of the room itself; not from results of its archive.
     *
     * @param message a message from the room's bare JID.
     * @param unverified tells which elements to remove.
     */
    static void verifyModeration(@Nonnull final Element message, @Nonnull final Predicate<Node> unverified)
    {
        for (int i = 0; i < message.nodeCount(); i++) {
            final Node child = message.node(i);
            if (!"result".equals(child.getName()) && isModeration(child)) {
                removeIds(child, unverified);
            }
        }
    }

    private static boolean isPublic(final Node child)
    {
        if (child != null && child.getNodeType() == Node.ELEMENT_NODE) {
            final String namespace = ((Element) child).getNamespaceURI();
            for (final String beginning : PUBLIC) {
                if (namespace.startsWith(beginning)) {
                    return true;
                }
            }
            return namespace.isEmpty();
        }
        return false;
    }

    private static boolean isModeration(final Node child)
    {
        return contains(child, 1, (node, depth) -> MODERATED.equals(node.getName())
            && ((Element) node).getNamespaceURI().startsWith(MODERATION));
    }

    private static boolean containsId(final Node child)
    {
        return contains(child, 1, (node, depth) -> depth > 1 && OccupantIdElement.isEither(node));
    }

    private static boolean contains(final Node node, final int depth, final Search search)
    {
        if (node == null || node.getNodeType() != Node.ELEMENT_NODE) {
            return false;
        }
        if (depth > DEEPEST || search.isFound(node, depth)) {
            return true;
        }
        final Element element = (Element) node;
        for (int i = 0, end = element.nodeCount(); i < end; i++) {
            if (contains(element.node(i), depth + 1, search)) {
                return true;
            }
        }
        return false;
    }

    private static void removeIds(final Node node, final Predicate<Node> unwanted)
    {
        if (node != null && node.getNodeType() == Node.ELEMENT_NODE) {
            final Element element = (Element) node;
            OccupantIdElement.remove(element, unwanted);
            for (int i = 0; i < element.nodeCount(); i++) {
                removeIds(element.node(i), unwanted);
            }
        }
    }

    /** A condition for an element at some depth below the stanza. */
    private interface Search
    {
        boolean isFound(Node element, int depth);
    }
}
