/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin;

import org.jivesoftware.util.JiveGlobals;

import javax.annotation.Nonnull;
import java.text.DateFormat;
import java.text.MessageFormat;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.function.Supplier;

/** The texts that the plugin shows to people, in the language of the server: those in {@code i18n/}. */
public final class Texts
{
    private static final String BUNDLE = "occupantid_i18n";

    private final Supplier<Locale> locale;

    /** Texts in the language of the server. */
    public Texts()
    {
        this(JiveGlobals::getLocale);
    }

    /**
     * @param locale gives the language of the server, which an admin may change.
     */
    public Texts(@Nonnull final Supplier<Locale> locale)
    {
        this.locale = locale;
    }

    /**
     * A text.
     *
     * @param key its key.
     * @param arguments what stands for its placeholders, as in {@link MessageFormat}.
     * @return plain text, which still has to be escaped wherever it is put.
     * @throws java.util.MissingResourceException if there is no such text.
     */
    @Nonnull
    public String text(@Nonnull final String key, @Nonnull final Object... arguments)
    {
        return new MessageFormat(bundle().getString(key), locale.get()).format(arguments);
    }

    /** A date and time in the time zone of the server, as the admin console shows it elsewhere. */
    @Nonnull
    public String date(@Nonnull final Date date)
    {
        // JiveGlobals.formatDateTime does the same, but is not thread-safe.
        final DateFormat format = DateFormat.getDateTimeInstance(DateFormat.MEDIUM, DateFormat.MEDIUM, locale.get());
        format.setTimeZone(JiveGlobals.getTimeZone());
        return format.format(date);
    }

    /** How many days ago a date is, by the calendar of the server's time zone; negative for a date after today. */
    public long daysSince(@Nonnull final Date date)
    {
        return daysSince(date, new Date(), JiveGlobals.getTimeZone().toZoneId());
    }

    static long daysSince(final Date date, final Date now, final ZoneId zone)
    {
        return ChronoUnit.DAYS.between(date.toInstant().atZone(zone).toLocalDate(), now.toInstant().atZone(zone).toLocalDate());
    }

    /** The language that the texts are in. */
    @Nonnull
    public Locale locale()
    {
        return locale.get();
    }

    private ResourceBundle bundle()
    {
        // Where a language is missing the texts are in English, not in that of the server's operating system.
        return ResourceBundle.getBundle(BUNDLE, locale.get(), Texts.class.getClassLoader(),
            ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES));
    }

    /** Lets go of all that is remembered of the texts. */
    public void close()
    {
        ResourceBundle.clearCache(Texts.class.getClassLoader());
    }
}
