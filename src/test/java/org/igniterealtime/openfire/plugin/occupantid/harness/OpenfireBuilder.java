/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The settings of a server to be started.
 * <p>
 * These differ from Openfire's own: no TLS; no port but those of clients and servers, and of the {@link #console console} if there is one;
 * no look-up in DNS; no search for updates. The account {@code admin} with the password {@code admin} always exists and administrates the
 * server.
 */
public final class OpenfireBuilder
{
    final Map<String, String> properties = new LinkedHashMap<>(Map.ofEntries(
        Map.entry("xmpp.client.tls.policy", "disabled"),
        // The policy is about connections from others, the other one about those to them.
        Map.entry("xmpp.server.tls.policy", "disabled"),
        Map.entry("xmpp.server.tls.enabled", "false"),
        Map.entry("xmpp.socket.ssl.active", "false"),
        Map.entry("xmpp.server.socket.ssl.active", "false"),
        Map.entry("xmpp.component.socket.active", "false"),
        Map.entry("xmpp.component.ssl.active", "false"),
        Map.entry("xmpp.multiplex.socket.active", "false"),
        Map.entry("xmpp.multiplex.ssl.active", "false"),
        Map.entry("xmpp.proxy.enabled", "false"),
        Map.entry("httpbind.enabled", "false"),
        Map.entry("flash.crossdomain.enabled", "false"),
        Map.entry("update.service-enabled", "false"),
        Map.entry("rss.enabled", "false"),
        // Openfire's own setup does this.
        Map.entry("user.scramHashedPasswordOnly", "true")));
    final Map<String, String> accounts = new LinkedHashMap<>(Map.of("admin", "admin"));
    final List<String> jvmArgs = new ArrayList<>();
    final Map<String, String> environment = new LinkedHashMap<>();
    String domain = "localhost";
    Path home;
    int c2sPort;
    int consolePort = -1;
    Path plugin;
    String postgresUrl;
    String encryptionKey;
    Integer processor;

    OpenfireBuilder()
    {
    }

    /**
     * The server's XMPP domain; its rooms are at {@code conference.} of it.
     */
    public OpenfireBuilder domain(final String value)
    {
        domain = value;
        return this;
    }

    /**
     * Where the server keeps its data, and finds them when it was there before. Otherwise, it has a directory that is
     * removed in the end.
     */
    public OpenfireBuilder home(final Path value)
    {
        home = value;
        return this;
    }

    /**
     * The only processor that the server may use, counted from 0; all of them by default.
     */
    public OpenfireBuilder processor(final int value)
    {
        processor = value;
        return this;
    }

    /**
     * The port for clients; 0, as it is by default, stands for a free one.
     */
    public OpenfireBuilder c2sPort(final int value)
    {
        c2sPort = value;
        return this;
    }

    /**
     * Starts the admin console, on a free port.
     */
    public OpenfireBuilder console()
    {
        return console(0);
    }

    /**
     * Starts the admin console. On 4.2.0 from Maven Central it has only the pages of plugins, see {@link MavenInstallation}.
     *
     * @param port 0 stands for a free one.
     */
    public OpenfireBuilder console(final int port)
    {
        consolePort = port;
        return this;
    }

    /**
     * A database for the server in place of the one in its home.
     *
     * @param url of {@link PostgresServer#newDatabase}; one that another server has made its tables in is shared with it.
     */
    public OpenfireBuilder postgres(final String url)
    {
        postgresUrl = url;
        return this;
    }

    /**
     * What the server encrypts under in its database, as an admin says it in conf/security.xml; without it, that is a key which all
     * servers have in common.
     */
    public OpenfireBuilder encryptionKey(final String value)
    {
        encryptionKey = value;
        return this;
    }

    /**
     * A plugin to be {@link OpenfireServer#install installed} once the server runs.
     */
    public OpenfireBuilder plugin(final Path jar)
    {
        plugin = jar;
        return this;
    }

    /**
     * A property of Openfire that is set before the server opens its ports. A restart keeps what it finds then.
     *
     * @param value null deletes one that the data has.
     */
    public OpenfireBuilder property(final String name, final String value)
    {
        properties.put(name, value);
        return this;
    }

    /**
     * An account that is there when the server has started; it is made unless it exists.
     */
    public OpenfireBuilder account(final String user, final String password)
    {
        accounts.put(user, password);
        return this;
    }

    /**
     * An option for the Java that runs the server.
     */
    public OpenfireBuilder jvmArg(final String value)
    {
        jvmArgs.add(value);
        return this;
    }

    /**
     * A variable in the environment of the Java that runs the server.
     */
    public OpenfireBuilder environment(final String name, final String value)
    {
        environment.put(name, value);
        return this;
    }

    /**
     * Lets {@link OpenfireServer#held} look into Java's own collections.
     */
    public OpenfireBuilder openToReflection()
    {
        for (final String name : List.of("java.util", "java.util.concurrent", "java.util.concurrent.atomic", "java.util.concurrent.locks")) {
            jvmArgs.add("--add-opens=java.base/" + name + "=ALL-UNNAMED");
        }
        return this;
    }

    /**
     * Starts the server, and returns when it can be used.
     *
     * @throws IllegalStateException with the reason, the end of the server's log included, if it does not start. Nothing of it
     *     remains then.
     */
    public OpenfireServer start()
    {
        final OpenfireServer server;
        try {
            server = new OpenfireServer(this);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return server.started();
    }
}
