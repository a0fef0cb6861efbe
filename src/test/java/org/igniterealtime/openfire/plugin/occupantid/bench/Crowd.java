/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Many clients of one server, all driven by the thread that calls this, so that they cost little beside the server. What they
 * receive is not read as XML: only a certain text in it is counted.
 */
final class Crowd implements AutoCloseable
{
    private static final String RESOURCE = "bench";
    private static final String PASSWORD = "secret";
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final String domain;
    private final String service;
    private final String words;
    private final String addition;
    private final Selector selector = Selector.open();
    private final List<SocketChannel> clients = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
    private final byte[] bytes = new byte[1 << 16];
    private byte[] marker = {'<'};
    private long counted;

    /**
     * Connects clients, each as a user of its own. Accounts that are not there are made, as the server lets clients do themselves.
     *
     * @param address where the server listens for clients.
     * @param domain the server's domain.
     * @param service the domain of its group chat service.
     * @param size the number of clients.
     * @param words what their messages consist of.
     * @param addition what clients put into all that they send, beside the rest.
     */
    Crowd(final InetSocketAddress address, final String domain, final String service, final int size, final String words,
          final String addition) throws IOException
    {
        this.words = words;
        this.addition = addition;
        this.domain = domain;
        this.service = service;
        for (int i = 0; i < size; i++) {
            final SocketChannel client = SocketChannel.open(address);
            clients.add(client);
            client.socket().setTcpNoDelay(true);
            logIn(client, "bench" + i);
            client.configureBlocking(false);
            client.register(selector, SelectionKey.OP_READ, new Progress());
        }
        settle();
    }

    /** The address of a client. */
    String jid(final int client)
    {
        return "bench" + client + '@' + domain + '/' + RESOURCE;
    }

    /** The address of a room on the server. */
    String room(final String name)
    {
        return name + '@' + service;
    }

    /** What messages consist of. */
    String words()
    {
        return words;
    }

    /** What clients put into all that they send. */
    String addition()
    {
        return addition;
    }

    /** Has every client ask the server for an answer, which comes after all that is on its way to that client already. */
    void settle() throws IOException
    {
        count("<iq ");
        for (int i = 0; i < clients.size(); i++) {
            send(i, "<iq type='get' id='ping' to='" + domain + "'><ping xmlns='urn:xmpp:ping'/></iq>");
        }
        await(clients.size());
    }

    /** Begins to count anew. Nothing that is to be counted, or was, may be under way. */
    void count(final String text)
    {
        marker = text.getBytes(StandardCharsets.UTF_8);
        counted = 0;
        selector.keys().forEach(key -> ((Progress) key.attachment()).matched = 0);
    }

    /** Sends a stanza in the name of a client. */
    void send(final int client, final String stanza) throws IOException
    {
        final ByteBuffer text = ByteBuffer.wrap(stanza.getBytes(StandardCharsets.UTF_8));
        while (text.hasRemaining()) {
            if (clients.get(client).write(text) == 0) {
                // A server that does not take more may wait for us to take what it sends.
                receive(1);
            }
        }
    }

    /** Receives until so much has been counted. */
    void await(final long count) throws IOException
    {
        long since = System.nanoTime();
        while (counted < count) {
            final long before = counted;
            receive(1000);
            final long now = System.nanoTime();
            if (counted > before) {
                since = now;
            } else if (now - since > PATIENCE_NANOS) {
                throw new IOException("The server sent " + counted + " times '" + new String(marker, StandardCharsets.UTF_8)
                    + "' of " + count + ", and no more.");
            }
        }
    }

    @Override
    public void close() throws IOException
    {
        for (final SocketChannel client : clients) {
            client.close();
        }
        selector.close();
    }

    private void receive(final long millis) throws IOException
    {
        selector.select(millis);
        for (final SelectionKey key : selector.selectedKeys()) {
            buffer.clear();
            final int read = ((SocketChannel) key.channel()).read(buffer);
            if (read < 0) {
                throw new IOException("The server closed a connection.");
            }
            buffer.flip().get(bytes, 0, read);
            counted += ((Progress) key.attachment()).occurrences(marker, bytes, read);
        }
        selector.selectedKeys().clear();
    }

    private void logIn(final SocketChannel client, final String user) throws IOException
    {
        converse(client, open(), "</stream:features>");
        // The answer says that it is made, or that it is there already.
        converse(client, "<iq type='set' id='r'><query xmlns='jabber:iq:register'><username>" + user + "</username><password>"
            + PASSWORD + "</password></query></iq>", "<iq [^>]*/>|</iq>");
        final String credentials = Base64.getEncoder().encodeToString(("\0" + user + '\0' + PASSWORD).getBytes(StandardCharsets.UTF_8));
        converse(client, "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>" + credentials + "</auth>", "<success");
        converse(client, open(), "</stream:features>");
        converse(client, "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>" + RESOURCE
            + "</resource></bind></iq>", "</iq>");
        write(client, "<presence/>");
    }

    private String open()
    {
        return "<?xml version='1.0'?><stream:stream to='" + domain + "' xmlns='jabber:client'"
            + " xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>";
    }

    private static void converse(final SocketChannel client, final String said, final String awaited) throws IOException
    {
        write(client, said);
        final Pattern answer = Pattern.compile(awaited);
        final InputStream in = client.socket().getInputStream();
        final StringBuilder heard = new StringBuilder();
        final byte[] some = new byte[8192];
        while (!answer.matcher(heard).find()) {
            final int read = in.read(some);
            if (read < 0 || heard.indexOf("<failure") >= 0) {
                throw new IOException("Asked to " + said + ", the server said " + heard);
            }
            heard.append(new String(some, 0, read, StandardCharsets.UTF_8));
        }
    }

    private static void write(final SocketChannel client, final String text) throws IOException
    {
        final OutputStream out = client.socket().getOutputStream();
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** How much of the text that is counted a client has received last. */
    private static final class Progress
    {
        private int matched;

        /** The text's first letter must be nowhere else in it. */
        private int occurrences(final byte[] text, final byte[] received, final int length)
        {
            int found = 0;
            int at = matched;
            for (int i = 0; i < length; i++) {
                final byte next = received[i];
                if (next == text[at]) {
                    at++;
                    if (at == text.length) {
                        found++;
                        at = 0;
                    }
                } else {
                    at = next == text[0] ? 1 : 0;
                }
            }
            matched = at;
            return found;
        }
    }
}
