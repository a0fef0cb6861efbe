/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.harness;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a test can have done inside a running server: the requests that {@link ServerMain} serves.
 */
public abstract class OpenfireRequests
{
    static final Duration REQUEST = Duration.ofSeconds(30);
    private static final Duration LOG = Duration.ofSeconds(5);
    /** For what takes longer: Openfire itself tries for more than 40 seconds to get rid of a plugin's directory. */
    private static final Duration LONG_REQUEST = Duration.ofSeconds(60);

    /**
     * What a server's process has used.
     *
     * @param cpuNanos time of processors, all together.
     * @param allocatedBytes memory for objects, most of it given back since.
     */
    public record Usage(long cpuNanos, long allocatedBytes)
    {
    }

    /**
     * What a server's process has in use.
     *
     * @param heap bytes.
     * @param threads threads that live.
     * @param classes classes that are loaded.
     * @param files open files, connections among them.
     */
    public record Footprint(long heap, long threads, long classes, long files)
    {
    }

    /**
     * Has the server do something, and waits for the result.
     *
     * @throws IllegalStateException with the reason and the end of the server's log, when the server fails or does not answer in time.
     */
    abstract List<String> request(Duration patience, String verb, String... args);

    /**
     * Installs or updates a plugin as an upload in the admin console does, and waits until it has been initialised.
     *
     * @param jar the plugin; its file name is the plugin's canonical name.
     * @throws IllegalStateException with the end of the server's log, when it is not in use within 30 seconds.
     */
    public void install(final Path jar)
    {
        request(REQUEST, "install", jar.toAbsolutePath().toString());
    }

    /**
     * Removes a plugin as the admin console does. Openfire takes its time: two seconds at least.
     *
     * @param canonicalName the plugin's file name, without the extension.
     * @throws IllegalStateException with the end of the server's log, when it could not be unloaded.
     */
    public void uninstall(final String canonicalName)
    {
        request(LONG_REQUEST, "uninstall", canonicalName);
    }

    /**
     * Whether a plugin's jar is in place and the plugin is loaded.
     */
    public boolean isInstalled(final String canonicalName)
    {
        return Boolean.parseBoolean(request(REQUEST, "isInstalled", canonicalName).get(0));
    }

    public void createAccount(final String user, final String password)
    {
        request(REQUEST, "createAccount", user, password);
    }

    /**
     * Sets a property of the running server.
     *
     * @param value null deletes the property and, as ever in Openfire, all those whose names begin with its name.
     */
    public void setProperty(final String name, final String value)
    {
        request(REQUEST, "setProperty", name, value);
    }

    public void createMucService(final String subdomain)
    {
        request(REQUEST, "createMucService", subdomain);
    }

    public void deleteMucService(final String subdomain)
    {
        request(REQUEST, "deleteMucService", subdomain);
    }

    /**
     * Destroys a room as the admin console does, without reason or alternative.
     */
    public void destroyRoom(final String service, final String room)
    {
        request(REQUEST, "destroyRoom", service, room);
    }

    /**
     * Hands a stanza to the server's router, as a plugin would.
     *
     * @param stanzaXml a message, presence or iq, its addresses taken as they are.
     */
    public void route(final String stanzaXml)
    {
        request(REQUEST, "route", stanzaXml);
    }

    /**
     * Runs SQL on the server's database.
     *
     * @return the rows, SQL's NULL as null; empty for anything but a query.
     */
    public List<List<String>> query(final String sql)
    {
        final List<String> cells = request(REQUEST, "query", sql);
        final List<List<String>> rows = new ArrayList<>();
        if (!cells.isEmpty()) {
            final int columns = Integer.parseInt(cells.get(0));
            for (int i = 1; i < cells.size(); i += columns) {
                rows.add(new ArrayList<>(cells.subList(i, i + columns)));
            }
        }
        return rows;
    }

    /**
     * Waits until a message is in the conversation log, before the server is stopped. Openfire writes the log in the background. Since
     * version 4.7 it loses at its end what it has not written yet.
     *
     * @param body the text of the message, which must not be that of another one.
     * @throws AssertionError when the message is not there within five seconds.
     */
    public void awaitConversationLog(final String body)
    {
        final long deadline = System.nanoTime() + LOG.toNanos();
        while (OpenfireServer.isAtLeast(4, 7) && query("SELECT roomID FROM ofMucConversationLog WHERE body = '" + body + "'").isEmpty()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Not in the conversation log within " + LOG.toSeconds() + " s: " + body);
            }
            try {
                Thread.sleep(20);
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    /**
     * Goes from a plugin along its fields and methods, and calls the last method.
     *
     * @param canonicalName the plugin's file name, without the extension.
     * @param methods the names of the fields and methods, with dots between them.
     * @param args the arguments of the last one, which takes nothing but strings.
     * @return the last result, as text.
     */
    public String plugin(final String canonicalName, final String methods, final String... args)
    {
        final List<String> all = new ArrayList<>(List.of(canonicalName, methods));
        all.addAll(Arrays.asList(args));
        return request(LONG_REQUEST, "plugin", all.toArray(String[]::new)).get(0);
    }

    /**
     * What the server's process has used since it was started.
     */
    public Usage usage()
    {
        final List<String> counts = request(REQUEST, "usage");
        return new Usage(Long.parseLong(counts.get(0)), Long.parseLong(counts.get(1)));
    }

    /**
     * What the server's process has in use, after a full collection of garbage.
     */
    public Footprint footprint()
    {
        final List<Long> counts = request(LONG_REQUEST, "footprint").stream().map(Long::valueOf).toList();
        return new Footprint(counts.get(0), counts.get(1), counts.get(2), counts.get(3));
    }

    /**
     * Starts Java's flight recorder in the server's process, with its profile of settings for profiling.
     */
    public void startRecording()
    {
        request(REQUEST, "startRecording");
    }

    /**
     * Stops the flight recorder.
     *
     * @param file what it has recorded is written here.
     */
    public void stopRecording(final Path file)
    {
        request(REQUEST, "stopRecording", file.toAbsolutePath().toString());
    }

    /**
     * How many objects a plugin holds, by the simple name of the plugin's class that holds them. Takes
     * {@link OpenfireBuilder#openToReflection}.
     *
     * @param canonicalName the plugin's file name, without the extension.
     * @param containers simple names of the plugin's classes that hold nothing for themselves, but for those who hold them.
     */
    public Map<String, Integer> held(final String canonicalName, final String... containers)
    {
        final List<String> all = new ArrayList<>(List.of(canonicalName));
        all.addAll(Arrays.asList(containers));
        final List<String> counts = request(LONG_REQUEST, "held", all.toArray(String[]::new));
        final Map<String, Integer> held = new TreeMap<>();
        for (int i = 0; i < counts.size(); i += 2) {
            held.put(counts.get(i), Integer.valueOf(counts.get(i + 1)));
        }
        return held;
    }
}
