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
import org.xmpp.packet.JID;

import javax.annotation.Nonnull;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
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
     * @param forAdmins where admins look up.
     * @param forModerators where all others do.
     * @param refusals is told of everybody who was refused what a command would do.
     */
    public Commands(@Nonnull final IQRouter router, @Nonnull final AdHocCommandHandler list, @Nonnull final Administration administration,
                    @Nonnull final Moderation moderation, @Nonnull final LookUps forAdmins, @Nonnull final LookUps forModerators,
                    @Nonnull final Rights rights, @Nonnull final Texts texts, @Nonnull final Consumer<JID> refusals)
    {
        this.router = router;
        this.list = list;
        // Two, since a search begun for a moderation is not to be read by way of the other command, past the audit log.
        final LookUpDesk adminsDesk = new LookUpDesk(PATIENCE_SECONDS, System::nanoTime);
        final LookUpDesk moderatorsDesk = new LookUpDesk(PATIENCE_SECONDS, System::nanoTime);
        final List<Command> commands = Arrays.asList(
            RotateCommand.ofRoom(administration, rights, texts),
            RotateCommand.ofService(administration, rights, texts),
            new FindAccountCommand(administration, forAdmins, rights, adminsDesk, texts),
            new FindIdsCommand(administration, rights, texts),
            new ModerationCommand(Moderation.Deed.KICK, moderation, forModerators, moderatorsDesk, rights, texts),
            new ModerationCommand(Moderation.Deed.BAN, moderation, forModerators, moderatorsDesk, rights, texts),
            new ModerationCommand(Moderation.Deed.UNBAN, moderation, forModerators, moderatorsDesk, rights, texts));
        handler = new CommandHandler(commands, list::handleIQ, texts, refusals);
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
