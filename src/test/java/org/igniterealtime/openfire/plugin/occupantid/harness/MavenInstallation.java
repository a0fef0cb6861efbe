/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.harness;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;

import javax.xml.parsers.DocumentBuilderFactory;

import org.igniterealtime.openfire.plugin.occupantid.harness.console.Frame;

import com.opensymphony.module.sitemesh.Page;

/**
 * Openfire 4.2.0 from the jars on Maven Central. They lack what a distribution has beside them, so it comes from the test resources:
 * the tables of the database, and an admin console that has Openfire's own login filter and model of the navigation, but a login page and
 * a frame of the harness around the pages of plugins. The server's own pages are missing.
 */
final class MavenInstallation implements OpenfireInstallation
{
    @Override
    public String version()
    {
        return "4.2.0";
    }

    @Override
    public String classPath() throws IOException
    {
        return Files.readString(TestFiles.target().resolve("server.classpath")).trim();
    }

    @Override
    public List<String> javaOptions()
    {
        return List.of(
            // SiteMesh asks for a parser, and the old one on the class path does not work on Java 9 or later.
            "-Djavax.xml.parsers.DocumentBuilderFactory=" + DocumentBuilderFactory.newDefaultInstance().getClass().getName());
    }

    @Override
    public void copyTo(final Path home) throws IOException
    {
        final Path tables = home.resolve("resources/database/openfire_hsqldb.sql");
        TestFiles.copyResource("/harness/openfire_hsqldb.sql", tables);
        // PostgreSQL knows all words of these but one.
        Files.writeString(tables.resolveSibling("openfire_postgresql.sql"), Files.readString(tables).replace("LONGVARCHAR", "TEXT"));
        for (final String name : List.of("keystore", "truststore")) {
            final Path store = home.resolve("resources/security").resolve(name);
            if (Files.notExists(store)) {
                createKeyStore(store);
            }
        }
        final Path console = home.resolve("plugins/admin");
        TestFiles.copy(file(MavenInstallation.class.getResource("/harness/admin")), console);
        final Path own = console.resolve("webapp/WEB-INF");
        TestFiles.copy(file(MavenInstallation.class.getResource("console")),
            own.resolve("classes").resolve(Frame.class.getPackageName().replace('.', '/')));
        TestFiles.copy(file(Page.class.getProtectionDomain().getCodeSource().getLocation()), own.resolve("lib/sitemesh.jar"));
    }

    private static Path file(final URL url)
    {
        try {
            return Path.of(url.toURI());
        } catch (final URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void createKeyStore(final Path file) throws IOException
    {
        final char[] password = "changeit".toCharArray();
        Files.createDirectories(file.getParent());
        try (OutputStream out = Files.newOutputStream(file)) {
            final KeyStore store = KeyStore.getInstance("JKS");
            store.load(null, password);
            store.store(out, password);
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
