/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin.web;

import org.igniterealtime.openfire.plugin.occupantid.admin.Texts;
import org.igniterealtime.openfire.plugin.occupantid.secret.Rotation;

import javax.annotation.Nonnull;
import javax.annotation.Nullable;
import java.util.Date;

/** The words of the pages: texts, dates, and what several pages say in the same way. */
final class PageTexts
{
    private final Texts texts;

    PageTexts(@Nonnull final Texts texts)
    {
        this.texts = texts;
    }

    /** Plain text, as {@link Texts#text}. */
    @Nonnull
    String text(@Nonnull final String key, @Nonnull final Object... arguments)
    {
        return texts.text(key, arguments);
    }

    @Nonnull
    Texts texts()
    {
        return texts;
    }

    /** The language, as HTML names it. */
    @Nonnull
    String language()
    {
        return texts.locale().toLanguageTag();
    }

    /** A date and time, as {@link Texts#date}. */
    @Nonnull
    String date(@Nonnull final Date date)
    {
        return texts.date(date);
    }

    /** How many days ago a date is, as {@link Texts#daysSince}. */
    @Nonnull
    String age(@Nonnull final Date date)
    {
        final long days = texts.daysSince(date);
        if (days <= 0) {
            return text("occupantid.age.today");
        }
        return days == 1 ? text("occupantid.age.yesterday") : text("occupantid.age.days", days);
    }

    /** Who had a secret made. */
    @Nonnull
    String creator(@Nullable final String creator)
    {
        return creator == null ? text("occupantid.creator.server") : creator;
    }

    /** How far a rotation has come. */
    @Nonnull
    String progress(@Nonnull final Rotation rotation)
    {
        final String state;
        if (rotation.isCancelled()) {
            state = "occupantid.rotation.cancelled";
        } else if (!rotation.isOver()) {
            state = rotation.rooms() == 0 ? "occupantid.rotation.waiting" : "occupantid.rotation.running";
        } else {
            state = rotation.isFailed() ? "occupantid.rotation.failed" : "occupantid.rotation.done";
        }
        return text(state, rotation.roomsDone(), rotation.rooms(), rotation.occupantsAnnounced(), rotation.roomsFailed());
    }
}
