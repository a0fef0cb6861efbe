/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.fire;

import org.igniterealtime.openfire.plugin.occupantid.fire.Visitor.Deed;
import org.igniterealtime.openfire.plugin.occupantid.fire.Visitor.Seen;
import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireBuilder;
import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireServer;
import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireRequests.Footprint;
import org.igniterealtime.openfire.plugin.occupantid.harness.PostgresServer;
import org.igniterealtime.openfire.plugin.occupantid.harness.RawClient;
import org.igniterealtime.openfire.plugin.occupantid.harness.Stanza;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/**
 * Hours of everyday life on a real server, with all that is received checked, and with a look at what the server has in use after each
 * tenth: from the second tenth on, nothing may grow.
 */
final class Soak implements AutoCloseable
{
    /**
     * What there is at the end of a tenth.
     *
     * @param byHolder how many objects the plugin holds, by those of its classes that hold them.
     * @param rows in the plugin's table.
     * @param errors lines in the log since the last tenth.
     * @param delivered stanzas received since the last tenth.
     * @param cpu share of two processors that the server has taken, in percent.
     */
    private record Tenth(Footprint footprint, Map<String, Integer> byHolder, long connections, long rows, long warnings, long errors,
                         long delivered, long wrong, double cpu)
    {
        /** Objects that the ids are made of which the plugin remembers. They become more for a long time, but have a bound. */
        private long ids()
        {
            return byHolder.getOrDefault("OccupantIds", 0);
        }

        /** All others that the plugin holds. */
        private long held()
        {
            return byHolder.values().stream().mapToLong(Integer::longValue).sum() - ids();
        }

        private long heapWithoutIds()
        {
            return footprint.heap() - ids() * BYTES_OF_AN_ID / OBJECTS_OF_AN_ID;
        }
    }

    /** What must be flat, and by how much it may differ though it is small. */
    private enum Measure
    {
        HEAP("heap after a full collection, without the ids that the plugin remembers", 0, Tenth::heapWithoutIds),
        /** The last fifty look-ups are remembered, and some floods: with all that belongs to them, that is up to a thousand objects. */
        HELD("other objects held by the plugin", 1_000, Tenth::held),
        THREADS("threads", 12, tenth -> tenth.footprint().threads()),
        CLASSES("classes", 100, tenth -> tenth.footprint().classes()),
        FILES("open files", 12, tenth -> tenth.footprint().files()),
        CONNECTIONS("connections to the database", 12, Tenth::connections),
        ROWS("secrets in the table", 8, Tenth::rows);

        private final String title;
        private final long slack;
        private final ToLongFunction<Tenth> value;

        Measure(final String title, final long slack, final ToLongFunction<Tenth> value)
        {
            this.title = title;
            this.slack = slack;
            this.value = value;
        }

        /**
         * Whether there is no more of it in the end than in the beginning. The first tenth is for warming up. Of three tenths the one in the
         * middle counts, since one alone may catch what is soon gone; and since the plugin is loaded anew every third tenth, both threes
         * lie alike to that.
         */
        private boolean isFlat(final List<Tenth> tenths)
        {
            final long before = median(tenths.subList(1, 4));
            return median(tenths.subList(TENTHS - 3, TENTHS)) <= Math.max(before * 1.1, before + slack);
        }

        private long median(final List<Tenth> three)
        {
            return three.stream().mapToLong(value).sorted().skip(1).findFirst().orElseThrow();
        }
    }

    private static final Path TARGET = Path.of(System.getProperty("occupantid.target", "target"));
    private static final int TENTHS = 10;
    private static final int ROOMS = 8;
    private static final int ACCOUNTS = 24;

    /** Of an id that was proven, the plugin remembers the text and the room: with the array of the text's letters these are 112 bytes. */
    private static final int OBJECTS_OF_AN_ID = 2;
    private static final int BYTES_OF_AN_ID = 112;

    /** Of those that it made, as many as the property says, with all that they were made of; of those proven, as many as its table has. */
    private static final int MOST_IDS = 1_000;
    private static final long MOST_OF_IDS = 10L * MOST_IDS + OBJECTS_OF_AN_ID * 65_536 + 100;

    private static final Map<Deed, Integer> DEEDS = Map.ofEntries(Map.entry(Deed.JOIN, 200), Map.entry(Deed.LEAVE, 60), Map.entry(Deed.NICK, 60),
        Map.entry(Deed.PRESENCE, 60), Map.entry(Deed.SAY, 480), Map.entry(Deed.WHISPER, 80), Map.entry(Deed.SUBJECT, 10),
        Map.entry(Deed.ADMINISTER, 20), Map.entry(Deed.DESTROY, 8), Map.entry(Deed.DISCO, 20), Map.entry(Deed.STRAY, 30), Map.entry(Deed.DROP, 1));

    private final PostgresServer postgres;
    private final OpenfireServer server;
    private final Checker checker;
    private final Town town;
    private final Troubles troubles;
    private final RawClient admin;
    private final Random random;
    private final double perSecond;
    private final List<Tenth> tenths = new ArrayList<>();
    private final Map<String, Integer> logged = new TreeMap<>();
    private long lookUps;
    private long compared;

    private Soak(final double perSecond, final long seed)
    {
        this.perSecond = perSecond;
        random = new Random(seed);
        postgres = PostgresServer.isInstalled() ? PostgresServer.launch() : null;
        // Old secrets are not kept, so that rows should stay as many as there are rooms; nor many ids, so that they are all in use soon.
        final OpenfireBuilder builder = OpenfireServer.builder().openToReflection().plugin(TARGET.resolve("occupantid.jar"))
            .property("plugin.occupantid.retired.days", "0").property("plugin.occupantid.memory.ids", String.valueOf(MOST_IDS));
        server = (postgres == null ? builder : builder.postgres(postgres.newDatabase(""))).start();
        final Ledger ledger = new Ledger(server, postgres != null);
        checker = new Checker(ledger);
        town = new Town(server, checker, ACCOUNTS, ROOMS, seed, DEEDS);
        troubles = new Troubles(server, postgres, ledger, checker, town);
        admin = RawClient.connectWithoutPresence(server, "admin", "admin", "soak");
    }

    public static void main(final String[] args) throws InterruptedException, IOException
    {
        double hours = 2;
        double perSecond = 1_500;
        long seed = new Random().nextInt(1_000_000);
        for (int i = 0; i < args.length; i += 2) {
            final String value = i + 1 < args.length ? args[i + 1] : "";
            switch (args[i]) {
                case "--hours" -> hours = Double.parseDouble(value);
                case "--pace" -> perSecond = Double.parseDouble(value);
                case "--seed" -> seed = Long.parseLong(value);
                case "--server-java" -> System.setProperty("occupantid.server.java", value);
                default -> throw new IllegalArgumentException(args[i]);
            }
        }
        final boolean good;
        System.out.println("--seed " + seed + "\n" + head());
        try (Soak soak = new Soak(perSecond, seed)) {
            for (int tenth = 1; tenth <= TENTHS; tenth++) {
                soak.tenth(tenth, (long) (hours * TimeUnit.HOURS.toNanos(1) / TENTHS));
                System.out.println(soak.line(tenth));
            }
            final String report = soak.report(hours, seed);
            Files.writeString(Files.createDirectories(TARGET.resolve("soak")).resolve("report.txt"), report);
            System.out.println(report);
            Files.writeString(TARGET.resolve("soak/openfire.log"), soak.server.log());
            good = soak.isGood();
        }
        System.exit(good ? 0 : 1);
    }

    @Override
    public void close()
    {
        town.close();
        admin.close();
        server.close();
        if (postgres != null) {
            postgres.close();
        }
    }

    private void tenth(final int number, final long nanos) throws InterruptedException
    {
        final long start = System.nanoTime();
        final long cpu = server.usage().cpuNanos();
        final long delivered = checker.arrived();
        final String log = server.log();
        town.begin(1, perSecond);
        if (number % 3 == 0) {
            troubles.update();
            troubles.remove(0);
        }
        for (int round = 0; System.nanoTime() - start < nanos; round++) {
            if (round % 6 == 0) {
                troubles.rotateRoom(town.lastingRooms().get(random.nextInt(ROOMS)));
            } else if (round % 60 == 31) {
                troubles.rotateService();
            }
            town.settle();
            lookUp();
            checker.judge();
            TimeUnit.NANOSECONDS.sleep(Math.min(TimeUnit.SECONDS.toNanos(5), nanos - (System.nanoTime() - start)));
        }
        final double share = 100.0 * (server.usage().cpuNanos() - cpu) / (System.nanoTime() - start) / 2;
        town.pause();
        town.stocktake();
        checker.judge();
        compared += town.census();
        final List<String> lines = server.log().substring(log.length()).lines().toList();
        lines.stream().filter(line -> line.contains(" WARN ") || line.contains(" ERROR ")).forEach(line -> logged.merge(cause(line), 1, Integer::sum));
        final long connections = count(postgres == null ? "SELECT count(*) FROM INFORMATION_SCHEMA.SYSTEM_SESSIONS"
            : "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()");
        tenths.add(new Tenth(server.footprint(), server.held("occupantid", "BoundedMap", "RoomSecret", "SecretInfo"), connections,
            count("SELECT count(*) FROM ofOccupantIdSecret"), lines.stream().filter(line -> line.contains(" WARN ")).count(),
            lines.stream().filter(line -> line.contains(" ERROR ")).count(), checker.arrived() - delivered, checker.wrong(), share));
    }

    /** What a line of the log is about: without time, thread, and what changes each time. */
    private static String cause(final String line)
    {
        final String text = line.replaceAll("^\\S+ |\\[[^]]*] |[(].*", "").replaceAll("\\S*[0-9@]\\S*", "...");
        return text.substring(0, Math.min(150, text.length()));
    }

    /** Finds the account behind an id, with the command that the admin's client shows. */
    private void lookUp()
    {
        for (final Map.Entry<String, Seen> one : town.anybody(random).entrySet()) {
            lookUps++;
            final Stanza form = command("action='execute'", "");
            final Stanza answer = command("sessionid='" + form.attr("sessionid") + "'", "<x xmlns='jabber:x:data' type='submit'>"
                + "<field var='room'><value>" + one.getKey() + "</value></field>"
                + "<field var='occupant-id'><value>" + one.getValue().id() + "</value></field></x>");
            if (!answer.text().contains("The account is " + one.getValue().owner())) {
                checker.wrong("asked for " + one + ", the command answered " + answer);
            }
            admin.clear();
        }
    }

    private Stanza command(final String attributes, final String children)
    {
        return admin.ask("set", "localhost", "<command xmlns='http://jabber.org/protocol/commands'"
            + " node='urn:occupantid:command:find-account' " + attributes + ">" + children + "</command>").children().get(0);
    }

    private long count(final String query)
    {
        return Long.parseLong(server.query(query).get(0).get(0));
    }

    private boolean isGood()
    {
        return checker.wrong() == 0 && idsAreBounded() && List.of(Measure.values()).stream().allMatch(measure -> measure.isFlat(tenths));
    }

    private boolean idsAreBounded()
    {
        return tenths.stream().allMatch(tenth -> tenth.ids() <= MOST_OF_IDS);
    }

    private static String head()
    {
        return "tenth  heap MB  held by plugin  its ids  threads  classes  files  database connections  secrets  WARN  ERROR  delivered  wrong  CPU %";
    }

    private String line(final int number)
    {
        final Tenth tenth = tenths.get(number - 1);
        return String.format(Locale.ROOT, "%5d %8.1f %15d %8d %8d %8d %6d %21d %8d %5d %6d %10d %6d %6.1f", number,
            tenth.footprint().heap() / 1048576.0, tenth.held(), tenth.ids(), tenth.footprint().threads(), tenth.footprint().classes(),
            tenth.footprint().files(), tenth.connections(), tenth.rows(), tenth.warnings(), tenth.errors(), tenth.delivered(), tenth.wrong(),
            tenth.cpu());
    }

    private String report(final double hours, final long seed)
    {
        final StringBuilder text = new StringBuilder(String.format(Locale.ROOT,
            "%nbin/soak --hours %s --pace %s --seed %d, database: %s%n%n%s%n", hours, perSecond, seed,
            postgres == null ? "HSQLDB, since there is no PostgreSQL here" : "PostgreSQL", head()));
        for (int i = 1; i <= tenths.size(); i++) {
            text.append(line(i)).append('\n');
        }
        text.append("\nThe first tenth is for warming up. Flat is what is in the last three tenths no more than 1.1 times of what it was in the second\n"
            + "to fourth, by their medians (or more by no more than stands in brackets):\n");
        for (final Measure measure : Measure.values()) {
            text.append(measure.isFlat(tenths) ? "  flat      " : "  NOT FLAT  ").append(measure.title)
                .append(measure.slack == 0 ? "" : " (" + measure.slack + ")").append('\n');
        }
        text.append(idsAreBounded() ? "  bounded   " : "  UNBOUNDED ").append("objects of ids that the plugin remembers (at most ").append(MOST_OF_IDS)
            .append(")\n\n").append(troubles).append("; look-ups: ").append(lookUps).append("; occupants compared when it was quiet: ").append(compared)
            .append('\n').append(checker.counts()).append("\ndone: ").append(town.done().toString().toLowerCase(Locale.ROOT)).append('\n');
        text.append("held by the plugin in the end: ").append(tenths.get(tenths.size() - 1).byHolder()).append('\n');
        logged.forEach((cause, count) -> text.append("logged ").append(count).append(" times: ").append(cause).append('\n'));
        checker.wrongs().forEach(wrong -> text.append("WRONG: ").append(wrong).append('\n'));
        return text.append(isGood() ? "\nGOOD: nothing wrong, and nothing grows.\n" : "\nNOT GOOD\n").toString();
    }
}
