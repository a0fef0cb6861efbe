/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.fire;

import com.samskivert.mustache.Mustache;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

import javax.xml.parsers.DocumentBuilderFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What the project takes from others is what its documents say. */
class SupplyChainTest
{
    private static final Pattern ROW = Pattern.compile("(?m)^\\| ([\\w.:-]+) \\| ([0-9][\\w.]*) \\| ([^|]+) \\|");

    private final Document pom;
    private final String list;

    SupplyChainTest() throws Exception
    {
        pom = DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder().parse(Path.of("pom.xml").toFile());
        list = Files.readString(Path.of("doc/dependencies.md"));
    }

    @Test
    void theListNamesWhatTheBuildUsesAndNothingElse()
    {
        final Map<String, String> listed = new TreeMap<>();
        final Matcher rows = ROW.matcher(list);
        while (rows.find()) {
            assertFalse(rows.group(3).isBlank(), rows::group);
            assertEquals(null, listed.put(rows.group(1), rows.group(2)), rows::group);
        }
        final Map<String, String> used = new TreeMap<>();
        for (final Element one : elements("dependency", "plugin", "path")) {
            final String artifact = child(one, "artifactId");
            final String name = one.getTagName().equals("plugin") ? artifact : child(one, "groupId") + ":" + artifact;
            assertFalse(child(one, "version").isEmpty(), () -> name + " has no version");
            used.put(name, resolved(child(one, "version")));
        }
        assertEquals(used, listed);
    }

    @Test
    void versionsAreSaidInFull()
    {
        for (final Element one : elements("dependency", "plugin", "path")) {
            assertTrue(resolved(child(one, "version")).matches("[0-9]+(\\.[0-9]+)+"), () -> child(one, "artifactId"));
        }
    }

    @Test
    void theListNamesTheDebianPackagesOfTheTests() throws Exception
    {
        final Matcher packages = Pattern.compile("(?m)^ +'([a-z0-9.+-]+) \\|").matcher(Files.readString(Path.of("bin/test")));
        final List<String> missing = new ArrayList<>();
        while (packages.find()) {
            if (!list.contains("`" + packages.group(1) + "`")) {
                missing.add(packages.group(1));
            }
        }
        assertEquals(List.of(), missing);
    }

    @Test
    void theHashInTheSbomIsThatOfTheBundledLibrary() throws Exception
    {
        final Path jar = Path.of(Mustache.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        assertEquals("jmustache-" + resolved("${jmustache.version}") + ".jar", jar.getFileName().toString());
        assertEquals(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(jar))),
            resolved("${jmustache.sha256}"));
    }

    @Test
    void onlyWhatIsInTheSbomIsBundled() throws Exception
    {
        final List<String> bundled = elements("include").stream().map(Node::getTextContent).toList();
        assertEquals(List.of("com.samskivert:jmustache"), bundled);
        final Matcher components = Pattern.compile("\"name\": \"(\\w+)\"").matcher(Files.readString(Path.of("src/assembly/bom.cdx.json")));
        assertEquals(bundled, components.results().map(found -> "com.samskivert:" + found.group(1)).toList());
        assertTrue(Files.readString(Path.of("readme.html")).contains("jmustache " + resolved("${jmustache.version}")), "what admins are told");
    }

    private List<Element> elements(final String... names)
    {
        final List<Element> found = new ArrayList<>();
        for (final String name : names) {
            final NodeList nodes = pom.getElementsByTagName(name);
            for (int i = 0; i < nodes.getLength(); i++) {
                found.add((Element) nodes.item(i));
            }
        }
        return found;
    }

    /** The text of an element's own child; empty if there is none. */
    private static String child(final Element element, final String name)
    {
        for (Node node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (name.equals(node.getNodeName())) {
                return node.getTextContent().trim();
            }
        }
        return "";
    }

    private String resolved(final String version)
    {
        return version.startsWith("${") ? elements(version.substring(2, version.length() - 1)).get(0).getTextContent() : version;
    }
}
