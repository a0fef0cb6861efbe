/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.harness;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A process that runs {@link ServerMain}, and the conversation with it: one request at a time, each with one answer.
 */
final class ServerProcess
{
    private static final Duration END = Duration.ofSeconds(15);

    private final Process process;
    private final Writer requests;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private long lastRequest;

    ServerProcess(final ProcessBuilder builder) throws IOException
    {
        process = builder.start();
        requests = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.US_ASCII));
        final Thread reader = new Thread(this::read, "answers of Openfire");
        reader.setDaemon(true);
        reader.start();
    }

    private void read()
    {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
            in.lines().forEach(answers::add);
        } catch (final IOException | UncheckedIOException e) {
            // The process has ended; the empty line says so.
        }
        answers.add("");
    }

    /**
     * Sends a request and waits for its answer.
     *
     * @return the results.
     * @throws RequestFailed if the server refuses, does not answer in time, or has ended.
     */
    synchronized List<String> request(final Duration patience, final String verb, final String... args) throws RequestFailed
    {
        final String number = String.valueOf(++lastRequest);
        try {
            final StringBuilder line = new StringBuilder(number).append(' ').append(verb);
            for (final String arg : args) {
                line.append(' ').append(ServerMain.encode(arg));
            }
            requests.write(line.append('\n').toString());
            requests.flush();
            final String[] answer = awaitAnswer(number, verb, patience);
            final List<String> results = Arrays.stream(answer).skip(2).map(ServerMain::decode).toList();
            if (!answer[1].equals("ok")) {
                throw new RequestFailed("'" + verb + "' failed: " + results.get(0));
            }
            return results;
        } catch (final IOException e) {
            throw new RequestFailed("the server does not run, asked to '" + verb + "'");
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private String[] awaitAnswer(final String number, final String verb, final Duration patience) throws RequestFailed, InterruptedException
    {
        final long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            final String text = answers.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (text == null) {
                throw new RequestFailed("no answer to '" + verb + "' within " + patience.toSeconds() + " s");
            }
            if (text.isEmpty()) {
                throw new RequestFailed("the server ended while asked to '" + verb + "'");
            }
            final String[] answer = text.split(" ");
            // The answer to an earlier request can arrive after its time was over.
            if (answer[0].equals(number)) {
                return answer;
            }
        }
    }

    long pid()
    {
        return process.pid();
    }

    boolean isAlive()
    {
        return process.isAlive();
    }

    /** Ends the server in an orderly way, or else by force. */
    void stop()
    {
        try {
            requests.close();
        } catch (final IOException e) {
            // It has ended already.
        }
        if (!awaitEnd()) {
            kill();
        }
    }

    /** Ends the process at once. */
    void kill()
    {
        process.destroyForcibly();
        awaitEnd();
    }

    private boolean awaitEnd()
    {
        try {
            return process.waitFor(END.toMillis(), TimeUnit.MILLISECONDS);
        } catch (final InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** A request without a result. The message says why. */
    static final class RequestFailed extends Exception
    {
        private static final long serialVersionUID = 1L;

        RequestFailed(final String message)
        {
            super(message);
        }
    }
}
