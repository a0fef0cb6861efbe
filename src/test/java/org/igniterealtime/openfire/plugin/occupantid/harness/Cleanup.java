/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.harness;

/**
 * Closes servers so that the first failure is the one that is reported.
 */
public final class Cleanup
{
    private Cleanup()
    {
    }

    /** Closes something after a failure. Another failure while closing is added to the first one. */
    static void after(final Throwable failure, final AutoCloseable started)
    {
        try {
            started.close();
        } catch (final Exception e) {
            failure.addSuppressed(e);
        }
    }

    /**
     * Closes all that was started, in this order, even if one of them cannot be closed.
     *
     * @param started what is to be closed; null for what was not started.
     * @throws IllegalStateException if something could not be closed.
     */
    public static void all(final AutoCloseable... started)
    {
        final IllegalStateException failure = new IllegalStateException("Could not close all that the test has started.");
        for (final AutoCloseable one : started) {
            if (one != null) {
                after(failure, one);
            }
        }
        if (failure.getSuppressed().length > 0) {
            throw failure;
        }
    }
}
