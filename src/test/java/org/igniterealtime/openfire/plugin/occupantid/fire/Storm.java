/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.fire;

import org.igniterealtime.openfire.plugin.occupantid.fire.Visitor.Deed;
import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireServer;
import org.igniterealtime.openfire.plugin.occupantid.harness.PostgresServer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Everything at once: many in many rooms come, go, change nicks and speak, while secrets are rotated, the plugin is reloaded and the
 * database goes and comes back. All that anybody receives is checked, and when it is quiet again, what everybody has in mind.
 */
final class Storm implements AutoCloseable
{
    /**
     * What came of it.
     *
     * @param wrongs all that was wrong, the first of it in words; empty if nothing was.
     * @param figures what was done, and how much was checked.
     */
    record Outcome(List<String> wrongs, String figures)
    {
    }

    private static final Path TARGET = Path.of(System.getProperty("occupantid.target", "target"));
    private static final int THREADS = 4;
    private static final Map<Deed, Integer> DEEDS = Map.ofEntries(Map.entry(Deed.JOIN, 24), Map.entry(Deed.LEAVE, 8), Map.entry(Deed.NICK, 12),
        Map.entry(Deed.PRESENCE, 8), Map.entry(Deed.SAY, 30), Map.entry(Deed.WHISPER, 10), Map.entry(Deed.SUBJECT, 2),
        Map.entry(Deed.ADMINISTER, 4), Map.entry(Deed.DESTROY, 2), Map.entry(Deed.DISCO, 2), Map.entry(Deed.STRAY, 4), Map.entry(Deed.DROP, 1));

    private final PostgresServer postgres = PostgresServer.launch();
    private final OpenfireServer server;
    private final Checker checker;
    private final Town town;
    private final Troubles troubles;
    private final double perSecond;

    /**
     * @param seed what chance begins with.
     * @param perSecond how much is done in a second.
     */
    Storm(final long seed, final double perSecond)
    {
        this.perSecond = perSecond;
        server = OpenfireServer.builder().postgres(postgres.newDatabase(""))
            .plugin(TARGET.resolve("occupantid.jar")).start();
        final Ledger ledger = new Ledger(server, true);
        checker = new Checker(ledger);
        town = new Town(server, checker, 30, 8, seed, DEEDS);
        troubles = new Troubles(server, postgres, ledger, checker, town);
    }

    public static void main(final String[] args) throws InterruptedException, IOException
    {
        double minutes = 10;
        long seed = new Random().nextInt(1_000_000);
        double perSecond = 400;
        for (int i = 0; i < args.length; i += 2) {
            final String value = i + 1 < args.length ? args[i + 1] : "";
            switch (args[i]) {
                case "--minutes" -> minutes = Double.parseDouble(value);
                case "--seed" -> seed = Long.parseLong(value);
                case "--pace" -> perSecond = Double.parseDouble(value);
                default -> throw new IllegalArgumentException(args[i]);
            }
        }
        final long end = System.nanoTime() + (long) (minutes * TimeUnit.MINUTES.toNanos(1));
        Outcome outcome;
        do {
            // A server of its own for each: under load, the pool of Openfire 4.2 loses some connections with every outage of the database.
            System.out.println("Openfire " + OpenfireServer.version() + ": bin/soak storm --minutes 0 --pace " + perSecond
                + " --seed " + seed);
            try (Storm storm = new Storm(seed, perSecond)) {
                try {
                    outcome = storm.wave(20_000);
                } finally {
                    Files.writeString(Files.createDirectories(TARGET.resolve("soak")).resolve("storm.log"), storm.server.log());
                }
                System.out.println(outcome.figures() + "\n");
                outcome.wrongs().forEach(System.out::println);
            }
            seed++;
        }
        while (System.nanoTime() < end && outcome.wrongs().isEmpty());
        System.exit(outcome.wrongs().isEmpty() ? 0 : 1);
    }

    /**
     * Each trouble once or more, and quiet in the end.
     *
     * @param stanzas how many stanzas are received beside the troubles, at least.
     */
    Outcome wave(final int stanzas) throws InterruptedException
    {
        town.begin(THREADS, perSecond);
        troubles.live(stanzas / 4);
        for (int i = 0; i < 4; i++) {
            troubles.rotateRoom(town.lastingRooms().get(i));
        }
        troubles.outage(stanzas / 8);
        troubles.rotateService();
        troubles.update();
        troubles.rotateAllTwice();
        troubles.remove(stanzas / 8);
        troubles.live(stanzas / 4);
        troubles.rotateService();
        town.pause();
        town.stocktake();
        checker.judge();
        final int pictures = town.census();
        final List<String> wrongs = new ArrayList<>(checker.wrongs());
        if (checker.wrong() > wrongs.size()) {
            wrongs.add("... and " + (checker.wrong() - wrongs.size()) + " more");
        }
        return new Outcome(wrongs, troubles + "; " + checker.counts() + "; occupants compared when it was quiet: " + pictures
            + "; done: " + town.done().toString().toLowerCase(Locale.ROOT));
    }

    @Override
    public void close()
    {
        town.close();
        server.close();
        postgres.close();
    }
}
