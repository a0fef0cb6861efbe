/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.stanza;

import org.dom4j.Element;
import org.xmpp.packet.IQ;

import javax.annotation.Nonnull;
import java.util.ArrayList;
import java.util.List;

/**
 * Announces the feature on every room (XEP-0421 §2), and on every service, since all its rooms have it (§4).
 */
final class DiscoFeature
{
    private static final String DISCO_INFO = "http://jabber.org/protocol/disco#info";

    private DiscoFeature()
    {
    }

    /**
     * Sees to it that an answer about a room or a service has the feature once. All other IQs stay as they are, and so do answers
     * about a node or an occupant.
     *
     * @param iq any IQ.
     * @param from where it comes from: a local service, room or occupant.
     */
    static void announce(@Nonnull final IQ iq, @Nonnull final String from)
    {
        final Element query = iq.getElement().element("query");
        if (query == null || !DISCO_INFO.equals(query.getNamespaceURI()) || query.attribute("node") != null
            || from.indexOf('/') >= 0 || !"result".equals(iq.getElement().attributeValue("type"))) {
            return;
        }
        final List<Element> present = new ArrayList<>();
        for (final Element child : query.elements()) {
            if (child.getName().equals("feature") && OccupantIdElement.NAMESPACE.equals(child.attributeValue("var"))) {
                present.add(child);
            }
        }
        if (present.isEmpty()) {
            query.addElement("feature").addAttribute("var", OccupantIdElement.NAMESPACE);
        } else {
            present.subList(1, present.size()).forEach(query::remove);
        }
    }
}
