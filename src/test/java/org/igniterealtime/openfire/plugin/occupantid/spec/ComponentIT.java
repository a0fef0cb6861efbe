/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.spec;

import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireServer;
import org.igniterealtime.openfire.plugin.occupantid.harness.RawClient;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.junit.jupiter.api.Assertions.assertEquals;

@DisplayName("A component (XEP-0114)")
@OwnServer
class ComponentIT extends Spec
{
    private static final Pattern STREAM_ID = Pattern.compile("id=['\"]([^'\"]+)['\"]");

    @Test
    @DisplayName("has one id, however it spells its own address and that of the room; the log names one whose addresses are invalid")
    void spelling() throws IOException, GeneralSecurityException
    {
        final int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        try (OpenfireServer own = start(OpenfireServer.builder().plugin(JAR).property("xmpp.component.socket.active", "true")
            .property("xmpp.component.socket.port", String.valueOf(port)).property("xmpp.component.defaultSecret", "secret"))) {
            final RawClient alice = user(own, "alice");
            create(alice, room, "witch");
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                logIn(socket);
                send(socket, "<presence from='bot@bot.localhost/x' to='" + room + "/bot'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
                final String id = id(alice.await(presence(room + "/bot")));
                final String shouted = room.substring(0, room.indexOf('@')).toUpperCase() + room.substring(room.indexOf('@'));
                send(socket, "<message from='Bot@bot.localhost/x' to='" + shouted + "' type='groupchat'><body>as it likes</body></message>");
                assertEquals(id, id(alice.await(message("as it likes"))));
                for (int i = 0; i < 2; i++) {
                    send(socket, "<message from='bot@bot.localhost/x' to='a b@" + room.substring(room.indexOf('@') + 1) + "'><body/></message>");
                }
                send(socket, "<message from='bot@bot.localhost/x' to='" + room + "' type='groupchat'><body>last</body></message>");
                assertEquals(id, id(alice.await(message("last"))));
                assertEquals(1, own.log().lines().filter(line -> line.contains("Rejected a stanza of bot.localhost")).count());
            }
        }
    }

    private static void logIn(final Socket socket) throws IOException, GeneralSecurityException
    {
        send(socket, "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' to='bot'>");
        final Matcher streamId = STREAM_ID.matcher(readUntil(socket, ">", "stream:stream"));
        streamId.find();
        final byte[] digest = MessageDigest.getInstance("SHA-1").digest((streamId.group(1) + "secret").getBytes(StandardCharsets.UTF_8));
        send(socket, "<handshake>" + HexFormat.of().formatHex(digest) + "</handshake>");
        readUntil(socket, ">", "handshake");
    }

    /** Reads until something has arrived, and after it an end. */
    private static String readUntil(final Socket socket, final String end, final String something) throws IOException
    {
        socket.setSoTimeout(10_000);
        final InputStream in = socket.getInputStream();
        final StringBuilder read = new StringBuilder();
        while (read.indexOf(something) < 0 || !read.toString().endsWith(end)) {
            final int next = in.read();
            if (next < 0) {
                throw new IOException("The server has closed the connection after: " + read);
            }
            read.append((char) next);
        }
        return read.toString();
    }

    private static void send(final Socket socket, final String xml) throws IOException
    {
        final OutputStream out = socket.getOutputStream();
        out.write(xml.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
