/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.fire;

import org.igniterealtime.openfire.plugin.occupantid.compatibility.Feature;
import org.igniterealtime.openfire.plugin.occupantid.compatibility.ServerMembers;
import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireServer;
import org.igniterealtime.openfire.plugin.occupantid.harness.RawClient;
import org.igniterealtime.openfire.plugin.occupantid.harness.Stanza;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.commons.Remapper;
import org.objectweb.asm.commons.RemappingClassAdapter;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * Tries the plugin on servers that have dropped a member which it is linked to. No server is like that yet, so this changes the plugin's jar
 * instead: all references to the member name one that does not exist.
 */
final class MissingMembers
{
    private static final String NS = "urn:xmpp:occupant-id:0";
    private static final String LIST = "server-members.txt";
    private static final String MISSING = "Missing";
    private static final int AT_ONCE = 2;

    private final Path jar;
    private final Path directory;

    /**
     * @param jar the plugin's jar.
     * @param directory where changed copies of it go.
     */
    MissingMembers(final Path jar, final Path directory)
    {
        this.jar = jar;
        this.directory = directory;
    }

    /** Tries all members, or those whose lines contain a text. */
    public static void main(final String[] args) throws Exception
    {
        final String only = args.length > 1 ? args[1] : "";
        final Path directory = Files.createTempDirectory(Path.of(System.getProperty("occupantid.target", "target")), "link");
        final MissingMembers missing
            = new MissingMembers(Path.of(System.getProperty("occupantid.target", "target"), "occupantid.jar"), directory);
        final Map<String, Future<List<String>>> results = new LinkedHashMap<>();
        final ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
        for (final Map.Entry<String, List<Feature>> member : members().entrySet()) {
            if (member.getKey().contains(only)) {
                results.put(member.getKey(), threads.submit(() -> missing.faults(member.getKey(), member.getValue())));
            }
        }
        threads.shutdown();
        int faulty = 0;
        for (final Map.Entry<String, Future<List<String>>> result : results.entrySet()) {
            final List<String> faults = result.getValue().get();
            System.out.println((faults.isEmpty() ? "as it should be: " : "WRONG: ") + result.getKey());
            faults.forEach(fault -> System.out.println("    " + fault));
            faulty += faults.isEmpty() ? 0 : 1;
        }
        Files.delete(directory);
        System.out.println(results.size() + " members missing, one at a time, on Openfire " + OpenfireServer.version() + ": " + faulty
            + " times something was wrong.");
        System.exit(faulty == 0 && !results.isEmpty() ? 0 : 1);
    }

    /** All members that the plugin is linked to, as the plugin's list has them, with the features that need them. */
    static Map<String, List<Feature>> members() throws IOException
    {
        final Map<String, List<Feature>> members = new LinkedHashMap<>();
        List<Feature> features = List.of();
        try (InputStream list = ServerMembers.class.getResourceAsStream(LIST)) {
            for (final String line : new String(list.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                if (line.startsWith("[")) {
                    features = Stream.of(line.substring(1, line.indexOf(']')).split(" ")).map(Feature::valueOf).toList();
                } else if (!line.isEmpty() && !line.startsWith("#")) {
                    members.put(line, features);
                }
            }
        }
        return members;
    }

    /**
     * Starts a server with a plugin that does not find a member.
     *
     * @param member a line of the list, or a package with a dot at its end.
     * @return what is not as it should be.
     */
    List<String> faults(final String member, final List<Feature> features) throws IOException
    {
        final List<String> faults = new ArrayList<>();
        final Path changed = Files.createTempDirectory(directory, "jar").resolve("occupantid.jar");
        try (OpenfireServer own = OpenfireServer.builder().account("alice", "secret").account("bob", "secret").start()) {
            Files.write(changed, without(member, Files.readAllBytes(jar)));
            boolean starts = true;
            try {
                own.install(changed);
            } catch (final IllegalStateException e) {
                starts = false;
            }
            final boolean essential = features.contains(Feature.IDS);
            expect(faults, "whether the plugin starts", !essential, starts);
            chat(own, essential, features.contains(Feature.COMMANDS) || essential, faults);
            final List<String> said = own.log().lines().filter(line -> line.contains("This version of Openfire lacks ")).toList();
            // Without its interface for plugins, the server itself says that it cannot load this one.
            final boolean isInterfaceForPlugins = member.matches(".* org\\.jivesoftware\\.openfire\\.container\\.Plugin(Manager)?");
            expect(faults, "lines of the log about it in " + said, isInterfaceForPlugins ? 0 : 1, said.size());
            for (final String line : said) {
                final String[] words = member.split(" ");
                expect(faults, "whether it names the member: " + line, true,
                    line.contains(words.length == 5 ? words[3] : words[words.length - 1]));
                expect(faults, "whether it says what is off: " + line, true, essential ? line.contains("needs to add occupant ids")
                    : features.stream().allMatch(feature -> line.contains(feature.description())));
            }
            // Openfire itself adds a line when a plugin refuses to start.
            expect(faults, "errors in the log " + own.errors(), essential ? 1 : 0, own.errors().size());
        } catch (final RuntimeException | AssertionError | IOException e) {
            faults.add(e.toString());
        } finally {
            Files.deleteIfExists(changed);
            Files.delete(changed.getParent());
        }
        return faults;
    }

    private static void expect(final List<String> faults, final String what, final Object expected, final Object found)
    {
        if (!Objects.equals(expected, found)) {
            faults.add(what + ": expected " + expected + ", found " + found);
        }
    }

    private static void chat(final OpenfireServer own, final boolean withoutIds, final boolean withoutCommands, final List<String> faults)
    {
        final String room = "coven@conference." + own.domain();
        try (RawClient alice = RawClient.connect(own, "alice", "secret", "one");
             RawClient bob = RawClient.connect(own, "bob", "secret", "two")) {
            alice.join(room, "witch");
            alice.configure(room, "muc#roomconfig_persistentroom", "1");
            bob.join(room, "hag");
            final Stanza presence = alice.await(stanza -> stanza.name().equals("presence") && (room + "/hag").equals(stanza.attr("from")));
            bob.send("<message type='groupchat' to='" + room + "'><body>to all</body></message>");
            bob.send("<message type='chat' to='" + room + "/witch'><body>to one</body></message>");
            final Set<String> ids = new HashSet<>();
            for (final Stanza stanza : List.of(presence, alice.await(Faults.message("to all")), alice.await(Faults.message("to one")))) {
                // The server's own have 40.
                ids.add(stanza.children(NS, "occupant-id").stream().map(element -> element.attr("id")).filter(id -> id.length() == 43)
                    .findFirst().orElse("none"));
            }
            expect(faults, "whether the occupant has one id in " + ids, true, ids.size() == 1);
            expect(faults, "whether there are ids", !withoutIds, !ids.contains("none"));
            final Stanza commands = alice.ask("get", own.domain(),
                "<query xmlns='http://jabber.org/protocol/disco#items' node='http://jabber.org/protocol/commands'/>");
            expect(faults, "whether there are commands", !withoutCommands, commands.toString().contains("occupantid"));
        }
    }

    /** A copy of the plugin's jar that is linked to another name than that of a member. */
    static byte[] without(final String member, final byte[] archive) throws IOException
    {
        final Change change = new Change(member, archive);
        final byte[] changed = rewritten(archive, change::ofClass, change::ofList);
        if (!change.applied) {
            throw new IOException("Nothing of the plugin refers to " + member);
        }
        return changed;
    }

    /** A copy of the plugin's jar with other classes, and another list of members. */
    static byte[] rewritten(final byte[] archive, final UnaryOperator<byte[]> classes, final UnaryOperator<String> list) throws IOException
    {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            for (final Map.Entry<String, byte[]> entry : entries(archive).entrySet()) {
                final String name = entry.getKey();
                out.putNextEntry(new ZipEntry(name));
                if (name.endsWith(".jar")) {
                    out.write(rewritten(entry.getValue(), classes, list));
                } else if (name.endsWith(".class")) {
                    out.write(classes.apply(entry.getValue()));
                } else if (name.endsWith(LIST)) {
                    out.write(list.apply(new String(entry.getValue(), StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8));
                } else {
                    out.write(entry.getValue());
                }
            }
        }
        return bytes.toByteArray();
    }

    private static Map<String, byte[]> entries(final byte[] archive) throws IOException
    {
        final Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(archive))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                entries.put(entry.getName(), in.readAllBytes());
            }
        }
        return entries;
    }

    /** Gives a member another name. A constructor cannot have one, so it gets one more parameter. */
    private static final class Change extends Remapper
    {
        private final String member;
        private final String owner;
        private final String name;
        private final String descriptor;
        /** The superclasses of our own classes, and the methods that they have themselves. */
        private final Map<String, String> superclasses = new HashMap<>();
        private final Set<String> methods = new HashSet<>();
        private boolean applied;

        private Change(final String member, final byte[] archive) throws IOException
        {
            this.member = member;
            final String[] words = member.split(" ");
            owner = words[Math.min(1, words.length - 1)].replace('.', '/');
            name = words.length == 5 ? words[3] : null;
            descriptor = words.length == 5 ? words[4] : null;
            rewritten(archive, this::read, UnaryOperator.identity());
        }

        private byte[] read(final byte[] ofClass)
        {
            final ClassReader reader = new ClassReader(ofClass);
            superclasses.put(reader.getClassName(), reader.getSuperName());
            reader.accept(new ClassVisitor(Opcodes.ASM5) {
                @Override
                public MethodVisitor visitMethod(final int access, final String method, final String type, final String signature,
                                                 final String[] exceptions)
                {
                    methods.add(reader.getClassName() + ' ' + method + type);
                    return null;
                }
            }, ClassReader.SKIP_CODE);
            return ofClass;
        }

        private byte[] ofClass(final byte[] bytes)
        {
            final ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
            new ClassReader(bytes).accept(new RemappingClassAdapter(new ClassVisitor(Opcodes.ASM5, writer) {
                @Override
                public MethodVisitor visitMethod(final int access, final String method, final String type, final String signature,
                                                 final String[] exceptions)
                {
                    return new MethodVisitor(Opcodes.ASM5, super.visitMethod(access, method, type, signature, exceptions)) {
                        @Override
                        public void visitMethodInsn(final int opcode, final String type, final String called, final String itsDescriptor,
                                                    final boolean ofInterface)
                        {
                            final boolean isIt = called.equals("<init>") && called.equals(name) && type.equals(owner)
                                && itsDescriptor.equals(descriptor);
                            if (isIt) {
                                super.visitInsn(Opcodes.ICONST_0);
                                applied = true;
                            }
                            super.visitMethodInsn(opcode, type, called, isIt ? oneMore(itsDescriptor) : itsDescriptor, ofInterface);
                        }
                    };
                }
            }, this), ClassReader.EXPAND_FRAMES);
            return writer.toByteArray();
        }

        private String ofList(final String list)
        {
            if (owner.endsWith("/")) {
                return list.replace(owner, "nosuch/" + owner).replace(' ' + owner.replace('/', '.'), " nosuch." + owner.replace('/', '.'));
            }
            if ("<init>".equals(name)) {
                return list.replace(member + '\n', member.replace(descriptor, oneMore(descriptor)) + '\n');
            }
            if (name != null) {
                return list.replace(member + '\n', member.replace(' ' + name + ' ', ' ' + name + MISSING + ' ') + '\n');
            }
            final String dots = owner.replace('/', '.');
            return list.replace('L' + owner + ';', 'L' + owner + MISSING + ';').replace(' ' + dots + ' ', ' ' + dots + MISSING + ' ')
                .replace(' ' + dots + '\n', ' ' + dots + MISSING + '\n');
        }

        private static String oneMore(final String constructor)
        {
            return constructor.replace(")", "I)");
        }

        @Override
        public String map(final String type)
        {
            if (owner.endsWith("/") && type.startsWith(owner)) {
                applied = true;
                return "nosuch/" + type;
            }
            if (name == null && type.equals(owner)) {
                applied = true;
                return type + MISSING;
            }
            return type;
        }

        @Override
        public String mapMethodName(final String type, final String method, final String itsDescriptor)
        {
            return renamed(type, method, itsDescriptor);
        }

        @Override
        public String mapFieldName(final String type, final String field, final String itsDescriptor)
        {
            return renamed(type, field, itsDescriptor);
        }

        private String renamed(final String type, final String found, final String itsDescriptor)
        {
            if (!found.equals(name) || found.equals("<init>") || !itsDescriptor.equals(descriptor)) {
                return found;
            }
            String declaring = type;
            while (superclasses.containsKey(declaring) && !methods.contains(declaring + ' ' + found + itsDescriptor)) {
                declaring = superclasses.get(declaring);
            }
            applied |= declaring.equals(owner);
            return declaring.equals(owner) ? found + MISSING : found;
        }
    }
}
