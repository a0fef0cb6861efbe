/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A real database server in processes of its own. It listens on 127.0.0.1 only, on a port that stays the same, and keeps everything
 * in one temporary directory. Nothing of it remains when it is closed; what the system runs of its kind is left alone.
 * <p>
 * Such a server does not want to be root, so root starts it as another user of the system.
 */
public abstract class DatabaseServer implements AutoCloseable
{
    /** May do everything in every database, without a password. */
    public static final String USER = "openfire";

    /** After that, its processes are there, or have ended already. */
    private static final Duration LAUNCH = Duration.ofSeconds(3);
    private static final Duration BOOT = Duration.ofSeconds(60);
    private static final Duration END = Duration.ofSeconds(15);

    /** Its standard input ends with whoever started it, and with that the server, which thus never outlives us. */
    private static final String GUARD = """
        trap '' INT
        "$@" < /dev/null &
        read -r end
        kill -CONT $!
        kill -%s $!
        wait $!
        """;

    private final String systemUser;
    private final String systemGroup;
    private final String endSignal;
    private final Path directory;
    private final int port = Ports.free();
    private final Thread lastResort = new Thread(this::abandon, "end of a database");
    private Process process;
    private int databases;

    /**
     * @param systemUser who runs the server if we are root.
     * @param systemGroup the group that goes with it.
     * @param endSignal the signal that ends the server at once, and all of its processes.
     */
    DatabaseServer(final String systemUser, final String systemGroup, final String endSignal)
    {
        this.systemUser = systemUser;
        this.systemGroup = systemGroup;
        this.endSignal = endSignal;
        try {
            // Not where the build is: others may have no way there.
            directory = Files.createTempDirectory("occupantid-");
            if (isRoot()) {
                Files.setOwner(directory, directory.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(systemUser));
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(lastResort);
    }

    /** The command that makes the files of a new server. */
    abstract List<String> preparation();

    /** The command that runs the server. */
    abstract List<String> command();

    abstract String urlOf(String database);

    /** A database that is always there. */
    abstract String firstDatabase();

    /**
     * Makes an empty database.
     *
     * @param options what follows its name in the statement that makes it, such as a character set.
     * @return its URL for JDBC, for {@link #USER} without a password.
     */
    public final synchronized String newDatabase(final String options)
    {
        final String name = "db" + ++databases;
        try (Connection connection = DriverManager.getConnection(urlOf(firstDatabase()), USER, "");
             Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name + " " + options);
        } catch (final SQLException e) {
            throw failure("makes no database", e);
        }
        return urlOf(name);
    }

    /** Starts the server if it does not run, with the data it had. Returns when it can be used. */
    public final synchronized void start()
    {
        if (process != null) {
            return;
        }
        final List<String> command = new ArrayList<>(List.of("sh", "-c", GUARD.formatted(endSignal), "sh"));
        command.addAll(command());
        try {
            process = launch(command);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        final long start = System.nanoTime();
        while (true) {
            try {
                DriverManager.getConnection(urlOf(firstDatabase()), USER, "").close();
                return;
            } catch (final SQLException e) {
                final long waited = System.nanoTime() - start;
                if (waited > BOOT.toNanos() || waited > LAUNCH.toNanos() && process.descendants().findAny().isEmpty()) {
                    throw failure("does not start", e);
                }
                sleep();
            }
        }
    }

    /** Ends the server as a crash does, but leaves its data. Whoever connects is refused. */
    public final synchronized void stop()
    {
        if (process == null) {
            return;
        }
        resume();
        final List<ProcessHandle> all = process.descendants().toList();
        try {
            process.getOutputStream().close();
            if (!process.waitFor(END.toMillis(), TimeUnit.MILLISECONDS)) {
                all.forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
        process = null;
    }

    /** Ends all processes of the server at once, without a chance to do anything before, and leaves its data. */
    public final synchronized void kill()
    {
        signal("KILL");
        stop();
    }

    /** Stops all processes of the server where they are. Connections stay open, new ones are even made, but nobody answers. */
    public final synchronized void pause()
    {
        signal("STOP");
    }

    /**
     * Lets no file of the server's grow beyond a size, from now on. It is told the same as with a full disk: that nothing more can be
     * written there.
     *
     * @param bytes the size, or unlimited.
     */
    public final synchronized void limitFiles(final String bytes)
    {
        process.descendants().forEach(one -> run(asItsUser(List.of("prlimit", "--pid=" + one.pid(), "--fsize=" + bytes + ":"))));
    }

    /** Lets the processes go on. */
    public final synchronized void resume()
    {
        signal("CONT");
    }

    /** Ends the server, and removes all that it had. */
    @Override
    public final synchronized void close()
    {
        stop();
        Runtime.getRuntime().removeShutdownHook(lastResort);
        try {
            TestFiles.delete(directory);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Creates the files of the database and starts the server, or leaves nothing of it. */
    final void open()
    {
        try {
            prepare();
            start();
        } catch (final RuntimeException e) {
            Cleanup.after(e, this);
            throw e;
        }
    }

    private void prepare()
    {
        try {
            final Process preparation = launch(preparation());
            preparation.getOutputStream().close();
            if (preparation.waitFor() != 0) {
                throw failure("cannot be prepared", null);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    final Path directory()
    {
        return directory;
    }

    final int port()
    {
        return port;
    }

    private List<String> asItsUser(final List<String> command)
    {
        final List<String> all = new ArrayList<>();
        if (isRoot()) {
            all.addAll(List.of("setpriv", "--reuid=" + systemUser, "--regid=" + systemGroup, "--clear-groups"));
        }
        all.addAll(command);
        return all;
    }

    private Process launch(final List<String> command) throws IOException
    {
        return new ProcessBuilder(asItsUser(command)).directory(directory.toFile()).redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile())).start();
    }

    private void signal(final String signal)
    {
        if (process == null) {
            return;
        }
        final List<String> command = new ArrayList<>(List.of("sh", "-c", "kill -" + signal + " \"$@\"", "sh"));
        process.descendants().forEach(one -> command.add(String.valueOf(one.pid())));
        run(command);
    }

    private static void run(final List<String> command)
    {
        try {
            new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private IllegalStateException failure(final String message, final Exception cause)
    {
        return new IllegalStateException(getClass().getSimpleName() + " " + message + ".\n--- end of its log ---\n" + tail(), cause);
    }

    private String tail()
    {
        try {
            return TestFiles.tail(TestFiles.read(log()));
        } catch (final IOException e) {
            return e.toString();
        }
    }

    private Path log()
    {
        return directory.resolve("log");
    }

    private static boolean isRoot()
    {
        return System.getProperty("user.name").equals("root");
    }

    private static void sleep()
    {
        try {
            Thread.sleep(50);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
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
            System.err.println("A database left something behind: " + e);
        }
    }
}
