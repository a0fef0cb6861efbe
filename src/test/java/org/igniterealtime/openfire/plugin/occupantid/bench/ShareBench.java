/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.bench;

import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireServer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/**
 * Measures the plugin's share of a server's work under load: Java's flight recorder samples what the server's threads execute, and the
 * samples with the plugin on the stack are counted. A share depends much less than throughput on other load of the machine.
 */
public final class ShareBench
{
    private static final String PLUGIN = "org.igniterealtime.openfire.plugin.occupantid.";
    private static final String HARNESS = PLUGIN + "harness.";
    private static final int LINES = 12;

    private final Map<String, Integer> byMethod = new TreeMap<>();
    private int all;
    private int inPlugin;

    public static void main(final String[] args) throws IOException
    {
        int seconds = 60;
        Load.Kind kind = Load.Kind.ROOM100;
        for (int i = 0; i < args.length; i += 2) {
            switch (args[i]) {
                case "--seconds" -> seconds = Integer.parseInt(args[i + 1]);
                case "--load" -> kind = Load.Kind.valueOf(args[i + 1].toUpperCase(Locale.ROOT));
                default -> throw new IllegalArgumentException("Unknown option " + args[i]);
            }
        }
        final Path target = Path.of(System.getProperty("occupantid.target", "target")).toAbsolutePath();
        final Path recording = target.resolve("bench/share.jfr");
        recording.getParent().toFile().mkdirs();
        try (OpenfireServer server = LoadBench.builder().plugin(target.resolve("occupantid.jar"))
            // Without this, samples of inlined methods are counted for their callers.
            .jvmArg("-XX:+UnlockDiagnosticVMOptions").jvmArg("-XX:+DebugNonSafepoints").start();
             LoadedServer loaded = new LoadedServer(server, Set.of(kind), Load.USUAL, "")) {
            loaded.warmUp(TimeUnit.SECONDS.toNanos(20));
            server.startRecording();
            final double perSecond = loaded.measure(kind, TimeUnit.SECONDS.toNanos(seconds)).perSecond();
            server.stopRecording(recording);
            final ShareBench share = new ShareBench();
            share.read(recording);
            System.out.printf(Locale.ROOT, "Openfire %s, %s: %,.0f deliveries/s%n", OpenfireServer.version(), kind.description(),
                perSecond);
            share.print();
        }
    }

    private void read(final Path recording) throws IOException
    {
        try (RecordingFile events = new RecordingFile(recording)) {
            while (events.hasMoreEvents()) {
                final RecordedEvent event = events.readEvent();
                if (event.getEventType().getName().equals("jdk.ExecutionSample") && event.getStackTrace() != null) {
                    count(event.getStackTrace().getFrames());
                }
            }
        }
    }

    private void count(final List<RecordedFrame> stack)
    {
        all++;
        for (final RecordedFrame frame : stack) {
            final String type = frame.getMethod().getType().getName();
            if (type.startsWith(PLUGIN) && !type.startsWith(HARNESS)) {
                inPlugin++;
                byMethod.merge(type.substring(type.lastIndexOf('.') + 1) + '.' + frame.getMethod().getName(), 1, Integer::sum);
                return;
            }
        }
    }

    private void print()
    {
        System.out.printf(Locale.ROOT, "The plugin's share: %.2f %% (%,d of %,d samples)%n", 100.0 * inPlugin / all, inPlugin, all);
        final List<Map.Entry<String, Integer>> methods = new ArrayList<>(byMethod.entrySet());
        methods.sort(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder()));
        for (final Map.Entry<String, Integer> method : methods.subList(0, Math.min(LINES, methods.size()))) {
            System.out.printf(Locale.ROOT, "%6.2f %%  %s%n", 100.0 * method.getValue() / all, method.getKey());
        }
    }
}
