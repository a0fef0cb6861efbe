/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.bench;

import java.util.Arrays;

/** Several measurements of one thing: its middle, and how far they lie apart. */
final class Spread
{
    private final double[] sorted;

    Spread(final double... values)
    {
        sorted = values.clone();
        Arrays.sort(sorted);
    }

    double median()
    {
        return quantile(0.5);
    }

    /** The value that a certain part of all is not above; between two measurements, in proportion. */
    double quantile(final double part)
    {
        final double place = part * (sorted.length - 1);
        final int below = (int) place;
        final int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
