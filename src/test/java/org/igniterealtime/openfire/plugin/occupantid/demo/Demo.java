/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireBuilder;
import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireServer;
import org.igniterealtime.openfire.plugin.occupantid.harness.RawClient;

/**
 * Main class of {@code bin/demo}: a server with the plugin, the {@link Play} on it, and then the server for the reader's own
 * clients and browser, until standard input ends.
 */
public final class Demo
{
    private static final String PLUGIN = "occupantid";
    private static final String ADMIN = "admin";
    private static final List<String> USERS = List.of("alice", "bob", "carol", "dave");

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private final CompletableFuture<Void> askedToEnd = new CompletableFuture<>();
    private final boolean once;
    private final int port;
    private final int adminPort;
    private final Path jar;
    private final Path home;

    private Demo(final boolean once, final int port, final int adminPort, final Path jar, final Path home)
    {
        this.once = once;
        this.port = port;
        this.adminPort = adminPort;
        this.jar = jar;
        this.home = home;
    }

    /**
     * Runs the demo. The arguments come from {@code bin/demo}, which has checked them.
     *
     * @param args whether to end after the play; the port for clients; the port of the admin console; the plugin's file; the server's
     *     home. Of the latter two, an empty one stands for no plugin, and for a temporary home.
     */
    public static void main(final String[] args)
    {
        boolean success = false;
        try {
            success = new Demo(Boolean.parseBoolean(args[0]), Integer.parseInt(args[1]), Integer.parseInt(args[2]), path(args[3]),
                path(args[4])).run();
        } catch (final IOException | UncheckedIOException | IllegalStateException | AssertionError e) {
            System.err.println("bin/demo: " + e.getMessage());
        }
        System.exit(success ? 0 : 1);
    }

    private static Path path(final String argument)
    {
        return argument.isEmpty() ? null : Path.of(argument);
    }

    /**
     * @return whether all went well.
     */
    private boolean run() throws IOException
    {
        requireFreePort(port, "--port");
        requireFreePort(adminPort, "--admin-port");
        endWithStandardInput();
        if (home == null) {
            return runServer();
        }
        // The database does not defend itself against a second server.
        try (FileChannel file = FileChannel.open(home.resolve("demo.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
             FileLock lock = file.tryLock()) {
            if (lock == null) {
                throw new IllegalStateException("another demo is running with its data in " + home);
            }
            return runServer();
        }
    }

    private boolean runServer() throws IOException
    {
        out.println("Openfire " + OpenfireServer.version() + " is starting ...");
        try (OpenfireServer server = start()) {
            equip(server);
            if (askedToEnd.isDone()) {
                return false;
            }
            final boolean kept = new Play(server, new Story(out)).perform();
            if (once) {
                return kept || jar == null;
            }
            if (askedToEnd.isDone()) {
                return false;
            }
            stayUp(server);
            return true;
        }
    }

    private OpenfireServer start()
    {
        final OpenfireBuilder builder = OpenfireServer.builder().c2sPort(port).console(adminPort).home(home);
        USERS.forEach(user -> builder.account(user, passwordOf(user)));
        return builder.start();
    }

    private void equip(final OpenfireServer server) throws IOException
    {
        if (jar != null) {
            // Openfire goes by the file's name, and is to take this for an update of what earlier demos installed.
            server.install(Files.copy(jar, server.home().resolve("tmp").resolve(PLUGIN + ".jar"), StandardCopyOption.REPLACE_EXISTING));
            out.println("It is up, and " + jar.getFileName() + " is installed.");
        } else {
            if (server.isInstalled(PLUGIN)) {
                server.uninstall(PLUGIN);
            }
            out.println("It is up, without the plugin. So ids will be missing, and forged ones will pass.");
        }
    }

    private void stayUp(final OpenfireServer server)
    {
        requireAccount(server, ADMIN);
        USERS.forEach(user -> requireAccount(server, user));
        out.printf("%nAdmin console: %s/ (%s / %s)%n", server.consoleUrl(), ADMIN, passwordOf(ADMIN));
        out.printf("Ready: host %s, c2s port %d (no TLS), domain %s (group chat: conference.%s), "
                + "accounts %s/%s, %s/%s - Ctrl-C ends it%n",
            server.host(), server.c2sPort(), server.domain(), server.domain(),
            ADMIN, passwordOf(ADMIN), String.join(" ", USERS), passwordOf(USERS.get(0)));
        CompletableFuture.anyOf(askedToEnd, ProcessHandle.of(server.pid()).orElseThrow().onExit()).join();
        if (!askedToEnd.isDone()) {
            throw new IllegalStateException("Openfire has ended by itself.");
        }
    }

    static String passwordOf(final String user)
    {
        return user.equals(ADMIN) ? "admin" : "secret";
    }

    /**
     * Data from an earlier demo may have another password by now.
     */
    private static void requireAccount(final OpenfireServer server, final String user)
    {
        try {
            RawClient.connectWithoutPresence(server, user, passwordOf(user), "demo").close();
        } catch (final AssertionError e) {
            throw new IllegalStateException(user + " cannot log in with the password " + passwordOf(user), e);
        }
    }

    private static void requireFreePort(final int port, final String option)
    {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            socket.getLocalPort();
        } catch (final IOException e) {
            throw new IllegalStateException("port " + port + " cannot be had: " + e.getMessage() + ". Choose another with " + option + ".");
        }
    }

    private void endWithStandardInput()
    {
        final Thread thread = new Thread(() -> {
            try {
                System.in.transferTo(PrintStream.nullOutputStream());
            } catch (final IOException e) {
                // That, too, is an end.
            }
            out.printf("%nEnding ...%n");
            askedToEnd.complete(null);
        }, "standard input");
        thread.setDaemon(true);
        thread.start();
    }
}
