/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin.web;

import org.igniterealtime.openfire.plugin.occupantid.admin.RefusedException;
import org.jivesoftware.util.WebManager;

import javax.annotation.Nonnull;
import javax.annotation.Nullable;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * A page of the admin console. It shows a template; what stands there comes from {@link #fill}. Forms are sent by POST, bring back
 * the session's token, and are dealt with by {@link #act}, after which the browser is sent elsewhere.
 *
 * The console lets only admins through to a page. Each page makes sure that somebody has logged in, should the console fail to.
 */
abstract class Page extends HttpServlet
{
    private static final long serialVersionUID = 1L;

    private final transient PageTexts words;
    private final transient Template template;

    /**
     * @param template the name of the template.
     */
    Page(@Nonnull final PageTexts words, @Nonnull final String template)
    {
        this.words = words;
        this.template = new Template(template, words);
    }

    /**
     * Fills the template in.
     *
     * @param request what is asked for.
     * @param model takes what the template names.
     * @throws RefusedException if there is nothing to be shown but the reason for that.
     */
    abstract void fill(@Nonnull PageRequest request, @Nonnull Map<String, Object> model) throws RefusedException;

    /**
     * Does what a form says. Pages without forms need not have this.
     *
     * @param request the form, which is known to come from one of our pages.
     * @param model takes what the template names, if the answer is this page.
     * @return where to go next, relative to this page; null to show this page, filled in with what the form holds.
     * @throws RefusedException if it cannot be done. The page is shown again, with the reason.
     */
    @Nullable
    String act(@Nonnull final PageRequest request, @Nonnull final Map<String, Object> model) throws RefusedException
    {
        return null;
    }

    final PageTexts words()
    {
        return words;
    }

    @Override
    protected void service(final HttpServletRequest request, final HttpServletResponse response) throws IOException
    {
        final WebManager console = new WebManager();
        console.init(request, response, request.getSession(), request.getServletContext());
        if (console.getUser() == null) {
            response.sendError(HttpServletResponse.SC_FORBIDDEN);
            return;
        }
        if (!"GET".equals(request.getMethod()) && !"POST".equals(request.getMethod())) {
            response.sendError(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
            return;
        }
        if (request.getCharacterEncoding() == null) {
            request.setCharacterEncoding("UTF-8");
        }
        final PageRequest asked = new PageRequest(request, console.getUser().getUsername());
        final Map<String, Object> model = new HashMap<>();
        if (asked.isPost()) {
            try {
                if (!asked.hasToken()) {
                    response.setStatus(HttpServletResponse.SC_FORBIDDEN);
                    throw new RefusedException("occupantid.error.csrf");
                }
                final String next = act(asked, model);
                if (next != null) {
                    response.sendRedirect(next);
                    return;
                }
            } catch (final RefusedException e) {
                model.put("error", e.text(words.texts()));
            }
        }
        show(asked, model, response);
    }

    private void show(final PageRequest asked, final Map<String, Object> model, final HttpServletResponse response) throws IOException
    {
        model.put("csrf", asked.token());
        try {
            fill(asked, model);
        } catch (final RefusedException e) {
            model.put("error", e.text(words.texts()));
            model.put("refused", true);
        }
        response.setContentType("text/html");
        response.setCharacterEncoding("UTF-8");
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Content-Type-Options", "nosniff");
        template.write(model, response.getWriter());
    }
}
