/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin.command;

import org.igniterealtime.openfire.plugin.occupantid.admin.Administration;
import org.igniterealtime.openfire.plugin.occupantid.admin.LookUp;
import org.igniterealtime.openfire.plugin.occupantid.admin.LookUps;
import org.igniterealtime.openfire.plugin.occupantid.admin.RefusedException;
import org.igniterealtime.openfire.plugin.occupantid.admin.Rights;
import org.igniterealtime.openfire.plugin.occupantid.admin.Texts;
import org.xmpp.packet.JID;

import javax.annotation.Nonnull;

/** Finds the account behind an occupant id. */
final class FindAccountCommand extends AdminCommand
{
    private final LookUps lookUps;
    private final LookUpDesk desk;
    private final LookUpTexts lookUpTexts;

    FindAccountCommand(@Nonnull final Administration administration, @Nonnull final LookUps lookUps, @Nonnull final Rights rights,
                       @Nonnull final LookUpDesk desk, @Nonnull final Texts texts)
    {
        super("find-account", administration, rights, texts, Field.ROOM, Field.OCCUPANT_ID);
        this.lookUps = lookUps;
        this.desk = desk;
        lookUpTexts = new LookUpTexts(texts);
    }

    @Nonnull
    @Override
    Answer execute(@Nonnull final Request request) throws RefusedException, InterruptedException
    {
        final String room = room(request);
        final String id = request.required(Field.OCCUPANT_ID);
        final LookUp lookUp = desk.ask(request.requester(), lookUps.existing(room).toString(), id,
            () -> administration().findAccount(who(request), room, id));
        final LookUp.Match match = lookUp.match();
        if (match == null) {
            return lookUp.isOver() ? Answer.without(lookUpTexts.notFound(lookUp)) : Answer.notYet(own("running") + '\n' + lookUpTexts.searched(lookUp));
        }
        final String found = own("found", match.account());
        final boolean missing = lookUps.isMissing(new JID(match.account()));
        final Answer answer = Answer.done(missing ? found + ' ' + text("occupantid.lookup.guest", match.account()) : found)
            .with("account", text(Field.ACCOUNT.label()), match.account())
            .with("found-in", text("occupantid.lookup.place"), lookUpTexts.placeOf(match))
            .with("nicks", text("occupantid.lookup.nicks"), match.nicks());
        return lookUpTexts.describe(answer, match.id());
    }
}
