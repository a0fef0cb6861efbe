/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.compatibility;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import javax.annotation.Nonnull;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** The features that are not available on this version of Openfire, with the members of the server that they need. Thread-safe. */
public final class Limitations
{
    private static final Logger Log = LoggerFactory.getLogger(Limitations.class);

    private final Map<Feature, Set<String>> missing = new ConcurrentHashMap<>();

    /**
     * Records and logs what the server lacks.
     *
     * @param missing the types and members that are missing, each with the features that need it.
     */
    public Limitations(@Nonnull final Map<String, Set<Feature>> missing)
    {
        final Map<Set<Feature>, List<String>> byFeatures = new LinkedHashMap<>();
        missing.forEach((member, features) -> byFeatures.computeIfAbsent(features, key -> new ArrayList<>()).add(member));
        byFeatures.forEach(this::add);
    }

    /** Whether the server has all that a feature needs. */
    public boolean isAvailable(@Nonnull final Feature feature)
    {
        return !missing.containsKey(feature);
    }

    /**
     * Records and logs what the server lacks.
     *
     * @param features the features that need it.
     * @param members the types and members that are missing.
     */
    public void add(@Nonnull final Set<Feature> features, @Nonnull final Collection<String> members)
    {
        features.forEach(feature -> missing.computeIfAbsent(feature, key -> new LinkedHashSet<>()).addAll(members));
        Log.warn("This version of Openfire lacks {}. Not available: {}. Occupant ids are added all the same."
            + " Look for a newer version of the plugin.", ServerMembers.list(members),
            features.stream().map(Feature::description).collect(Collectors.joining("; ")));
    }

    /** All that is not available, with what it lacks; empty if nothing is missing. */
    @Nonnull
    public List<String> descriptions()
    {
        return missing.entrySet().stream().sorted(Map.Entry.comparingByKey())
            .map(entry -> entry.getKey().description() + " (" + ServerMembers.list(entry.getValue()) + ')').collect(Collectors.toList());
    }
}
