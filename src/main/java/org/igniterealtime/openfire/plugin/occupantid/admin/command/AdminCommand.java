/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin.command;

import org.igniterealtime.openfire.plugin.occupantid.admin.Administration;
import org.igniterealtime.openfire.plugin.occupantid.admin.RefusedException;
import org.igniterealtime.openfire.plugin.occupantid.admin.Rights;
import org.igniterealtime.openfire.plugin.occupantid.admin.Texts;
import org.xmpp.packet.JID;

import javax.annotation.Nonnull;

/** A command for admins of the server, and for sysadmins of a group chat service, in whose rooms they may do the same. */
abstract class AdminCommand extends Command
{
    private final Administration administration;
    private final Rights rights;

    AdminCommand(@Nonnull final String name, @Nonnull final Administration administration, @Nonnull final Rights rights,
                 @Nonnull final Texts texts, @Nonnull final Field... fields)
    {
        super(name, texts, fields);
        this.administration = administration;
        this.rights = rights;
    }

    @Override
    final boolean isFor(@Nonnull final JID requester)
    {
        return rights.isAdmin(requester);
    }

    @Override
    final boolean isForAdminsAlone()
    {
        return true;
    }

    @Nonnull
    final Administration administration()
    {
        return administration;
    }

    /** How the audit log calls the one who asks. */
    @Nonnull
    final String who(@Nonnull final Request request)
    {
        return rights.nameOf(request.requester());
    }

    /**
     * The room that was filled in, if the requester may do this there.
     *
     * @return what was filled in, which need not be a room for an admin of the server.
     * @throws RefusedException if nothing was, or the requester may not.
     */
    @Nonnull
    final String room(@Nonnull final Request request) throws RefusedException
    {
        final String room = request.required(Field.ROOM);
        return permitted(request, domainOf(room), room);
    }

    /**
     * The service that was filled in, if the requester may do this there.
     *
     * @return what was filled in, which need not be a service for an admin of the server.
     * @throws RefusedException if nothing was, or the requester may not.
     */
    @Nonnull
    final String service(@Nonnull final Request request) throws RefusedException
    {
        final String service = request.required(Field.SERVICE);
        return permitted(request, service, service);
    }

    private String permitted(final Request request, final String service, final String what) throws RefusedException
    {
        if (!rights.mayAdminister(request.requester(), service)) {
            throw new RefusedException("occupantid.command.error.not_admin", what);
        }
        return what;
    }

    private static String domainOf(final String room)
    {
        try {
            return new JID(room).getDomain();
        } catch (final IllegalArgumentException noJid) {
            return "";
        }
    }
}
