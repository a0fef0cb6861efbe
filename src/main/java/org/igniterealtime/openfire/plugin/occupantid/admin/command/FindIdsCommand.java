/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin.command;

import org.igniterealtime.openfire.plugin.occupantid.admin.AccountIds;
import org.igniterealtime.openfire.plugin.occupantid.admin.Administration;
import org.igniterealtime.openfire.plugin.occupantid.admin.LookUp.IssuedId;
import org.igniterealtime.openfire.plugin.occupantid.admin.RefusedException;
import org.igniterealtime.openfire.plugin.occupantid.admin.Rights;
import org.igniterealtime.openfire.plugin.occupantid.admin.Texts;

import javax.annotation.Nonnull;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Tells the ids of an account in a room: one for each of the room's secrets that are kept. */
final class FindIdsCommand extends AdminCommand
{
    private final LookUpTexts lookUpTexts;

    FindIdsCommand(@Nonnull final Administration administration, @Nonnull final Rights rights, @Nonnull final Texts texts)
    {
        super("find-ids", administration, rights, texts, Field.ROOM, Field.ACCOUNT);
        lookUpTexts = new LookUpTexts(texts);
    }

    @Nonnull
    @Override
    Answer execute(@Nonnull final Request request) throws RefusedException
    {
        final AccountIds found = administration().idsOf(who(request), room(request), request.required(Field.ACCOUNT));
        final List<IssuedId> issued = found.ids();
        final String text = own("found", found.account(), issued.get(0).id());
        final Answer answer = (found.isMissing() ? Answer.without(text + ' ' + text("occupantid.lookup.no_user", found.account()))
            : Answer.done(text))
            .with("account", text(Field.ACCOUNT.label()), found.account().toString())
            .with("occupant-id", text(Field.OCCUPANT_ID.label()), issued.get(0).id());
        lookUpTexts.describe(answer, issued.get(0));
        final List<IssuedId> retired = issued.subList(1, issued.size());
        return answer.with("retired", own("retired"), all(retired, IssuedId::id))
            .with("retired-since", own("retired_since"), all(retired, LookUpTexts::since))
            .with("retired-until", own("retired_until"), all(retired, LookUpTexts::until))
            .with("retired-generation", own("retired_generation"), all(retired, LookUpTexts::generation));
    }

    private static List<String> all(final List<IssuedId> ids, final Function<IssuedId, String> value)
    {
        return ids.stream().map(value).collect(Collectors.toList());
    }
}
