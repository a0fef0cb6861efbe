/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin.command;

import javax.annotation.Nonnull;

/** What commands ask for: the fields of their forms (XEP-0004 §3.3). */
enum Field
{
    ROOM("room", true),
    SERVICE("service", true),
    OCCUPANT_ID("occupant-id", true),
    ACCOUNT("account", true),
    REASON("reason", false);

    private final String variable;
    private final boolean required;

    Field(@Nonnull final String variable, final boolean required)
    {
        this.variable = variable;
        this.required = required;
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
        return "occupantid.command.field." + variable;
    }
}
