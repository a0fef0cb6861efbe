/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.muc;

import org.igniterealtime.openfire.plugin.occupantid.secret.RoomSecrets;
import org.jivesoftware.openfire.muc.MUCEventDispatcher;
import org.jivesoftware.openfire.muc.MUCEventListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xmpp.packet.JID;

import javax.annotation.Nonnull;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Gives a room its secret when it is created, and takes it away when it is destroyed. Tells of joins.
 *
 * The server's interface of listeners has grown with nearly every version, and a server that calls a method that a listener lacks
 * fails in the middle of its work. So this is told of every event by its name, and goes by the addresses that come with it.
 */
public final class RoomLifeListener implements InvocationHandler
{
    private static final Logger Log = LoggerFactory.getLogger(RoomLifeListener.class);

    private static final Set<String> EVENTS
        = new HashSet<>(Arrays.asList("roomCreated", "roomDestroyed", "occupantJoined", "occupantLeft"));

    private final RoomSecrets secrets;
    private final BiConsumer<JID, JID> joined;
    private final BiConsumer<JID, JID> left;

    private RoomLifeListener(final RoomSecrets secrets, final BiConsumer<JID, JID> joined, final BiConsumer<JID, JID> left)
    {
        this.left = left;
        this.secrets = secrets;
        this.joined = joined;
    }

    /**
     * Listens to what happens to rooms.
     *
     * @param secrets the secrets of rooms.
     * @param joined is told the room and the real full JID of everybody who has joined one.
     * @param left is told the room and the real full JID of everybody who has left one.
     * @return an action that removes the listener.
     */
    @Nonnull
    public static Runnable listen(@Nonnull final RoomSecrets secrets, @Nonnull final BiConsumer<JID, JID> joined,
                                  @Nonnull final BiConsumer<JID, JID> left)
    {
        final MUCEventListener listener = create(MUCEventListener.class, secrets, joined, left);
        MUCEventDispatcher.addListener(listener);
        return () -> MUCEventDispatcher.removeListener(listener);
    }

    @Nonnull
    static <T> T create(@Nonnull final Class<T> type, @Nonnull final RoomSecrets secrets, @Nonnull final BiConsumer<JID, JID> joined,
                                  @Nonnull final BiConsumer<JID, JID> left)
    {
        return type.cast(Proxy.newProxyInstance(RoomLifeListener.class.getClassLoader(), new Class<?>[] {type},
            new RoomLifeListener(secrets, joined, left)));
    }

    @Override
    public Object invoke(final Object proxy, final Method method, final Object[] arguments)
    {
        switch (method.getName()) {
            case "equals":
                return proxy == arguments[0];
            case "hashCode":
                return System.identityHashCode(proxy);
            case "toString":
                return RoomLifeListener.class.getName();
            default:
                try {
                    happened(method.getName(), arguments == null ? new Object[0] : arguments);
                } catch (final RuntimeException | Error e) {
                    Log.error("An event of a room ({}) was not dealt with.", method.getName(), e);
                }
                return null;
        }
    }

    private void happened(final String event, final Object[] arguments)
    {
        if (!EVENTS.contains(event)) {
            return;
        }
        // Before Openfire 5.0 an event begins with the room's JID, since then some begin with the room's number.
        final JID[] jids = Arrays.stream(arguments).filter(JID.class::isInstance).toArray(JID[]::new);
        if (event.equals("roomCreated") && jids.length == 1) {
            secrets.roomCreated(jids[0].toBareJID());
        } else if (event.equals("roomDestroyed") && jids.length == 1) {
            secrets.roomDestroyed(jids[0].toBareJID());
        } else if (event.equals("occupantJoined") && jids.length == 2) {
            joined.accept(jids[0].asBareJID(), jids[1]);
        } else if (event.equals("occupantLeft") && jids.length == 2) {
            left.accept(jids[0].asBareJID(), jids[1]);
        }
    }
}
