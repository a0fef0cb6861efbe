/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.harness;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A real Openfire in a process of its own: by default 4.2.0 from the jars on Maven Central, else the {@link OpenfireInstallation} that a
 * system property selects.
 * <p>
 * It listens on 127.0.0.1 only, keeps all its data in one home directory, and differs from Openfire's own settings where the
 * {@link OpenfireBuilder} says so. The class path of its process has the server's own jars and {@link ServerMain}, so that plugins find
 * there what they find on an admin's server.
 * <p>
 * Methods can be called from any thread; one request is served at a time.
 */
public final class OpenfireServer extends OpenfireRequests implements XmppServer, AutoCloseable
{
    /** The system property that names the Java program to run servers on; without it, it is the one that runs the tests. */
    private static final String JAVA = "occupantid.server.java";
    /** The system property that has options for it, with spaces between them. */
    private static final String JAVA_OPTIONS = "occupantid.server.options";
    private static final OpenfireInstallation OPENFIRE = OpenfireInstallation.selected();
    private static final Duration BOOT = Duration.ofSeconds(60);

    private final OpenfireBuilder settings;
    private final OpenfireHome home;
    private final int c2sPort;
    private final int s2sPort;
    /** Openfire takes a negative one for "none". */
    private final int consolePort;
    private final Thread lastResort = new Thread(this::abandon, "end of Openfire");
    /** Addresses of other servers. Nothing listens on port 1: names that are missing here must not be looked up outside. */
    private final Map<String, String> dns = new TreeMap<>(Map.of("*", Ports.HOST + ":1"));

    /** The parts of the log, from one character to another, that are of an earlier server, or of the end of this one. */
    private final List<int[]> notCounted = new ArrayList<>();

    private ServerProcess process;
    private String finalLog;

    OpenfireServer(final OpenfireBuilder settings) throws IOException
    {
        this.settings = settings;
        c2sPort = settings.c2sPort == 0 ? Ports.free() : settings.c2sPort;
        s2sPort = Ports.free();
        consolePort = settings.consolePort == 0 ? Ports.free() : settings.consolePort;
        home = OpenfireHome.of(settings);
        notCounted.add(new int[] {0, home.log().length()});
        Runtime.getRuntime().addShutdownHook(lastResort);
    }

    /** The version of the Openfire that the tests start, such as 4.2.0 or 5.2.0-SNAPSHOT. */
    public static String version()
    {
        return OPENFIRE.version();
    }

    /**
     * Whether the Openfire that the tests start is of some version or a later one.
     *
     * @param major the first number of the version.
     * @param minor the second number.
     */
    public static boolean isAtLeast(final int major, final int minor)
    {
        final int[] numbers = Stream.of(version().split("[.-]")).limit(2).mapToInt(Integer::parseInt).toArray();
        return numbers[0] > major || numbers[0] == major && numbers[1] >= minor;
    }

    public static OpenfireBuilder builder()
    {
        return new OpenfireBuilder();
    }

    @Override
    public String host()
    {
        return Ports.HOST;
    }

    @Override
    public String domain()
    {
        return settings.domain;
    }

    @Override
    public int c2sPort()
    {
        return c2sPort;
    }

    public int s2sPort()
    {
        return s2sPort;
    }

    /**
     * The address of the admin console's first page, if the server was started with a {@link OpenfireBuilder#console console}; without a
     * slash in the end.
     */
    public String consoleUrl()
    {
        return "http://" + Ports.HOST + ":" + consolePort;
    }

    public Path home()
    {
        return home.directory();
    }

    public synchronized long pid()
    {
        return process.pid();
    }

    /**
     * Tells this server where another one and its group chat services are. To federate, both must know each other.
     *
     * @param other a running server; services that it gets later take another call.
     */
    public void knows(final OpenfireServer other)
    {
        final List<List<String>> services = other.query("SELECT subdomain FROM ofMucService");
        knows(other.domain(), other.s2sPort, services.stream().map(row -> row.get(0)).toList());
    }

    /** Tells this server where a Prosody and its group chat service are. */
    void knows(final ProsodyServer other)
    {
        knows(other.domain(), other.s2sPort(), List.of("conference"));
    }

    private synchronized void knows(final String other, final int port, final List<String> services)
    {
        dns.put(other, Ports.HOST + ":" + port);
        services.forEach(service -> dns.put(service + "." + other, Ports.HOST + ":" + port));
        request(REQUEST, "overrideDns", dns());
    }

    /**
     * Stops the server in an orderly way if it runs, and starts it again with the same data on the same ports.
     */
    public synchronized void restart()
    {
        stop();
        boot(List.of("dnsutil.dnsOverride", dns()));
        awaitPorts();
    }

    /**
     * Ends the process as a loss of power would. {@link #restart()} brings it back.
     */
    public synchronized void kill()
    {
        process.kill();
    }

    /**
     * What the server logged so far, in all its runs on this home: errors, warnings and information. Can still be had when
     * the server is closed.
     */
    public synchronized String log()
    {
        return finalLog == null ? home.log() : finalLog;
    }

    /**
     * The lines of the log that are errors. Those while the server stops do not count: it then takes its parts away from under the last
     * connections.
     */
    public synchronized List<String> errors()
    {
        final StringBuilder log = new StringBuilder(log());
        for (int i = notCounted.size() - 1; i >= 0; i--) {
            log.delete(notCounted.get(i)[0], notCounted.get(i)[1]);
        }
        return log.toString().lines()
            .filter(line -> line.contains(" ERROR ") || line.toLowerCase(Locale.ROOT).contains("sqlexception")).toList();
    }

    /**
     * Stops the server, and removes its home unless it was given one. Nothing remains.
     */
    @Override
    public synchronized void close()
    {
        if (finalLog != null) {
            return;
        }
        if (process != null) {
            stop();
        }
        finalLog = home.log();
        try {
            home.deleteIfTemporary();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            Runtime.getRuntime().removeShutdownHook(lastResort);
        }
    }

    private void stop()
    {
        final int start = home.log().length();
        process.stop();
        notCounted.add(new int[] {start, home.log().length()});
    }

    /** Starts the server for the first time, or leaves nothing of it. */
    OpenfireServer started()
    {
        try {
            start();
            return this;
        } catch (final IOException e) {
            Cleanup.after(e, this);
            throw new UncheckedIOException(e);
        } catch (final RuntimeException | Error e) {
            Cleanup.after(e, this);
            throw e;
        }
    }

    private void start() throws IOException
    {
        home.prepare(OPENFIRE, settings);
        final List<String> properties = new ArrayList<>();
        settings.properties.forEach((name, value) -> properties.addAll(Arrays.asList(name, value)));
        properties.addAll(List.of(
            "xmpp.domain", settings.domain,
            "xmpp.fqdn", settings.domain,
            "xmpp.socket.plain.port", String.valueOf(c2sPort),
            "xmpp.server.socket.port", String.valueOf(s2sPort),
            "adminConsole.port", String.valueOf(consolePort),
            "dnsutil.dnsOverride", dns()));
        boot(properties);
        settings.accounts.forEach((user, password) -> {
            if (!Boolean.parseBoolean(request(REQUEST, "hasAccount", user).get(0))) {
                createAccount(user, password);
            }
        });
        awaitPorts();
        if (settings.plugin != null) {
            install(settings.plugin);
        }
    }

    private void boot(final List<String> properties)
    {
        ports().forEach(port -> Ports.requireFree(port, "Openfire"));
        try {
            process = launch();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        request(BOOT, "boot", properties.toArray(String[]::new));
    }

    /** Openfire opens its ports in the background, and only logs it if it cannot. */
    private void awaitPorts()
    {
        ports().forEach(port -> {
            if (!Ports.awaitOpen(port, REQUEST, process::isAlive)) {
                throw failure("port " + port + " does not open");
            }
        });
    }

    private List<Integer> ports()
    {
        return Stream.of(c2sPort, s2sPort, consolePort).filter(port -> port > 0).toList();
    }

    private ServerProcess launch() throws IOException
    {
        final Path directory = home.directory();
        final List<String> command = new ArrayList<>();
        if (settings.processor != null) {
            command.addAll(List.of("taskset", "--cpu-list", settings.processor.toString()));
        }
        command.addAll(List.of(
            System.getProperty(JAVA, Path.of(System.getProperty("java.home"), "bin", "java").toString()),
            "-cp", directory.resolve("harness") + File.pathSeparator + OPENFIRE.classPath(),
            // Openfire's connection pool defines classes at run time.
            "--add-opens", "java.base/java.lang=ALL-UNNAMED",
            "-DopenfireHome=" + directory,
            "-Dlog4j.configuration=" + directory.resolve("harness/log4j.properties").toUri(),
            "-Dlog4j.configurationFile=" + directory.resolve("harness/log4j2.xml").toUri(),
            "-Djava.io.tmpdir=" + directory.resolve("tmp"),
            "-Djava.awt.headless=true",
            "-Duser.language=en",
            // A killed server would leave a file behind, outside of its home.
            "-XX:-UsePerfData",
            "-Xmx512m"));
        command.addAll(OPENFIRE.javaOptions());
        Stream.of(System.getProperty(JAVA_OPTIONS, "").split(" ")).filter(option -> !option.isEmpty()).forEach(command::add);
        command.addAll(settings.jvmArgs);
        command.addAll(List.of(ServerMain.class.getName(), directory.toString()));

        final ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile())
            .redirectError(ProcessBuilder.Redirect.appendTo(home.consoleLog().toFile()));
        builder.environment().putAll(settings.environment);
        return new ServerProcess(builder);
    }

    @Override
    synchronized List<String> request(final Duration patience, final String verb, final String... args)
    {
        try {
            return process.request(patience, verb, args);
        } catch (final ServerProcess.RequestFailed e) {
            throw failure(e.getMessage());
        }
    }

    private IllegalStateException failure(final String message)
    {
        return new IllegalStateException("Openfire for " + settings.domain + ": " + message + home.tailOfLogs());
    }

    /** Ends a server that a test run has not closed. */
    private void abandon()
    {
        try {
            if (process != null) {
                process.kill();
            }
            home.deleteIfTemporary();
        } catch (final IOException e) {
            System.err.println("Openfire left something behind: " + e);
        }
    }

    private String dns()
    {
        final List<String> entries = new ArrayList<>();
        dns.forEach((name, address) -> entries.add("{" + name + "," + address + "}"));
        return String.join(",", entries);
    }
}
