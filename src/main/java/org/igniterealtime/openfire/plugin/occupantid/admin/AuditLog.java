/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin;

import org.jivesoftware.openfire.security.SecurityAuditManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import javax.annotation.Nonnull;

/** The server's security audit log, which tells what admins did, where other admins look for it. */
public final class AuditLog
{
    /** Where the entries go. */
    public interface Sink
    {
        void logEvent(String username, String summary, String details);
    }

    /** The security audit log of the server. */
    public static final class Server
    {
        private Server()
        {
        }

        /** Adds an entry. */
        public static void logEvent(final String username, final String summary, final String details)
        {
            SecurityAuditManager.getInstance().logEvent(username, summary, details);
        }
    }

    private static final Logger Log = LoggerFactory.getLogger(AuditLog.class);

    /**
     * What every database takes in the server's table. The server says nothing of an entry that does not go in; so whoever is able to
     * put a longer text into it, or one that the database has no characters for, could act unrecorded.
     */
    private static final int USERNAME_CHARACTERS = 64;
    private static final int SUMMARY_CHARACTERS = 255;
    private static final int DETAILS_CHARACTERS = 2000;

    private static final String MORE = "...";

    private final Sink sink;

    /**
     * @param sink the server's log.
     */
    public AuditLog(@Nonnull final Sink sink)
    {
        this.sink = sink;
    }

    /**
     * Records what somebody did. It is no reason to fail if that does not succeed.
     *
     * @param who the admin's user name, or the bare JID of somebody who is not of this server.
     * @param summary what was done, to which room.
     * @param details all that is worth knowing.
     */
    public void record(@Nonnull final String who, @Nonnull final String summary, @Nonnull final String details)
    {
        try {
            sink.logEvent(cut(who, USERNAME_CHARACTERS), cut(summary, SUMMARY_CHARACTERS), cut(details, DETAILS_CHARACTERS));
        } catch (final RuntimeException e) {
            Log.error("The security audit log has not taken this: {} by {}. {}", summary, who, details, e);
        }
    }

    private static String cut(final String text, final int characters)
    {
        final String ascii = ascii(text);
        return ascii.length() <= characters ? ascii : ascii.substring(0, characters - MORE.length()) + MORE;
    }

    private static String ascii(final String text)
    {
        final StringBuilder ascii = new StringBuilder();
        text.codePoints().forEach(character -> {
            if (character >= ' ' && character <= '~') {
                ascii.append((char) character);
            } else {
                ascii.append("\\u{").append(Integer.toHexString(character)).append('}');
            }
        });
        return ascii.toString();
    }
}
