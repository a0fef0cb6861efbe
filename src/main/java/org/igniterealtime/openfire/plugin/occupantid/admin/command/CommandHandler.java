/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin.command;

import org.dom4j.Element;
import org.dom4j.Namespace;
import org.dom4j.QName;
import org.igniterealtime.openfire.plugin.occupantid.admin.RefusedException;
import org.igniterealtime.openfire.plugin.occupantid.admin.Texts;
import org.jivesoftware.openfire.IQHandlerInfo;
import org.jivesoftware.openfire.auth.UnauthorizedException;
import org.jivesoftware.openfire.handler.IQHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xmpp.packet.IQ;
import org.xmpp.packet.JID;
import org.xmpp.packet.Packet;
import org.xmpp.packet.PacketError;

import javax.annotation.Nonnull;
import javax.annotation.Nullable;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Answers requests for our commands (XEP-0050 §3), and hands all others to the server.
 *
 * Keeps nothing between a form and its return. The sender of each request decides what the request may do, so nobody can continue what
 * somebody else began. The session id has no meaning.
 */
final class CommandHandler extends IQHandler
{
    /** The server's own handler. */
    interface Others
    {
        @Nullable
        IQ handle(IQ packet) throws UnauthorizedException;
    }

    private static final Logger Log = LoggerFactory.getLogger(CommandHandler.class);

    private static final String NAMESPACE = "http://jabber.org/protocol/commands";
    private static final int AT_ONCE = 8;
    private static final int WAITING = 50;

    /** So many commands of one account are under way at a time: nobody keeps the others from theirs. */
    private static final int OF_ONE_ACCOUNT = 2;

    private final Map<String, Command> commands;
    private final Others others;
    private final Texts texts;
    private final Consumer<Packet> deliverer;
    private final Consumer<JID> refusals;
    private final ThreadPoolExecutor forAdmins = threads();
    private final ThreadPoolExecutor forAll = threads();
    private final Map<String, Integer> underWay = new ConcurrentHashMap<>();

    /**
     * @param commands our commands.
     * @param others answers requests for all others.
     * @param texts the texts that people see.
     * @param deliverer sends an answer.
     * @param refusals is told of everybody who was refused what a command would do.
     */
    CommandHandler(@Nonnull final List<Command> commands, @Nonnull final Others others, @Nonnull final Texts texts,
                   @Nonnull final Consumer<Packet> deliverer, @Nonnull final Consumer<JID> refusals)
    {
        super("Ad-hoc commands of the occupantid plugin");
        this.commands = commands.stream().collect(Collectors.toMap(Command::node, Function.identity()));
        this.others = others;
        this.texts = texts;
        this.deliverer = deliverer;
        this.refusals = refusals;
    }

    private static ThreadPoolExecutor threads()
    {
        final ThreadPoolExecutor threads
            = new ThreadPoolExecutor(AT_ONCE, AT_ONCE, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(WAITING), task -> {
                final Thread thread = new Thread(task, "occupantid command");
                thread.setDaemon(true);
                return thread;
            });
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    @Override
    public IQHandlerInfo getInfo()
    {
        return new IQHandlerInfo("command", NAMESPACE);
    }

    /**
     * Answers a request.
     *
     * @return the answer; null if it comes later.
     */
    @Nullable
    @Override
    public IQ handleIQ(@Nonnull final IQ packet) throws UnauthorizedException
    {
        final Element sent = packet.getChildElement();
        final Command command = commands.get(sent.attributeValue("node", ""));
        if (command == null) {
            return others.handle(packet);
        }
        if (packet.getType() == IQ.Type.result || packet.getType() == IQ.Type.error) {
            return null;
        }
        if (packet.getType() == IQ.Type.get) {
            return refusal(packet, PacketError.Condition.bad_request, "malformed-action");
        }
        if (!command.isFor(packet.getFrom())) {
            return refusal(packet, PacketError.Condition.forbidden, null);
        }
        final Request request = new Request(packet.getFrom(), sent, command.fields(), texts);
        if (sent.attributeValue("sessionid") == null) {
            return form(packet, command, request, null);
        }
        switch (sent.attributeValue("action", "execute")) {
            case "execute":
            case "complete":
                return begin(packet, command, request);
            case "cancel":
                final IQ reply = IQ.createResultIQ(packet);
                element(reply, packet, command, "canceled");
                return reply;
            case "prev":
            case "next":
                return refusal(packet, PacketError.Condition.bad_request, "bad-action");
            default:
                return refusal(packet, PacketError.Condition.bad_request, "malformed-action");
        }
    }

    /** Ends all that goes on. */
    void close()
    {
        forAdmins.shutdownNow();
        forAll.shutdownNow();
    }

    @Nullable
    private IQ begin(final IQ packet, final Command command, final Request request)
    {
        final String account = packet.getFrom().toBareJID();
        boolean begun = false;
        try {
            if (underWay.merge(account, 1, Integer::sum) <= OF_ONE_ACCOUNT) {
                (command.isForAdminsAlone() ? forAdmins : forAll).execute(() -> {
                    final IQ answer;
                    try {
                        answer = execute(packet, command, request);
                    } finally {
                        // Before the answer, because the next request may come as soon as that is there.
                        done(account);
                    }
                    send(answer);
                });
                begun = true;
                return null;
            }
        } catch (final RejectedExecutionException tooMany) {
            // Said below.
        } finally {
            if (!begun) {
                done(account);
            }
        }
        refusals.accept(packet.getFrom());
        return form(packet, command, request, Answer.refused(texts.text("occupantid.command.error.busy")));
    }

    private void done(final String account)
    {
        underWay.computeIfPresent(account, (key, number) -> number == 1 ? null : number - 1);
    }

    private IQ execute(final IQ packet, final Command command, final Request request)
    {
        try {
            final Answer answer = command.execute(request);
            return answer.isLast() ? end(packet, command, answer) : form(packet, command, request, answer);
        } catch (final RefusedException e) {
            refusals.accept(packet.getFrom());
            return form(packet, command, request, Answer.refused(e.text(texts)));
        } catch (final InterruptedException e) {
            return refusal(packet, PacketError.Condition.service_unavailable, null);
        } catch (final RuntimeException e) {
            Log.error("The command {} of {} has failed.", command.node(), packet.getFrom(), e);
            return refusal(packet, PacketError.Condition.internal_server_error, null);
        }
    }

    private void send(final IQ reply)
    {
        try {
            deliverer.accept(reply);
        } catch (final RuntimeException e) {
            Log.warn("Could not send the result of a command to {}.", reply.getTo(), e);
        }
    }

    /** The form of a command, with what was filled in before, and what is to be said about that. */
    private static IQ form(final IQ packet, final Command command, final Request request, @Nullable final Answer answer)
    {
        final IQ reply = IQ.createResultIQ(packet);
        final Element element = element(reply, packet, command, "executing");
        element.addElement("actions").addAttribute("execute", "complete").addElement("complete");
        final Element form = element.addElement(Request.FORM).addAttribute("type", "form");
        form.addElement("title").setText(command.label());
        form.addElement("instructions").setText(command.instructions());
        for (final Field field : command.fields()) {
            final Element one = form.addElement("field").addAttribute("var", field.variable()).addAttribute("type", "text-single")
                .addAttribute("label", command.text(field.label()));
            if (field.isRequired()) {
                one.addElement("required");
            }
            if (!request.value(field).isEmpty()) {
                one.addElement("value").setText(request.value(field));
            }
        }
        addNote(element, answer);
        return reply;
    }

    private static IQ end(final IQ packet, final Command command, final Answer answer)
    {
        final IQ reply = IQ.createResultIQ(packet);
        final Element element = element(reply, packet, command, "completed");
        if (!answer.results().isEmpty()) {
            final Element form = element.addElement(Request.FORM).addAttribute("type", "result");
            form.addElement("title").setText(command.label());
            for (final Answer.Result result : answer.results()) {
                final Element field = form.addElement("field").addAttribute("var", result.variable())
                    .addAttribute("type", result.values().size() > 1 ? "text-multi" : "text-single").addAttribute("label", result.label());
                result.values().forEach(value -> field.addElement("value").setText(value));
            }
        }
        addNote(element, answer);
        return reply;
    }

    private static Element element(final IQ reply, final IQ packet, final Command command, final String status)
    {
        final String session = packet.getChildElement().attributeValue("sessionid");
        return reply.setChildElement("command", NAMESPACE).addAttribute("node", command.node())
            .addAttribute("sessionid", session == null ? UUID.randomUUID().toString() : session).addAttribute("status", status);
    }

    private static void addNote(final Element element, @Nullable final Answer answer)
    {
        if (answer != null) {
            element.addElement("note").addAttribute("type", answer.kind().name()).setText(answer.text());
        }
    }

    /** @param detail the error's name in XEP-0050 §4.4, or null. */
    private static IQ refusal(final IQ packet, final PacketError.Condition condition, @Nullable final String detail)
    {
        final IQ reply = IQ.createResultIQ(packet);
        reply.setChildElement(packet.getChildElement().createCopy());
        final PacketError error = new PacketError(condition);
        if (detail != null) {
            error.getElement().addElement(QName.get(detail, Namespace.get(NAMESPACE)));
        }
        reply.setError(error);
        return reply;
    }
}
