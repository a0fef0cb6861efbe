/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.fire;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Has Jazzer look for inputs that make {@link StanzaFuzz} fail, in a process of its own; and keeps those that it went on from, so that
 * the next run begins where the last one ended.
 */
final class Fuzz
{
    /** What every run begins with, an input in each line: letters and the like as they are, other bytes in hexadecimal digits. */
    static final Path KEPT = Path.of("src/test/resources/fuzz/corpus.txt");

    private static final Path DIRECTORY = Path.of(System.getProperty("occupantid.target", "target"), "fuzz");
    private static final String PLUGIN = "org.igniterealtime.openfire.plugin.occupantid";

    /** What is counted as covered: what handles stanzas, and ids. */
    private static final List<String> COVERED = List.of(PLUGIN + ".stanza.**", PLUGIN + ".id.**", PLUGIN + ".muc.**");
    /** What is to be tried in all its ways besides. */
    private static final List<String> TRIED = List.of(PLUGIN + ".fire.StanzaMaker", PLUGIN + ".fire.StanzaFuzz");

    private static final int LONGEST = 512;
    /** Nothing takes a thousandth of that, on a machine that has a moment for it. */
    private static final int HUNG_SECONDS = 30;

    private static final Pattern STATUS = Pattern.compile("#\\d+\\s+\\w+\\s+cov: (\\d+) ft: \\d+ corp: (\\d+)/.*");
    private static final Pattern COUNT = Pattern.compile("stat::(\\w+):\\s+(\\d+)");
    private static final Pattern FINDING = Pattern.compile(".*Test unit written to (.*)");

    /** What came of a run. */
    record Outcome(int exit, long executions, long perSecond, int coverage, int inputs, List<Path> findings, String output)
    {
    }

    private Fuzz()
    {
    }

    /**
     * @param args as in the usage text of bin/soak.
     */
    public static void main(final String[] args) throws IOException, InterruptedException
    {
        final Map<String, String> options = new HashMap<>(Map.of("--executions", "10000000", "--seconds", "0",
            "--corpus", DIRECTORY.resolve("corpus").toString()));
        for (int i = 0; i < args.length; i++) {
            options.put(args[i], args[i].equals("--merge") ? "" : args[++i]);
        }
        final Path corpus = Path.of(options.get("--corpus"));
        if (options.containsKey("--replay")) {
            replay(Path.of(options.get("--replay")));
        } else if (options.containsKey("--merge")) {
            merge(corpus);
        } else {
            final int exit = run(corpus, Long.parseLong(options.get("--executions")), Integer.parseInt(options.get("--seconds")));
            System.exit(exit == 0 ? 0 : 1);
        }
    }

    private static int run(final Path corpus, final long executions, final int seconds) throws IOException, InterruptedException
    {
        unpack(corpus);
        final Outcome outcome = run(corpus, executions, seconds, line -> {
            if (line.contains("pulse") || line.contains("INITED")) {
                System.out.println(line);
            }
        });
        System.out.print(outcome.exit() == 0 ? "" : outcome.output());
        System.out.printf(Locale.ROOT, "%,d executions, %,d a second; %,d branches covered; %,d inputs in %s; findings: %d%n",
            outcome.executions(), outcome.perSecond(), outcome.coverage(), outcome.inputs(), corpus, outcome.findings().size());
        outcome.findings().forEach(finding -> System.out.printf("To run it again: bin/soak fuzz --replay %s%n", finding));
        return outcome.exit();
    }

    /**
     * Runs so many inputs.
     *
     * @param corpus a directory with inputs to go on from; those found on the way are added.
     * @param executions how many at most.
     * @param seconds for how long at most; 0 for as long as it takes.
     * @param listener is told each line that Jazzer prints.
     */
    static Outcome run(final Path corpus, final long executions, final int seconds, final Consumer<String> listener)
        throws IOException, InterruptedException
    {
        final List<String> options = new ArrayList<>(List.of("-runs=" + executions, "-max_total_time=" + seconds,
            corpus.toString()));
        return jazzer(Stream.concat(COVERED.stream(), TRIED.stream()).toList(), options, listener);
    }

    /** Fills a directory with what is kept, unless it is there. */
    static void unpack(final Path corpus) throws IOException
    {
        if (!Files.exists(corpus)) {
            Files.createDirectories(corpus);
            int number = 0;
            for (final byte[] input : kept()) {
                Files.write(corpus.resolve(String.format("kept-%04d", ++number)), input);
            }
        }
    }

    static List<byte[]> kept() throws IOException
    {
        return Files.readAllLines(KEPT).stream().map(Fuzz::bytes).toList();
    }

    private static void replay(final Path input) throws IOException
    {
        StanzaFuzz.fuzzerInitialize();
        StanzaFuzz.fuzzerTestOneInput(Files.readAllBytes(input));
        System.out.println("Nothing is wrong with " + input);
    }

    /** Keeps as few inputs as cover all that the plugin's code has. */
    private static void merge(final Path corpus) throws IOException, InterruptedException
    {
        final Path few = Files.createTempDirectory(Files.createDirectories(DIRECTORY), "few");
        final Path before = Files.createTempDirectory(DIRECTORY, "kept").resolve("corpus");
        unpack(before);
        final Outcome outcome = jazzer(COVERED,
            List.of("-merge=1", few.toString(), before.toString(), corpus.toString()), line -> { });
        if (outcome.exit() != 0 || few.toFile().list().length == 0) {
            System.out.print(outcome.output());
            System.exit(1);
        }
        final TreeSet<String> lines = new TreeSet<>();
        try (Stream<Path> files = Files.list(few)) {
            for (final Path file : files.toList()) {
                lines.add(line(Files.readAllBytes(file)));
            }
        }
        Files.write(KEPT, lines);
        System.out.printf("%d inputs in %s%n", lines.size(), KEPT);
    }

    private static Outcome jazzer(final List<String> instrumented, final List<String> options, final Consumer<String> listener)
        throws IOException, InterruptedException
    {
        Files.createDirectories(DIRECTORY);
        final List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx1g",
            "-cp", System.getProperty("java.class.path"), "com.code_intelligence.jazzer.Jazzer",
            "--target_class=" + StanzaFuzz.class.getName(),
            // What Jazzer looks for by itself, such as commands that are run, has no place here.
            "--instrumentation_includes=" + String.join(":", instrumented), "--custom_hook_excludes=**", "--reproducer_path=" + DIRECTORY,
            "-artifact_prefix=" + DIRECTORY + '/', "-print_final_stats=1", "-max_len=" + LONGEST, "-timeout=" + HUNG_SECONDS,
            // The heap has a limit.
            "-rss_limit_mb=0"));
        command.addAll(options);
        final Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        final StringBuilder output = new StringBuilder();
        final Map<String, Long> counts = new HashMap<>();
        final List<Path> findings = new ArrayList<>();
        int coverage = 0;
        int inputs = 0;
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                listener.accept(line);
                final Matcher status = STATUS.matcher(line);
                final Matcher count = COUNT.matcher(line);
                final Matcher finding = FINDING.matcher(line);
                if (status.matches()) {
                    coverage = Integer.parseInt(status.group(1));
                    inputs = Integer.parseInt(status.group(2));
                } else if (!line.startsWith("INFO:")) {
                    output.append(line).append('\n');
                }
                if (count.matches()) {
                    counts.put(count.group(1), Long.valueOf(count.group(2)));
                } else if (finding.matches()) {
                    findings.add(Path.of(finding.group(1)));
                }
            }
        } finally {
            process.destroy();
        }
        return new Outcome(process.waitFor(), counts.getOrDefault("number_of_executed_units", 0L),
            counts.getOrDefault("average_exec_per_sec", 0L), coverage, inputs, findings, output.toString());
    }

    private static String line(final byte[] input)
    {
        final StringBuilder line = new StringBuilder();
        for (final byte character : input) {
            if (character > ' ' && character <= '~' && character != '\\') {
                line.append((char) character);
            } else {
                line.append(String.format("\\%02x", character));
            }
        }
        return line.toString();
    }

    private static byte[] bytes(final String line)
    {
        final ByteArrayOutputStream input = new ByteArrayOutputStream();
        for (int i = 0; i < line.length(); i++) {
            if (line.charAt(i) == '\\') {
                input.write(Integer.parseInt(line.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                input.writeBytes(line.substring(i, i + 1).getBytes(StandardCharsets.US_ASCII));
            }
        }
        return input.toByteArray();
    }
}
