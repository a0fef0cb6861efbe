/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin.command;

import org.igniterealtime.openfire.plugin.occupantid.admin.Administration;
import org.igniterealtime.openfire.plugin.occupantid.admin.RefusedException;
import org.igniterealtime.openfire.plugin.occupantid.admin.Rights;
import org.igniterealtime.openfire.plugin.occupantid.admin.Texts;
import org.igniterealtime.openfire.plugin.occupantid.secret.Rotation;

import javax.annotation.Nonnull;
import java.util.Collections;

/** Rotates the secret of a room, or of all rooms of a service. */
abstract class RotateCommand extends AdminCommand
{
    private static final int PATIENCE_SECONDS = 20;

    private RotateCommand(final String name, final Administration administration, final Rights rights, final Texts texts,
                          final Field field)
    {
        super(name, administration, rights, texts, field);
    }

    /** For a room. */
    @Nonnull
    static RotateCommand ofRoom(@Nonnull final Administration administration, @Nonnull final Rights rights, @Nonnull final Texts texts)
    {
        return new RotateCommand("rotate-room", administration, rights, texts, Field.ROOM)
        {
            @Override
            Rotation begin(@Nonnull final Request request) throws RefusedException
            {
                return administration().rotateRooms(who(request), Collections.singletonList(room(request)));
            }
        };
    }

    /** For a service. */
    @Nonnull
    static RotateCommand ofService(@Nonnull final Administration administration, @Nonnull final Rights rights, @Nonnull final Texts texts)
    {
        return new RotateCommand("rotate-service", administration, rights, texts, Field.SERVICE)
        {
            @Override
            Rotation begin(@Nonnull final Request request) throws RefusedException
            {
                return administration().rotateService(who(request), service(request));
            }
        };
    }

    @Nonnull
    abstract Rotation begin(@Nonnull Request request) throws RefusedException;

    @Nonnull
    @Override
    final Answer execute(@Nonnull final Request request) throws RefusedException, InterruptedException
    {
        final Rotation rotation = begin(request);
        final boolean isOver = rotation.await(PATIENCE_SECONDS);
        final Object[] figures
            = {rotation.roomsDone(), rotation.rooms(), rotation.occupantsAnnounced(), rotation.roomsFailed()};
        if (!isOver) {
            // Not an answer that has the form sent once more: that would be another rotation.
            return Answer.done(text("occupantid.rotation.running", figures));
        }
        if (rotation.isFailed()) {
            return Answer.without(text("occupantid.rotation.failed", figures));
        }
        return rotation.isCancelled() ? Answer.without(text("occupantid.rotation.cancelled", figures))
            : Answer.done(text("occupantid.rotation.done", figures));
    }
}
