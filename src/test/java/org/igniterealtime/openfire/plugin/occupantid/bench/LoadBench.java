/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.bench;

import org.igniterealtime.openfire.plugin.occupantid.bench.LoadedServer.Outcome;
import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireBuilder;
import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireServer;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What the plugin costs a server under load. The bare server and the one with the plugin are compared in pairs: for each pair both are
 * started anew, and every load is made on the one and at once on the other, in turns the one or the other first. So whatever else
 * the machine does meanwhile meets both, and what a start leaves to chance shows in the spread of the pairs.
 *
 * Servers and clients share the processors, unless they are kept apart: then it is the server's own time that sets the pace.
 *
 * How far equal runs lie apart is found out by comparing the bare server with another one. Any other server can be put under the same
 * loads, alone.
 */
public final class LoadBench
{
    /** Of a name that no server knows, and as long as an occupant id with all that belongs to it. */
    private static final String LIKE_AN_ID = "<occupant-no xmlns='urn:xmpp:occupant-no:0' id='" + "x".repeat(43) + "'/>";

    private Set<Load.Kind> kinds = EnumSet.allOf(Load.Kind.class);
    private int pairs = 5;
    private long warmUpNanos = TimeUnit.SECONDS.toNanos(2);
    private long nanos = TimeUnit.SECONDS.toNanos(3);
    private String words = Load.USUAL;
    private String additionToBare = "";
    private boolean equal;
    private boolean apart;
    private InetSocketAddress address;
    private String domain;
    private String service;

    private LoadBench(final List<String> options)
    {
        for (int i = 0; i < options.size(); i++) {
            switch (options.get(i)) {
                case "--quick" -> {
                    kinds.remove(Load.Kind.ROOM500);
                    pairs = 1;
                    warmUpNanos = TimeUnit.MILLISECONDS.toNanos(300);
                    nanos = TimeUnit.MILLISECONDS.toNanos(500);
                }
                case "--loads" -> {
                    kinds = EnumSet.noneOf(Load.Kind.class);
                    Arrays.stream(options.get(++i).split(",")).map(name -> Load.Kind.valueOf(name.toUpperCase(Locale.ROOT)))
                        .forEach(kinds::add);
                }
                case "--short" -> words = Load.SHORT;
                case "--equal" -> equal = true;
                case "--apart" -> {
                    apart = true;
                    // The compiler has to share the one processor.
                    warmUpNanos = TimeUnit.SECONDS.toNanos(8);
                }
                case "--alike" -> additionToBare = LIKE_AN_ID;
                case "--pairs" -> pairs = Integer.parseInt(options.get(++i));
                case "--server" -> {
                    final String[] parts = options.get(++i).split(":");
                    address = new InetSocketAddress(parts[0], Integer.parseInt(parts[1]));
                    domain = domain == null ? parts[0] : domain;
                }
                case "--domain" -> domain = options.get(++i);
                case "--service" -> service = options.get(++i);
                default -> throw new IllegalArgumentException("Unknown option " + options.get(i));
            }
        }
    }

    public static void main(final String[] args) throws IOException
    {
        final LoadBench bench = new LoadBench(List.of(args));
        final LoadReport report = new LoadReport(String.join(" ", args), bench.equal ? "again" : "with");
        if (bench.address == null) {
            bench.compare(report);
        } else {
            bench.measureOther(report);
        }
        report.write(Path.of(System.getProperty("occupantid.target", "target"), "bench"));
    }

    private void compare(final LoadReport report) throws IOException
    {
        try (OpenfireServer bare = placed().start();
             OpenfireServer with = (equal ? placed() : withPlugin()).start()) {
            for (int pair = 0; pair < pairs; pair++) {
                if (pair > 0) {
                    bare.restart();
                    with.restart();
                }
                comparePair(report, pair, bare, with);
            }
        }
    }

    private void comparePair(final LoadReport report, final int pair, final OpenfireServer bare, final OpenfireServer with)
        throws IOException
    {
        try (LoadedServer loadedBare = new LoadedServer(bare, kinds, words, additionToBare);
             LoadedServer loadedWith = new LoadedServer(with, kinds, words, "")) {
            loadedBare.warmUp(warmUpNanos);
            loadedWith.warmUp(warmUpNanos);
            boolean bareFirst = pair % 2 == 0;
            for (final Load.Kind kind : kinds) {
                final Outcome early = (bareFirst ? loadedBare : loadedWith).measure(kind, nanos);
                final Outcome late = (bareFirst ? loadedWith : loadedBare).measure(kind, nanos);
                report.add(kind, bareFirst ? early : late, bareFirst ? late : early);
                bareFirst = !bareFirst;
            }
        }
    }

    private void measureOther(final LoadReport report) throws IOException
    {
        for (int round = 0; round < pairs; round++) {
            try (LoadedServer server = new LoadedServer(address, domain, service == null ? "conference." + domain : service, kinds,
                words)) {
                server.warmUp(warmUpNanos);
                for (final Load.Kind kind : kinds) {
                    report.add(kind, server.measure(kind, nanos), null);
                }
            }
        }
    }

    private OpenfireBuilder withPlugin()
    {
        return placed().plugin(Path.of(System.getProperty("occupantid.target", "target"), "occupantid.jar"));
    }

    private OpenfireBuilder placed()
    {
        return apart ? builder().processor(0) : builder();
    }

    /** A server that is ready for load. */
    static OpenfireBuilder builder()
    {
        // Those who only listen are idle for long. And small stanzas must not wait for the acknowledgement of others before
        // them: then what is measured would be the patience of the operating system.
        return OpenfireServer.builder().jvmArg("-Xmx1g").property("xmpp.client.idle", "-1").property("xmpp.socket.tcp-nodelay", "true");
    }
}
