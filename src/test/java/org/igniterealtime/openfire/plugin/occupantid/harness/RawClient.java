/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.harness;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import javax.xml.stream.XMLStreamException;

/**
 * An XMPP client that sends what it is told, right or wrong, and keeps what it gets, as it came.
 * <p>
 * Received stanzas are kept until {@link #clear()}. Each can be taken once, by {@link #await(Predicate)} or {@link #drain};
 * taken ones remain in {@link #all()}. One thread at a time may take.
 */
public final class RawClient implements AutoCloseable
{
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    /** For what any server does, sooner or later. */
    private static final Duration MORE_PATIENCE = Duration.ofSeconds(30);
    private static final String SASL = "urn:ietf:params:xml:ns:xmpp-sasl";
    private static final String MUC_USER = "http://jabber.org/protocol/muc#user";

    private final String domain;
    private final Socket socket;
    private final OutputStream out;

    /** Guards all that follows, and tells of changes. */
    private final Object lock = new Object();
    private final List<Stanza> received = new ArrayList<>();
    private final List<Stanza> untaken = new ArrayList<>();
    private String end;

    private StanzaReader in;
    private String jid;
    private long lastId;
    private volatile Predicate<Stanza> recipient = stanza -> false;

    private RawClient(final XmppServer server)
    {
        domain = server.domain();
        try {
            socket = new Socket(server.host(), server.c2sPort());
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) MORE_PATIENCE.toMillis());
            out = socket.getOutputStream();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Logs in, and sends initial presence.
     *
     * @throws AssertionError when the server does not let us.
     */
    public static RawClient connect(final XmppServer server, final String user, final String password, final String resource)
    {
        final RawClient client = connectWithoutPresence(server, user, password, resource);
        return client.after(() -> {
            client.send("<presence/>");
            client.sync();
        });
    }

    /**
     * Logs in, and sends nothing more.
     *
     * @throws AssertionError when the server does not let us.
     */
    public static RawClient connectWithoutPresence(final XmppServer server, final String user, final String password,
                                                   final String resource)
    {
        final RawClient client = new RawClient(server);
        return client.after(() -> client.logIn(user, password, resource));
    }

    /**
     * Logs in as an anonymous guest, to whom the server gives a JID, and sends initial presence.
     *
     * @throws AssertionError when the server does not let us.
     */
    public static RawClient connectAnonymously(final XmppServer server)
    {
        final RawClient client = new RawClient(server);
        return client.after(() -> {
            client.logIn("ANONYMOUS", "", "guest", "");
            client.send("<presence/>");
            client.sync();
        });
    }

    /**
     * Makes an account in band, as a client without one can.
     *
     * @throws AssertionError when the server does not let us.
     */
    public static void register(final XmppServer server, final String user, final String password)
    {
        final RawClient client = new RawClient(server);
        client.after(() -> client.makeAccount(user, password)).close();
    }

    /**
     * The full JID that the server gave us.
     */
    public String jid()
    {
        return jid;
    }

    /**
     * Gives everything that arrives from now on to somebody else first, in the thread that receives.
     *
     * @param taker tells whether it has dealt with a stanza; what it has not is kept here, as ever.
     */
    public void passTo(final Predicate<Stanza> taker)
    {
        recipient = taker;
    }

    /**
     * Sends anything.
     */
    public void send(final String xml)
    {
        try {
            synchronized (out) {
                out.write(xml.getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Takes the first stanza not yet taken that passes a test, waiting up to five seconds for it.
     *
     * @throws AssertionError with everything received, when there is none.
     */
    public Stanza await(final Predicate<Stanza> test)
    {
        return await(PATIENCE, test);
    }

    /**
     * Takes the first stanza not yet taken that passes a test, waiting for it as long as told.
     *
     * @throws AssertionError with everything received, when there is none.
     */
    public Stanza await(final Duration patience, final Predicate<Stanza> test)
    {
        return await(0, patience, test);
    }

    /**
     * @param first how many stanzas not yet taken to leave alone.
     */
    private Stanza await(final int first, final Duration patience, final Predicate<Stanza> test)
    {
        final long deadline = System.nanoTime() + patience.toNanos();
        synchronized (lock) {
            int seen = first;
            while (true) {
                for (; seen < untaken.size(); seen++) {
                    if (test.test(untaken.get(seen))) {
                        return untaken.remove(seen);
                    }
                }
                final long left = deadline - System.nanoTime();
                if (end != null || left <= 0) {
                    throw new AssertionError((end == null ? "Not received within " + patience.toMillis() + " ms" : end) + " by " + jid
                        + "; received was:\n" + received.stream().map(Stanza::toString).collect(Collectors.joining("\n")));
                }
                waitForChange(left);
            }
        }
    }

    /**
     * Waits until the server has closed the stream or the connection.
     *
     * @throws AssertionError when it has not within five seconds.
     */
    public void awaitEnd()
    {
        final long deadline = System.nanoTime() + PATIENCE.toNanos();
        synchronized (lock) {
            while (end == null) {
                final long left = deadline - System.nanoTime();
                if (left <= 0) {
                    throw new AssertionError("The stream of " + jid + " did not end.");
                }
                waitForChange(left);
            }
        }
    }

    /**
     * Everything received since the last {@link #clear()}, taken or not.
     */
    public List<Stanza> all()
    {
        synchronized (lock) {
            return List.copyOf(received);
        }
    }

    /**
     * Takes everything not yet taken.
     */
    public List<Stanza> drain()
    {
        synchronized (lock) {
            final List<Stanza> taken = List.copyOf(untaken);
            untaken.clear();
            return taken;
        }
    }

    /**
     * Forgets everything received so far.
     *
     * @return what is forgotten, taken or not.
     */
    public List<Stanza> clear()
    {
        synchronized (lock) {
            final List<Stanza> forgotten = List.copyOf(received);
            received.clear();
            untaken.clear();
            return forgotten;
        }
    }

    /**
     * Returns when everything that this client sent has been processed, and everything that the server sent to it up to then
     * has arrived.
     * <p>
     * This is a ping to the server. It suffices because Openfire 4.2.0 processes the stanzas of a connection one after the
     * other, rooms and their broadcasts included, and a connection keeps their order. To be sure of what others' stanzas
     * cause here, sync those others first. It says nothing of stanzas that travel between servers.
     */
    public void sync()
    {
        final Stanza pong = query("get", domain, "<ping xmlns='urn:xmpp:ping'/>");
        synchronized (lock) {
            received.removeIf(stanza -> stanza == pong);
        }
    }

    /**
     * Enters a room, and returns once that is done.
     *
     * @param room the bare JID of the room.
     * @return the presence that the room sent about ourselves.
     * @throws AssertionError when we are not let in.
     */
    public Stanza join(final String room, final String nick)
    {
        final int old;
        synchronized (lock) {
            old = untaken.size();
        }
        send("<presence to='" + escape(room + "/" + nick) + "'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
        final Stanza answer = await(old, PATIENCE, stanza -> stanza.name().equals("presence") && stanza.attr("from") != null
            && (stanza.attr("from").equals(room) || stanza.attr("from").startsWith(room + "/"))
            && ("error".equals(stanza.attr("type")) || stanza.attr("type") == null && isOfOneself(stanza)));
        if ("error".equals(answer.attr("type"))) {
            throw new AssertionError(jid + " may not enter: " + answer);
        }
        return answer;
    }

    /**
     * Submits the configuration of a room, as the owner must before a new room lets anybody else in.
     *
     * @param fields the names of the form's fields, each followed by its value; those not named stay as they are.
     * @throws AssertionError when the room does not take it.
     */
    public void configure(final String room, final String... fields)
    {
        final StringBuilder form = new StringBuilder(field("FORM_TYPE", "http://jabber.org/protocol/muc#roomconfig"));
        for (int i = 0; i < fields.length; i += 2) {
            form.append(field(fields[i], fields[i + 1]));
        }
        query("set", room, "<query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'>" + form
            + "</x></query>");
    }

    /**
     * Sends an IQ, and waits for the answer, whatever it is.
     *
     * @param type get or set.
     * @param to null for one's own account.
     */
    public Stanza ask(final String type, final String to, final String payload)
    {
        final String id;
        synchronized (lock) {
            id = "raw-client-" + ++lastId;
        }
        send("<iq type='" + type + "' id='" + id + "'" + (to == null ? "" : " to='" + escape(to) + "'") + ">" + payload + "</iq>");
        return await(stanza -> stanza.name().equals("iq") && id.equals(stanza.attr("id")));
    }

    /**
     * Loses the connection, without a word to the server.
     */
    public void drop()
    {
        try {
            // Makes the system send a reset rather than the end of the connection.
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (final IOException e) {
            // The reader closes it when the server has ended the stream.
            if (!socket.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /**
     * Takes leave of the server, and waits until it does the same.
     */
    @Override
    public void close()
    {
        try (socket) {
            if (!socket.isClosed()) {
                send("</stream:stream>");
                awaitEnd();
            }
        } catch (final IOException | UncheckedIOException e) {
            // The server was faster.
        }
    }

    private void logIn(final String user, final String password, final String resource)
    {
        final byte[] credentials = ("\0" + user + "\0" + password).getBytes(StandardCharsets.UTF_8);
        logIn("PLAIN", Base64.getEncoder().encodeToString(credentials), user, resource);
    }

    private void logIn(final String mechanism, final String credentials, final String user, final String resource)
    {
        final Stanza offer = openStream();
        if (offer == null || offer.children(SASL, "mechanisms").stream().noneMatch(mechanisms -> mechanisms.text().contains(mechanism))) {
            throw new IllegalStateException("This client has no TLS, and only login " + mechanism + ". The server wants something else: "
                + offer);
        }
        send("<auth xmlns='" + SASL + "' mechanism='" + mechanism + "'>" + credentials + "</auth>");
        final Stanza verdict = read();
        if (verdict == null || !verdict.name().equals("success")) {
            throw new AssertionError(user + " may not log in: " + verdict);
        }
        final Stanza features = openStream();
        startReceiving();
        final Stanza bound = query("set", null, "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>"
            + escape(resource) + "</resource></bind>");
        jid = bound.children().get(0).text();
        if (features.child("urn:ietf:params:xml:ns:xmpp-session", "session") != null) {
            query("set", null, "<session xmlns='urn:ietf:params:xml:ns:xmpp-session'/>");
        }
        clear();
    }

    private void makeAccount(final String user, final String password)
    {
        openStream();
        startReceiving();
        query("set", null, "<query xmlns='jabber:iq:register'><username>" + escape(user) + "</username><password>"
            + escape(password) + "</password></query>");
    }

    /**
     * A client that cannot get through leaves no connection.
     */
    private RawClient after(final Runnable negotiation)
    {
        boolean done = false;
        try {
            negotiation.run();
            done = true;
            return this;
        } finally {
            if (!done) {
                drop();
            }
        }
    }

    /**
     * @return the features of the stream.
     */
    private Stanza openStream()
    {
        send("<?xml version='1.0'?><stream:stream to='" + escape(domain)
            + "' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>");
        try {
            in = new StanzaReader(socket.getInputStream());
        } catch (final IOException | XMLStreamException e) {
            throw new AssertionError("The server opens no stream", e);
        }
        return read();
    }

    private Stanza read()
    {
        try {
            return in.next();
        } catch (final XMLStreamException e) {
            throw new AssertionError("The server does not answer", e);
        }
    }

    private void startReceiving()
    {
        try {
            socket.setSoTimeout(0);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        final Thread thread = new Thread(this::receive, "raw client");
        thread.setDaemon(true);
        thread.start();
    }

    private void receive()
    {
        String reason = "Stream closed";
        try {
            for (Stanza stanza = in.next(); stanza != null; stanza = in.next()) {
                if (!recipient.test(stanza)) {
                    keep(stanza);
                }
            }
        } catch (final XMLStreamException e) {
            reason = "Connection lost (" + e.getMessage() + ")";
        }
        synchronized (lock) {
            end = reason;
            lock.notifyAll();
        }
    }

    private void keep(final Stanza stanza)
    {
        synchronized (lock) {
            received.add(stanza);
            untaken.add(stanza);
            lock.notifyAll();
        }
    }

    private void waitForChange(final long nanos)
    {
        try {
            // Rounded up, since zero stands for ever.
            lock.wait(nanos / 1_000_000 + 1);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /**
     * Sends an IQ, and waits for its result.
     *
     * @throws AssertionError when it is refused.
     */
    private Stanza query(final String type, final String to, final String payload)
    {
        final Stanza answer = ask(type, to, payload);
        if (!"result".equals(answer.attr("type"))) {
            throw new AssertionError("Refused: " + answer);
        }
        return answer;
    }

    private static boolean isOfOneself(final Stanza presence)
    {
        final Stanza extension = presence.child(MUC_USER, "x");
        return extension != null && extension.children(MUC_USER, "status").stream().anyMatch(status -> "110".equals(status.attr("code")));
    }

    private static String field(final String name, final String value)
    {
        return "<field var='" + name + "'><value>" + escape(value) + "</value></field>";
    }

    private static String escape(final String text)
    {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("'", "&apos;").replace("\"", "&quot;");
    }
}
