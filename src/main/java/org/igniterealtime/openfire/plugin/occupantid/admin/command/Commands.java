/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin.command;

import org.igniterealtime.openfire.plugin.occupantid.admin.Administration;
import org.igniterealtime.openfire.plugin.occupantid.admin.LookUps;
import org.igniterealtime.openfire.plugin.occupantid.admin.Moderation;
import org.igniterealtime.openfire.plugin.occupantid.admin.Rights;
import org.igniterealtime.openfire.plugin.occupantid.admin.Texts;
import org.jivesoftware.openfire.IQRouter;
import org.jivesoftware.openfire.commands.AdHocCommandHandler;

import javax.annotation.Nonnull;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The commands for admins and moderators that XMPP clients show (XEP-0050). */
public final class Commands
{
    /** How long a client waits for a look-up; many give up an IQ after half a minute. */
    private static final int PATIENCE_SECONDS = 20;

    private final IQRouter router;
    private final AdHocCommandHandler list;
    private final CommandHandler handler;
    private final List<ListedCommand> listed;

    /**
     * @param router the server's router, which brings the requests.
     * @param list the server's own handler of commands, which lists them, and answers requests for the server's own.
     */
    public Commands(@Nonnull final IQRouter router, @Nonnull final AdHocCommandHandler list, @Nonnull final Administration administration,
                    @Nonnull final Moderation moderation, @Nonnull final LookUps lookUps, @Nonnull final Rights rights,
                    @Nonnull final Texts texts)
    {
        this.router = router;
        this.list = list;
        // Two, since a search begun for a moderation is not to be read by way of the other command, past the audit log.
        final LookUpDesk forAdmins = new LookUpDesk(PATIENCE_SECONDS, System::nanoTime);
        final LookUpDesk forModerators = new LookUpDesk(PATIENCE_SECONDS, System::nanoTime);
        final List<Command> commands = Arrays.asList(
            RotateCommand.ofRoom(administration, rights, texts),
            RotateCommand.ofService(administration, rights, texts),
            new FindAccountCommand(administration, lookUps, rights, forAdmins, texts),
            new FindIdsCommand(administration, rights, texts),
            new ModerationCommand(Moderation.Deed.KICK, moderation, lookUps, forModerators, rights, texts),
            new ModerationCommand(Moderation.Deed.BAN, moderation, lookUps, forModerators, rights, texts),
            new ModerationCommand(Moderation.Deed.UNBAN, moderation, lookUps, forModerators, rights, texts));
        handler = new CommandHandler(commands, list::handleIQ, texts);
        listed = commands.stream().map(ListedCommand::new).collect(Collectors.toList());
    }

    /** Has the server show them, and bring the requests. */
    public void open()
    {
        router.addHandler(handler);
        listed.forEach(list::addCommand);
    }

    /** Takes them away. */
    public void close()
    {
        listed.forEach(list::removeCommand);
        router.removeHandler(handler);
        handler.close();
    }
}
