/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin.command;

import org.igniterealtime.openfire.plugin.occupantid.admin.LookUp;
import org.igniterealtime.openfire.plugin.occupantid.admin.LookUps;
import org.igniterealtime.openfire.plugin.occupantid.admin.Moderation;
import org.igniterealtime.openfire.plugin.occupantid.admin.RefusedException;
import org.igniterealtime.openfire.plugin.occupantid.admin.Rights;
import org.igniterealtime.openfire.plugin.occupantid.admin.Texts;
import org.xmpp.packet.JID;

import javax.annotation.Nonnull;
import java.util.Locale;

/**
 * Lets owners and admins of a room kick or ban somebody of whom they know the occupant id, and take a ban back. Nothing that they
 * are told names the account.
 */
final class ModerationCommand extends Command
{
    private final Moderation.Deed deed;
    private final Moderation moderation;
    private final LookUps lookUps;
    private final LookUpDesk desk;
    private final Rights rights;

    ModerationCommand(@Nonnull final Moderation.Deed deed, @Nonnull final Moderation moderation, @Nonnull final LookUps lookUps,
                      @Nonnull final LookUpDesk desk, @Nonnull final Rights rights, @Nonnull final Texts texts)
    {
        super(deed.name().toLowerCase(Locale.ROOT), texts, fieldsOf(deed));
        this.deed = deed;
        this.moderation = moderation;
        this.lookUps = lookUps;
        this.desk = desk;
        this.rights = rights;
    }

    /**
     * Everybody is shown it. Whose room it is about is known only when the form is filled in, and to look through all rooms for one
     * that the requester owns would cost more than it tells: everybody can make one.
     */
    @Override
    boolean isFor(@Nonnull final JID requester)
    {
        return true;
    }

    @Nonnull
    @Override
    Answer execute(@Nonnull final Request request) throws RefusedException, InterruptedException
    {
        final String id = request.required(Field.OCCUPANT_ID);
        lookUps.requireDatabase();
        final String room = moderated(request).toString();
        final LookUp lookUp = desk.ask(request.requester(), room, id, () -> lookUps.findAccount(room, id));
        if (!lookUp.isOver()) {
            // No numbers, since owners of rooms need not know how many users the server has.
            return Answer.notYet(text("occupantid.moderation.running"));
        }
        moderation.act(deed, request.requester(), lookUp, request.value(Field.REASON));
        return deed == Moderation.Deed.BAN && lookUps.isMissing(new JID(lookUp.match().account()))
            ? Answer.without(own("done_guest")) : Answer.done(own("done"));
    }

    private static Field[] fieldsOf(final Moderation.Deed deed)
    {
        // Nobody is told of the end of a ban.
        return deed == Moderation.Deed.UNBAN ? new Field[] {Field.ROOM, Field.OCCUPANT_ID}
            : new Field[] {Field.ROOM, Field.OCCUPANT_ID, Field.REASON};
    }

    /**
     * The room that was filled in. Those who may not moderate it are told the same, whether or not there is such a room; nothing is
     * looked up for them, nor recorded, for the log is not to be filled by anybody.
     */
    private JID moderated(final Request request) throws RefusedException
    {
        final String text = request.required(Field.ROOM);
        try {
            final JID room = new JID(text).asBareJID();
            if (rights.mayModerate(request.requester(), room)) {
                return room;
            }
        } catch (final IllegalArgumentException noJid) {
            // Said below.
        }
        throw new RefusedException("occupantid.command.error.not_moderator", text);
    }
}
