/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid;

import com.samskivert.mustache.Mustache;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.commons.Remapper;
import org.objectweb.asm.commons.RemappingClassAdapter;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * The compiler sees one version of Openfire, and the plugin runs on many. So this reads what the compiler has made of the plugin, and of
 * the library that goes into its jar, and compares all that it takes from a server with lists of what every version has.
 */
class ApiTest
{
    private static final Path MEMBERS
        = Path.of("src/main/resources/org/igniterealtime/openfire/plugin/occupantid/compatibility/server-members.txt");
    private static final Path TO_IMPLEMENT = Path.of("src/test/resources/api/to-implement.txt");
    private static final int JAVA_8 = 52;

    /** What a server has on its class path, and plugins may use. */
    private static final List<String> SERVER = List.of("org/jivesoftware/", "org/xmpp/", "org/dom4j/", "org/slf4j/", "javax/servlet/");
    /** In every Java; the compiler sees to it that it was there in Java 8. */
    private static final List<String> JAVA = List.of("java/", "javax/crypto/");
    private static final List<String> OURS = List.of("org/igniterealtime/openfire/plugin/occupantid/", "com/samskivert/mustache/");
    /** For the compiler and the reader. Nobody misses them at run time, as long as they are nothing but annotations. */
    private static final List<String> ANNOTATIONS = List.of("javax/annotation/");

    /** In the order of their numbers, from {@link Opcodes#GETSTATIC} on. */
    private static final List<String> INSTRUCTIONS = List.of("getstatic", "putstatic", "getfield", "putfield",
        "invokevirtual", "invokespecial", "invokestatic", "invokeinterface");
    /** What the tags of method handles stand for, from {@link Opcodes#H_GETFIELD} on. */
    private static final List<String> HANDLES = List.of("getfield", "getstatic", "putfield", "putstatic",
        "invokevirtual", "invokestatic", "invokespecial", "invokespecial", "invokeinterface");

    private static final Map<String, OurClass> CLASSES = new TreeMap<>();
    /** The members that the code uses and the types that it extends, by the section of the list that its class belongs to. */
    private static final Map<String, Set<Use>> USES = new TreeMap<>();
    /** The types of what the code makes by lambdas and method references. */
    private static final Set<String> LAMBDAS = new TreeSet<>();
    /** Every type that is named anywhere in a class, by section. */
    private static final Map<String, Set<String>> TYPES = new TreeMap<>();
    /** The classes of each section but the first, which all other classes belong to: their names, or the beginnings of their names. */
    private static final Map<String, List<String>> SECTIONS = new LinkedHashMap<>();
    private static final String ESSENTIAL = "[IDS]";

    /**
     * @param supertypes the superclass, then the interfaces.
     * @param members methods and fields, each with its name and descriptor.
     * @param bodies those of the methods that are not abstract.
     */
    private record OurClass(boolean isAbstract, List<String> supertypes, Set<String> members, Set<String> bodies)
    {
    }

    /**
     * @param ownerKind class or interface, or either.
     * @param instruction null, as are name and descriptor, for what extends or implements the type.
     */
    private record Use(String ownerKind, String owner, String instruction, String name, String descriptor)
    {
    }

    @BeforeAll
    static void read() throws Exception
    {
        for (final String header : Files.readAllLines(MEMBERS).stream().filter(line -> line.startsWith("[")).toList()) {
            final int end = header.indexOf(']') + 1;
            SECTIONS.put(header.substring(0, end), Stream.of(header.substring(end).split(" ")).filter(name -> !name.isEmpty())
                .map(name -> OURS.get(0) + name.replace('.', '/')).toList());
        }
        read(location(OccupantIdPlugin.class));
        try (FileSystem jar = FileSystems.newFileSystem(location(Mustache.class))) {
            // As it is bundled: without the description of the module.
            read(jar.getPath("com"));
        }
    }

    private static void read(final Path directory) throws IOException
    {
        try (Stream<Path> files = Files.walk(directory)) {
            for (final Path file : files.filter(one -> one.toString().endsWith(".class")).toList()) {
                final byte[] bytes = Files.readAllBytes(file);
                final int level = ByteBuffer.wrap(bytes).getShort(6);
                assertTrue(level <= JAVA_8, () -> file + " is not for Java 8, on which the plugin runs, but of level " + level);
                final ClassReader reader = new ClassReader(bytes);
                final String section = sectionOf(reader.getClassName());
                final Set<String> types = TYPES.computeIfAbsent(section, key -> new TreeSet<>());
                final Recorder recorder = new Recorder(USES.computeIfAbsent(section, key -> new HashSet<>()));
                reader.accept(new RemappingClassAdapter(recorder, new Remapper() {
                    @Override
                    public String map(final String type)
                    {
                        types.add(type);
                        return type;
                    }
                }), ClassReader.SKIP_FRAMES);
            }
        }
    }

    private static String sectionOf(final String className)
    {
        return SECTIONS.entrySet().stream().filter(section -> section.getValue().stream().anyMatch(name -> className.equals(name)
            || className.startsWith(name + '/') || className.startsWith(name + '$')))
            .map(Map.Entry::getKey).findFirst().orElse(ESSENTIAL);
    }

    private static Path location(final Class<?> type) throws URISyntaxException
    {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    @Test
    void nothingIsUsedButJavaAndTheServer()
    {
        assertNone(TYPES.values().stream().flatMap(Set::stream).distinct().filter(type -> Stream.of(SERVER, JAVA, OURS, ANNOTATIONS).noneMatch(packages -> isOf(packages, type))),
            "Neither every Java nor every version of Openfire has these. Do without them, or bundle them under a name of our own:");
    }

    @Test
    void everythingUsedIsInEveryVersion() throws IOException
    {
        final Map<String, Set<String>> listed = new TreeMap<>();
        String section = "";
        for (final String line : Files.readAllLines(MEMBERS)) {
            if (line.startsWith("[")) {
                section = line.substring(0, line.indexOf(']') + 1);
            } else if (!line.isEmpty() && !line.startsWith("#")) {
                listed.computeIfAbsent(section, key -> new TreeSet<>()).add(line);
            }
        }
        final Map<String, Set<String>> used = new TreeMap<>();
        SECTIONS.keySet().forEach(name -> used.put(name, uses(name)));
        final Set<String> essential = used.get(ESSENTIAL);
        final Set<String> essentialTypes = essential.stream().map(line -> "either " + line.split(" ")[1]).collect(Collectors.toSet());
        used.forEach((name, lines) -> lines.removeIf(line -> !name.equals(ESSENTIAL)
            && (essential.contains(line) || essentialTypes.contains(line))));
        assertNone(difference(used, listed), """
            The plugin uses what is not in %s.
            Look it up in the sources of each version that is named at the top of that file. Is it in all of them, in this class or above
            it, not private, with this descriptor (which has the type that it returns), static or not as here; and is the owner a class or
            an interface as here? Then add these lines as they are, to the section that is named. Else use something older, or a method
            handle as RoomAccess does:"""
            .formatted(MEMBERS));
        assertNone(difference(listed, used), "The plugin uses nothing of these lines of " + MEMBERS + " any more. Delete them:");
    }

    private static Stream<String> difference(final Map<String, Set<String>> some, final Map<String, Set<String>> others)
    {
        return some.entrySet().stream().flatMap(section -> section.getValue().stream()
            .filter(line -> !others.getOrDefault(section.getKey(), Set.of()).contains(line)).map(line -> section.getKey() + ' ' + line));
    }

    @Test
    void everythingIsImplementedThatAnyVersionAsksFor() throws IOException
    {
        final Set<String> missing = new TreeSet<>();
        final Set<String> known = new TreeSet<>();
        for (final String line : lines(TO_IMPLEMENT)) {
            final String[] words = line.split(" +");
            known.add(words[0]);
            CLASSES.forEach((name, ours) -> {
                if (words.length > 1 && !ours.isAbstract && supertypes(ours).contains(words[0].replace('.', '/'))
                    && !hasBody(ours, words[1] + words[2])) {
                    missing.add(dots(name) + " " + words[1] + words[2] + " of " + words[0]);
                }
            });
        }
        assertNone(missing.stream(), "Some version of Openfire calls these methods, which are not there. Implement them, without @Override"
            + " if the compiler does not know them, and without types that are not in every version:");

        final Set<String> used = CLASSES.values().stream().flatMap(ours -> supertypes(ours).stream()).filter(type -> isOf(SERVER, type))
            .map(ApiTest::dots).collect(Collectors.toCollection(TreeSet::new));
        assertNone(used.stream().filter(type -> !known.contains(type)), "A class of the plugin extends or implements what is not in "
            + TO_IMPLEMENT + ". Look up in the sources of each version named at the top of that file which abstract methods it has, of its"
            + " own or from above, and add a line for each:");
        assertNone(known.stream().filter(type -> !used.contains(type)), "Nothing extends or implements these types, which are in "
            + TO_IMPLEMENT + ", any more. Delete their lines:");
    }

    /** Whoever makes a lambda of a server's interface fails where that has a second abstract method. */
    @Test
    void noLambdaStandsForATypeOfTheServer()
    {
        assertNone(LAMBDAS.stream().filter(type -> isOf(SERVER, type)), "Interfaces of the server grow. Make classes in place of lambdas"
            + " and method references, so that " + TO_IMPLEMENT + " is about them:");
    }

    /** All that the classes of a section take from the server, in the words of the list. */
    private static Set<String> uses(final String section)
    {
        final Set<String> uses = new TreeSet<>();
        final Set<String> owners = new HashSet<>();
        USES.getOrDefault(section, Set.of()).stream().map(ApiTest::resolve).filter(use -> isOf(SERVER, use.owner)).forEach(use -> {
            uses.add(Stream.of(use.ownerKind, dots(use.owner), use.instruction, use.name, use.descriptor).filter(Objects::nonNull)
                .collect(Collectors.joining(" ")));
            owners.add(use.owner);
        });
        // The rest is only named, for example as the type of a parameter that is passed on.
        TYPES.getOrDefault(section, Set.of()).stream().filter(type -> isOf(SERVER, type) && !owners.contains(type)).forEach(type -> uses.add("either " + dots(type)));
        return uses;
    }

    /** What a class of ours inherits is used under the name of our own. */
    private static Use resolve(final Use use)
    {
        final OurClass ours = CLASSES.get(use.owner);
        if (ours == null || use.name == null || ours.members.contains(use.name + use.descriptor)) {
            return use;
        }
        return resolve(new Use("class", ours.supertypes.get(0), use.instruction, use.name, use.descriptor));
    }

    private static boolean hasBody(final OurClass ours, final String method)
    {
        return ours != null && (ours.bodies.contains(method) || hasBody(CLASSES.get(ours.supertypes.get(0)), method));
    }

    /** All that a class extends and implements, as far as our own classes tell. */
    private static Set<String> supertypes(final OurClass ours)
    {
        final Set<String> types = new TreeSet<>(ours.supertypes);
        ours.supertypes.stream().filter(CLASSES::containsKey).forEach(type -> types.addAll(supertypes(CLASSES.get(type))));
        return types;
    }

    private static Set<String> lines(final Path list) throws IOException
    {
        return Files.readAllLines(list).stream().filter(line -> !line.isEmpty() && !line.startsWith("#"))
            .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean isOf(final List<String> packages, final String type)
    {
        return packages.stream().anyMatch(type::startsWith);
    }

    private static String dots(final String type)
    {
        return type.replace('/', '.');
    }

    private static void assertNone(final Stream<String> found, final String message)
    {
        final List<String> all = found.toList();
        assertTrue(all.isEmpty(), () -> message + "\n" + String.join("\n", all) + "\n");
    }

    /** Fills the collections above. */
    private static final class Recorder extends ClassVisitor
    {
        private final Set<Use> uses;
        private OurClass current;

        Recorder(final Set<Use> uses)
        {
            super(Opcodes.ASM5);
            this.uses = uses;
        }

        @Override
        public void visit(final int version, final int access, final String name, final String signature, final String superName,
                          final String[] interfaces)
        {
            final List<String> supertypes = new ArrayList<>(List.of(superName));
            supertypes.addAll(List.of(interfaces));
            current = new OurClass((access & Opcodes.ACC_ABSTRACT) != 0, supertypes, new HashSet<>(), new HashSet<>());
            CLASSES.put(name, current);
            uses.add(new Use("class", superName, null, null, null));
            Stream.of(interfaces).forEach(type -> uses.add(new Use("interface", type, null, null, null)));
        }

        @Override
        public FieldVisitor visitField(final int access, final String name, final String descriptor, final String signature,
                                       final Object value)
        {
            current.members.add(name + descriptor);
            return null;
        }

        @Override
        public MethodVisitor visitMethod(final int access, final String name, final String descriptor, final String signature,
                                         final String[] exceptions)
        {
            current.members.add(name + descriptor);
            if ((access & Opcodes.ACC_ABSTRACT) == 0) {
                current.bodies.add(name + descriptor);
            }
            return new MethodVisitor(Opcodes.ASM5) {
                @Override
                public void visitMethodInsn(final int opcode, final String owner, final String method, final String type,
                                            final boolean ofInterface)
                {
                    uses.add(new Use(ofInterface ? "interface" : "class", owner, INSTRUCTIONS.get(opcode - Opcodes.GETSTATIC), method,
                        type));
                }

                @Override
                public void visitFieldInsn(final int opcode, final String owner, final String field, final String type)
                {
                    uses.add(new Use("either", owner, INSTRUCTIONS.get(opcode - Opcodes.GETSTATIC), field, type));
                }

                @Override
                public void visitInvokeDynamicInsn(final String method, final String type, final Handle bootstrap,
                                                   final Object... arguments)
                {
                    LAMBDAS.add(Type.getReturnType(type).getInternalName());
                    Stream.of(arguments).filter(Handle.class::isInstance).map(Handle.class::cast).forEach(handle ->
                        uses.add(new Use(handle.getTag() == Opcodes.H_INVOKEINTERFACE ? "interface" : "class", handle.getOwner(),
                            HANDLES.get(handle.getTag() - Opcodes.H_GETFIELD), handle.getName(), handle.getDesc())));
                }
            };
        }
    }
}
