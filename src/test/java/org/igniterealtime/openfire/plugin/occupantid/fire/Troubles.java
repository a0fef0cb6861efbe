/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.fire;

import org.igniterealtime.openfire.plugin.occupantid.fire.Received.Excuse;
import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireServer;
import org.igniterealtime.openfire.plugin.occupantid.harness.PostgresServer;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** What befalls a town: admins who rotate secrets, the plugin and the database that go and come back. */
final class Troubles
{
    private static final Path JAR = Path.of(System.getProperty("occupantid.target", "target"), "occupantid.jar");
    private static final String NAME = "occupantid";
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

    private final OpenfireServer server;
    private final PostgresServer postgres;
    private final Ledger ledger;
    private final Checker checker;
    private final Town town;
    private int rotations;
    private int reloads;
    private int outages;

    /**
     * @param postgres the server's database; null if it has one of its own, which does not go.
     */
    Troubles(final OpenfireServer server, final PostgresServer postgres, final Ledger ledger, final Checker checker, final Town town)
    {
        this.server = server;
        this.postgres = postgres;
        this.ledger = ledger;
        this.checker = checker;
        this.town = town;
    }

    /** Rotates the secret of a room, and waits until all in it are announced. */
    void rotateRoom(final String room) throws InterruptedException
    {
        ask("rotateRoom", room, "somebody");
        awaitRotation(List.of(room));
    }

    /** Rotates the secrets of all rooms of the service, and waits until all in them are announced. */
    void rotateService() throws InterruptedException
    {
        ask("rotateService", "conference.localhost", "somebody");
        awaitRotation(town.lastingRooms());
    }

    /** Rotates the secrets of all rooms, twice at once. */
    void rotateAllTwice() throws InterruptedException
    {
        ask("rotateAll", "somebody");
        ask("rotateAll", "another");
        awaitRotation(town.lastingRooms());
    }

    /** Installs the plugin again, in the middle of a rotation. */
    void update() throws InterruptedException
    {
        withoutPlugin(() -> {
            ask("rotateAll", "somebody");
            server.install(JAR);
        });
    }

    /** Removes the plugin, and installs it again. */
    void remove(final int stanzas) throws InterruptedException
    {
        withoutPlugin(() -> {
            server.uninstall(NAME);
            live(stanzas);
            server.install(JAR);
        });
    }

    /**
     * Kills the database, and brings it back. Secrets cannot be rotated meanwhile.
     *
     * @param stanzas how many stanzas visitors receive without it.
     */
    void outage(final int stanzas) throws InterruptedException
    {
        outages++;
        checker.judge();
        checker.opens(Excuse.DATABASE_AWAY);
        ask("rotateAll", "somebody");
        postgres.stop();
        ask("rotateAll", "somebody in vain");
        await("the outage is noticed", () -> is("components.secrets.isDatabaseAway"));
        live(stanzas);
        postgres.start();
        await("the database is back", () -> !is("components.secrets.isDatabaseAway"));
        end();
    }

    @Override
    public String toString()
    {
        return "rotations: " + rotations + ", reloads of the plugin: " + reloads + ", outages of the database: " + outages;
    }

    /** Lets visitors receive so many stanzas. */
    void live(final int stanzas) throws InterruptedException
    {
        final long all = checker.arrived() + stanzas;
        await("life goes on", () -> checker.arrived() >= all);
    }

    private void withoutPlugin(final Away away) throws InterruptedException
    {
        reloads++;
        checker.opens(Excuse.PLUGIN_AWAY);
        // So that no genuine id that a visitor has put in is still to come.
        town.settle();
        away.run();
        end();
    }

    /** Returns when all is as it should be again. */
    private void end() throws InterruptedException
    {
        // The plugin does one thing after the other, and first of all it announces everybody.
        rotateRoom(Town.EMPTY_ROOM);
        town.settle();
        checker.closes();
    }

    private void ask(final String rotation, final String... args)
    {
        rotations++;
        server.plugin(NAME, "components.rotations." + rotation, args);
    }

    private void awaitRotation(final List<String> rooms) throws InterruptedException
    {
        await("a rotation is over", () -> is("components.rotations.latest.isOver"));
        final long now = System.nanoTime();
        if (is("components.rotations.latest.isFailed")) {
            throw new IllegalStateException("A rotation failed: " + server.plugin(NAME, "components.rotations.latest"));
        }
        ledger.announced(rooms, now);
    }

    private boolean is(final String question)
    {
        return Boolean.parseBoolean(server.plugin(NAME, question));
    }

    private static void await(final String what, final BooleanSupplier condition) throws InterruptedException
    {
        final long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > PATIENCE) {
                throw new IllegalStateException("Waited in vain until " + what);
            }
            Thread.sleep(20);
        }
    }

    private interface Away
    {
        void run() throws InterruptedException;
    }
}
