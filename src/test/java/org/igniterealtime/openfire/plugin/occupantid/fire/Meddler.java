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
import java.util.List;
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

    private static final int[] LEFT = {24_000, 72_000, 200_000};

    /** All memory that there was. */
    private static volatile byte[][] eaten;
    private static volatile long since;

    private volatile boolean frees;
    private volatile int starved;
    private volatile boolean holds;
    private Meddler last;
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
        if (last != null) {
            InterceptorManager.getInstance().removeInterceptor(last);
        }
        eaten = null;
    }

    /**
     * Meddles with stanzas from now on.
     *
     * @param place before: right ahead of our interceptors; after: behind all.
     * @param direction in: on the way to rooms; out: on the way from them.
     * @param deed what to do; nothing for nothing.
     * @param with an id or a JID that it takes to do it.
     */
    public void meddle(final String place, final String direction, final String deed, final String with)
    {
        destroyPlugin();
        what = deed;
        argument = with;
        towardsRooms = direction.equals("in");
        if (place.equals("before")) {
            // Openfire 5 has an interceptor of its own ahead of ours, which does not get over a lack of memory.
            final List<PacketInterceptor> all = InterceptorManager.getInstance().getInterceptors();
            int ours = 0;
            while (!all.get(ours).getClass().getName().contains(".occupantid.stanza.")) {
                ours++;
            }
            InterceptorManager.getInstance().addInterceptor(ours, this);
        } else {
            InterceptorManager.getInstance().addInterceptor(this);
        }
    }

    @Override
    public void interceptPacket(final Packet packet, final Session session, final boolean incoming, final boolean processed)
        throws PacketRejectedException
    {
        if (frees) {
            // First of all: there is no memory for anything.
            eaten = null;
            return;
        }
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
            case "starve", "starve presence" -> starve(stanza);
            case "pretend" -> packet.setFrom(new JID(argument));
            case "copy" -> {
                final Packet copy = packet.createCopy();
                copy.setTo(new JID(argument));
                XMPPServer.getInstance().getPacketRouter().route(copy);
            }
            case "wait" -> pause(500);
            case "hold presence" -> {
                holds = true;
                while (what.equals("hold")) {
                    pause(10);
                }
                holds = false;
            }
            default -> {
            }
        }
    }

    private static void pause(final long millis)
    {
        try {
            Thread.sleep(millis);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void strip(final Element stanza)
    {
        for (Element id = stanza.element(ID); id != null; id = stanza.element(ID)) {
            stanza.remove(id);
        }
    }

    /**
     * Takes memory before ours, for each message or presence in a direction, and gives it back after ours. What is left in between is not
     * always the same.
     *
     * @param direction in: on the way to rooms; out: on the way from them, when two ids that are none are put in before.
     */
    public void starve(final String direction)
    {
        meddle("before", direction, "starve", "");
        last = new Meddler();
        last.frees = true;
        InterceptorManager.getInstance().addInterceptor(last);
        final Thread guard = new Thread(Meddler::freeInTheEnd, "guard of memory");
        guard.setDaemon(true);
        guard.start();
    }

    /** Should nobody else do it. */
    private static void freeInTheEnd()
    {
        while (true) {
            try {
                Thread.sleep(200);
            } catch (final InterruptedException e) {
                return;
            }
            if (eaten != null && System.nanoTime() - since > 3_000_000_000L) {
                eaten = null;
            }
        }
    }

    /**
     * Takes all memory that there is, and what others give back meanwhile.
     *
     * @param millis for how long.
     */
    public void famine(final String millis)
    {
        final long time = Long.parseLong(millis) * 1_000_000;
        final byte[][] all = new byte[100_000][];
        final long start = System.nanoTime();
        int count = 0;
        while (System.nanoTime() - start < time) {
            count = eat(all, count);
        }
        eaten = null;
    }

    private void starve(final Element stanza)
    {
        if (!towardsRooms) {
            stanza.addElement(ID).addAttribute("id", "made-up");
            stanza.addElement(ID).addAttribute("id", "made up, too");
        }
        starved++;
        final byte[][] all = new byte[10_000][];
        // For small things there is always some left: the server itself does not outlive it otherwise.
        all[0] = new byte[LEFT[starved % LEFT.length]];
        eat(all, 1);
        all[0] = null;
    }

    /** Fills what is free with pieces, down to the smallest. */
    private static int eat(final byte[][] all, final int first)
    {
        since = System.nanoTime();
        eaten = all;
        int count = first;
        for (int size = 1 << 20; size >= 1 << 4 && count < all.length;) {
            try {
                all[count] = new byte[size];
                count++;
            } catch (final OutOfMemoryError full) {
                size >>= 8;
            }
        }
        return count;
    }

    /** Whether a presence is held, until something else is to be done. */
    public String holds()
    {
        return String.valueOf(holds);
    }

    /** How many stanzas there was no memory for. */
    public String starved()
    {
        return String.valueOf(starved);
    }
}
