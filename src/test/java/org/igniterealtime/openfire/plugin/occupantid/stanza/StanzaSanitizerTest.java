/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.stanza;

import org.dom4j.DocumentException;
import org.dom4j.DocumentHelper;
import org.dom4j.Element;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class StanzaSanitizerTest
{
    private static final String ID = "<occupant-id xmlns='urn:xmpp:occupant-id:0' id='x'/>";

    @ParameterizedTest
    @ValueSource(strings = {"<body>moderated</body>", "<x/>text<!-- comment -->", ID, "<moderated xmlns='urn:example'/>", "<a><b><c/></b></a>"})
    void harmlessStanzaStaysAsItIs(final String content) throws DocumentException
    {
        final Element stanza = stanza(content);
        final String before = stanza.asXML();
        assertFalse(StanzaSanitizer.isForged(stanza));
        assertFalse(StanzaSanitizer.sanitize(stanza));
        assertEquals(before, stanza.asXML());
    }

    @ParameterizedTest
    @ValueSource(strings = {"<moderated xmlns='urn:xmpp:message-moderate:0'/>", "<m:moderated xmlns:m='urn:xmpp:message-moderate:1'/>",
        "<retract xmlns='urn:xmpp:message-retract:1'><moderated xmlns='urn:xmpp:message-moderate:2'>" + ID + "</moderated></retract>",
        "<a><b>text<moderated xmlns='urn:xmpp:message-moderate:1'/></b></a>"})
    void childThatContainsModerationIsRemoved(final String moderation) throws DocumentException
    {
        final Element stanza = stanza("<body>a</body>" + moderation + ID + moderation);
        assertTrue(StanzaSanitizer.isForged(stanza));
        assertTrue(StanzaSanitizer.sanitize(stanza));
        assertEquals(stanza("<body>a</body>" + ID).asXML(), stanza.asXML());
        assertFalse(StanzaSanitizer.isForged(stanza));
    }

    @Test
    void nestedIdIsRemoved() throws DocumentException
    {
        final Element stanza = stanza(ID + "<a>" + ID + "<b>" + ID + "text" + ID + "</b></a>");
        assertTrue(StanzaSanitizer.sanitize(stanza));
        assertEquals(stanza(ID + "<a><b>text</b></a>").asXML(), stanza.asXML());
    }

    @Test
    void idInElementOfClientsOwnStaysBeforeTheIdOfTheStanza() throws DocumentException
    {
        final String quote = "<quote xmlns='urn:example'>" + ID + "</quote>";
        final Element right = stanza(quote + ID);
        assertFalse(StanzaSanitizer.sanitize(right));
        assertEquals(stanza(quote + ID).asXML(), right.asXML());
        final Element wrong = stanza(ID + quote);
        assertTrue(StanzaSanitizer.sanitize(wrong));
        assertEquals(stanza(quote + ID).asXML(), wrong.asXML());
        assertFalse(StanzaSanitizer.isForged(wrong));
    }

    @Test
    void childThatIsNestedTooDeepIsRemoved() throws DocumentException
    {
        final Element stanza = stanza("<body/>");
        Element deep = stanza.addElement("deep");
        for (int i = 0; i < 100_000; i++) {
            deep = deep.addElement("deep");
        }
        assertTrue(StanzaSanitizer.sanitize(stanza));
        assertEquals(1, stanza.nodeCount());
    }

    @Test
    void moderationOfTheRoomKeepsVerifiedIds() throws DocumentException
    {
        final Element stanza = stanza("<retract><moderated xmlns='urn:xmpp:message-moderate:1'>" + ID + ID.replace("'x'", "'y'")
            + "</moderated></retract><other>" + ID + "</other>");
        StanzaSanitizer.verifyModeration(stanza, node -> OccupantIdElement.is(node)
            && !"y".equals(OccupantIdElement.idIn((Element) node)));
        assertEquals(stanza("<retract><moderated xmlns='urn:xmpp:message-moderate:1'>" + ID.replace("'x'", "'y'")
            + "</moderated></retract><other>" + ID + "</other>").asXML(), stanza.asXML());
    }

    private static Element stanza(final String content) throws DocumentException
    {
        return DocumentHelper.parseText("<message>" + content + "</message>").getRootElement();
    }
}
