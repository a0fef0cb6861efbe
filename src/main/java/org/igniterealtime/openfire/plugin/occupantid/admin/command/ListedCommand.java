/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin.command;

import org.dom4j.Element;
import org.jivesoftware.openfire.commands.AdHocCommand;
import org.jivesoftware.openfire.commands.SessionData;
import org.xmpp.packet.JID;

import javax.annotation.Nonnull;
import java.util.Collections;
import java.util.List;

/**
 * A command of ours as the server lists it (XEP-0050 §2). The server never gets to execute it, for {@link CommandHandler} does.
 * Should something else have taken that one's place, it fails, rather than open a session of the server's kind.
 */
final class ListedCommand extends AdHocCommand
{
    private final Command command;

    ListedCommand(@Nonnull final Command command)
    {
        this.command = command;
    }

    @Override
    public String getCode()
    {
        return command.node();
    }

    @Override
    public String getLabel()
    {
        return command.label();
    }

    /** Asked for once, before there is anything to tell. */
    @Override
    public String getDefaultLabel()
    {
        return "";
    }

    @Override
    public boolean hasPermission(final JID requester)
    {
        return command.isFor(requester);
    }

    /** None, so that the server keeps no session. */
    @Override
    public int getMaxStages(final SessionData data)
    {
        return 0;
    }

    @Override
    public void execute(final SessionData data, final Element element)
    {
        throw new IllegalStateException("The requests for command " + command.node() + " do not come to the plugin.");
    }

    @Override
    protected void addStageInformation(final SessionData data, final Element element)
    {
        execute(data, element);
    }

    @Override
    protected List<Action> getActions(final SessionData data)
    {
        return Collections.emptyList();
    }

    @Override
    protected Action getExecuteAction(final SessionData data)
    {
        return Action.complete;
    }
}
