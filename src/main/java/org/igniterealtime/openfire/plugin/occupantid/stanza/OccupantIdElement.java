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
import java.util.function.Predicate;

/**
 * The element that carries an occupant id in a stanza: {@code <occupant-id xmlns='urn:xmpp:occupant-id:0' id='…'/>} (XEP-0421 §3).
 *
 * A server that gives ids by itself takes out every such element that comes to a room, and puts in its own. There an id travels
 * through the room in a stamp, an element of a name that the server does not know, and becomes an occupant-id on the way out. A
 * stamp without an id says that the stanza came in while none could be made.
 */
final class OccupantIdElement
{
    /** The namespace of the element, and the feature that a room advertises. */
    static final String NAMESPACE = "urn:xmpp:occupant-id:0";

    private static final String NAME = "occupant-id";
    private static final String STAMP = "stamp";
    private static final String STAMP_NAMESPACE = "https://igniterealtime.org/projects/openfire/occupantid";

    /** Kept, since to look one up takes a lock that all the server's threads share. */
    private static final QName ELEMENT = QName.get(NAME, Namespace.get(NAMESPACE));
    private static final QName STAMP_ELEMENT = QName.get(STAMP, Namespace.get(STAMP_NAMESPACE));
    private static final QName ID = QName.get("id");

    private OccupantIdElement()
    {
    }

    /** Whether a node, which may be null, is an occupant-id element: by name and namespace, whatever its prefix and content. */
    static boolean is(@Nullable final Node node)
    {
        return is(node, NAME, NAMESPACE);
    }

    /** Whether a node, which may be null, is a stamp. */
    static boolean isStamp(@Nullable final Node node)
    {
        return is(node, STAMP, STAMP_NAMESPACE);
    }

    /** Whether a node, which may be null, is of either kind. */
    static boolean isEither(@Nullable final Node node)
    {
        return is(node) || isStamp(node);
    }

    /**
     * Asks a node for its type rather than whether it is an instance of Element: where threads look at one class as several
     * interfaces in turn, as dom4j does too, Java before 23 has them wait for each other's caches at every look.
     */
    private static boolean is(@Nullable final Node node, final String name, final String namespace)
    {
        return node != null && node.getNodeType() == Node.ELEMENT_NODE && name.equals(node.getName())
            && namespace.equals(((Element) node).getNamespaceURI());
    }

    /**
     * The id that an element carries.
     *
     * @param element an occupant-id element, or a stamp.
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

    /** The occupant-id element of a stanza; null if there is none, or anything beside it that could carry an id. */
    @Nullable
    static Element onlyOneOf(@Nonnull final Element stanza)
    {
        Element found = null;
        for (int i = 0, end = stanza.nodeCount(); i < end; i++) {
            final Node node = stanza.node(i);
            if (isEither(node)) {
                if (found != null || isStamp(node)) {
                    return null;
                }
                found = (Element) node;
            }
        }
        return found;
    }

    /** The ids in a stanza, in elements of either kind. */
    @Nonnull
    static List<String> idsOf(@Nonnull final Element stanza)
    {
        final List<String> found = new ArrayList<>();
        for (int i = 0; i < stanza.nodeCount(); i++) {
            final String id = isEither(stanza.node(i)) ? idIn((Element) stanza.node(i)) : null;
            if (id != null) {
                found.add(id);
            }
        }
        return found;
    }

    /** Whether a stanza carries an id, in an element of either kind. */
    static boolean carries(@Nonnull final Element stanza, @Nonnull final String id)
    {
        return idsOf(stanza).contains(id);
    }

    /** Whether a stanza carries an id of some kind, in an element of either kind. */
    static boolean carries(@Nonnull final Element stanza, @Nonnull final Predicate<String> kind)
    {
        return idsOf(stanza).stream().anyMatch(kind);
    }

    /** Takes every occupant-id element and stamp out of a stanza, leaving all else as it is. True if there was any. */
    static boolean removeAll(@Nonnull final Element stanza)
    {
        return remove(stanza, OccupantIdElement::isEither);
    }

    /** Takes every stamp out of a stanza, and every occupant-id element but those whose ids may stay. */
    static void removeUnless(@Nonnull final Element stanza, @Nonnull final Predicate<String> mayStay)
    {
        remove(stanza, node -> isStamp(node) || is(node) && !(idIn((Element) node) != null && mayStay.test(idIn((Element) node))));
    }

    /** Removes child nodes of an element. True if there was any. */
    static boolean remove(@Nonnull final Element stanza, @Nonnull final Predicate<Node> unwanted)
    {
        int found = 0;
        Node last = null;
        for (int i = 0; i < stanza.nodeCount(); i++) {
            if (unwanted.test(stanza.node(i))) {
                found++;
                last = stanza.node(i);
            }
        }
        if (found == 1) {
            stanza.remove(last);
        } else if (found > 1) {
            // All at once: one by one, a stanza of nothing else would take the square of its length.
            final List<Node> others = new ArrayList<>(stanza.nodeCount() - found);
            for (int i = 0; i < stanza.nodeCount(); i++) {
                if (!unwanted.test(stanza.node(i))) {
                    others.add(stanza.node(i));
                }
            }
            stanza.setContent(others);
        }
        return found > 0;
    }

    /** Makes an id the only one of a stanza. A new element becomes the last child: clients may take the last occupant-id that they find. */
    static void set(@Nonnull final Element stanza, @Nonnull final String id)
    {
        final Element only = onlyOneOf(stanza);
        if (only == null || !id.equals(idIn(only))) {
            removeAll(stanza);
            stanza.addElement(ELEMENT).addAttribute(ID, id);
        }
    }

    /**
     * Makes an id the only one of a presence that a room keeps.
     *
     * @param asStamp whether the server would take an occupant-id out of it.
     */
    static void keep(@Nonnull final Element presence, @Nonnull final String id, final boolean asStamp)
    {
        synchronized (presence) {
            if (asStamp) {
                stamp(presence, id);
            } else {
                set(presence, id);
            }
        }
    }

    /** Puts a stamp on a stanza, with the only id that it has; null for no id. */
    static void stamp(@Nonnull final Element stanza, @Nullable final String id)
    {
        removeAll(stanza);
        stanza.addElement(STAMP_ELEMENT).addAttribute(ID, id);
    }
}
