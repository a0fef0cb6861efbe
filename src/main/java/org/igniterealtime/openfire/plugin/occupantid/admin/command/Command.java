/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin.command;

import org.igniterealtime.openfire.plugin.occupantid.admin.RefusedException;
import org.igniterealtime.openfire.plugin.occupantid.admin.Texts;
import org.xmpp.packet.JID;

import javax.annotation.Nonnull;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Something that can be done from an XMPP client, with one form (XEP-0050). It keeps nothing of who does it. */
abstract class Command
{
    private final String name;
    private final List<Field> fields;
    private final Texts texts;

    /**
     * @param name the name, which its node ends with, and by which its texts are found.
     * @param texts the texts that people see.
     * @param fields what it asks for.
     */
    Command(@Nonnull final String name, @Nonnull final Texts texts, @Nonnull final Field... fields)
    {
        this.name = name;
        this.texts = texts;
        this.fields = Collections.unmodifiableList(Arrays.asList(fields));
    }

    /** The node that names it. */
    @Nonnull
    final String node()
    {
        return "urn:occupantid:command:" + name;
    }

    /** What it is called in lists. */
    @Nonnull
    final String label()
    {
        return own("label");
    }

    /** What stands above its form. */
    @Nonnull
    final String instructions()
    {
        return own("instructions");
    }

    /** What it asks for. */
    @Nonnull
    final List<Field> fields()
    {
        return fields;
    }

    /** A text, as {@link Texts#text}. */
    @Nonnull
    final String text(@Nonnull final String key, @Nonnull final Object... arguments)
    {
        return texts.text(key, arguments);
    }

    /** A text of this command only. */
    @Nonnull
    final String own(@Nonnull final String key, @Nonnull final Object... arguments)
    {
        return texts.text("occupantid.command." + name + '.' + key, arguments);
    }

    /**
     * Whether somebody is shown the command, and given its form. That alone is no right: {@link #execute} looks again.
     *
     * @param requester the JID of the one who asks.
     */
    abstract boolean isFor(@Nonnull JID requester);

    /** Whether it is for admins alone. What everybody may ask for must not keep them from it. */
    boolean isForAdminsAlone()
    {
        return false;
    }

    /**
     * Does it. This may take some time; no thread of the server waits for it.
     *
     * @param request what was filled in, and by whom.
     * @return what to answer.
     * @throws RefusedException if it cannot be done, or the requester may not.
     * @throws InterruptedException if the plugin is being stopped.
     */
    @Nonnull
    abstract Answer execute(@Nonnull Request request) throws RefusedException, InterruptedException;
}
