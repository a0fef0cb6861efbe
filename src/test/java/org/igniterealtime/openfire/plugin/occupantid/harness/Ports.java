/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.harness;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * TCP ports on the loopback interface, where all servers of the tests listen.
 */
final class Ports
{
    static final String HOST = "127.0.0.1";

    /** The highest number of virtual machines that run tests at the same time; each has {@link #COUNT} ports of its own. */
    private static final int FORKS = 8;
    private static final int COUNT = 1_500;
    private static final AtomicInteger NEXT = new AtomicInteger(ThreadLocalRandom.current().nextInt(COUNT));

    private Ports()
    {
    }

    /**
     * Finds a free port below the range from which systems take the ports of outgoing connections, so that none takes it while the
     * server restarts. No other virtual machine finds the same one, and this one does not find it again soon.
     */
    static int free()
    {
        final int fork = Integer.parseInt(TestFiles.FORK.substring("fork".length())) % FORKS;
        while (true) {
            final int port = 20_000 + NEXT.getAndUpdate(last -> (last + 1) % COUNT) * FORKS + fork;
            if (isFree(port)) {
                return port;
            }
        }
    }

    /**
     * Checks that a server can open a port.
     *
     * @throws IllegalStateException if another process has it open.
     */
    static void requireFree(final int port, final String server)
    {
        if (!isFree(port)) {
            throw new IllegalStateException("Port " + port + " of " + HOST + " is in use; " + server + " cannot start there.");
        }
    }

    /**
     * Waits until a server has opened a port.
     *
     * @param alive whether the server still runs.
     * @return false if the server ended, or the time is over.
     */
    static boolean awaitOpen(final int port, final Duration patience, final BooleanSupplier alive)
    {
        final long deadline = System.nanoTime() + patience.toNanos();
        while (System.nanoTime() < deadline && alive.getAsBoolean()) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(HOST, port));
                return true;
            } catch (final IOException e) {
                try {
                    Thread.sleep(20);
                } catch (final InterruptedException interruption) {
                    Thread.currentThread().interrupt();
                    return false;
                }
            }
        }
        return false;
    }

    private static boolean isFree(final int port)
    {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName(HOST))) {
            return socket.isBound();
        } catch (final IOException e) {
            return false;
        }
    }
}
