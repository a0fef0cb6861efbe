/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin.web;

import javax.annotation.Nonnull;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpSession;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;

/** What a browser asks a page for, and the admin that it belongs to. */
final class PageRequest
{
    /** Where the session keeps what a form has to bring back, to show that it comes from a page of ours. */
    private static final String TOKEN = "occupantid-csrf";

    private static final SecureRandom RANDOM = new SecureRandom();

    private final HttpServletRequest request;
    private final String user;

    PageRequest(@Nonnull final HttpServletRequest request, @Nonnull final String user)
    {
        this.request = request;
        this.user = user;
    }

    /** The user name of the admin. */
    @Nonnull
    String user()
    {
        return user;
    }

    /** A field of a form or of the address, without spaces around it; empty if it is not there. */
    @Nonnull
    String field(@Nonnull final String name)
    {
        final String value = request.getParameter(name);
        return value == null ? "" : value.trim();
    }

    /** All values of a field. */
    @Nonnull
    List<String> fields(@Nonnull final String name)
    {
        final String[] values = request.getParameterValues(name);
        return values == null ? Collections.emptyList() : Arrays.asList(values);
    }

    /** A field that is a number; what stands for it if it is none, or too large or small. */
    int number(@Nonnull final String name, final int least, final int most, final int byDefault)
    {
        try {
            return Math.max(least, Math.min(most, Integer.parseInt(field(name))));
        } catch (final NumberFormatException none) {
            return byDefault;
        }
    }

    /** Whether a form was sent. */
    boolean isPost()
    {
        return "POST".equals(request.getMethod());
    }

    /** Whether the form comes from a page of ours, shown in the same session, and not from another site. */
    boolean hasToken()
    {
        final Object token = request.getSession().getAttribute(TOKEN);
        return token != null && MessageDigest.isEqual(token.toString().getBytes(StandardCharsets.UTF_8),
            field("csrf").getBytes(StandardCharsets.UTF_8));
    }

    /** What each form has to bring back. One for the session, so that pages open side by side do not spoil each other. */
    @Nonnull
    String token()
    {
        final HttpSession session = request.getSession();
        synchronized (PageRequest.class) {
            Object token = session.getAttribute(TOKEN);
            if (token == null) {
                final byte[] bytes = new byte[24];
                RANDOM.nextBytes(bytes);
                token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
                session.setAttribute(TOKEN, token);
            }
            return token.toString();
        }
    }
}
