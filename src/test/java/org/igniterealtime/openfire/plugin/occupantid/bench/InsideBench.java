/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.bench;

import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Measures the {@link Steps}, and sums up what each takes. */
public final class InsideBench
{
    private InsideBench()
    {
    }

    /**
     * @param args a pattern that the names of the steps have to match, if not all are wanted; and options of JMH:
     *     {@code -f 1 -wi 1 -i 1} for a quick look, {@code -t 2} for two threads at once.
     */
    public static void main(final String[] args) throws RunnerException, CommandLineOptionException, IOException
    {
        final Path directory = Files.createDirectories(Path.of(System.getProperty("occupantid.target", "target"), "bench"));
        final CommandLineOptions wanted = new CommandLineOptions(args);
        final Options options = new OptionsBuilder().parent(wanted)
            .include(wanted.getIncludes().isEmpty() ? Steps.class.getName() : wanted.getIncludes().get(0))
            .addProfiler(GCProfiler.class).shouldFailOnError(true)
            .resultFormat(ResultFormatType.CSV).result(directory.resolve("inside.csv").toString()).build();
        final StringBuilder table = new StringBuilder();
        for (final RunResult result : new Runner(options).run()) {
            final Result<?> time = result.getPrimaryResult();
            table.append(String.format(Locale.ROOT, "%-16s median %8.1f ns, least %8.1f ns, %6.0f bytes%n", time.getLabel(),
                time.getStatistics().getPercentile(50), time.getStatistics().getMin(),
                result.getSecondaryResults().get("gc.alloc.rate.norm").getScore()));
        }
        Files.writeString(directory.resolve("inside.txt"), table);
        System.out.printf("%n%s%nWritten to %s/inside.txt and inside.csv%n", table, directory);
    }
}
