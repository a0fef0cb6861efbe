/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.stanza;

import org.dom4j.Attribute;
import org.dom4j.Element;

import javax.annotation.Nonnull;

/**
 * Attributes in a namespace that are named as the addresses or the type of a stanza. Only the value that the server goes by stays, so that
 * the recipient reads the same one.
 */
final class Masks
{
    private static final String[] NAMES = {"from", "to", "type"};

    private Masks()
    {
    }

    /** Leaves a stanza those attributes that the server goes by, without namespaces. Hardly any stanza has others. */
    static void takeOff(@Nonnull final Element stanza)
    {
        if (isMasked(stanza)) {
            for (final String name : NAMES) {
                keepFirst(stanza, name);
            }
        }
    }

    /** Whether a stanza has such an attribute. */
    static boolean isMasked(@Nonnull final Element stanza)
    {
        for (int i = 0, end = stanza.attributeCount(); i < end; i++) {
            final Attribute attribute = stanza.attribute(i);
            if (attribute != null && !attribute.getNamespaceURI().isEmpty() && isOneOfThem(attribute.getName())) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOneOfThem(final String localName)
    {
        for (final String name : NAMES) {
            if (name.equals(localName)) {
                return true;
            }
        }
        return false;
    }

    private static void keepFirst(final Element stanza, final String name)
    {
        final String value = stanza.attributeValue(name);
        for (Attribute attribute = stanza.attribute(name); attribute != null; attribute = stanza.attribute(name)) {
            stanza.remove(attribute);
        }
        stanza.addAttribute(name, value);
    }
}
