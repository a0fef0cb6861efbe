/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A real Prosody, from the Debian package {@code prosody}, in a process of its own: a server by others, with occupant ids of its
 * own in its rooms. It listens on 127.0.0.1 only, on free ports, without TLS, and trusts other servers by dialback. It knows one
 * Openfire, and nobody else. Everything is kept in one directory that is removed in the end.
 */
public final class ProsodyServer implements XmppServer, AutoCloseable
{
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
    private final int c2sPort = Ports.free();
    private final int s2sPort = Ports.free();
    private final Thread lastResort = new Thread(this::abandon, "end of Prosody");
    private Process process;

    private ProsodyServer(final String domain) throws IOException
    {
        this.domain = domain;
        directory = TestFiles.createTemporary("prosody");
        Runtime.getRuntime().addShutdownHook(lastResort);
    }

    /**
     * Starts a Prosody and makes it and an Openfire known to each other. Returns when it can be used.
     *
     * @param domain its XMPP domain; it has group chat at {@code conference.} of it.
     */
    public static ProsodyServer launch(final String domain, final OpenfireServer openfire)
    {
        final Path program = DebianProgram.find("/usr/bin/prosody", "prosody");
        final ProsodyServer server;
        try {
            server = new ProsodyServer(domain);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            server.start(program, openfire);
            openfire.knows(server);
            return server;
        } catch (final IOException e) {
            Cleanup.after(e, server);
            throw new UncheckedIOException(e);
        } catch (final RuntimeException e) {
            Cleanup.after(e, server);
            throw e;
        }
    }

    @Override
    public String host()
    {
        return Ports.HOST;
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
            TestFiles.delete(directory);
            Runtime.getRuntime().removeShutdownHook(lastResort);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void start(final Path program, final OpenfireServer openfire) throws IOException
    {
        TestFiles.copyResource("/harness/prosody/mod_addresses.lua", directory.resolve("mod_addresses.lua"));
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
        process = new ProcessBuilder("sh", "-c", GUARD, "sh", program.toString(), "-F", "--config",
            directory.resolve("prosody.cfg.lua").toString())
            .directory(directory.toFile()).redirectErrorStream(true)
            .redirectOutput(directory.resolve("output").toFile()).start();
        for (final int port : List.of(c2sPort, s2sPort)) {
            if (!Ports.awaitOpen(port, BOOT, process::isAlive)) {
                throw new IllegalStateException("Prosody does not start.\n" + TestFiles.read(directory.resolve("output")) + log());
            }
        }
    }

    /** What the server logged so far. */
    public String log()
    {
        try {
            return TestFiles.read(directory.resolve("log"));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
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
            TestFiles.delete(directory);
        } catch (final InterruptedException | IOException e) {
            System.err.println("Prosody left something behind: " + e);
        }
    }
}
