/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.harness.console;

import java.io.IOException;
import java.io.PrintWriter;

import javax.servlet.http.Cookie;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;

import org.jivesoftware.admin.LoginLimitManager;
import org.jivesoftware.openfire.admin.AdminManager;
import org.jivesoftware.openfire.auth.AuthFactory;
import org.jivesoftware.openfire.auth.AuthToken;
import org.jivesoftware.openfire.auth.ConnectionException;
import org.jivesoftware.openfire.auth.InternalUnauthenticatedException;
import org.jivesoftware.openfire.auth.UnauthorizedException;
import org.jivesoftware.util.CookieUtils;
import org.jivesoftware.util.StringUtils;
import org.xmpp.packet.JID;

/**
 * The way into the console, for administrators of the server: theirs are the accounts, the limits, and the mark in the session that
 * the console's filter looks for.
 */
public final class LoginPage extends HttpServlet
{
    private static final long serialVersionUID = 1L;

    /** As everywhere in the console, a form proves by it that it was made here. */
    private static final String CSRF = "csrf";

    @Override
    protected void doGet(final HttpServletRequest request, final HttpServletResponse response) throws IOException
    {
        writeForm(request, response, "");
    }

    @Override
    protected void doPost(final HttpServletRequest request, final HttpServletResponse response) throws IOException
    {
        final Cookie cookie = CookieUtils.getCookie(request, CSRF);
        if (cookie == null || !cookie.getValue().equals(request.getParameter(CSRF))) {
            writeForm(request, response, "Please try again.");
            return;
        }
        final String user = JID.escapeNode(request.getParameter("username"));
        try {
            final AuthToken token = authenticate(user, request);
            LoginLimitManager.getInstance().recordSuccessfulAttempt(user, request.getRemoteAddr());
            request.getSession().invalidate();
            request.getSession().setAttribute("jive.admin.authToken", token);
        } catch (final UnauthorizedException | ConnectionException | InternalUnauthenticatedException e) {
            LoginLimitManager.getInstance().recordFailedAttempt(user, request.getRemoteAddr());
            writeForm(request, response, "Login failed.");
            return;
        }
        final String url = request.getParameter("url");
        response.sendRedirect(url.startsWith("/") ? url : "/index.jsp");
    }

    private static AuthToken authenticate(final String user, final HttpServletRequest request)
        throws UnauthorizedException, ConnectionException, InternalUnauthenticatedException
    {
        if (LoginLimitManager.getInstance().hasHitConnectionLimit(user, request.getRemoteAddr())
            || !AdminManager.getInstance().isUserAdmin(user, true)) {
            throw new UnauthorizedException();
        }
        return AuthFactory.authenticate(user, request.getParameter("password"));
    }

    private static void writeForm(final HttpServletRequest request, final HttpServletResponse response, final String error)
        throws IOException
    {
        final String csrf = StringUtils.randomString(15);
        CookieUtils.setCookie(request, response, CSRF, csrf, -1);
        response.setContentType("text/html;charset=UTF-8");
        final PrintWriter out = response.getWriter();
        out.printf("""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <title>Openfire Admin Console</title>
            <link rel="stylesheet" href="/style/global.css">
            </head>
            <body>
            <main id="jive-content">
            <h1>Openfire Admin Console</h1>
            <p class="jive-error-text" role="alert">%s</p>
            <form action="/login.jsp" method="post">
            <input type="hidden" name="url" value="%s">
            <input type="hidden" name="csrf" value="%s">
            <p><label for="username">User name</label> <input id="username" name="username" autocomplete="username"></p>
            <p><label for="password">Password</label>
            <input type="password" id="password" name="password" autocomplete="current-password"></p>
            <p><button>Log in</button></p>
            </form>
            </main>
            </body>
            </html>
            """, error, attribute(request.getParameter("url")), csrf);
    }

    private static String attribute(final String value)
    {
        return value == null ? "" : StringUtils.escapeForXML(value);
    }
}
