/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin.command;

import org.igniterealtime.openfire.plugin.occupantid.admin.Administration;
import org.igniterealtime.openfire.plugin.occupantid.admin.AuditLog;
import org.igniterealtime.openfire.plugin.occupantid.admin.FrontDoor;
import org.igniterealtime.openfire.plugin.occupantid.admin.LookUps;
import org.igniterealtime.openfire.plugin.occupantid.admin.Moderation;
import org.igniterealtime.openfire.plugin.occupantid.admin.Rights;
import org.igniterealtime.openfire.plugin.occupantid.admin.Texts;
import org.igniterealtime.openfire.plugin.occupantid.muc.LocalRooms;
import org.jivesoftware.openfire.IQRouter;
import org.jivesoftware.openfire.XMPPServer;
import org.jivesoftware.openfire.admin.AdminManager;
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
    private final Texts texts;
    private final CommandHandler handler;
    private final List<ListedCommand> listed;

    /**
     * @param forAdmins where admins look up.
     * @param forModerators where all others do.
     * @param xmppDomain the domain of the server.
     * @param refusals is told of everybody who was refused what a command would do.
     */
    public Commands(@Nonnull final Administration administration, @Nonnull final LocalRooms rooms, @Nonnull final LookUps forAdmins,
                    @Nonnull final LookUps forModerators, @Nonnull final AuditLog audit, @Nonnull final String xmppDomain,
                    @Nonnull final Consumer<JID> refusals)
    {
        final XMPPServer server = XMPPServer.getInstance();
        router = server.getIQRouter();
        list = server.getAdHocCommandHandler();
        texts = new Texts();
        final Rights rights = new Rights(user -> AdminManager.getInstance().isUserAdmin(user, false), rooms, xmppDomain);
        final FrontDoor door = new FrontDoor(server.getPacketRouter()::route, router::addIQResultListener);
        final Moderation moderation = new Moderation(rooms, door, rights, audit);
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
        handler = new CommandHandler(commands, list::handleIQ, texts, server.getPacketRouter()::route, refusals);
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
        texts.close();
    }
}
