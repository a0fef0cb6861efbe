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
import java.util.stream.Stream;

/** Tells in words what look-ups have found, or have not. Dates are in UTC, as elsewhere in XMPP (XEP-0082). */
final class LookUpTexts
{
    private final Texts texts;

    LookUpTexts(@Nonnull final Texts texts)
    {
        this.texts = texts;
    }

    /** That nothing was found, and why that may be, and where it was looked for; a line for each. */
    @Nonnull
    String notFound(@Nonnull final LookUp lookUp)
    {
        return texts.text(lookUp.isOutOfTime() ? "occupantid.lookup.out_of_time.why" : "occupantid.lookup.not_found.why")
            + '\n' + searched(lookUp);
    }

    /** Where it was looked for so far; a line for each place. */
    @Nonnull
    String searched(@Nonnull final LookUp lookUp)
    {
        return Stream.concat(
            lookUp.searched().entrySet().stream()
                .map(entry -> texts.text("occupantid.lookup.searched." + key(entry.getKey()), entry.getValue())),
            lookUp.failed().stream().map(place -> texts.text("occupantid.lookup.failed." + key(place)))).collect(Collectors.joining("\n"));
    }

    /** Where an account was found. */
    @Nonnull
    String placeOf(@Nonnull final LookUp.Match match)
    {
        return texts.text("occupantid.lookup.found." + key(match.place()));
    }

    /** Adds to an answer which secret an id is made under, and when that was in use. */
    @Nonnull
    Answer describe(@Nonnull final Answer answer, @Nonnull final IssuedId id)
    {
        answer.with("generation", texts.text("occupantid.lookup.generation"), generation(id))
            .with("since", texts.text("occupantid.lookup.from"), since(id));
        return id.retired() == null ? answer : answer.with("until", texts.text("occupantid.lookup.until"), until(id));
    }

    /** The generation of the secret that an id is made under. */
    @Nonnull
    static String generation(@Nonnull final IssuedId id)
    {
        return String.valueOf(id.secret().generation());
    }

    /** Since when an id is in use. */
    @Nonnull
    static String since(@Nonnull final IssuedId id)
    {
        return utc(id.secret().creationDate());
    }

    /** Until when a retired id was in use. */
    @Nonnull
    static String until(@Nonnull final IssuedId id)
    {
        return utc(id.retired());
    }

    private static String key(final Place place)
    {
        return place.name().toLowerCase(Locale.ROOT);
    }

    private static String utc(final Date date)
    {
        return date.toInstant().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
