/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.fire;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The tests that doc/security.md names are there. */
class SecurityDocumentTest
{
    private static final Pattern TEST = Pattern.compile("`(\\w+(?:IT|Test|Contract))(?:\\.(\\w+))?`");

    @Test
    void theTestsThatItNamesExist() throws IOException
    {
        final Map<String, String> sources = new HashMap<>();
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            for (final Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
                sources.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
            }
        }
        final List<String> missing = new ArrayList<>();
        final Matcher named = TEST.matcher(Files.readString(Path.of("doc/security.md")));
        int number = 0;
        while (named.find()) {
            number++;
            final String source = sources.getOrDefault(named.group(1), "");
            final String method = named.group(2);
            if (method == null ? source.isEmpty() : !source.contains("\n    void " + method + "(")) {
                missing.add(named.group());
            }
        }
        assertEquals(List.of(), missing);
        assertTrue(number > 40, "the pattern finds them");
    }
}
