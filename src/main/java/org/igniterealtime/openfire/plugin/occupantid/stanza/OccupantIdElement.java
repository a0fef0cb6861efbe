/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.stanza;

import org.dom4j.Attribute;
import org.dom4j.Element;
import org.dom4j.Namespace;
import org.dom4j.Node;
import org.dom4j.QName;

import javax.annotation.Nonnull;
import javax.annotation.Nullable;
import java.util.ArrayList;
import java.util.List;

/**
 * The element that carries an occupant id in a stanza: {@code <occupant-id xmlns='urn:xmpp:occupant-id:0' id='…'/>} (XEP-0421 §3).
 */
final class OccupantIdElement
{
    /** The namespace of the element, and the feature that a room advertises. */
    static final String NAMESPACE = "urn:xmpp:occupant-id:0";

    private static final String NAME = "occupant-id";

    /** Kept, since to look one up takes a lock that all the server's threads share. */
    private static final QName ELEMENT = QName.get(NAME, Namespace.get(NAMESPACE));
    private static final QName ID = QName.get("id");

    private OccupantIdElement()
    {
    }

    /** Whether a node, which may be null, is an occupant-id element: by name and namespace, whatever its prefix and content. */
    static boolean is(@Nullable final Node node)
    {
        return node instanceof Element && NAME.equals(node.getName()) && NAMESPACE.equals(((Element) node).getNamespaceURI());
    }

    /**
     * The id that an occupant-id element carries.
     *
     * @param element an occupant-id element.
     * @return the id; null if the element has anything but an id, or no id.
     */
    @Nullable
    static String idIn(@Nonnull final Element element)
    {
        if (element.attributeCount() != 1 || hasContent(element)) {
            return null;
        }
        final Attribute attribute = element.attribute(0);
        return "id".equals(attribute.getName()) && attribute.getNamespaceURI().isEmpty() ? attribute.getValue() : null;
    }

    private static boolean hasContent(final Element element)
    {
        for (int i = 0; i < element.nodeCount(); i++) {
            // Some parsers leave the declaration of the namespace there.
            if (!element.getNamespace().equals(element.node(i))) {
                return true;
            }
        }
        return false;
    }

    /** The occupant-id element of a stanza; null if there is none, or more than one. */
    @Nullable
    static Element onlyOneOf(@Nonnull final Element stanza)
    {
        Element found = null;
        for (int i = 0, end = stanza.nodeCount(); i < end; i++) {
            final Node node = stanza.node(i);
            if (is(node)) {
                if (found != null) {
                    return null;
                }
                found = (Element) node;
            }
        }
        return found;
    }

    /** Takes every occupant-id element out of a stanza, leaving all else as it is. True if there was any. */
    static boolean removeAll(@Nonnull final Element stanza)
    {
        int found = 0;
        for (int i = 0; i < stanza.nodeCount(); i++) {
            found += is(stanza.node(i)) ? 1 : 0;
        }
        if (found > 0) {
            // All at once: one by one, a stanza of nothing else would take the square of its length.
            final List<Node> others = new ArrayList<>(stanza.nodeCount() - found);
            for (int i = 0; i < stanza.nodeCount(); i++) {
                if (!is(stanza.node(i))) {
                    others.add(stanza.node(i));
                }
            }
            stanza.setContent(others);
        }
        return found > 0;
    }

    /** Makes an id the only one of a stanza. */
    static void set(@Nonnull final Element stanza, @Nonnull final String id)
    {
        removeAll(stanza);
        stanza.addElement(ELEMENT).addAttribute(ID, id);
    }
}
