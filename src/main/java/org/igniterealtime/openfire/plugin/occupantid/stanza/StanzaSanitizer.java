/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.stanza;

import org.dom4j.Element;
import org.dom4j.Node;

import javax.annotation.Nonnull;
import java.util.function.Predicate;

/**
 * Removes moderation (XEP-0425) and nested occupant ids from the stanzas of occupants. Only a room may send these, but clients do not check
 * the sender.
 */
final class StanzaSanitizer
{
    private static final String MODERATED = "moderated";

    /** All versions of the namespace: {@code urn:xmpp:message-moderate:0}, {@code :1} and later ones. */
    private static final String MODERATION = "urn:xmpp:message-moderate:";

    /** The deepest level that is searched. A child with deeper elements is removed as a whole, so that no search exhausts the stack. */
    private static final int DEEPEST = 50;

    private StanzaSanitizer()
    {
    }

    /** Whether a stanza contains anything that {@link #sanitize} removes. Makes no object. */
    static boolean isForged(@Nonnull final Element stanza)
    {
        for (int i = 0, end = stanza.nodeCount(); i < end; i++) {
            if (contains(stanza.node(i), 1, StanzaSanitizer::isForgedElement)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Removes each child that contains moderation, and all nested occupant ids.
     *
     * @param stanza what an occupant has sent.
     * @return whether there was anything to remove.
     */
    static boolean sanitize(@Nonnull final Element stanza)
    {
        if (!isForged(stanza)) {
            return false;
        }
        OccupantIdElement.remove(stanza, StanzaSanitizer::isModeration);
        for (int i = 0; i < stanza.nodeCount(); i++) {
            removeIds(stanza.node(i), OccupantIdElement::isEither);
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

    private static boolean isModeration(final Node child)
    {
        return contains(child, 1, (node, depth) -> isModerated(node));
    }

    private static boolean isForgedElement(final Node node, final int depth)
    {
        return isModerated(node) || depth > 1 && OccupantIdElement.isEither(node);
    }

    private static boolean isModerated(final Node node)
    {
        return MODERATED.equals(node.getName()) && ((Element) node).getNamespaceURI().startsWith(MODERATION);
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
