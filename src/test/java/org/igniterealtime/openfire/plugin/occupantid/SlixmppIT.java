/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.igniterealtime.openfire.plugin.occupantid.harness.DebianProgram;
import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireServer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What an independent client with its own support for XEP-0421 makes of the ids: slixmpp, and the example in its documentation.
 */
@Tag("debian")
class SlixmppIT
{
    /** Debian's own; any other Python lacks Debian's packages. */
    private static final String PYTHON = "/usr/bin/python3";
    private static final Pattern FIELD = Pattern.compile("\"(\\w+)\": (?:\"([^\"]*)\"|(true|false)|null)");

    /** What the clients saw, thing by thing; null stands for what was not there. */
    private static List<Map<String, String>> sights;

    @BeforeAll
    static void letThemChat() throws IOException, InterruptedException
    {
        DebianProgram.find("/usr/lib/python3/dist-packages/slixmpp", "python3-slixmpp");
        final Path plugin = Path.of(System.getProperty("occupantid.target", "target"), "occupantid.jar");
        try (OpenfireServer server = OpenfireServer.builder().plugin(plugin)
            .account("alice", "secret").account("bob", "secret").account("carol", "secret").start()) {
            sights = chat(server);
        }
    }

    @Test
    void slixmppFindsTheFeatureOnTheRoom()
    {
        assertEquals("true", sight(seen -> "urn:xmpp:occupant-id:0".equals(seen.get("feature"))).get("found"));
    }

    @Test
    void aCorrectionUnderAnotherNickShowsTheSameId()
    {
        assertEquals("nick1", message("bob", "message1").get("nick"));
        assertEquals("nick2", message("bob", "message2").get("nick"));
        assertEquals("message1", message("bob", "message2").get("replaces"));
        assertEquals(idSeen("bob", "message1"), idSeen("bob", "message2"));
    }

    @Test
    void historyShowsBothUnderOneId()
    {
        assertEquals("true", message("carol", "message1").get("history"));
        assertEquals("true", message("carol", "message2").get("history"));
        assertEquals("message1", message("carol", "message2").get("replaces"));
        assertEquals(idSeen("carol", "message1"), idSeen("carol", "message2"));
    }

    @Test
    void historyShowsTheIdThatWasSeenBefore()
    {
        assertEquals(idSeen("bob", "message1"), idSeen("carol", "message1"));
        assertEquals(idSeen("bob", "message3"), idSeen("carol", "message3"));
    }

    @Test
    void somebodyElsesCorrectionShowsAnotherId()
    {
        assertEquals("message1", message("alice", "message3").get("replaces"));
        assertNotEquals(idSeen("alice", "message1"), idSeen("alice", "message3"));
        assertNotEquals(idSeen("carol", "message1"), idSeen("carol", "message3"));
    }

    private static String idSeen(final String client, final String message)
    {
        final String id = message(client, message).get("occupantId");
        assertNotNull(id, () -> client + " saw no id on " + message);
        return id;
    }

    private static Map<String, String> message(final String client, final String message)
    {
        return sight(seen -> client.equals(seen.get("client")) && message.equals(seen.get("message")));
    }

    private static Map<String, String> sight(final Predicate<Map<String, String>> test)
    {
        final List<Map<String, String>> found = sights.stream().filter(test).toList();
        assertEquals(1, found.size(), () -> "how often it was seen; all that was: " + sights);
        return found.get(0);
    }

    private static List<Map<String, String>> chat(final OpenfireServer server) throws IOException, InterruptedException
    {
        final Process process = new ProcessBuilder(PYTHON, "src/test/python/occupant_ids.py", server.host(),
            String.valueOf(server.c2sPort()), server.domain(), "coven@conference." + server.domain(), "secret")
            .redirectErrorStream(true).start();
        // The script gives up by itself.
        final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), () -> "exit status of slixmpp, which said:\n" + output);
        return output.lines().filter(line -> line.startsWith("{")).map(SlixmppIT::fieldsOf).toList();
    }

    private static Map<String, String> fieldsOf(final String json)
    {
        final Map<String, String> fields = new HashMap<>();
        for (final Matcher field = FIELD.matcher(json); field.find();) {
            fields.put(field.group(1), field.group(2) == null ? field.group(3) : field.group(2));
        }
        return fields;
    }
}
