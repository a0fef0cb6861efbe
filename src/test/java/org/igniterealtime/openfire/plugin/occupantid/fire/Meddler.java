/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.fire;

import org.dom4j.Element;
import org.dom4j.Namespace;
import org.dom4j.QName;
import org.jivesoftware.openfire.XMPPServer;
import org.jivesoftware.openfire.container.Plugin;
import org.jivesoftware.openfire.container.PluginManager;
import org.jivesoftware.openfire.interceptor.InterceptorManager;
import org.jivesoftware.openfire.interceptor.PacketInterceptor;
import org.jivesoftware.openfire.interceptor.PacketRejectedException;
import org.jivesoftware.openfire.session.Session;
import org.xmpp.packet.JID;
import org.xmpp.packet.Message;
import org.xmpp.packet.Packet;
import org.xmpp.packet.Presence;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/**
 * Another plugin, which does to stanzas what it is told to, or takes the memory that all share.
 * <p>
 * Its jar holds this one class file, so it must have no others.
 */
public final class Meddler implements Plugin, PacketInterceptor
{
    private static final QName ID = QName.get("occupant-id", Namespace.get("urn:xmpp:occupant-id:0"));

    private volatile String what = "nothing";
    private volatile boolean towardsRooms;
    private volatile String argument;

    /** Makes the plugin's jar. */
    static Path jar(final Path directory) throws IOException
    {
        final Path jar = directory.resolve("meddler.jar");
        final String file = Meddler.class.getName().replace('.', '/') + ".class";
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
             InputStream in = Meddler.class.getResourceAsStream("/" + file)) {
            out.putNextEntry(new JarEntry("plugin.xml"));
            out.write(("<plugin><class>" + Meddler.class.getName() + "</class><name>Meddler</name><description>Meddles</description>"
                + "<author>nobody</author><version>1.0</version></plugin>").getBytes(StandardCharsets.UTF_8));
            out.putNextEntry(new JarEntry("classes/" + file));
            in.transferTo(out);
        }
        return jar;
    }

    @Override
    public void initializePlugin(final PluginManager manager, final File directory)
    {
    }

    @Override
    public void destroyPlugin()
    {
        InterceptorManager.getInstance().removeInterceptor(this);
    }

    /**
     * Meddles with stanzas from now on.
     *
     * @param place before: ahead of all other interceptors; after: behind them.
     * @param direction in: on the way to rooms; out: on the way from them.
     * @param deed what to do; nothing for nothing.
     * @param with an id or a JID that it takes to do it.
     */
    public void meddle(final String place, final String direction, final String deed, final String with)
    {
        InterceptorManager.getInstance().removeInterceptor(this);
        what = deed;
        argument = with;
        towardsRooms = direction.equals("in");
        if (place.equals("before")) {
            InterceptorManager.getInstance().addInterceptor(0, this);
        } else {
            InterceptorManager.getInstance().addInterceptor(this);
        }
    }

    @Override
    public void interceptPacket(final Packet packet, final Session session, final boolean incoming, final boolean processed)
        throws PacketRejectedException
    {
        final JID room = incoming ? packet.getTo() : packet.getFrom();
        if (processed || incoming != towardsRooms || room == null || !room.getDomain().startsWith("conference.")) {
            return;
        }
        final Element stanza = packet.getElement();
        switch (packet instanceof Message ? what : packet instanceof Presence ? what + " presence" : "nothing") {
            case "reject", "reject all presence" -> {
                final PacketRejectedException rejection = new PacketRejectedException();
                rejection.setRejectionMessage("not today");
                throw rejection;
            }
            case "throw", "throw presence" -> throw new IllegalStateException("a test");
            case "fail", "fail presence" -> throw new AssertionError("a test");
            case "strip", "strip presence" -> strip(stanza);
            case "add", "add presence" -> stanza.addElement(ID).addAttribute("id", "made-up");
            case "borrow", "borrow presence" -> stanza.addElement(ID).addAttribute("id", argument);
            case "replace" -> {
                strip(stanza);
                stanza.addElement(ID).addAttribute("id", argument);
            }
            case "pretend" -> packet.setFrom(new JID(argument));
            case "copy" -> {
                final Packet copy = packet.createCopy();
                copy.setTo(new JID(argument));
                XMPPServer.getInstance().getRoutingTable().routePacket(copy.getTo(), copy, false);
            }
            case "wait" -> {
                try {
                    Thread.sleep(500);
                } catch (final InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            default -> {
            }
        }
    }

    private static void strip(final Element stanza)
    {
        for (Element id = stanza.element(ID); id != null; id = stanza.element(ID)) {
            stanza.remove(id);
        }
    }

    /**
     * Takes all memory that there is, again and again, and gives it back.
     *
     * @param times how often.
     * @return how many megabytes it was on average.
     */
    public String eat(final String times) throws InterruptedException
    {
        final byte[][] eaten = new byte[100_000][];
        final int meals = Integer.parseInt(times);
        long sum = 0;
        for (int meal = 0; meal < meals; meal++) {
            int count = 0;
            for (int size = 1 << 20; size >= 1 << 10 && count < eaten.length;) {
                try {
                    eaten[count] = new byte[size];
                    count++;
                    sum += size;
                } catch (final OutOfMemoryError full) {
                    size /= 4;
                }
            }
            Thread.sleep(300);
            // Without a call: to find the method called might take memory.
            while (count > 0) {
                eaten[--count] = null;
            }
            Thread.sleep(200);
        }
        return String.valueOf((sum >> 20) / meals);
    }

    /** How many threads there are of a name. */
    public String threads(final String name)
    {
        return String.valueOf(Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().equals(name)).count());
    }
}
