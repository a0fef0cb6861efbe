/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.cluster;

import org.igniterealtime.openfire.plugin.occupantid.OccupantIdPlugin;
import org.jivesoftware.openfire.XMPPServer;
import org.jivesoftware.openfire.container.Plugin;
import org.jivesoftware.openfire.container.PluginManager;
import org.junit.jupiter.api.Test;
import org.mockito.MockedStatic;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.mockStatic;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

class SecretChangedTaskTest
{
    private static final String ROOM = "\uD83D\uDE00".repeat(255) + "@conference.example.org";

    @Test
    void tellsThePluginOfItsNode() throws Exception
    {
        final OccupantIdPlugin plugin = mock();
        try (MockedStatic<XMPPServer> servers = mockStatic(XMPPServer.class)) {
            final XMPPServer server = mock();
            final PluginManager plugins = mock();
            servers.when(XMPPServer::getInstance).thenReturn(server);
            when(server.getPluginManager()).thenReturn(plugins);
            when(plugins.getPlugins()).thenReturn(List.of(mock(Plugin.class), plugin));
            ((Runnable) sent(new SecretChangedTask(ROOM), getClass().getClassLoader())).run();
            verify(plugin).secretChanged(ROOM);
        }
    }

    @Test
    void doesNothingWhereThePluginIsNot() throws Exception
    {
        try (MockedStatic<XMPPServer> servers = mockStatic(XMPPServer.class)) {
            final XMPPServer server = mock();
            final PluginManager plugins = mock();
            servers.when(XMPPServer::getInstance).thenReturn(server);
            when(server.getPluginManager()).thenReturn(plugins);
            ((Runnable) sent(new SecretChangedTask(ROOM), getClass().getClassLoader())).run();
            verify(plugins).getPlugins();
        }
    }

    /** On each node, the plugin's classes are another class loader's. */
    @Test
    void canBeReadByAnotherClassLoader() throws Exception
    {
        final URL classes = Path.of("target/classes").toUri().toURL();
        try (URLClassLoader other = new URLClassLoader(new URL[] {classes}, getClass().getClassLoader()) {
            @Override
            protected Class<?> loadClass(final String name, final boolean resolve) throws ClassNotFoundException
            {
                return name.startsWith("org.igniterealtime.openfire.plugin.occupantid.") ? findClass(name) : super.loadClass(name, resolve);
            }
        }) {
            final Object received = sent(new SecretChangedTask(ROOM), other);
            assertEquals(SecretChangedTask.class.getName(), received.getClass().getName());
            assertNotSame(SecretChangedTask.class, received.getClass());
        }
    }

    private static Object sent(final SecretChangedTask task, final ClassLoader receiver) throws IOException, ClassNotFoundException
    {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(task);
        }
        final InputStream arrived = new ByteArrayInputStream(bytes.toByteArray());
        try (ObjectInputStream in = new ObjectInputStream(arrived) {
            @Override
            protected Class<?> resolveClass(final ObjectStreamClass description) throws ClassNotFoundException
            {
                return Class.forName(description.getName(), false, receiver);
            }
        }) {
            return in.readObject();
        }
    }
}
