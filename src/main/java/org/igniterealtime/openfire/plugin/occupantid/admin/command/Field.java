/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin.command;

import javax.annotation.Nonnull;

/** What commands ask for: the fields of their forms (XEP-0004 §3.3). */
enum Field
{
    ROOM("room", true, "occupantid.lookup.room"),
    SERVICE("service", true, "occupantid.command.service"),
    OCCUPANT_ID("occupant-id", true, "occupantid.lookup.id"),
    ACCOUNT("account", true, "occupantid.lookup.of_account"),
    REASON("reason", false, "occupantid.command.reason");

    private final String variable;
    private final boolean required;
    private final String label;

    Field(@Nonnull final String variable, final boolean required, @Nonnull final String label)
    {
        this.variable = variable;
        this.required = required;
        this.label = label;
    }

    /** The name of the field in the form. */
    @Nonnull
    String variable()
    {
        return variable;
    }

    /** Whether it has to be filled in. */
    boolean isRequired()
    {
        return required;
    }

    /** The key of the text that stands beside it. */
    @Nonnull
    String label()
    {
        return label;
    }
}
