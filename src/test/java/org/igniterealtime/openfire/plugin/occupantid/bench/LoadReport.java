/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.bench;

import org.igniterealtime.openfire.plugin.occupantid.bench.LoadedServer.Outcome;

import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireServer;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Gathers what was measured under load, shows it as it comes, and sums it up in the end: for people, and for programs. */
final class LoadReport
{
    private record Pair(Outcome bare, Outcome with)
    {
    }

    private final Map<Load.Kind, List<Pair>> pairs = new EnumMap<>(Load.Kind.class);
    private final String heading;
    private final String second;

    /**
     * @param options what the user wanted.
     * @param second a word for the second server of each pair; the first is "without".
     */
    LoadReport(final String options, final String second)
    {
        this.second = second;
        heading = String.format(Locale.ROOT, "bin/bench %s%nOpenfire %s, %s, %d processors, Java %s, load of the machine before: %.2f%n",
            options, OpenfireServer.version(),
            ZonedDateTime.now().format(DateTimeFormatter.ISO_LOCAL_DATE_TIME).substring(0, 16), Runtime.getRuntime().availableProcessors(),
            Runtime.version(), ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        System.out.println(heading);
    }

    /**
     * Adds what came of a load.
     *
     * @param bare on the server without the plugin, or on another server.
     * @param with on the server with the plugin; null if there is only the other one.
     */
    void add(final Load.Kind kind, final Outcome bare, final Outcome with)
    {
        pairs.computeIfAbsent(kind, first -> new ArrayList<>()).add(new Pair(bare, with));
        System.out.printf(Locale.ROOT, "%-8s %8.0f/s", name(kind), bare.perSecond());
        System.out.println(with == null ? "" : String.format(Locale.ROOT, " without, %8.0f/s %s: %.3f", with.perSecond(), second,
            with.perSecond() / bare.perSecond()));
    }

    /** Writes all to files in a directory, and the summary to standard output. */
    void write(final Path directory) throws IOException
    {
        final StringBuilder text = new StringBuilder(heading).append('\n');
        final StringBuilder rows = new StringBuilder("load,pair,second,deliveries,nanoseconds,cpu_nanoseconds,allocated_bytes\n");
        pairs.forEach((kind, measured) -> {
            text.append(summary(kind, measured));
            for (int i = 0; i < measured.size(); i++) {
                rows.append(row(kind, i, false, measured.get(i).bare));
                rows.append(measured.get(i).with == null ? "" : row(kind, i, true, measured.get(i).with));
            }
        });
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("load.txt"), text);
        Files.writeString(directory.resolve("load.csv"), rows);
        System.out.printf("%n%s%nWritten to %s/load.txt and load.csv%n", text, directory);
    }

    private String summary(final Load.Kind kind, final List<Pair> measured)
    {
        final StringBuilder text = new StringBuilder(String.format("%s: %s%n", name(kind), kind.description()));
        text.append(line("deliveries/s", "%.0f", measured, Outcome::perSecond));
        if (measured.get(0).bare.used() != null) {
            text.append(line("server CPU, microseconds/delivery", "%.2f", measured, Outcome::cpuMicros));
            text.append(line("allocated, bytes/delivery", "%.0f", measured, Outcome::bytes));
        }
        return text.append('\n').toString();
    }

    private String line(final String what, final String format, final List<Pair> measured, final ToDoubleFunction<Outcome> figure)
    {
        final Spread bare = spread(measured, pair -> figure.applyAsDouble(pair.bare));
        if (measured.get(0).with == null) {
            return String.format(Locale.ROOT, "  %-34s median " + format + ", least " + format + ", most " + format + "%n", what,
                bare.median(), bare.quantile(0), bare.quantile(1));
        }
        final Spread with = spread(measured, pair -> figure.applyAsDouble(pair.with));
        final Spread ratio = spread(measured, pair -> figure.applyAsDouble(pair.with) / figure.applyAsDouble(pair.bare));
        return String.format(Locale.ROOT, "  %-34s without " + format + ", %s " + format
                + "; %s/without median %.3f, quartiles %.3f to %.3f, all %.3f to %.3f%n", what, bare.median(), second, with.median(),
            second, ratio.median(), ratio.quantile(0.25), ratio.quantile(0.75), ratio.quantile(0), ratio.quantile(1));
    }

    private static Spread spread(final List<Pair> measured, final ToDoubleFunction<Pair> figure)
    {
        return new Spread(measured.stream().mapToDouble(figure).toArray());
    }

    private static String row(final Load.Kind kind, final int pair, final boolean plugin, final Outcome outcome)
    {
        final String used = outcome.used() == null ? "," : outcome.used().cpuNanos() + "," + outcome.used().allocatedBytes();
        return String.format(Locale.ROOT, "%s,%d,%b,%d,%d,%s%n", name(kind), pair, plugin, outcome.deliveries(), outcome.nanos(), used);
    }

    private static String name(final Load.Kind kind)
    {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}
