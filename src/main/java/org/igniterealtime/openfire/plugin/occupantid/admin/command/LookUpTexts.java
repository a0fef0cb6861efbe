/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin.command;

import org.igniterealtime.openfire.plugin.occupantid.admin.LookUp;
import org.igniterealtime.openfire.plugin.occupantid.admin.LookUp.IssuedId;
import org.igniterealtime.openfire.plugin.occupantid.admin.LookUp.Place;
import org.igniterealtime.openfire.plugin.occupantid.admin.Texts;

import javax.annotation.Nonnull;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.Locale;
import java.util.stream.Collectors;

/** Tells in words what look-ups have found, or have not. Dates are in UTC, as elsewhere in XMPP (XEP-0082). */
final class LookUpTexts
{
    private final Texts texts;

    LookUpTexts(@Nonnull final Texts texts)
    {
        this.texts = texts;
    }

    /** That nothing was found, and where it was looked for. */
    @Nonnull
    String notFound(@Nonnull final LookUp lookUp)
    {
        final StringBuilder text = new StringBuilder(texts.text("occupantid.command.lookup.not_found", searched(lookUp)));
        if (!lookUp.failed().isEmpty()) {
            text.append(' ').append(texts.text("occupantid.command.lookup.failed",
                lookUp.failed().stream().map(this::name).collect(Collectors.joining(", "))));
        }
        if (lookUp.isOutOfTime()) {
            text.append(' ').append(texts.text("occupantid.command.lookup.out_of_time"));
        }
        return text.toString();
    }

    /** That the search goes on, and how far it has come. */
    @Nonnull
    String goingOn(@Nonnull final LookUp lookUp)
    {
        return texts.text("occupantid.command.lookup.going_on", searched(lookUp), lookUp.toSearch());
    }

    /** Where an account was found. */
    @Nonnull
    String placeOf(@Nonnull final LookUp.Match match)
    {
        return name(match.place());
    }

    /** Adds to an answer which secret an id is made under, and when that was in use. */
    @Nonnull
    Answer describe(@Nonnull final Answer answer, @Nonnull final IssuedId id)
    {
        answer.with("generation", texts.text("occupantid.command.result.generation"), String.valueOf(id.secret().generation()))
            .with("since", texts.text("occupantid.command.result.since"), utc(id.secret().creationDate()));
        return answer.with("until", texts.text("occupantid.command.result.until"), until(id));
    }

    /** A retired id in one line. */
    @Nonnull
    String line(@Nonnull final IssuedId id)
    {
        return texts.text("occupantid.command.result.retired_line", id.id(), String.valueOf(id.secret().generation()),
            utc(id.secret().creationDate()), until(id));
    }

    private String until(final IssuedId id)
    {
        final Date retired = id.retired();
        return retired == null ? texts.text("occupantid.command.result.current") : utc(retired);
    }

    private String searched(final LookUp lookUp)
    {
        return lookUp.searched().entrySet().stream()
            .map(entry -> texts.text("occupantid.command.lookup.searched", name(entry.getKey()), entry.getValue()))
            .collect(Collectors.joining(", "));
    }

    private String name(final Place place)
    {
        return texts.text("occupantid.command.place." + place.name().toLowerCase(Locale.ROOT));
    }

    private static String utc(final Date date)
    {
        return date.toInstant().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
