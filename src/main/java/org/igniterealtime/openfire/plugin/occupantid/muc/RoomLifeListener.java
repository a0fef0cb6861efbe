/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.muc;

import org.igniterealtime.openfire.plugin.occupantid.secret.RoomSecrets;
import org.jivesoftware.openfire.muc.MUCEventListener;
import org.xmpp.packet.JID;
import org.xmpp.packet.Message;

import javax.annotation.Nonnull;
import java.util.function.BiConsumer;

/**
 * Gives a room its secret when it is created, and takes it away when it is destroyed. Tells of joins.
 *
 * Has the methods of every version of {@link MUCEventListener}: a server that calls one that is missing here would fail.
 */
public final class RoomLifeListener implements MUCEventListener
{
    private final RoomSecrets secrets;
    private final BiConsumer<JID, JID> joined;

    /**
     * @param secrets the secrets of rooms.
     * @param joined is told the room and the real full JID of everybody who has joined one.
     */
    public RoomLifeListener(@Nonnull final RoomSecrets secrets, @Nonnull final BiConsumer<JID, JID> joined)
    {
        this.secrets = secrets;
        this.joined = joined;
    }

    @Override
    public void roomCreated(final JID roomJID)
    {
        secrets.roomCreated(roomJID.toBareJID());
    }

    /** Instead of {@link #roomCreated(JID)} since Openfire 5.0. */
    public void roomCreated(final long roomID, final JID roomJID)
    {
        roomCreated(roomJID);
    }

    @Override
    public void roomDestroyed(final JID roomJID)
    {
        secrets.roomDestroyed(roomJID.toBareJID());
    }

    /** Instead of {@link #roomDestroyed(JID)} since Openfire 5.0. */
    public void roomDestroyed(final long roomID, final JID roomJID)
    {
        roomDestroyed(roomJID);
    }

    /** Since Openfire 5.0. */
    public void roomClearChatHistory(final long roomID, final JID roomJID)
    {
    }

    @Override
    public void occupantJoined(final JID roomJID, final JID user, final String nickname)
    {
        joined.accept(roomJID.asBareJID(), user);
    }

    @Override
    public void occupantLeft(final JID roomJID, final JID user)
    {
    }

    /** Beside {@link #occupantLeft(JID, JID)} in Openfire 4.6, instead of it since 4.7. */
    public void occupantLeft(final JID roomJID, final JID user, final String nickname)
    {
    }

    /** Since Openfire 4.7. */
    public void occupantNickKicked(final JID roomJID, final String nickname)
    {
    }

    @Override
    public void nicknameChanged(final JID roomJID, final JID user, final String oldNickname, final String newNickname)
    {
    }

    @Override
    public void messageReceived(final JID roomJID, final JID user, final String nickname, final Message message)
    {
    }

    @Override
    public void privateMessageRecieved(final JID toJID, final JID fromJID, final Message message)
    {
    }

    @Override
    public void roomSubjectChanged(final JID roomJID, final JID user, final String newSubject)
    {
    }
}
