/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.harness;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real Prosody, from the Debian package {@code prosody}, in a process of its own: a server by others, with occupant ids of its
 * own in its rooms. It listens on 127.0.0.1 only, on free ports, without TLS, and trusts other servers by dialback. It knows one
 * Openfire, and nobody else. Everything is kept in one directory that is removed in the end.
 */
public final class ProsodyServer implements XmppServer, AutoCloseable
{
    private static final Path PROGRAM = Path.of("/usr/bin/prosody");
    private static final String HOST = "127.0.0.1";
    private static final Duration BOOT = Duration.ofSeconds(30);
    private static final Duration END = Duration.ofSeconds(15);

    /** Its standard input ends with whoever started it, and with that the server, which thus never outlives us. */
    private static final String GUARD = """
        trap '' INT
        "$@" < /dev/null &
        read -r end
        kill $!
        wait $!
        """;

    private final String domain;
    private final Path directory;
    private final int c2sPort = OpenfireServer.freePort();
    private final int s2sPort = OpenfireServer.freePort();
    private final Thread lastResort = new Thread(this::abandon, "end of Prosody");
    private Process process;

    private ProsodyServer(final String domain) throws IOException
    {
        this.domain = domain;
        directory = Files.createTempDirectory(OpenfireServer.target().toAbsolutePath(), OpenfireServer.TEMPORARY + "prosody-");
        Runtime.getRuntime().addShutdownHook(lastResort);
    }

    /**
     * Starts a Prosody and makes it and an Openfire known to each other. Returns when it can be used.
     *
     * @param domain its XMPP domain; it has group chat at {@code conference.} of it.
     */
    public static ProsodyServer launch(final String domain, final OpenfireServer openfire)
    {
        ProsodyServer server = null;
        boolean started = false;
        try {
            server = new ProsodyServer(domain);
            server.start(openfire);
            started = true;
            openfire.knows(server);
            return server;
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            if (server != null && !started) {
                server.close();
            }
        }
    }

    @Override
    public String host()
    {
        return HOST;
    }

    @Override
    public int c2sPort()
    {
        return c2sPort;
    }

    @Override
    public String domain()
    {
        return domain;
    }

    int s2sPort()
    {
        return s2sPort;
    }

    /** Ends the server, and removes all that it had. */
    @Override
    public synchronized void close()
    {
        try {
            if (process != null) {
                final List<ProcessHandle> all = process.descendants().toList();
                process.getOutputStream().close();
                if (!process.waitFor(END.toMillis(), TimeUnit.MILLISECONDS)) {
                    all.forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly().waitFor();
                }
                process = null;
            }
            removeDirectory();
            Runtime.getRuntime().removeShutdownHook(lastResort);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void start(final OpenfireServer openfire) throws IOException
    {
        if (!Files.isExecutable(PROGRAM)) {
            throw new IllegalStateException("This test needs the Debian package prosody.");
        }
        try (InputStream module = ProsodyServer.class.getResourceAsStream("/harness/prosody/mod_addresses.lua")) {
            Files.copy(module, directory.resolve("mod_addresses.lua"));
        }
        Files.writeString(directory.resolve("prosody.cfg.lua"), """
            run_as_root = true
            data_path = "%1$s"
            plugin_paths = { "%1$s" }
            log = { info = "%1$s/log" }
            interfaces = { "127.0.0.1" }
            c2s_ports = { %2$d }
            s2s_ports = { %3$d }
            addresses = { ["%4$s"] = %5$d, ["conference.%4$s"] = %5$d }
            modules_enabled = { "addresses", "dialback", "disco", "ping", "register", "roster", "saslauth" }
            modules_disabled = { "s2s_auth_certs" }
            authentication = "internal_plain"
            allow_registration = true
            allow_unencrypted_plain_auth = true
            c2s_require_encryption = false
            s2s_require_encryption = false
            s2s_secure_auth = false
            VirtualHost "%6$s"
            Component "conference.%6$s" "muc"
            """.formatted(directory, c2sPort, s2sPort, openfire.domain(), openfire.s2sPort(), domain));
        process = new ProcessBuilder("sh", "-c", GUARD, "sh", PROGRAM.toString(), "-F", "--config",
            directory.resolve("prosody.cfg.lua").toString())
            .directory(directory.toFile()).redirectErrorStream(true)
            .redirectOutput(directory.resolve("output").toFile()).start();
        awaitPort(c2sPort);
        awaitPort(s2sPort);
    }

    private void awaitPort(final int port) throws IOException
    {
        final long deadline = System.nanoTime() + BOOT.toNanos();
        while (true) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(HOST, port));
                return;
            } catch (final IOException e) {
                if (System.nanoTime() > deadline || !process.isAlive()) {
                    throw new IllegalStateException("Prosody does not start.\n" + read("output") + read("log"), e);
                }
                pause();
            }
        }
    }

    private static void pause()
    {
        try {
            Thread.sleep(20);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** What the server logged so far. */
    public String log()
    {
        try {
            return read("log");
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String read(final String file) throws IOException
    {
        return Files.exists(directory.resolve(file)) ? Files.readString(directory.resolve(file)) : "";
    }

    /** For a test run that ends before it closes its servers. */
    private void abandon()
    {
        try {
            if (process != null) {
                final List<ProcessHandle> all = process.descendants().toList();
                process.destroyForcibly().waitFor();
                all.forEach(ProcessHandle::destroyForcibly);
            }
            removeDirectory();
        } catch (final InterruptedException | IOException e) {
            System.err.println("Prosody left something behind: " + e);
        }
    }

    private void removeDirectory() throws IOException
    {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (final Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
