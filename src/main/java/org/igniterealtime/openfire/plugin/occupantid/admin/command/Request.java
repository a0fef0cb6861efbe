/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin.command;

import org.dom4j.Element;
import org.dom4j.Namespace;
import org.dom4j.QName;
import org.igniterealtime.openfire.plugin.occupantid.admin.RefusedException;
import org.igniterealtime.openfire.plugin.occupantid.admin.Texts;
import org.xmpp.packet.JID;

import javax.annotation.Nonnull;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** A form that somebody has filled in, and who. */
final class Request
{
    static final QName FORM = QName.get("x", Namespace.get("jabber:x:data"));

    private final JID requester;
    private final Texts texts;
    private final Map<Field, String> values = new EnumMap<>(Field.class);

    /**
     * @param requester the full JID that the form came from.
     * @param command the element of the command, with or without a form in it. Whatever else it has is ignored.
     * @param fields what the command asks for.
     * @param texts what names the fields.
     */
    Request(@Nonnull final JID requester, @Nonnull final Element command, @Nonnull final List<Field> fields, @Nonnull final Texts texts)
    {
        this.requester = requester;
        this.texts = texts;
        final Element form = command.element(FORM);
        if (form != null) {
            for (final Field field : fields) {
                values.put(field, valueOf(form, field.variable()));
            }
        }
    }

    /** The full JID of the one who asks. */
    @Nonnull
    JID requester()
    {
        return requester;
    }

    /** What was filled in, without white space around it; empty for nothing. */
    @Nonnull
    String value(@Nonnull final Field field)
    {
        return values.getOrDefault(field, "");
    }

    /**
     * What was filled in.
     *
     * @throws RefusedException if nothing was.
     */
    @Nonnull
    String required(@Nonnull final Field field) throws RefusedException
    {
        final String value = value(field);
        if (value.isEmpty()) {
            throw new RefusedException("occupantid.command.error.missing", texts.text(field.label()));
        }
        return value;
    }

    private static String valueOf(final Element form, final String variable)
    {
        for (final Element field : form.elements()) {
            if (field.getName().equals("field") && variable.equals(field.attributeValue("var")) && field.element("value") != null) {
                return field.elementText("value").trim();
            }
        }
        return "";
    }
}
