/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.demo;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Prints what happens, for somebody to read it in a terminal, and counts the promises.
 */
final class Story
{
    private static final String ROW = "  %-6s %-6s %-35s %-10s %s%n";
    private static final int SHOWN = 8;

    private final PrintStream out;
    private final Set<String> known = new HashSet<>();
    private int scenes;
    private int promises;
    private int broken;

    Story(final PrintStream out)
    {
        this.out = out;
    }

    void scene(final String title)
    {
        out.printf("%n%d. %s%n", ++scenes, title);
    }

    void heading()
    {
        out.printf(ROW, "who", "nick", "what", "id", "seen by");
    }

    /**
     * One thing that somebody did, and which id it showed to whom.
     *
     * @param who whose account it was, in truth.
     * @param nick what others see of that.
     * @param what the deed.
     * @param seen the id that each client saw, by the client's name; null for none.
     */
    void event(final String who, final String nick, final String what, final Map<String, String> seen)
    {
        final Map<String, List<String>> viewers = new LinkedHashMap<>();
        seen.forEach((viewer, id) -> viewers.computeIfAbsent(id, key -> new ArrayList<>()).add(viewer));
        String[] deed = {who, nick, what};
        for (final Map.Entry<String, List<String>> sight : viewers.entrySet()) {
            out.printf(ROW, deed[0], deed[1], deed[2], brief(sight.getKey()), String.join(" ", sight.getValue()));
            deed = new String[] {"", "", ""};
            if (isLong(sight.getKey()) && known.add(sight.getKey())) {
                out.printf("  %-6s %-6s in full: %s%n", "", "", sight.getKey());
            }
        }
    }

    void promise(final boolean kept, final String text)
    {
        promises++;
        broken += kept ? 0 : 1;
        out.printf("  %s %s%n", kept ? "✓" : "✗", text);
    }

    /**
     * @return whether all promises were kept.
     */
    boolean end()
    {
        out.printf("%n%s%n", broken == 0 ? "All of the plugin's " + promises + " promises hold."
            : broken + " of the plugin's " + promises + " promises do not hold.");
        return broken == 0;
    }

    private static String brief(final String id)
    {
        if (id == null) {
            return "no id";
        }
        return isLong(id) ? id.substring(0, SHOWN) + "…" : id;
    }

    private static boolean isLong(final String id)
    {
        return id != null && id.length() > SHOWN;
    }
}
