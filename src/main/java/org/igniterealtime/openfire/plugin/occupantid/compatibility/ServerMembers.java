/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.compatibility;

import javax.annotation.Nonnull;
import javax.annotation.Nullable;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The members of the server that the plugin's classes are linked to, as server-members.txt lists them. They are looked up at start, so
 * that a feature which would fail at its first use is not started at all.
 */
public final class ServerMembers
{
    private static final String LIST = "server-members.txt";

    private ServerMembers()
    {
    }

    /**
     * Looks all members up in the server.
     *
     * @return the types and members that are missing, each with the features that need it.
     */
    @Nonnull
    public static Map<String, Set<Feature>> missing()
    {
        final Map<String, Set<Feature>> missing = new TreeMap<>();
        read().forEach((features, members) -> members.forEach(line -> {
            final String found = missingOf(line.split(" "));
            if (found != null) {
                missing.computeIfAbsent(found, key -> EnumSet.noneOf(Feature.class)).addAll(features);
            }
        }));
        return missing;
    }

    /** The first types and members of several, for people to read. */
    @Nonnull
    public static String list(@Nonnull final Collection<String> members)
    {
        final int shown = 3;
        return members.stream().limit(shown).collect(Collectors.joining(", "))
            + (members.size() > shown ? " and " + (members.size() - shown) + " more" : "");
    }

    private static Map<List<Feature>, List<String>> read()
    {
        final Map<List<Feature>, List<String>> sections = new LinkedHashMap<>();
        List<String> section = Collections.emptyList();
        try (BufferedReader lines = new BufferedReader(
            new InputStreamReader(ServerMembers.class.getResourceAsStream(LIST), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("[")) {
                    final String[] features = line.substring(1, line.indexOf(']')).split(" ");
                    section = new ArrayList<>();
                    sections.put(Arrays.stream(features).map(Feature::valueOf).collect(Collectors.toList()), section);
                } else if (!line.isEmpty() && !line.startsWith("#")) {
                    section.add(line);
                }
            }
        } catch (final IOException e) {
            throw new IllegalStateException("Cannot read " + LIST + " in the plugin's jar.", e);
        }
        return sections;
    }

    /**
     * Looks a member up as the virtual machine does, by name and full descriptor.
     *
     * @return the type or member that is missing; null if there is none.
     */
    @Nullable
    private static String missingOf(final String[] member)
    {
        final ClassLoader loader = ServerMembers.class.getClassLoader();
        try {
            final Class<?> owner = Class.forName(member[1], false, loader);
            if (!member[0].equals("either") && owner.isInterface() != member[0].equals("interface")) {
                return member[0] + ' ' + member[1];
            }
            if (member.length > 2) {
                link(owner, member[2], member[3], member[4], loader);
            }
            return null;
        } catch (final ClassNotFoundException missing) {
            return member[1];
        } catch (final TypeNotPresentException missing) {
            return missing.typeName();
        } catch (final ReflectiveOperationException | LinkageError missing) {
            return member[1] + ' ' + member[3] + ' ' + member[4];
        }
    }

    private static void link(final Class<?> owner, final String instruction, final String name, final String descriptor,
                             final ClassLoader loader) throws ReflectiveOperationException
    {
        final MethodHandles.Lookup lookup = MethodHandles.publicLookup();
        if (instruction.equals("getstatic")) {
            lookup.findStaticGetter(owner, name, MethodType.fromMethodDescriptorString("()" + descriptor, loader).returnType());
            return;
        }
        final MethodType type = MethodType.fromMethodDescriptorString(descriptor, loader);
        if (name.equals("<init>")) {
            owner.getDeclaredConstructor(type.parameterArray());
        } else if (instruction.equals("invokestatic")) {
            lookup.findStatic(owner, name, type);
        } else {
            lookup.findVirtual(owner, name, type);
        }
    }
}
