/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.spec;

import org.igniterealtime.openfire.plugin.occupantid.harness.RawClient;
import org.igniterealtime.openfire.plugin.occupantid.harness.Stanza;

import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

/** The words for tests of the commands that clients show (XEP-0050). */
abstract class CommandSpec extends Spec
{
    static final String COMMANDS = "http://jabber.org/protocol/commands";
    static final String FORMS = "jabber:x:data";
    static final String OURS = "urn:occupantid:command:";

    /** Sends an element of a command. */
    static Stanza send(final RawClient client, final String name, final String attributes, final String children)
    {
        return client.ask("set", "localhost", "<command xmlns='" + COMMANDS + "' node='" + (name.contains(":") ? name : OURS + name) + "' "
            + attributes + ">" + children + "</command>");
    }

    /** Asks for the form of a command; the session id that comes with it. */
    static String begin(final RawClient client, final String name)
    {
        final Stanza command = command(send(client, name, "action='execute'", ""));
        assertEquals("executing", command.attr("status"), command::toString);
        assertNotNull(command.child(FORMS, "x"), command::toString);
        return command.attr("sessionid");
    }

    /** Executes a command, with its fields each followed by its value; what it answers. */
    static Stanza execute(final RawClient client, final String name, final String... fields)
    {
        return command(send(client, name, "sessionid='" + begin(client, name) + "'", form(fields)));
    }

    static String form(final String... fields)
    {
        final StringBuilder form = new StringBuilder("<x xmlns='jabber:x:data' type='submit'>");
        for (int i = 0; i < fields.length; i += 2) {
            form.append("<field var='").append(fields[i]).append("'><value>").append(fields[i + 1]).append("</value></field>");
        }
        return form.append("</x>").toString();
    }

    static Stanza command(final Stanza answer)
    {
        assertEquals("result", answer.attr("type"), answer::toString);
        return answer.child(COMMANDS, "command");
    }

    /** What a command says when it has done what it should. */
    static String done(final Stanza command)
    {
        assertEquals("completed", command.attr("status"), command::toString);
        assertEquals("info", command.child(COMMANDS, "note").attr("type"), command::toString);
        return command.child(COMMANDS, "note").text();
    }

    /** What a command says when it has done nothing, but shows the form again. */
    static String refused(final Stanza command)
    {
        assertEquals("executing", command.attr("status"), command::toString);
        assertEquals("error", command.child(COMMANDS, "note").attr("type"), command::toString);
        return command.child(COMMANDS, "note").text();
    }

    /** The values of a field in a form that came with an answer. */
    static List<String> values(final Stanza command, final String field)
    {
        assertNotNull(command.child(FORMS, "x"), command::toString);
        return command.child(FORMS, "x").children(FORMS, "field").stream().filter(one -> field.equals(one.attr("var")))
            .flatMap(one -> one.children(FORMS, "value").stream()).map(Stanza::text).toList();
    }
}
