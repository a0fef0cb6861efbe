/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.fire;

import org.dom4j.Element;
import org.dom4j.Namespace;
import org.dom4j.Node;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * All that there is to see of an element, or another node, at one moment: two pictures are equal if what they show is written with
 * the same characters.
 *
 * @param kind what sort of node it is; {@link #ELEMENT} for an element.
 * @param name the local name of an element; of other nodes, what they say.
 */
record Picture(String kind, String prefix, String namespace, String name, List<Attribute> attributes, List<Picture> nodes)
{
    static final String ELEMENT = "Element";

    private static final String OCCUPANT_ID = "occupant-id";
    private static final String OCCUPANT_ID_NAMESPACE = "urn:xmpp:occupant-id:0";
    private static final String STAMP = "stamp";
    private static final String STAMP_NAMESPACE = "https://igniterealtime.org/projects/openfire/occupantid";

    /** An attribute. */
    record Attribute(String prefix, String namespace, String name, String value)
    {
        @Override
        public String toString()
        {
            return qualified(prefix, namespace, name) + "='" + value + '\'';
        }
    }

    static Picture of(final Element element)
    {
        final List<Attribute> attributes = new ArrayList<>(element.attributeCount());
        for (int i = 0; i < element.attributeCount(); i++) {
            final org.dom4j.Attribute attribute = element.attribute(i);
            attributes.add(new Attribute(attribute.getNamespacePrefix(), attribute.getNamespaceURI(), attribute.getName(),
                attribute.getValue()));
        }
        final List<Picture> nodes = new ArrayList<>(element.nodeCount());
        for (int i = 0; i < element.nodeCount(); i++) {
            final Node node = element.node(i);
            if (!(node instanceof Element)) {
                nodes.add(other(node));
            } else if (node.getParent() == element) {
                nodes.add(of((Element) node));
            } else {
                throw new AssertionError("Another parent's child: " + node.asXML());
            }
        }
        return new Picture(ELEMENT, element.getNamespacePrefix(), element.getNamespaceURI(), element.getName(), attributes, nodes);
    }

    private static Picture other(final Node node)
    {
        if (node instanceof Namespace) {
            return new Picture("Namespace", ((Namespace) node).getPrefix(), ((Namespace) node).getURI(), "", List.of(), List.of());
        }
        return new Picture(node.getNodeTypeName(), "", "", node.asXML(), List.of(), List.of());
    }

    boolean isElement(final String wantedName, final String wantedNamespace)
    {
        return kind.equals(ELEMENT) && name.equals(wantedName) && namespace.equals(wantedNamespace);
    }

    /** The value of the first attribute with a local name, which is what the server goes by; null if there is none. */
    String attribute(final String localName)
    {
        for (final Attribute attribute : attributes) {
            if (attribute.name.equals(localName)) {
                return attribute.value;
            }
        }
        return null;
    }

    /** The value of an attribute as clients see it. */
    String plainAttribute(final String localName)
    {
        for (final Attribute attribute : attributes) {
            if (attribute.name.equals(localName) && attribute.namespace.isEmpty()) {
                return attribute.value;
            }
        }
        return null;
    }

    boolean isOccupantId()
    {
        return isElement(OCCUPANT_ID, OCCUPANT_ID_NAMESPACE);
    }

    boolean isStamp()
    {
        return isElement(STAMP, STAMP_NAMESPACE);
    }

    boolean carriesId()
    {
        return isOccupantId() || isStamp();
    }

    /** The id in an element that carries nothing else; null for any other. */
    String id()
    {
        final boolean alone = attributes.size() == 1 && attributes.get(0).namespace.isEmpty() && attributes.get(0).name.equals("id");
        // Some parsers leave the declaration of the element's namespace there.
        final boolean empty = nodes.stream().allMatch(new Picture("Namespace", prefix, namespace, "", List.of(), List.of())::equals);
        return alone && empty ? attributes.get(0).value : null;
    }

    /** The elements inside that carry ids, of either name. */
    List<Picture> carriers()
    {
        final List<Picture> found = new ArrayList<>(1);
        for (final Picture node : nodes) {
            if (node.carriesId()) {
                found.add(node);
            }
        }
        return found;
    }

    /** The same with one id; or with none, if that is null. */
    Picture withId(final String id)
    {
        return with(id == null ? null : carrier(OCCUPANT_ID, OCCUPANT_ID_NAMESPACE, List.of(new Attribute("", "", "id", id))));
    }

    /** The same with a stamp, of an id or of none. */
    Picture withStamp(final String id)
    {
        return with(carrier(STAMP, STAMP_NAMESPACE, id == null ? List.of() : List.of(new Attribute("", "", "id", id))));
    }

    private Picture with(final Picture carrier)
    {
        final List<Picture> others = new ArrayList<>(nodes.size() + 1);
        for (final Picture node : nodes) {
            if (!node.carriesId()) {
                others.add(node);
            }
        }
        if (carrier != null) {
            others.add(carrier);
        } else if (others.size() == nodes.size()) {
            return this;
        }
        return new Picture(kind, prefix, namespace, name, attributes, others);
    }

    private static Picture carrier(final String name, final String namespace, final List<Attribute> attributes)
    {
        return new Picture(ELEMENT, "", namespace, name, attributes, List.of());
    }

    /** The same with each child element changed, or not. */
    Picture mapped(final UnaryOperator<Picture> change)
    {
        final List<Picture> changed = new ArrayList<>(nodes.size());
        boolean same = true;
        for (final Picture node : nodes) {
            final Picture after = node.kind.equals(ELEMENT) ? change.apply(node) : node;
            changed.add(after);
            same &= after == node;
        }
        return same ? this : new Picture(kind, prefix, namespace, name, attributes, changed);
    }

    Picture withAttributes(final List<Attribute> others)
    {
        return new Picture(kind, prefix, namespace, name, others, nodes);
    }

    Picture withNodes(final List<Picture> others)
    {
        return new Picture(kind, prefix, namespace, name, attributes, others);
    }

    /**
     * The same but for what has no meaning where the plugin may change it: the order of the stanza's own attributes; and the place of
     * an element that carries an id, and the prefix of its name, in the stanza and in a message inside an answer or a copy.
     */
    Picture tidy()
    {
        final List<Attribute> sorted = new ArrayList<>(attributes);
        sorted.sort(Comparator.comparing(Attribute::name).thenComparing(Attribute::namespace));
        return withAttributes(sorted).tidyCarriers()
            .mapped(answer -> answer.mapped(forwarded -> forwarded.mapped(Picture::tidyCarriers)));
    }

    private Picture tidyCarriers()
    {
        final List<Picture> carriers = carriers();
        if (carriers.isEmpty()) {
            return this;
        }
        final List<Picture> others = new ArrayList<>(nodes);
        others.removeIf(Picture::carriesId);
        for (final Picture carrier : carriers) {
            others.add(carrier.id() == null ? carrier : carrier(carrier.name, carrier.namespace, carrier.attributes));
        }
        return withNodes(others);
    }

    /** Nearly XML, with the namespace before each name. */
    @Override
    public String toString()
    {
        if (!kind.equals(ELEMENT)) {
            return kind.equals("Text") ? name : '[' + kind + ' ' + prefix + ' ' + namespace + ' ' + name + ']';
        }
        final StringBuilder text = new StringBuilder("<").append(qualified(prefix, namespace, name));
        attributes.forEach(attribute -> text.append(' ').append(attribute));
        text.append('>');
        nodes.forEach(text::append);
        return text.append("</").append(name).append('>').toString();
    }

    private static String qualified(final String prefix, final String namespace, final String name)
    {
        return (namespace.isEmpty() ? "" : '{' + namespace + '}') + (prefix.isEmpty() ? "" : prefix + ':') + name;
    }
}
