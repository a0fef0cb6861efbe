/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.harness;

import java.util.ArrayList;
import java.util.List;

import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.bootstrap.DOMImplementationRegistry;
import org.w3c.dom.ls.DOMImplementationLS;
import org.w3c.dom.ls.LSSerializer;

/**
 * An element as it came out of a stream: a stanza, or something in one.
 *
 * @param element the parsed XML; it knows about namespaces, and has no attributes that declare them.
 */
public record Stanza(Element element)
{
    private static final DOMImplementationLS WRITERS = writers();

    /**
     * The local name: message, presence, iq, or something else such as the stream's error.
     */
    public String name()
    {
        return element.getLocalName();
    }

    public String namespace()
    {
        return element.getNamespaceURI();
    }

    /**
     * An attribute without a namespace, or null if there is none of the name.
     */
    public String attr(final String attribute)
    {
        return element.hasAttribute(attribute) ? element.getAttribute(attribute) : null;
    }

    /**
     * All children, in their order.
     */
    public List<Stanza> children()
    {
        final List<Stanza> children = new ArrayList<>();
        for (Node node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element child) {
                children.add(new Stanza(child));
            }
        }
        return children;
    }

    /**
     * The children of a name, in their order.
     */
    public List<Stanza> children(final String namespace, final String localName)
    {
        return children().stream().filter(child -> localName.equals(child.name()) && namespace.equals(child.namespace())).toList();
    }

    /**
     * The first child of a name, or null.
     */
    public Stanza child(final String namespace, final String localName)
    {
        return children(namespace, localName).stream().findFirst().orElse(null);
    }

    /**
     * The text in here, that of all children included.
     */
    public String text()
    {
        return element.getTextContent();
    }

    /**
     * The XML.
     */
    @Override
    public String toString()
    {
        final LSSerializer writer = WRITERS.createLSSerializer();
        writer.getDomConfig().setParameter("xml-declaration", false);
        return writer.writeToString(element);
    }

    private static DOMImplementationLS writers()
    {
        try {
            return (DOMImplementationLS) DOMImplementationRegistry.newInstance().getDOMImplementation("LS");
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
