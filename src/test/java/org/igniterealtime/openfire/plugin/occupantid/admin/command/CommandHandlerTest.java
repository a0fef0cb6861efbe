/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin.command;

import org.dom4j.Element;
import org.igniterealtime.openfire.plugin.occupantid.admin.RefusedException;
import org.igniterealtime.openfire.plugin.occupantid.admin.Texts;
import org.jivesoftware.openfire.PacketDeliverer;
import org.jivesoftware.openfire.XMPPServer;
import org.jivesoftware.openfire.auth.UnauthorizedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xmpp.packet.IQ;
import org.xmpp.packet.JID;
import org.xmpp.packet.PacketError;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

class CommandHandlerTest
{
    private static final JID ALICE = new JID("alice@example.org/phone");
    private static final Texts TEXTS = new Texts(() -> Locale.ENGLISH);

    /** What a command does. */
    private interface Execution
    {
        Answer execute(Request request) throws RefusedException, InterruptedException;
    }

    /** A command that does what a test says. */
    private final class Told extends Command
    {
        private final boolean isForAdminsAlone;

        private Told(final String name, final boolean isForAdminsAlone)
        {
            super(name, TEXTS, Field.ROOM, Field.REASON);
            this.isForAdminsAlone = isForAdminsAlone;
        }

        @Override
        boolean isFor(final JID requester)
        {
            return !requester.getNode().equals("mallory");
        }

        @Override
        boolean isForAdminsAlone()
        {
            return isForAdminsAlone;
        }

        @Override
        Answer execute(final Request request) throws RefusedException, InterruptedException
        {
            return execution.execute(request);
        }
    }

    private final BlockingQueue<IQ> delivered = new LinkedBlockingQueue<>();
    private final IQ othersAnswer = new IQ();
    private Execution execution = request -> Answer.done("Done.");
    private final List<JID> refused = new CopyOnWriteArrayList<>();
    private final CommandHandler handler = new CommandHandler(List.of(new Told("kick", false), new Told("rotate-room", true)),
        packet -> othersAnswer, TEXTS, packet -> delivered.add((IQ) packet), refused::add);

    @AfterEach
    void close()
    {
        handler.close();
    }

    @Test
    void whatIsNotOursIsForTheServer() throws UnauthorizedException
    {
        final IQ request = request(null, null, null);
        request.getChildElement().addAttribute("node", "another");
        assertSame(othersAnswer, handler.handleIQ(request));
        request.getChildElement().addAttribute("node", null);
        assertSame(othersAnswer, handler.handleIQ(request));
    }

    @Test
    void anAnswerIsNotAnswered() throws UnauthorizedException
    {
        final IQ answer = request("session", null, null);
        answer.setType(IQ.Type.result);
        assertNull(handler.handleIQ(answer));
        assertNull(delivered.poll());
    }

    @Test
    void theFirstAnswerIsTheForm() throws UnauthorizedException
    {
        final IQ answer = handler.handleIQ(request(null, "execute", null));
        final Element command = answer.getChildElement();
        assertEquals(ALICE, answer.getTo());
        assertEquals("executing", command.attributeValue("status"));
        assertNotNull(command.attributeValue("sessionid"));
        assertEquals("complete", command.element("actions").attributeValue("execute"));
        assertNotNull(command.element("actions").element("complete"));
        final List<Element> fields = command.element(Request.FORM).elements("field");
        assertEquals(List.of("room", "reason"), fields.stream().map(field -> field.attributeValue("var")).toList());
        assertNotNull(fields.get(0).element("required"));
        assertNull(fields.get(1).element("required"));
        assertNull(command.element("note"));
    }

    @Test
    void whatIsDoneIsAnsweredLaterToWhoSentTheForm() throws Exception
    {
        execution = request -> Answer.done(request.requester() + " " + request.required(Field.ROOM)).with("a", "A", List.of("1", "2"))
            .with("none", "None", List.of());
        assertNull(handler.handleIQ(request("session", null, "  coven ")));
        final IQ answer = answer();
        assertEquals("id", answer.getID());
        assertEquals(ALICE, answer.getTo());
        final Element command = answer.getChildElement();
        assertEquals("completed", command.attributeValue("status"));
        assertEquals("session", command.attributeValue("sessionid"));
        assertEquals("alice@example.org/phone coven", command.elementText("note"));
        final List<Element> fields = command.element(Request.FORM).elements("field");
        assertEquals(1, fields.size());
        assertEquals(List.of("1", "2"), fields.get(0).elements("value").stream().map(Element::getText).toList());
    }

    @Test
    void whatGoesOnCanBeAskedForWithTheSameForm() throws Exception
    {
        execution = request -> Answer.notYet("Later.");
        assertNull(handler.handleIQ(request("session", "complete", "coven")));
        final Element command = answer().getChildElement();
        assertEquals("executing", command.attributeValue("status"));
        assertEquals("info", command.element("note").attributeValue("type"));
        assertEquals("coven", command.element(Request.FORM).elements("field").get(0).elementText("value"));
    }

    @Test
    void aFaultIsToldAndNothingElseOfIt() throws Exception
    {
        execution = request -> {
            throw new IllegalStateException("secret");
        };
        assertNull(handler.handleIQ(request("session", null, "coven")));
        final IQ answer = answer();
        assertEquals(PacketError.Condition.internal_server_error, answer.getError().getCondition());
        assertEquals(-1, answer.toXML().indexOf("secret"));
    }

    @Test
    void whoMayNotIsRefusedBeforeAnythingElse() throws UnauthorizedException
    {
        for (final String session : new String[] {null, "session"}) {
            final IQ request = request(session, null, "coven");
            request.setFrom(new JID("mallory@example.org/phone"));
            assertEquals(PacketError.Condition.forbidden, handler.handleIQ(request).getError().getCondition());
        }
        assertNull(delivered.poll());
    }

    @Test
    void moreThanTheServerShouldDoIsRefusedAtOnce() throws Exception
    {
        final CountDownLatch end = new CountDownLatch(1);
        execution = request -> {
            end.await();
            return Answer.done("Done.");
        };
        for (int i = 0; i < 58; i++) {
            assertNull(handler.handleIQ(from("user" + i)));
        }
        final Element command = handler.handleIQ(from("user58")).getChildElement();
        assertEquals("executing", command.attributeValue("status"));
        assertEquals("error", command.element("note").attributeValue("type"));
        assertEquals("coven", command.element(Request.FORM).elements("field").get(0).elementText("value"));
        end.countDown();
        for (int i = 0; i < 58; i++) {
            assertEquals("completed", answer().getChildElement().attributeValue("status"));
        }
    }

    @Test
    void whatEverybodyMayAskForDoesNotKeepAdminsFromTheirs() throws Exception
    {
        final CountDownLatch end = new CountDownLatch(1);
        execution = request -> {
            if (!request.requester().equals(ALICE)) {
                end.await();
            }
            return Answer.done("Done.");
        };
        for (int i = 0; i < 100; i++) {
            handler.handleIQ(from("user" + i));
        }
        final IQ request = request("session", null, "coven");
        request.getChildElement().addAttribute("node", "urn:occupantid:command:rotate-room");
        assertNull(handler.handleIQ(request), "begun");
        assertEquals(ALICE, answer().getTo());
        end.countDown();
        assertEquals(42, refused.size());
        assertEquals("user58", refused.get(0).getNode());
    }

    @Test
    void whoIsRefusedIsTold() throws Exception
    {
        execution = request -> {
            throw new RefusedException("occupantid.command.error.not_moderator", "coven");
        };
        handler.handleIQ(request("session", null, "coven"));
        answer();
        assertEquals(List.of(ALICE), refused);
    }

    @Test
    void nobodyKeepsTheOthersFromTheirs() throws Exception
    {
        final CountDownLatch end = new CountDownLatch(1);
        execution = request -> {
            if (request.requester().getNode().equals("carol")) {
                end.await();
            }
            return Answer.done("Done.");
        };
        assertNull(handler.handleIQ(from("carol")));
        assertNull(handler.handleIQ(from("carol")));
        for (int i = 0; i < 1000; i++) {
            assertEquals("error", handler.handleIQ(from("carol")).getChildElement().element("note").attributeValue("type"));
        }
        assertNull(handler.handleIQ(from("alice")));
        assertEquals("alice", answer().getTo().getNode());
        end.countDown();
        answer();
        answer();
        for (int i = 0; i < 3; i++) {
            assertNull(handler.handleIQ(from("carol")), "what is done does not count");
            answer();
        }
    }

    @Test
    void commandThatEndsWithAnErrorIsNotUnderWay() throws Exception
    {
        for (int i = 0; i < 3; i++) {
            final CountDownLatch begun = new CountDownLatch(1);
            execution = request -> {
                begun.countDown();
                throw new NoSuchMethodError("a test");
            };
            IQ refusal = handler.handleIQ(from("carol"));
            for (int j = 0; refusal != null && i > 0 && j < 100; j++) {
                // Shortly after it has begun, the command before may still be ending.
                Thread.sleep(10);
                refusal = handler.handleIQ(from("carol"));
            }
            assertNull(refusal);
            begun.await();
        }
    }

    @Test
    void whatIsUnderWayWhenThePluginStopsIsAnswered() throws Exception
    {
        final CountDownLatch begun = new CountDownLatch(1);
        execution = request -> {
            begun.countDown();
            Thread.sleep(60_000);
            return Answer.done("Done.");
        };
        handler.handleIQ(request("session", null, "coven"));
        begun.await();
        handler.close();
        assertEquals(PacketError.Condition.service_unavailable, answer().getError().getCondition());
    }

    private IQ answer() throws InterruptedException
    {
        final IQ answer = delivered.poll(5, TimeUnit.SECONDS);
        assertNotNull(answer);
        return answer;
    }

    private static IQ from(final String user)
    {
        final IQ request = request("session", null, "coven");
        request.setFrom(new JID(user + "@example.org/phone"));
        return request;
    }

    private static IQ request(final String session, final String action, final String room)
    {
        final IQ request = new IQ(IQ.Type.set, "id");
        request.setFrom(ALICE);
        request.setTo("example.org");
        final Element command = request.setChildElement("command", "http://jabber.org/protocol/commands")
            .addAttribute("node", "urn:occupantid:command:kick").addAttribute("sessionid", session).addAttribute("action", action);
        if (room != null) {
            command.addElement(Request.FORM).addAttribute("type", "submit").addElement("field").addAttribute("var", "room")
                .addElement("value").setText(room);
        }
        return request;
    }
}
