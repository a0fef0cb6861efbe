/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.harness;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import javax.xml.parsers.DocumentBuilderFactory;

import org.igniterealtime.openfire.plugin.occupantid.harness.console.Frame;

import com.opensymphony.module.sitemesh.Page;

/**
 * A real Openfire 4.2.0 in a process of its own, from nothing but the jars on Maven Central.
 * <p>
 * It listens on 127.0.0.1 only, keeps everything in one home directory, and is stock but for what would take fixed ports,
 * reach out to the world (updates, DNS) or need certificates (TLS): see {@link Builder}. The class path of its process has
 * the server's own jars and {@link ServerMain} on it, so that plugins meet there what they meet at an admin's.
 * <p>
 * Methods can be called from any thread; one request is served at a time.
 */
public final class OpenfireServer implements XmppServer, AutoCloseable
{
    /** Which of the virtual machines this is that run tests at the same time: fork1, fork2, and so on; fork0 is none of them. */
    private static final String FORK = System.getProperty("occupantid.fork", "fork0");
    /** So many there can be, each with so many ports of its own. */
    private static final int FORKS = 8;
    private static final int PORTS = 1_500;
    private static final AtomicInteger PORT = new AtomicInteger(ThreadLocalRandom.current().nextInt(PORTS));

    /** How the names of all directories begin that are removed in the end; they are where the build keeps all of its things. */
    static final String TEMPORARY = FORK + "-";
    static final String TEMPORARY_HOME = TEMPORARY + "openfire-";

    /** The system property that names the Java program to run servers on; without it, it is the one that runs the tests. */
    private static final String JAVA = "occupantid.server.java";
    /** The system property that has options for it, with spaces between them. */
    private static final String JAVA_OPTIONS = "occupantid.server.options";
    private static final String HOST = "127.0.0.1";
    private static final Duration BOOT = Duration.ofSeconds(60);
    private static final Duration REQUEST = Duration.ofSeconds(30);
    /** Openfire itself tries for more than 40 seconds to get rid of a plugin's directory. */
    private static final Duration UNLOAD = Duration.ofSeconds(60);
    private static final Duration END = Duration.ofSeconds(15);
    private static final int TAIL = 6_000;

    /**
     * What a server's process has used.
     *
     * @param cpuNanos time of processors, all together.
     * @param allocatedBytes memory for objects, most of it given back since.
     */
    public record Usage(long cpuNanos, long allocatedBytes)
    {
    }

    /**
     * What a server's process has in use.
     *
     * @param heap bytes.
     * @param threads threads that live.
     * @param classes classes that are loaded.
     * @param files open files, connections among them.
     */
    public record Footprint(long heap, long threads, long classes, long files)
    {
    }

    private final Builder settings;
    private final Path home;
    private final int c2sPort;
    private final int s2sPort;
    /** Openfire takes a negative one for "none". */
    private final int consolePort;
    private final Thread lastResort = new Thread(this::abandon, "end of Openfire");
    /** Addresses of other servers. All that is not named here must not be looked for outside: nothing listens on port 1. */
    private final Map<String, String> dns = new TreeMap<>(Map.of("*", HOST + ":1"));

    private Process process;
    private Writer requests;
    private BlockingQueue<String> answers;
    private long lastRequest;
    private String finalLog;

    private OpenfireServer(final Builder settings) throws IOException
    {
        this.settings = settings;
        c2sPort = settings.c2sPort == 0 ? freePort() : settings.c2sPort;
        s2sPort = freePort();
        consolePort = settings.consolePort == 0 ? freePort() : settings.consolePort;
        home = settings.home == null
            ? Files.createTempDirectory(target().toAbsolutePath(), TEMPORARY_HOME) : settings.home.toAbsolutePath();
        Runtime.getRuntime().addShutdownHook(lastResort);
    }

    public static Builder builder()
    {
        return new Builder();
    }

    @Override
    public String host()
    {
        return HOST;
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
     * The address of the admin console's first page, if the server was started with a {@link Builder#console console}; without a
     * slash in the end.
     */
    public String consoleUrl()
    {
        return "http://" + HOST + ":" + consolePort;
    }

    public Path home()
    {
        return home;
    }

    public synchronized long pid()
    {
        return process.pid();
    }

    /**
     * Installs or updates a plugin as an upload in the admin console does, and waits until it has been initialised.
     *
     * @param jar the plugin; its file name is the plugin's canonical name.
     * @throws IllegalStateException with the end of the server's log, when it is not in use within 30 seconds.
     */
    public void install(final Path jar)
    {
        request(REQUEST, "install", jar.toAbsolutePath().toString());
    }

    /**
     * Removes a plugin as the admin console does. Openfire takes its time: two seconds at least.
     *
     * @param canonicalName the plugin's file name, without the extension.
     * @throws IllegalStateException with the end of the server's log, when it could not be unloaded.
     */
    public void uninstall(final String canonicalName)
    {
        request(UNLOAD, "uninstall", canonicalName);
    }

    /**
     * Whether a plugin's jar is in place and the plugin is loaded.
     */
    public boolean isInstalled(final String canonicalName)
    {
        return Boolean.parseBoolean(request(REQUEST, "isInstalled", canonicalName).get(0));
    }

    public void createAccount(final String user, final String password)
    {
        request(REQUEST, "createAccount", user, password);
    }

    /**
     * Sets a property of the running server.
     *
     * @param value null deletes the property and, as ever in Openfire, all those whose names begin with its name.
     */
    public void setProperty(final String name, final String value)
    {
        request(REQUEST, "setProperty", name, value);
    }

    public void createMucService(final String subdomain)
    {
        request(REQUEST, "createMucService", subdomain);
    }

    public void deleteMucService(final String subdomain)
    {
        request(REQUEST, "deleteMucService", subdomain);
    }

    /**
     * Destroys a room as the admin console does, without reason or alternative.
     */
    public void destroyRoom(final String service, final String room)
    {
        request(REQUEST, "destroyRoom", service, room);
    }

    /**
     * Hands a stanza to the server's router, as a plugin would.
     *
     * @param stanzaXml a message, presence or iq, its addresses taken as they are.
     */
    public void route(final String stanzaXml)
    {
        request(REQUEST, "route", stanzaXml);
    }

    /**
     * Runs SQL on the server's database.
     *
     * @return the rows, SQL's NULL as null; empty for anything but a query.
     */
    public List<List<String>> query(final String sql)
    {
        final List<String> cells = request(REQUEST, "query", sql);
        final List<List<String>> rows = new ArrayList<>();
        if (!cells.isEmpty()) {
            final int columns = Integer.parseInt(cells.get(0));
            for (int i = 1; i < cells.size(); i += columns) {
                rows.add(new ArrayList<>(cells.subList(i, i + columns)));
            }
        }
        return rows;
    }

    /**
     * Calls public methods of a plugin, as other plugins and pages of the admin console can.
     *
     * @param canonicalName the plugin's file name, without the extension.
     * @param methods the names of the methods, with dots between them: each is called on the result of the one before.
     * @param args the arguments of the last one, which takes nothing but strings.
     * @return the last result, as text.
     */
    public String plugin(final String canonicalName, final String methods, final String... args)
    {
        final List<String> all = new ArrayList<>(List.of(canonicalName, methods));
        all.addAll(Arrays.asList(args));
        return request(UNLOAD, "plugin", all.toArray(String[]::new)).get(0);
    }

    /**
     * What the server's process has used since it was started.
     */
    public Usage usage()
    {
        final List<String> counts = request(REQUEST, "usage");
        return new Usage(Long.parseLong(counts.get(0)), Long.parseLong(counts.get(1)));
    }

    /**
     * What the server's process has in use, after a full collection of garbage.
     */
    public Footprint footprint()
    {
        final List<Long> counts = request(UNLOAD, "footprint").stream().map(Long::valueOf).toList();
        return new Footprint(counts.get(0), counts.get(1), counts.get(2), counts.get(3));
    }

    /**
     * How many objects a plugin holds, by the simple name of the plugin's class that holds them. Takes {@link Builder#openToReflection}.
     *
     * @param canonicalName the plugin's file name, without the extension.
     * @param containers simple names of the plugin's classes that hold nothing for themselves, but for those who hold them.
     */
    public Map<String, Integer> held(final String canonicalName, final String... containers)
    {
        final List<String> all = new ArrayList<>(List.of(canonicalName));
        all.addAll(Arrays.asList(containers));
        final List<String> counts = request(UNLOAD, "held", all.toArray(String[]::new));
        final Map<String, Integer> held = new TreeMap<>();
        for (int i = 0; i < counts.size(); i += 2) {
            held.put(counts.get(i), Integer.valueOf(counts.get(i + 1)));
        }
        return held;
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
        dns.put(other, HOST + ":" + port);
        services.forEach(service -> dns.put(service + "." + other, HOST + ":" + port));
        request(REQUEST, "overrideDns", dns());
    }

    /**
     * Stops the server in an orderly way if it runs, and starts it again with the same data on the same ports.
     */
    public synchronized void restart()
    {
        stop();
        boot(List.of());
    }

    /**
     * Ends the process as a loss of power would. {@link #restart()} brings it back.
     */
    public synchronized void kill()
    {
        process.destroyForcibly();
        waitFor(END);
    }

    /**
     * What the server logged so far, in all its runs on this home: errors, warnings and information. Can still be had when
     * the server is closed.
     */
    public synchronized String log()
    {
        return finalLog == null ? read("openfire.log") : finalLog;
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
        stop();
        finalLog = read("openfire.log");
        try {
            removeTemporaryHome();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            Runtime.getRuntime().removeShutdownHook(lastResort);
        }
    }

    private void start() throws IOException
    {
        prepareHome();
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
        if (settings.plugin != null) {
            install(settings.plugin);
        }
    }

    private void boot(final List<String> properties)
    {
        requireFree(c2sPort);
        requireFree(s2sPort);
        if (consolePort > 0) {
            requireFree(consolePort);
        }
        try {
            launch();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        request(BOOT, "boot", properties.toArray(String[]::new));
        // Openfire opens its ports in the background, and only logs it if it cannot.
        requireOpen(c2sPort);
        requireOpen(s2sPort);
        if (consolePort > 0) {
            requireOpen(consolePort);
        }
    }

    private void launch() throws IOException
    {
        final List<String> command = new ArrayList<>();
        if (settings.processor != null) {
            command.addAll(List.of("taskset", "--cpu-list", settings.processor.toString()));
        }
        command.addAll(List.of(
            System.getProperty(JAVA, Path.of(System.getProperty("java.home"), "bin", "java").toString()),
            "-cp", home.resolve("harness") + File.pathSeparator + Files.readString(target().resolve("server.classpath")).trim(),
            // Openfire's connection pool defines classes at run time.
            "--add-opens", "java.base/java.lang=ALL-UNNAMED",
            "-DopenfireHome=" + home,
            "-Dlog4j.configuration=" + home.resolve("harness/log4j.properties").toUri(),
            "-Djava.io.tmpdir=" + home.resolve("tmp"),
            "-Djava.awt.headless=true",
            "-Duser.language=en",
            // Or a killed server would leave a file behind, outside of its home.
            "-XX:-UsePerfData",
            "-Xmx512m"));
        if (consolePort > 0) {
            // SiteMesh asks for a parser, and the old one on the class path does not work on today's Java.
            command.add("-Djavax.xml.parsers.DocumentBuilderFactory=" + DocumentBuilderFactory.newDefaultInstance().getClass().getName());
        }
        Stream.of(System.getProperty(JAVA_OPTIONS, "").split(" ")).filter(option -> !option.isEmpty()).forEach(command::add);
        command.addAll(settings.jvmArgs);
        command.addAll(List.of(ServerMain.class.getName(), home.toString()));

        final ProcessBuilder builder = new ProcessBuilder(command)
            .directory(home.toFile())
            .redirectError(ProcessBuilder.Redirect.appendTo(home.resolve("logs/console.log").toFile()));
        builder.environment().putAll(settings.environment);
        process = builder.start();
        requests = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.US_ASCII));
        final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        answers = lines;
        final InputStream output = process.getInputStream();
        final Thread reader = new Thread(() -> {
            try (BufferedReader in = new BufferedReader(new InputStreamReader(output, StandardCharsets.US_ASCII))) {
                in.lines().forEach(lines::add);
            } catch (final IOException | UncheckedIOException e) {
                // The process has ended; the empty line says so.
            }
            lines.add("");
        }, "answers of Openfire");
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * @return the results, or an exception with the server's own and with the end of its log.
     */
    private synchronized List<String> request(final Duration patience, final String verb, final String... args)
    {
        final String number = String.valueOf(++lastRequest);
        try {
            final StringBuilder line = new StringBuilder(number).append(' ').append(verb);
            for (final String arg : args) {
                line.append(' ').append(ServerMain.encode(arg));
            }
            requests.write(line.append('\n').toString());
            requests.flush();

            final long deadline = System.nanoTime() + patience.toNanos();
            String[] answer;
            do {
                final String text = answers.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (text == null) {
                    throw failure("no answer to '" + verb + "' within " + patience.toSeconds() + " s");
                }
                if (text.isEmpty()) {
                    throw failure("the server ended while asked to '" + verb + "'");
                }
                answer = text.split(" ");
            }
            // What was given up on may still be answered, later.
            while (!answer[0].equals(number));
            final List<String> results = Arrays.stream(answer).skip(2).map(ServerMain::decode).toList();
            if (!answer[1].equals("ok")) {
                throw failure("'" + verb + "' failed: " + results.get(0));
            }
            return results;
        } catch (final IOException e) {
            throw failure("the server does not run, asked to '" + verb + "'");
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private IllegalStateException failure(final String message)
    {
        return new IllegalStateException("Openfire for " + settings.domain + ": " + message
            + "\n--- end of its log ---\n" + tail(read("openfire.log"))
            + "\n--- end of its console ---\n" + tail(read("console.log")));
    }

    private static String tail(final String text)
    {
        return text.substring(Math.max(0, text.length() - TAIL));
    }

    private String read(final String logFile)
    {
        final Path file = home.resolve("logs").resolve(logFile);
        try {
            return Files.exists(file) ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8) : "";
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void stop()
    {
        if (process == null) {
            return;
        }
        try {
            requests.close();
        } catch (final IOException e) {
            // It has ended already.
        }
        if (!waitFor(END)) {
            kill();
        }
    }

    private boolean waitFor(final Duration patience)
    {
        try {
            return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (final InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * For a test run that ends before it closes its servers.
     */
    private void abandon()
    {
        try {
            if (process != null) {
                process.destroyForcibly().waitFor();
            }
            removeTemporaryHome();
        } catch (final InterruptedException | IOException e) {
            System.err.println("Openfire left something behind: " + e);
        }
    }

    private void removeTemporaryHome() throws IOException
    {
        if (settings.home == null && Files.exists(home)) {
            try (Stream<Path> files = Files.walk(home)) {
                for (final Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /**
     * The directory that the build writes to.
     */
    static Path target()
    {
        return Path.of(System.getProperty("occupantid.target", "target"));
    }

    private String dns()
    {
        final List<String> entries = new ArrayList<>();
        dns.forEach((name, address) -> entries.add("{" + name + "," + address + "}"));
        return String.join(",", entries);
    }

    private void prepareHome() throws IOException
    {
        // Without a place for the admin console, Openfire would not load any plugin, nor open its ports.
        for (final String directory : List.of(
            "conf", "harness", "logs", "plugins/admin", "resources/database", "resources/security", "tmp")) {
            Files.createDirectories(home.resolve(directory));
        }
        final String mainClass = ServerMain.class.getName().replace('.', '/') + ".class";
        copy("/" + mainClass, home.resolve("harness").resolve(mainClass));
        copy("/harness/log4j.properties", home.resolve("harness/log4j.properties"));
        copy("/harness/openfire_hsqldb.sql", home.resolve("resources/database/openfire_hsqldb.sql"));
        // The one word that PostgreSQL does not know.
        Files.writeString(home.resolve("resources/database/openfire_postgresql.sql"),
            Files.readString(home.resolve("resources/database/openfire_hsqldb.sql")).replace("LONGVARCHAR", "TEXT"));
        if (consolePort > 0) {
            prepareConsole(home.resolve("plugins/admin"));
        }
        final Path configuration = home.resolve("conf/openfire.xml");
        if (Files.notExists(configuration)) {
            Files.writeString(configuration, """
                <?xml version="1.0" encoding="UTF-8"?>
                <jive>
                  <setup>true</setup>
                  <locale>en</locale>
                  <network><interface>127.0.0.1</interface></network>
                  <adminConsole><port>-1</port><securePort>-1</securePort></adminConsole>
                  <connectionProvider>
                    <className>org.jivesoftware.database.DefaultConnectionProvider</className>
                  </connectionProvider>
                  <database>
                    <defaultProvider>
                      <driver>%s</driver>
                      <serverURL>%s</serverURL>
                      <username>%s</username>
                      <password></password>
                      <minConnections>5</minConnections>
                      <maxConnections>25</maxConnections>
                      <connectionTimeout>1.0</connectionTimeout>
                    </defaultProvider>
                  </database>
                </jive>
                """.formatted(settings.postgresUrl == null ? "org.hsqldb.jdbcDriver" : "org.postgresql.Driver", databaseUrl(),
                settings.postgresUrl == null ? "sa" : DatabaseServer.USER));
            Files.writeString(home.resolve("conf/security.xml"), "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + (settings.encryptionKey == null
                ? "<security/>\n" : "<security><encrypt><key><new>" + settings.encryptionKey + "</new></key></encrypt></security>\n"));
            createKeyStore(home.resolve("resources/security/keystore"));
            createKeyStore(home.resolve("resources/security/truststore"));
        }
    }

    /**
     * The console's pages are not to be had as jars are. So there are pages of our own, in a web application that Openfire
     * starts as it does its own; what is in the frame, and in front of it, is Openfire's.
     */
    private static void prepareConsole(final Path plugin) throws IOException
    {
        copyAll(file(OpenfireServer.class.getResource("/harness/admin")), plugin);
        final Path own = plugin.resolve("webapp/WEB-INF");
        copyAll(file(OpenfireServer.class.getResource("console")),
            own.resolve("classes").resolve(Frame.class.getPackageName().replace('.', '/')));
        copyAll(file(Page.class.getProtectionDomain().getCodeSource().getLocation()), own.resolve("lib/sitemesh.jar"));
    }

    private static Path file(final URL url)
    {
        try {
            return Path.of(url.toURI());
        } catch (final URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void copyAll(final Path from, final Path to) throws IOException
    {
        try (Stream<Path> files = Files.walk(from)) {
            for (final Path file : files.filter(Files::isRegularFile).toList()) {
                final Path copy = to.resolve(from.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /**
     * Committed is written, as with the databases of real installations: a killed server must not lose more than these do.
     * There is no lock file: what a killed server leaves of it keeps the next one out for some seconds.
     */
    private String databaseUrl()
    {
        if (settings.postgresUrl != null) {
            return settings.postgresUrl;
        }
        return "jdbc:hsqldb:file:" + home.resolve("embedded-db/openfire") + ";hsqldb.write_delay=false;hsqldb.lock_file=false";
    }

    private static void copy(final String resource, final Path file) throws IOException
    {
        Files.createDirectories(file.getParent());
        try (InputStream in = OpenfireServer.class.getResourceAsStream(resource)) {
            Files.write(file, in.readAllBytes());
        }
    }

    private static void createKeyStore(final Path file) throws IOException
    {
        final char[] password = "changeit".toCharArray();
        try (OutputStream out = Files.newOutputStream(file)) {
            final KeyStore store = KeyStore.getInstance("JKS");
            store.load(null, password);
            store.store(out, password);
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * From below the range that systems take the ports of outgoing connections from: nothing is to take it while the server
     * restarts. Nor do others who run tests at the same time, and we not soon again.
     */
    static int freePort()
    {
        final int fork = Integer.parseInt(FORK.substring(4)) % FORKS;
        while (true) {
            final int port = 20_000 + PORT.getAndUpdate(last -> (last + 1) % PORTS) * FORKS + fork;
            if (isFree(port)) {
                return port;
            }
        }
    }

    private static boolean isFree(final int port)
    {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName(HOST))) {
            return socket.isBound();
        } catch (final IOException e) {
            return false;
        }
    }

    private static void requireFree(final int port)
    {
        if (!isFree(port)) {
            throw new IllegalStateException("Port " + port + " of " + HOST + " is in use; Openfire cannot start there.");
        }
    }

    private void requireOpen(final int port)
    {
        final long deadline = System.nanoTime() + REQUEST.toNanos();
        while (System.nanoTime() < deadline && process.isAlive()) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(HOST, port));
                return;
            } catch (final IOException e) {
                try {
                    Thread.sleep(20);
                } catch (final InterruptedException interruption) {
                    Thread.currentThread().interrupt();
                    break;
                }
            }
        }
        throw failure("port " + port + " does not open");
    }

    /**
     * Says what the server is to be like.
     * <p>
     * Not stock are: no TLS, no port but those of clients and servers (and of the {@link #console console}, if there is one), no
     * look-up in DNS, no search for updates. There is always an account {@code admin} with the password {@code admin}, who is the
     * server's administrator.
     */
    public static final class Builder
    {
        private final Map<String, String> properties = new LinkedHashMap<>(Map.ofEntries(
            Map.entry("xmpp.client.tls.policy", "disabled"),
            // The policy is about connections from others, the other one about those to them.
            Map.entry("xmpp.server.tls.policy", "disabled"),
            Map.entry("xmpp.server.tls.enabled", "false"),
            Map.entry("xmpp.socket.ssl.active", "false"),
            Map.entry("xmpp.component.socket.active", "false"),
            Map.entry("xmpp.component.ssl.active", "false"),
            Map.entry("xmpp.multiplex.socket.active", "false"),
            Map.entry("xmpp.multiplex.ssl.active", "false"),
            Map.entry("xmpp.proxy.enabled", "false"),
            Map.entry("httpbind.enabled", "false"),
            Map.entry("flash.crossdomain.enabled", "false"),
            Map.entry("update.service-enabled", "false"),
            // Openfire's own setup does this.
            Map.entry("user.scramHashedPasswordOnly", "true")));
        private final Map<String, String> accounts = new LinkedHashMap<>(Map.of("admin", "admin"));
        private final List<String> jvmArgs = new ArrayList<>();
        private final Map<String, String> environment = new LinkedHashMap<>();
        private String domain = "localhost";
        private Path home;
        private int c2sPort;
        private int consolePort = -1;
        private Path plugin;
        private String postgresUrl;
        private String encryptionKey;
        private Integer processor;

        private Builder()
        {
        }

        /**
         * The server's XMPP domain; its rooms are at {@code conference.} of it.
         */
        public Builder domain(final String value)
        {
            domain = value;
            return this;
        }

        /**
         * Where the server keeps its data, and finds them when it was there before. Otherwise, it has a directory that is
         * removed in the end.
         */
        public Builder home(final Path value)
        {
            home = value;
            return this;
        }

        /**
         * The only processor that the server may use, counted from 0; all of them by default.
         */
        public Builder processor(final int value)
        {
            processor = value;
            return this;
        }

        /**
         * The port for clients; 0, as it is by default, stands for a free one.
         */
        public Builder c2sPort(final int value)
        {
            c2sPort = value;
            return this;
        }

        /**
         * Starts the admin console, on a free port.
         */
        public Builder console()
        {
            return console(0);
        }

        /**
         * Starts the admin console: Openfire's own login filter and model of the navigation, with a login page and a frame of the
         * harness around the pages of plugins. Its own pages are not there.
         *
         * @param port 0 stands for a free one.
         */
        public Builder console(final int port)
        {
            consolePort = port;
            return this;
        }

        /**
         * A database for the server in place of the one in its home.
         *
         * @param url of {@link PostgresServer#newDatabase}; one that another server has made its tables in is shared with it.
         */
        public Builder postgres(final String url)
        {
            postgresUrl = url;
            return this;
        }

        /**
         * What the server encrypts under in its database, as an admin says it in conf/security.xml; without it, that is a key which all
         * servers have in common.
         */
        public Builder encryptionKey(final String value)
        {
            encryptionKey = value;
            return this;
        }

        /**
         * A plugin to be {@link OpenfireServer#install installed} once the server runs.
         */
        public Builder plugin(final Path jar)
        {
            plugin = jar;
            return this;
        }

        /**
         * A property of Openfire that is set before the server opens its ports. A restart keeps what it finds then.
         *
         * @param value null deletes one that the data has.
         */
        public Builder property(final String name, final String value)
        {
            properties.put(name, value);
            return this;
        }

        /**
         * An account that is there when the server has started; it is made unless it exists.
         */
        public Builder account(final String user, final String password)
        {
            accounts.put(user, password);
            return this;
        }

        /**
         * An option for the Java that runs the server.
         */
        public Builder jvmArg(final String value)
        {
            jvmArgs.add(value);
            return this;
        }

        /**
         * A variable in the environment of the Java that runs the server.
         */
        public Builder environment(final String name, final String value)
        {
            environment.put(name, value);
            return this;
        }

        /**
         * Lets {@link OpenfireServer#held} look into Java's own collections.
         */
        public Builder openToReflection()
        {
            for (final String name : List.of("java.util", "java.util.concurrent", "java.util.concurrent.atomic", "java.util.concurrent.locks")) {
                jvmArgs.add("--add-opens=java.base/" + name + "=ALL-UNNAMED");
            }
            return this;
        }

        /**
         * Starts the server, and returns when it can be used.
         *
         * @throws IllegalStateException with the reason, the end of the server's log included, if it does not start. Nothing of it
         *     remains then.
         */
        public OpenfireServer start()
        {
            OpenfireServer server = null;
            boolean started = false;
            try {
                server = new OpenfireServer(this);
                server.start();
                started = true;
                return server;
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                if (server != null && !started) {
                    server.close();
                }
            }
        }
    }
}
