/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin.web;

import com.samskivert.mustache.DefaultCollector;
import com.samskivert.mustache.Escapers;
import com.samskivert.mustache.Mustache;

import javax.annotation.Nonnull;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * The HTML of a page: a Mustache template beside this class. Whatever it names is escaped, so that no name of a room and no nick
 * can become markup. <code>{{#text}}key{{/text}}</code> stands for a text of {@code i18n/}, and <code>{{&gt;name}}</code> for
 * another template.
 */
final class Template
{
    private static final String THIS = ".";

    private final com.samskivert.mustache.Template compiled;
    private final PageTexts words;

    /**
     * @param name the name of the template, without its ending.
     */
    Template(@Nonnull final String name, @Nonnull final PageTexts words)
    {
        this.words = words;
        compiled = Mustache.compiler().defaultValue("").emptyStringIsFalse(true).withCollector(new Models()).withLoader(Template::read)
            .compile(read(name));
    }

    /** Writes the page, with what a model holds in place of what the template names. */
    void write(@Nonnull final Map<String, Object> model, @Nonnull final Writer out)
    {
        final Map<String, Object> all = new HashMap<>(model);
        all.put("language", words.language());
        all.put("text", (Mustache.Lambda) (fragment, to) -> to.write(Escapers.HTML.escape(words.text(fragment.execute()))));
        compiled.execute(all, out);
    }

    private static Reader read(final String name)
    {
        return new InputStreamReader(Template.class.getResourceAsStream(name + ".html"), StandardCharsets.UTF_8);
    }

    /** Finds names in the model only. A template cannot reach into objects, of which not even the server's version is known. */
    private static final class Models extends DefaultCollector
    {
        @Override
        public Mustache.VariableFetcher createFetcher(final Object context, final String name)
        {
            return context instanceof Map || THIS.equals(name) ? super.createFetcher(context, name) : null;
        }
    }
}
