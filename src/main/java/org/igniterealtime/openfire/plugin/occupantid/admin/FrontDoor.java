/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin;

import org.dom4j.Element;
import org.xmpp.component.IQResultListener;
import org.xmpp.packet.IQ;
import org.xmpp.packet.JID;
import org.xmpp.packet.Packet;
import org.xmpp.packet.PacketError;

import javax.annotation.Nonnull;
import javax.annotation.Nullable;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * The way into a room that its occupants take: requests of moderators as their clients would send them (XEP-0045 §8, §9). So it is
 * the room that decides, by the rules of its version of the server, and tells all who have to know.
 */
public final class FrontDoor
{
    /** The server's list of those who wait for the answer to an IQ. */
    public interface Answers
    {
        /**
         * Has the answer given to a listener, and to nobody else.
         *
         * @param id the id of the IQ.
         * @param milliseconds after which the listener is told that there is none.
         */
        void await(String id, IQResultListener listener, long milliseconds);
    }

    /** The reason given when a room does not answer. */
    static final String NO_ANSWER = "occupantid.moderation.error.no_answer";

    private static final String MUC_ADMIN = "http://jabber.org/protocol/muc#admin";
    private static final int PATIENCE_SECONDS = 10;

    private final Consumer<Packet> router;
    private final Answers answers;

    /**
     * @param router routes a stanza as if its sender had sent it.
     * @param answers the server's list of answers that are waited for.
     */
    public FrontDoor(@Nonnull final Consumer<Packet> router, @Nonnull final Answers answers)
    {
        this.router = router;
        this.answers = answers;
    }

    /**
     * Has a room change what somebody is there.
     *
     * @param moderator the full JID of the moderator in whose name to ask.
     * @param room the room's bare JID.
     * @param who whether the person is given by "nick" or by "jid".
     * @param name the nick or JID.
     * @param what whether to change the "role" or the "affiliation".
     * @param value what it is to become.
     * @param reason what the person is told; empty for nothing.
     * @return why the room refuses; null if it does not.
     * @throws RefusedException if the room does not answer.
     * @throws InterruptedException if the thread was interrupted.
     */
    @Nullable
    PacketError.Condition change(@Nonnull final JID moderator, @Nonnull final JID room, @Nonnull final String who, @Nonnull final String name,
                                 @Nonnull final String what, @Nonnull final String value, @Nonnull final String reason)
        throws RefusedException, InterruptedException
    {
        // Nobody can guess it, so the answer cannot come from elsewhere.
        final IQ request = new IQ(IQ.Type.set, "occupantid-" + UUID.randomUUID());
        request.setFrom(moderator);
        request.setTo(room);
        final Element item = request.setChildElement("query", MUC_ADMIN).addElement("item")
            .addAttribute(who, name).addAttribute(what, value);
        if (!reason.isEmpty()) {
            item.addElement("reason").setText(reason);
        }
        final PacketError error = ask(request).getError();
        if (error == null) {
            return null;
        }
        return error.getCondition() == null ? PacketError.Condition.undefined_condition : error.getCondition();
    }

    private IQ ask(final IQ request) throws RefusedException, InterruptedException
    {
        final CompletableFuture<IQ> answer = new CompletableFuture<>();
        answers.await(request.getID(), new IQResultListener()
        {
            @Override
            public void receivedAnswer(final IQ received)
            {
                answer.complete(received);
            }

            @Override
            public void answerTimeout(final String id)
            {
                // Whoever waits has given up before.
            }
        }, TimeUnit.SECONDS.toMillis(2 * PATIENCE_SECONDS));
        router.accept(request);
        try {
            return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (final TimeoutException | ExecutionException silence) {
            throw new RefusedException(NO_ANSWER);
        }
    }
}
