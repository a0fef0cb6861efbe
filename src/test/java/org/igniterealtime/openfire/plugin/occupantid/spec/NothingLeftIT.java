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
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

@DisplayName("Removed at run time, the plugin leaves nothing in the server's memory")
@OwnServer
class NothingLeftIT extends Spec
{
    @Test
    @DisplayName("no object, class, thread or listener, though it was busy and rooms are full")
    void heap() throws IOException, InterruptedException
    {
        try (OpenfireServer own = start(OpenfireServer.builder().plugin(JAR))) {
            final RawClient alice = user(own, "alice");
            alice.join(room, "witch");
            create(alice, room, "witch", "muc#roomconfig_persistentroom", "1");
            id(say(alice, room, "double", forged("x")));
            user(own, "bob").join(room, "hag");
            own.plugin("occupantid", "components.rotations.rotateAll", "the test");
            alice.await(presence(room + "/hag"));
            assertFalse(ours(own, "GC.class_histogram").isEmpty(), "the plugin can be seen while it is there");
            assertFalse(ours(own, "Thread.print").isEmpty(), "so can its thread");

            own.uninstall("occupantid");

            say(alice, room, "toil");
            assertEquals(List.of(), ours(own, "Thread.print"));
            // What once was a method handle or a proxy goes with the second collection, or a later one.
            for (int i = 0; i < 20 && !ours(own, "GC.class_histogram").isEmpty(); i++) {
                Thread.sleep(250);
            }
            assertEquals(List.of(), ours(own, "GC.class_histogram"));
        }
    }

    /** The lines about the plugin in what the virtual machine says of itself, after a collection of all garbage. */
    private static List<String> ours(final OpenfireServer server, final String question) throws IOException, InterruptedException
    {
        final Process jcmd = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
            String.valueOf(server.pid()), question).redirectErrorStream(true).start();
        final String answer = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, jcmd.waitFor(), answer);
        return answer.lines().filter(line -> line.contains("occupantid") && !line.contains("harness")).toList();
    }
}
