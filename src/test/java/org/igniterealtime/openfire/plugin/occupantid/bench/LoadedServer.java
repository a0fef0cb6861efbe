/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.bench;

import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireServer;
import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireRequests.Usage;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** A server under load: its clients, and the loads that they are ready to make. */
final class LoadedServer implements AutoCloseable
{
    /**
     * What came of a load.
     *
     * @param deliveries how many stanzas the server delivered.
     * @param nanos how long that took.
     * @param used what the server's process used for it; null if it cannot be asked.
     */
    record Outcome(long deliveries, long nanos, Usage used)
    {
        double perSecond()
        {
            return deliveries * 1e9 / nanos;
        }

        double cpuMicros()
        {
            return used == null ? Double.NaN : used.cpuNanos() / 1e3 / deliveries;
        }

        double bytes()
        {
            return used == null ? Double.NaN : (double) used.allocatedBytes() / deliveries;
        }
    }

    private final Crowd crowd;
    private final Supplier<Usage> usage;
    private final Map<Load.Kind, Load> loads = new EnumMap<>(Load.Kind.class);

    /**
     * A server of the harness.
     *
     * @param words what messages consist of.
     * @param addition what clients put into all that they send, beside the rest.
     */
    LoadedServer(final OpenfireServer server, final Set<Load.Kind> kinds, final String words, final String addition) throws IOException
    {
        this(new InetSocketAddress(server.host(), server.c2sPort()), server.domain(), "conference." + server.domain(), kinds,
            words, addition, server::usage);
    }

    /** Any server, which is not asked what it uses. */
    LoadedServer(final InetSocketAddress address, final String domain, final String service, final Set<Load.Kind> kinds,
                 final String words) throws IOException
    {
        this(address, domain, service, kinds, words, "", () -> null);
    }

    private LoadedServer(final InetSocketAddress address, final String domain, final String service, final Set<Load.Kind> kinds,
                         final String words, final String addition, final Supplier<Usage> usage) throws IOException
    {
        this.usage = usage;
        crowd = new Crowd(address, domain, service, kinds.stream().mapToInt(Load.Kind::clients).max().orElseThrow(), words,
            addition);
        for (final Load.Kind kind : kinds) {
            loads.put(kind, kind.start(crowd));
        }
    }

    /** Makes every load for a time, so that the server has compiled what it needs for it. */
    void warmUp(final long nanos) throws IOException
    {
        for (final Load load : loads.values()) {
            load.run(nanos);
        }
    }

    /** Makes a load for a time, and measures it. */
    Outcome measure(final Load.Kind kind, final long nanos) throws IOException
    {
        final Load load = loads.get(kind);
        // What others have left behind in the processor's caches, and in the heap, is not this load's.
        load.run(nanos / 4);
        final Usage before = usage.get();
        final long start = System.nanoTime();
        final long deliveries = load.run(nanos);
        final long end = System.nanoTime();
        final Usage after = usage.get();
        return new Outcome(deliveries, end - start, before == null ? null
            : new Usage(after.cpuNanos() - before.cpuNanos(), after.allocatedBytes() - before.allocatedBytes()));
    }

    @Override
    public void close() throws IOException
    {
        crowd.close();
    }
}
