/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.harness;

import java.util.List;
import java.util.Optional;

/**
 * A server that others have started, to be tested with nothing but clients.
 *
 * @param admin the name and the password of an administrator's account, with a colon between them; null if none is known.
 */
public record RunningServer(String host, int c2sPort, String domain, String admin) implements XmppServer
{
    /** The system property that names host and port. */
    public static final String ADDRESS = "occupantid.running.address";

    private static final String COMMANDS = "http://jabber.org/protocol/commands";

    /**
     * The server that system properties name, if they do.
     */
    public static Optional<RunningServer> given()
    {
        final String address = System.getProperty(ADDRESS);
        if (address == null) {
            return Optional.empty();
        }
        final int colon = address.lastIndexOf(':');
        return Optional.of(new RunningServer(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)),
            System.getProperty("occupantid.running.domain"), System.getProperty("occupantid.running.admin")));
    }

    /**
     * Makes sure that there are accounts with a password: those that cannot log in are registered in band, or else added by the admin.
     *
     * @throws AssertionError when the server does not let us.
     */
    public void provide(final List<String> users, final String password)
    {
        for (final String user : users) {
            try {
                logIn(user, password);
            } catch (final AssertionError refusal) {
                make(user, password);
                logIn(user, password);
            }
        }
    }

    private void logIn(final String user, final String password)
    {
        RawClient.connectWithoutPresence(this, user, password, "try").close();
    }

    private void make(final String user, final String password)
    {
        try {
            RawClient.register(this, user, password);
        } catch (final AssertionError refusal) {
            if (admin == null) {
                throw new AssertionError("There is no account " + user + "@" + domain + " with the password \"" + password
                    + "\", and it cannot be registered. Make it, or name an admin who can.", refusal);
            }
            add(user, password);
        }
    }

    /** XEP-0133 §4.1. */
    private void add(final String user, final String password)
    {
        final int colon = admin.indexOf(':');
        try (RawClient client = RawClient.connectWithoutPresence(this, admin.substring(0, colon), admin.substring(colon + 1), "add")) {
            final Stanza form = command(client, "action='execute'", "");
            final Stanza answer = command(client, "action='complete' sessionid='" + form.attr("sessionid") + "'",
                "<x xmlns='jabber:x:data' type='submit'>" + field("accountjid", user + "@" + domain) + field("password", password)
                    + field("password-verify", password) + "</x>");
            if (!"completed".equals(answer.attr("status"))) {
                throw new AssertionError("The account " + user + " cannot be added: " + answer);
            }
        }
    }

    private Stanza command(final RawClient client, final String attributes, final String children)
    {
        final Stanza answer = client.ask("set", domain, "<command xmlns='" + COMMANDS
            + "' node='http://jabber.org/protocol/admin#add-user' " + attributes + ">" + children + "</command>");
        if (!"result".equals(answer.attr("type"))) {
            throw new AssertionError("The admin may not add accounts: " + answer);
        }
        return answer.child(COMMANDS, "command");
    }

    private static String field(final String name, final String value)
    {
        return "<field var='" + name + "'><value>" + value + "</value></field>";
    }
}
