/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.bench;

import org.dom4j.DocumentException;
import org.dom4j.DocumentHelper;
import org.dom4j.Element;
import org.igniterealtime.openfire.plugin.occupantid.Settings;
import org.igniterealtime.openfire.plugin.occupantid.compatibility.Limitations;
import org.igniterealtime.openfire.plugin.occupantid.id.OccupantIds;
import org.igniterealtime.openfire.plugin.occupantid.muc.LocalRooms;
import org.igniterealtime.openfire.plugin.occupantid.muc.RoomAccess;
import org.igniterealtime.openfire.plugin.occupantid.secret.Database;
import org.igniterealtime.openfire.plugin.occupantid.secret.RoomSecret;
import org.igniterealtime.openfire.plugin.occupantid.secret.RoomSecrets;
import org.igniterealtime.openfire.plugin.occupantid.stanza.InwardStamp;
import org.igniterealtime.openfire.plugin.occupantid.stanza.OccupantIdInterceptor;
import org.igniterealtime.openfire.plugin.occupantid.stanza.OutwardProof;
import org.igniterealtime.openfire.plugin.occupantid.stanza.StanzaCounts;
import org.jivesoftware.openfire.muc.MultiUserChatManager;
import org.jivesoftware.openfire.muc.MultiUserChatService;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.xmpp.packet.JID;
import org.xmpp.packet.Message;

import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** The plugin's single steps, with nothing of a server around them but what they ask it for. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 50, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class Steps
{
    private static final String DOMAIN = "example.org";
    private static final String ROOM = "coven@conference." + DOMAIN;
    private static final String SPEAKER = "hecate@" + DOMAIN;

    /** A message from user to user. */
    @Benchmark
    public void touchesNoRoom(final Parts parts, final Stanzas stanzas)
    {
        parts.interceptor.interceptPacket(stanzas.direct, null, true, false);
    }

    /** The first delivery of each of two messages from a room. */
    @Benchmark
    @OperationsPerInvocation(2)
    public void firstDelivery(final Parts parts, final Stanzas stanzas)
    {
        parts.interceptor.interceptPacket(stanzas.delivered, null, false, false);
        parts.interceptor.interceptPacket(stanzas.alsoDelivered, null, false, false);
    }

    /** Every other delivery of a message from a room. */
    @Benchmark
    public void nextDelivery(final Parts parts, final Stanzas stanzas)
    {
        parts.interceptor.interceptPacket(stanzas.delivered, null, false, false);
    }

    /** A message to a room from somebody who spoke there before. That its id is taken off again, for the next time, is counted in. */
    @Benchmark
    public void stampKnown(final Parts parts, final Stanzas stanzas)
    {
        parts.interceptor.interceptPacket(stanzas.said, null, true, false);
        takeOff(stanzas.said);
    }

    /** The same from somebody not heard of for long. */
    @Benchmark
    public void stampUnknown(final Parts parts, final Stanzas stanzas)
    {
        stanzas.said.setFrom(stanzas.nextOf(parts.strangers));
        parts.interceptor.interceptPacket(stanzas.said, null, true, false);
        takeOff(stanzas.said);
    }

    /** The id of somebody who has been asked about before. */
    @Benchmark
    public String recallId(final Parts parts)
    {
        return parts.ids.idOf(parts.secret, SPEAKER);
    }

    /** The id of one of so many that each is about to be forgotten when it is asked for again. */
    @Benchmark
    public String recallRareId(final Parts parts, final Stanzas stanzas)
    {
        return parts.ids.idOf(parts.secret, stanzas.nextOf(parts.rare).toBareJID());
    }

    /** The id of somebody not asked about for long. */
    @Benchmark
    public String makeId(final Parts parts, final Stanzas stanzas)
    {
        return parts.ids.idOf(parts.secret, stanzas.nextOf(parts.strangers).toBareJID());
    }

    /** An id that was seen before. */
    @Benchmark
    public boolean proveRemembered(final Parts parts)
    {
        return parts.ids.isProven(parts.id, ROOM + "/nick");
    }

    /** An id that was not seen for long. */
    @Benchmark
    public boolean proveForgotten(final Parts parts, final Stanzas stanzas)
    {
        return parts.ids.isProven(stanzas.nextOf(parts.strangersIds), ROOM + "/nick");
    }

    private static void takeOff(final Message message)
    {
        final Element stanza = message.getElement();
        stanza.remove(stanza.node(stanza.nodeCount() - 1));
    }

    /** The parts of the plugin, which all threads share. */
    @State(Scope.Benchmark)
    public static class Parts
    {
        /** So many that who comes again, in turn, has been forgotten. */
        private static final int STRANGERS = 300_000;

        final RoomSecrets secrets = new Database().secrets();
        final OccupantIds ids = new OccupantIds(secrets::originKey, Settings.IDS_IN_MEMORY::byDefault);
        final RoomSecret secret = secrets.ofRoom(ROOM);
        final String id = ids.idOf(secret, SPEAKER);
        final JID[] strangers = IntStream.range(0, STRANGERS).mapToObj(i -> new JID("stranger" + i, DOMAIN, "home", true)).toArray(JID[]::new);
        final JID[] rare = Arrays.copyOf(strangers, Settings.IDS_IN_MEMORY.byDefault() * 3 / 4);
        final String[] strangersIds = IntStream.range(0, STRANGERS).mapToObj(i -> ids.idOf(secret, strangers[i].toBareJID()))
            .toArray(String[]::new);

        private OccupantIdInterceptor interceptor;

        /** Puts the parts together, as the plugin does. */
        @Setup
        public void assemble()
        {
            final LocalRooms rooms = new LocalRooms(new Services(), new RoomAccess(new Limitations(Map.of())), DOMAIN);
            interceptor = new OccupantIdInterceptor(rooms, new InwardStamp(rooms, secrets, ids, new StanzaCounts(), () -> false),
                new OutwardProof(rooms, secrets, ids));
        }
    }

    /** Stanzas of one thread. */
    @State(Scope.Thread)
    public static class Stanzas
    {
        final Message direct = message("<message from='" + SPEAKER + "/home' to='user@" + DOMAIN + "/home' type='chat' id='m1'>"
            + "<body>Harpier cries: 'tis time, 'tis time.</body></message>");
        final Message said = message("<message from='" + SPEAKER + "/home' to='" + ROOM + "' type='groupchat' id='m1'>"
            + "<body>Harpier cries: 'tis time, 'tis time.</body></message>");
        final Message delivered = said.createCopy();
        private Message alsoDelivered;
        private int next = ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE / 2);

        /**
         * @param parts the plugin, which stamps the messages that are delivered.
         */
        @Setup
        public void deliver(final Parts parts)
        {
            parts.interceptor.interceptPacket(delivered, null, true, false);
            delivered.setFrom(ROOM + "/hecate");
            delivered.setTo("user@" + DOMAIN + "/home");
            alsoDelivered = delivered.createCopy();
        }

        <T> T nextOf(final T[] all)
        {
            next = next + 1 & Integer.MAX_VALUE;
            return all[next % all.length];
        }

        private static Message message(final String xml)
        {
            try {
                return new Message(DocumentHelper.parseText(xml).getRootElement(), true);
            } catch (final DocumentException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** The server's services, of which there is one. As with the server's own, looking one up is looking into a map. */
    private static final class Services extends MultiUserChatManager
    {
        private final Map<String, MultiUserChatService> services = new ConcurrentHashMap<>();

        private Services()
        {
            services.put("conference", (MultiUserChatService) Proxy.newProxyInstance(Steps.class.getClassLoader(),
                new Class<?>[] {MultiUserChatService.class}, (proxy, method, args) -> method.getName().equals("hasChatRoom")));
        }

        @Override
        public MultiUserChatService getMultiUserChatService(final String subdomain)
        {
            return services.get(subdomain);
        }
    }
}
