/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.harness.console;

import java.io.IOException;

import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;

/**
 * Where one is after the login, and logs out.
 */
public final class FirstPage extends HttpServlet
{
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(final HttpServletRequest request, final HttpServletResponse response) throws IOException
    {
        if ("true".equals(request.getParameter("logout"))) {
            request.getSession().removeAttribute("jive.admin.authToken");
            response.sendRedirect("/index.jsp");
            return;
        }
        response.setContentType("text/html;charset=UTF-8");
        response.getWriter().print("""
            <html>
            <head><title>Welcome</title><meta name="pageID" content="server-settings"></head>
            <body>
            <p>Of the pages that are named above and at the side, this console has those that are links: the pages of plugins.</p>
            </body>
            </html>
            """);
    }
}
