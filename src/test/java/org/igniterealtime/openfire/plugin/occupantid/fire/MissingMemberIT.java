/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.fire;

import org.igniterealtime.openfire.plugin.occupantid.compatibility.Feature;
import org.igniterealtime.openfire.plugin.occupantid.harness.Browser;
import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireServer;
import org.igniterealtime.openfire.plugin.occupantid.harness.RawClient;
import org.igniterealtime.openfire.plugin.occupantid.harness.RunningServer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

@DisplayName("A server without a member that the plugin is linked to loses the feature that needs it (bin/soak link tries all members)")
@DisabledIfSystemProperty(named = RunningServer.ADDRESS, matches = ".*", disabledReason = "starts servers of its own")
class MissingMemberIT
{
    private static final Path JAR = Path.of(System.getProperty("occupantid.target", "target"), "occupantid.jar");

    @TempDir
    private Path directory;

    @ParameterizedTest(name = "{0}")
    @DisplayName("and nothing else")
    @ValueSource(strings = {"PacketRouter invokeinterface route (Lorg/xmpp/packet/Presence;)V",
        "MUCEventDispatcher invokestatic addListener", "JiveGlobals invokestatic setProperties",
        "ClusterManager invokestatic isClusteringStarted", "PluginServlet invokestatic registerServlet",
        "AdminManager invokevirtual isUserAdmin", "JiveGlobals invokestatic getLocale", "SecurityAuditManager invokevirtual logEvent",
        "UserManager invokevirtual getUsernames", "DbConnectionManager invokestatic getDatabaseType",
        "class org.jivesoftware.openfire.commands.AdHocCommand invokespecial <init>"})
    void optional(final String member) throws IOException
    {
        check(member);
    }

    @ParameterizedTest(name = "{0}")
    @DisplayName("or the plugin does not start, and says why")
    @ValueSource(strings = {"InterceptorManager invokevirtual addInterceptor",
        "interface org.jivesoftware.openfire.interceptor.PacketInterceptor",
        "JiveGlobals invokestatic getPropertyEncryptor"})
    void essential(final String member) throws IOException
    {
        check(member);
    }

    @Test
    @DisplayName("as do the pages where javax.servlet has become jakarta.servlet")
    void servlets() throws IOException
    {
        assertEquals(List.of(), new MissingMembers(JAR, directory).faults("javax.servlet.", List.of(Feature.CONSOLE)));
    }

    @Test
    @Tag("debian")
    @DisplayName("and the page in the admin console says what is off")
    void page() throws IOException
    {
        final Path changed = directory.resolve("occupantid.jar");
        final String member = member("SecurityAuditManager invokevirtual").getKey();
        Files.write(changed, MissingMembers.without(member, Files.readAllBytes(JAR)));
        try (OpenfireServer own = OpenfireServer.builder().console().start(); Browser browser = Browser.of(own)) {
            own.install(changed);
            browser.login("admin", "admin");
            browser.open("/plugins/occupantid/occupant-ids.jsp");
            assertTrue(browser.text().contains(Feature.AUDIT.description()), browser::text);
            assertTrue(browser.text().contains("logEventMissing"), browser::text);
        }
    }

    @Test
    @DisplayName("and a start that fails halfway leaves nothing behind")
    void halfway() throws IOException
    {
        final Path broken = directory.resolve("occupantid.jar");
        Files.write(broken, MissingMembers.rewritten(Files.readAllBytes(JAR), MissingMemberIT::withoutWorker, UnaryOperator.identity()));
        try (OpenfireServer own = OpenfireServer.builder().account("alice", "secret").start();
             RawClient alice = RawClient.connect(own, "alice", "secret", "one")) {
            assertThrows(IllegalStateException.class, () -> own.install(broken));
            alice.join("coven@conference.localhost", "witch");
            alice.send("<message type='groupchat' to='coven@conference.localhost'><body>before</body></message>");
            assertFalse(alice.await(Faults.message("before")).toString().matches("(?s).*occupant-id [^>]*id=\"[^\"]{43}\".*"));
            final String commands = "<query xmlns='http://jabber.org/protocol/disco#items' node='http://jabber.org/protocol/commands'/>";
            assertFalse(alice.ask("get", "localhost", commands).toString().contains("occupantid"));
            own.uninstall("occupantid");
            own.install(JAR);
            alice.send("<message type='groupchat' to='coven@conference.localhost'><body>after</body></message>");
            assertEquals(43, Faults.id(alice.await(Faults.message("after"))).length());
            assertTrue(alice.ask("get", "localhost", commands).toString().contains("occupantid"));
        }
    }

    /** When the worker starts, all that handles stanzas is there already. */
    private static byte[] withoutWorker(final byte[] ofClass)
    {
        final ClassReader reader = new ClassReader(ofClass);
        if (!reader.getClassName().endsWith("/Worker")) {
            return ofClass;
        }
        final ClassWriter writer = new ClassWriter(0);
        reader.accept(new ClassVisitor(Opcodes.ASM5, writer) {
            @Override
            public MethodVisitor visitMethod(final int access, final String name, final String type, final String signature,
                                             final String[] exceptions)
            {
                return super.visitMethod(access, name.equals("start") ? "startOtherwise" : name, type, signature, exceptions);
            }
        }, 0);
        return writer.toByteArray();
    }

    private static Map.Entry<String, List<Feature>> member(final String text) throws IOException
    {
        return MissingMembers.members().entrySet().stream().filter(entry -> entry.getKey().contains(text)).findFirst().orElseThrow();
    }

    private void check(final String text) throws IOException
    {
        final Map.Entry<String, List<Feature>> member = member(text);
        assertEquals(List.of(), new MissingMembers(JAR, directory).faults(member.getKey(), member.getValue()));
    }
}
