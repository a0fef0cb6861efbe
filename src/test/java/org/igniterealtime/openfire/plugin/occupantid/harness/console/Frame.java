/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.harness.console;

import java.io.IOException;
import java.io.PrintWriter;

import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;

import org.dom4j.Element;
import org.dom4j.Node;
import org.jivesoftware.admin.AdminConsole;
import org.jivesoftware.util.StringUtils;
import org.jivesoftware.util.WebManager;
import org.xmpp.packet.JID;

import com.opensymphony.module.sitemesh.HTMLPage;
import com.opensymphony.module.sitemesh.RequestConstants;

/**
 * The console around a page: SiteMesh takes the page apart, this puts it together again between heading and navigation, in
 * elements that have the ids and classes of the real console.
 */
public final class Frame extends HttpServlet
{
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(final HttpServletRequest request, final HttpServletResponse response) throws IOException
    {
        final HTMLPage page = (HTMLPage) request.getAttribute(RequestConstants.PAGE);
        final WebManager manager = new WebManager();
        manager.init(request, response, request.getSession(), getServletContext());
        final String user = StringUtils.escapeHTMLTags(JID.unescapeNode(manager.getUser().getUsername()));

        final PrintWriter out = response.getWriter();
        // The real console has this document type, and with it browsers lay pages out as if they were of the last century.
        out.printf("""
            <!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.0 Transitional//EN">
            <html lang="en">
            <head>
            <meta charset="UTF-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>%1$s Admin Console: %2$s</title>
            <link rel="stylesheet" href="/style/global.css">
            """, AdminConsole.getAppName(), page.getTitle());
        page.writeHead(out);
        out.printf("""
            </head>
            <body id="jive-body">
            <header id="jive-header">
            <div id="jive-logo"><a href="/index.jsp">%s</a></div>
            <div id="jive-userstatus">Logged in as <strong>%s</strong> - <a href="/index.jsp?logout=true">Log out</a></div>
            """, AdminConsole.getAppName(), user);
        writeNavigation(out, page.getProperty("meta.pageID"), page.getProperty("meta.subPageID"), page.getProperty("meta.extraParams"));
        out.printf("""
            <main id="jive-content">
            <h1>%s</h1>
            <div id="jive-main-content">
            """, page.getTitle());
        page.writeBody(out);
        out.print("""
            </div>
            </main>
            </div>
            <footer id="jive-footer">A console for tests, around Openfire's own model of its pages</footer>
            </body>
            </html>
            """);
    }

    /**
     * Tabs, the sidebars of the page's tab beneath, and its sidebar with the items at the side. A page with a subPageID belongs
     * to a sidebar within an item.
     */
    private static void writeNavigation(final PrintWriter out, final String pageId, final String subPageId, final String extraParams)
    {
        final Element subPage = AdminConsole.getElemnetByID(subPageId);
        final Element page = pageId == null && subPage != null ? subPage.getParent().getParent() : AdminConsole.getElemnetByID(pageId);
        final Element sidebar = page == null ? null : page.getParent();
        final Element tab = sidebar == null ? null : sidebar.getParent();

        out.println("<nav id=\"jive-nav\" aria-label=\"Tabs\">");
        writeList(out, AdminConsole.getModel(), "tab", tab, "currentlink", null, "");
        out.println("</nav>\n<nav id=\"jive-subnav\" aria-label=\"Sections\">");
        if (tab != null) {
            writeList(out, tab, "sidebar", sidebar, "current", null, "");
        }
        out.println("</nav>\n</header>\n<div id=\"jive-main\">\n<nav id=\"jive-sidebar-container\" aria-label=\"Pages\">\n"
            + "<div id=\"jive-sidebar\">");
        if (sidebar != null) {
            writeList(out, sidebar, "item", page, subPage == null ? "currentlink" : "", subPage, extraParams);
        }
        out.println("</div>\n</nav>");
    }

    private static void writeList(final PrintWriter out, final Element parent, final String name, final Element current,
                                  final String currentClass, final Element subPage, final String extraParams)
    {
        out.println("<ul>");
        for (final Element entry : parent.elements(name)) {
            out.printf("<li class=\"%s\">", entry == current ? currentClass : "");
            writeLink(out, entry, "");
            if (entry == current && subPage != null) {
                out.printf("<ul class=\"subitems\"><li class=\"category\">%s</li>%n", text(subPage.getParent(), "name"));
                for (final Element sibling : subPage.getParent().elements()) {
                    out.printf("<li class=\"%s\">", sibling == subPage ? "currentlink" : "");
                    writeLink(out, sibling, extraParams);
                    out.println("</li>");
                }
                out.println("</ul>");
            }
            out.println("</li>");
        }
        out.println("</ul>");
    }

    private static void writeLink(final PrintWriter out, final Element entry, final String parameters)
    {
        final String url = url(entry);
        if (url == null) {
            out.print(text(entry, "name"));
        } else {
            final String query = parameters == null || parameters.isEmpty() ? "" : (url.contains("?") ? "&" : "?") + parameters;
            out.printf("<a href=\"/%s\" title=\"%s\">%s</a>", url + query, text(entry, "description"), text(entry, "name"));
        }
    }

    /**
     * The address of an entry, or of the first one inside that is there at all: of the console's own pages, most are not. A page
     * within another is left out, for it needs to be told what to show.
     */
    private static String url(final Element entry)
    {
        for (final Node url : entry.selectNodes("@url | descendant::item[not(ancestor::item)]/@url")) {
            if (url.getText().startsWith("plugins/") || url.getText().equals("index.jsp")) {
                return url.getText();
            }
        }
        return null;
    }

    /**
     * As in the real console, what plugins say is taken for HTML.
     */
    private static String text(final Element entry, final String attribute)
    {
        final String text = AdminConsole.getAdminText(entry.attributeValue(attribute), entry.attributeValue("plugin"));
        return text == null ? "" : text;
    }
}
