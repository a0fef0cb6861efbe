/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.imageio.ImageIO;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;

import org.jivesoftware.openfire.container.Plugin;
import org.jivesoftware.openfire.container.PluginManager;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Dimension;

/**
 * Proves that tests of pages stand on solid ground: that the console is as Openfire's, and that the browser sees what is there.
 */
@Tag("debian")
class ConsoleIT
{
    private static final String PAGE = "/plugins/sample/page.jsp";

    @AutoClose
    private static OpenfireServer server;

    @BeforeAll
    static void start(@TempDir final Path directory) throws IOException
    {
        server = OpenfireServer.builder().account("alice", "a").console().plugin(samplePlugin(directory)).start();
    }

    @Test
    void asksForALogin()
    {
        try (Browser browser = Browser.of(server)) {
            browser.open(PAGE + "?a=b&c=d");
            assertTrue(browser.path().startsWith("/login.jsp?url="), browser::path);
            browser.login("admin", "wrong");
            assertTrue(browser.text().contains("Login failed"), browser::text);
            browser.login("alice", "a");
            assertTrue(browser.text().contains("Login failed"), browser::text);
            browser.login("admin", "admin");
            assertEquals(PAGE + "?a=b&c=d", browser.path());

            browser.follow("a[href*=logout]");
            browser.open(PAGE);
            assertTrue(browser.path().startsWith("/login.jsp?url="), browser::path);
        }
    }

    @Test
    void putsPagesIntoTheFrame()
    {
        try (Browser browser = Browser.of(server)) {
            browser.open("/");
            browser.login("admin", "admin");
            assertEquals("/index.jsp", browser.path());

            browser.open(PAGE);
            assertEquals("Openfire Admin Console: Sample & page", browser.driver().getTitle());
            assertEquals("Sample & page", browser.find("h1").getText());
            assertEquals("Sample item", browser.find("#jive-sidebar .currentlink a").getText());
            assertEquals("Sample section", browser.find("#jive-subnav .current a").getText());
            assertEquals("Group Chat", browser.find("#jive-nav .currentlink a").getText());
            assertTrue(browser.find("#jive-main-content").getText().startsWith("What the page says: \u00fc\u2713"), browser::text);
            assertTrue(browser.find("[id=jive-userStatus i]").getText().contains("admin"), browser::text);
            assertEquals(List.of(), browser.axe());

            browser.open(PAGE + "?detail=true");
            assertEquals("Sample detail", browser.find("#jive-sidebar .subitems .currentlink a").getText());
            assertEquals("Sample section", browser.find("#jive-subnav .current a").getText());
            browser.follow("#jive-sidebar .subitems a");
            assertEquals(PAGE + "?detail=true&a=b", browser.path());
            assertEquals(List.of(), browser.axe());

            browser.open("/plugins/sample/data");
            assertEquals("bare", browser.text());
            assertEquals(404, browser.status("/plugins/sample/nothing.jsp"));
        }
    }

    @Test
    void findsWhatKeepsPeopleOut()
    {
        try (Browser browser = Browser.of(server)) {
            browser.open(PAGE + "?bad=true");
            browser.login("admin", "admin");
            final List<String> violations = browser.axe();
            assertEquals(1, violations.size(), violations::toString);
            assertTrue(violations.get(0).startsWith("image-alt: "), violations::toString);
            assertTrue(violations.get(0).contains("nothing.png"), violations::toString);
        }
    }

    @Test
    void runsScriptsOrDoesNot()
    {
        try (Browser browser = Browser.of(server); Browser careful = Browser.withoutJavaScript(server)) {
            for (final Browser each : List.of(browser, careful)) {
                each.open(PAGE);
                each.login("admin", "admin");
                assertEquals(PAGE, each.path());
            }
            assertEquals("changed by a script", browser.find("#script").getText());
            assertEquals("no script", careful.find("#script").getText());
        }
    }

    @Test
    void takesPicturesOfWholePages() throws IOException
    {
        final Path file;
        try (Browser browser = Browser.of(server)) {
            browser.open(PAGE);
            browser.login("admin", "admin");
            browser.driver().manage().window().setSize(new Dimension(800, 300));
            file = browser.screenshot("harness/sample");
        }
        try (InputStream in = Files.newInputStream(file)) {
            assertTrue(ImageIO.read(in).getHeight() > 2000);
        }
    }

    @Test
    void leavesNothingBehind() throws Exception
    {
        final Set<String> before = remains();
        final List<ProcessHandle> others = ProcessHandle.current().descendants().toList();
        final OpenfireServer other = OpenfireServer.builder().console().start();
        final URI console = URI.create(other.consoleUrl());
        final List<ProcessHandle> processes;
        try (other; Browser browser = Browser.of(other)) {
            browser.login("admin", "admin");
            browser.screenshot("harness/first");
            processes = ProcessHandle.current().descendants().filter(process -> !others.contains(process)).toList();
        }
        // Chromium's helpers notice its end by themselves.
        for (final ProcessHandle process : processes) {
            process.onExit().get(5, TimeUnit.SECONDS);
        }
        assertEquals(before, remains());
        assertThrows(ConnectException.class, () -> new Socket(console.getHost(), console.getPort()).close());
    }

    private static Set<String> remains() throws IOException
    {
        try (Stream<Path> files = Files.list(TestFiles.target())) {
            // Others who run tests at the same time come and go.
            return files.map(file -> file.getFileName().toString()).filter(name -> !name.equals("screenshots"))
                .filter(name -> !name.startsWith("fork") || name.startsWith(TestFiles.TEMPORARY)).collect(Collectors.toSet());
        }
    }

    /**
     * A plugin with a page that is known to the console's navigation, and something that is not a page.
     */
    private static Path samplePlugin(final Path directory) throws IOException
    {
        final Path file = directory.resolve("sample.jar");
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file))) {
            add(jar, "plugin.xml", """
                <plugin>
                  <class>%s</class>
                  <name>Sample</name>
                  <adminconsole>
                    <tab id="tab-groupchat">
                      <sidebar id="sample-section" name="Sample section">
                        <item id="sample-item" name="Sample item" url="page.jsp" description="A sample">
                          <sidebar id="sample-items" name="More samples">
                            <item id="sample-detail" name="Sample detail" url="page.jsp?detail=true" description="A part of the sample"/>
                          </sidebar>
                        </item>
                      </sidebar>
                    </tab>
                  </adminconsole>
                </plugin>
                """.formatted(SamplePlugin.class.getName()).getBytes(StandardCharsets.UTF_8));
            add(jar, "web/WEB-INF/web.xml", """
                <web-app>
                  <servlet><servlet-name>page</servlet-name><servlet-class>%s</servlet-class></servlet>
                  <servlet-mapping>
                    <servlet-name>page</servlet-name>
                    <url-pattern>/page.jsp</url-pattern>
                    <url-pattern>/data</url-pattern>
                  </servlet-mapping>
                </web-app>
                """.formatted(SamplePage.class.getName()).getBytes(StandardCharsets.UTF_8));
            for (final Class<?> type : List.of(SamplePlugin.class, SamplePage.class)) {
                final String name = type.getName().replace('.', '/') + ".class";
                try (InputStream in = type.getResourceAsStream("/" + name)) {
                    add(jar, "classes/" + name, in.readAllBytes());
                }
            }
        }
        return file;
    }

    private static void add(final JarOutputStream jar, final String name, final byte[] content) throws IOException
    {
        jar.putNextEntry(new JarEntry(name));
        jar.write(content);
    }

    /** What makes the sample a plugin. */
    public static final class SamplePlugin implements Plugin
    {
        @Override
        public void initializePlugin(final PluginManager manager, final File directory)
        {
            // There is nothing to it but the page.
        }

        @Override
        public void destroyPlugin()
        {
            // There is nothing to it but the page.
        }
    }

    /** A page, and bare data. */
    public static final class SamplePage extends HttpServlet
    {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(final HttpServletRequest request, final HttpServletResponse response) throws IOException
        {
            if (request.getPathInfo().endsWith("/data")) {
                response.setContentType("text/plain");
                response.getWriter().print("bare");
                return;
            }
            response.setContentType("text/html;charset=UTF-8");
            response.getWriter().print("""
                <html lang="en">
                <head><title>Sample &amp; page</title>%s</head>
                <body>
                <p>What the page says: \u00fc\u2713</p>
                <p id="script">no script</p>
                <script>document.getElementById('script').textContent = 'changed by a script';</script>
                %s
                <div style="height: 2000px"></div>
                </body>
                </html>
                """.formatted(
                request.getParameter("detail") == null
                    ? "<meta name='pageID' content='sample-item'>"
                    : "<meta name='subPageID' content='sample-detail'><meta name='extraParams' content='a=b'>",
                request.getParameter("bad") == null ? "" : "<img src='nothing.png'>"));
        }
    }
}
