/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The home directory of a server: its configuration, data and logs.
 *
 * @param isTemporary whether it is deleted when the server is closed.
 */
record OpenfireHome(Path directory, boolean isTemporary)
{
    /** How the names of temporary homes begin. */
    static final String TEMPORARY = TestFiles.TEMPORARY + "openfire-";

    static OpenfireHome of(final OpenfireBuilder settings) throws IOException
    {
        return settings.home == null
            ? new OpenfireHome(TestFiles.createTemporary("openfire"), true)
            : new OpenfireHome(settings.home.toAbsolutePath(), false);
    }

    /** Fills the directory, as far as an earlier server has not. */
    void prepare(final OpenfireInstallation openfire, final OpenfireBuilder settings) throws IOException
    {
        for (final String name : List.of("conf", "harness", "logs", "plugins", "resources", "tmp")) {
            Files.createDirectories(directory.resolve(name));
        }
        final String mainClass = ServerMain.class.getName().replace('.', '/') + ".class";
        TestFiles.copyResource("/" + mainClass, directory.resolve("harness").resolve(mainClass));
        for (final String name : List.of("log4j.properties", "log4j2.xml")) {
            TestFiles.copyResource("/harness/" + name, directory.resolve("harness").resolve(name));
        }
        // The console of an earlier version must not shine through.
        TestFiles.delete(directory.resolve("plugins/admin"));
        openfire.copyTo(directory);
        final Path configuration = directory.resolve("conf/openfire.xml");
        if (Files.notExists(configuration)) {
            Files.writeString(configuration, configuration(settings));
            Files.writeString(directory.resolve("conf/security.xml"), "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                + (settings.encryptionKey == null ? "<security/>\n"
                    : "<security><encrypt><key><new>" + settings.encryptionKey + "</new></key></encrypt></security>\n"));
        }
    }

    private String configuration(final OpenfireBuilder settings)
    {
        final boolean embedded = settings.postgresUrl == null;
        // The embedded database writes what is committed, as those of real installations do: a killed server must not lose more than these.
        // It has no lock file: what a killed server leaves of it keeps the next one out for some seconds.
        final String url = embedded
            ? "jdbc:hsqldb:file:" + directory.resolve("embedded-db/openfire") + ";hsqldb.write_delay=false;hsqldb.lock_file=false"
            : settings.postgresUrl;
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <jive>
              <setup>true</setup>
              <locale>en</locale>
              <fqdn>%s</fqdn>
              <network><interface>%s</interface></network>
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
            """.formatted(settings.domain, Ports.HOST, embedded ? "org.hsqldb.jdbcDriver" : "org.postgresql.Driver", url,
            embedded ? "sa" : DatabaseServer.USER);
    }

    /** Reads what the server has logged: errors, warnings and information. */
    String log()
    {
        return read("openfire.log");
    }

    /** The end of all that the server has written, for the message of a failure. */
    String tailOfLogs()
    {
        return "\n--- end of its log ---\n" + TestFiles.tail(log())
            + "\n--- end of its console ---\n" + TestFiles.tail(read("console.log"));
    }

    Path consoleLog()
    {
        return directory.resolve("logs/console.log");
    }

    private String read(final String log)
    {
        try {
            return TestFiles.read(directory.resolve("logs").resolve(log));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void deleteIfTemporary() throws IOException
    {
        if (isTemporary) {
            TestFiles.delete(directory);
        }
    }
}
