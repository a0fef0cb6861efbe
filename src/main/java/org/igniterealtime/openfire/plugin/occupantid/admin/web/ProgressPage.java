/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin.web;

import org.igniterealtime.openfire.plugin.occupantid.secret.Rotation;
import org.igniterealtime.openfire.plugin.occupantid.secret.Rotations;

import javax.annotation.Nonnull;
import javax.annotation.Nullable;
import java.util.Map;

/** How far a rotation has come, and nothing else: what the list of rooms looks at again and again while one is under way. */
final class ProgressPage extends Page
{
    private static final long serialVersionUID = 1L;

    private final transient Rotations rotations;

    ProgressPage(@Nonnull final PageTexts words, @Nonnull final Rotations rotations)
    {
        super(words, "progress");
        this.rotations = rotations;
    }

    @Override
    void fill(@Nonnull final PageRequest request, @Nonnull final Map<String, Object> model)
    {
        fill(rotations.current(), words(), model);
    }

    static void fill(@Nullable final Rotation rotation, @Nonnull final PageTexts words, @Nonnull final Map<String, Object> model)
    {
        if (rotation != null) {
            model.put("rotation", true);
            model.put("number", rotation.number());
            model.put("running", !rotation.isOver());
            model.put("cancellable", !rotation.isOver() && !rotation.isCancelled());
            model.put("failed", rotation.isOver() && rotation.isFailed());
            model.put("asked", words.text("occupantid.rotation.asked", words.creator(rotation.creator()), words.date(rotation.startDate())));
            model.put("progress", words.progress(rotation));
            model.put("roomsDone", rotation.roomsDone() + rotation.roomsFailed());
            model.put("roomsInAll", Math.max(1, rotation.rooms()));
        }
    }
}
