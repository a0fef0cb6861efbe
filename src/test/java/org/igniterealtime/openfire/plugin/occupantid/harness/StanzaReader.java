/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.harness;

import java.io.InputStream;

import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Cuts an XMPP stream into its top-level elements, each as soon as it is complete.
 */
final class StanzaReader
{
    private static final XMLInputFactory PARSERS = parsers();
    private static final DocumentBuilder DOCUMENTS = documents();

    private final XMLStreamReader parser;

    /**
     * Reads on until the head of the stream has arrived.
     *
     * @throws XMLStreamException when that is not a stream, or the connection breaks.
     */
    StanzaReader(final InputStream in) throws XMLStreamException
    {
        parser = PARSERS.createXMLStreamReader(in, "UTF-8");
        parser.nextTag();
    }

    /**
     * Waits for the next element.
     *
     * @return null at the end of the stream.
     * @throws XMLStreamException when this is not XML, or the connection breaks.
     */
    Stanza next() throws XMLStreamException
    {
        while (parser.hasNext()) {
            switch (parser.next()) {
                case XMLStreamConstants.START_ELEMENT:
                    return new Stanza(element());
                case XMLStreamConstants.END_ELEMENT:
                    return null;
                default:
                    // White space keeps the connection alive.
            }
        }
        return null;
    }

    private Element element() throws XMLStreamException
    {
        final Document document = newDocument();
        Node open = document;
        do {
            switch (parser.getEventType()) {
                case XMLStreamConstants.START_ELEMENT:
                    open = open.appendChild(startOf(document));
                    break;
                case XMLStreamConstants.END_ELEMENT:
                    open = open.getParentNode();
                    break;
                case XMLStreamConstants.CHARACTERS:
                case XMLStreamConstants.CDATA:
                    open.appendChild(document.createTextNode(parser.getText()));
                    break;
                default:
                    // Nothing else is allowed in XMPP.
            }
        }
        while (open != document && parser.next() > 0);
        return document.getDocumentElement();
    }

    private Element startOf(final Document document)
    {
        final Element element = document.createElementNS(parser.getNamespaceURI(),
            qualified(parser.getPrefix(), parser.getLocalName()));
        for (int i = 0; i < parser.getAttributeCount(); i++) {
            element.setAttributeNS(parser.getAttributeNamespace(i),
                qualified(parser.getAttributePrefix(i), parser.getAttributeLocalName(i)), parser.getAttributeValue(i));
        }
        return element;
    }

    private static String qualified(final String prefix, final String localName)
    {
        return prefix == null || prefix.equals(XMLConstants.DEFAULT_NS_PREFIX) ? localName : prefix + ":" + localName;
    }

    private static Document newDocument()
    {
        synchronized (DOCUMENTS) {
            return DOCUMENTS.newDocument();
        }
    }

    private static XMLInputFactory parsers()
    {
        // The JDK's own, whatever else the tests bring along.
        final XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, false);
        // Meant for documents, it would end a stream that has carried enough escaped characters.
        factory.setProperty("http://www.oracle.com/xml/jaxp/properties/totalEntitySizeLimit", "0");
        factory.setProperty("http://www.oracle.com/xml/jaxp/properties/entityExpansionLimit", "0");
        return factory;
    }

    private static DocumentBuilder documents()
    {
        try {
            return DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder();
        } catch (final ParserConfigurationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
