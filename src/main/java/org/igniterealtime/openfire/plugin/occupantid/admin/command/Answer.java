/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin.command;

import javax.annotation.Nonnull;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

/** What a command answers: a note (XEP-0050 §3.4), and perhaps a table of results. */
final class Answer
{
    /** How bad it is; in the words of XEP-0050. */
    enum Kind
    {
        info,
        warn,
        error
    }

    private final Kind kind;
    private final String text;
    private final boolean isLast;
    private final List<Result> results = new ArrayList<>();

    private Answer(final Kind kind, final String text, final boolean isLast)
    {
        this.kind = kind;
        this.text = text;
        this.isLast = isLast;
    }

    /** It is done. */
    @Nonnull
    static Answer done(@Nonnull final String text)
    {
        return new Answer(Kind.info, text, true);
    }

    /** It is done, but not as one could wish. */
    @Nonnull
    static Answer without(@Nonnull final String text)
    {
        return new Answer(Kind.warn, text, true);
    }

    /** It goes on; the same form can be sent once more to learn what came of it. */
    @Nonnull
    static Answer notYet(@Nonnull final String text)
    {
        return new Answer(Kind.info, text, false);
    }

    /** It cannot be done like that; the form can be corrected, and sent once more. */
    @Nonnull
    static Answer refused(@Nonnull final String text)
    {
        return new Answer(Kind.error, text, false);
    }

    /**
     * Adds a result.
     *
     * @param variable the name of its field.
     * @param label what stands beside it.
     * @param values the values; with none the result is left out.
     */
    @Nonnull
    Answer with(@Nonnull final String variable, @Nonnull final String label, @Nonnull final Collection<String> values)
    {
        if (!values.isEmpty()) {
            results.add(new Result(variable, label, new ArrayList<>(values)));
        }
        return this;
    }

    /** As {@link #with(String, String, Collection)}, with one value. */
    @Nonnull
    Answer with(@Nonnull final String variable, @Nonnull final String label, @Nonnull final String value)
    {
        return with(variable, label, Collections.singleton(value));
    }

    @Nonnull
    Kind kind()
    {
        return kind;
    }

    @Nonnull
    String text()
    {
        return text;
    }

    /** Whether the command has ended; else its form is shown again, with what was filled in. */
    boolean isLast()
    {
        return isLast;
    }

    @Nonnull
    List<Result> results()
    {
        return results;
    }

    /** One of the results. */
    static final class Result
    {
        private final String variable;
        private final String label;
        private final List<String> values;

        private Result(final String variable, final String label, final List<String> values)
        {
            this.variable = variable;
            this.label = label;
            this.values = values;
        }

        @Nonnull
        String variable()
        {
            return variable;
        }

        @Nonnull
        String label()
        {
            return label;
        }

        @Nonnull
        List<String> values()
        {
            return values;
        }
    }
}
