/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.harness;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;

import org.openqa.selenium.By;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/**
 * Somebody at the admin console, with Debian's Chromium.
 * <p>
 * The browser is new each time: no cookies, nothing kept. It shows no window, and asks nobody on the net but the console.
 */
public final class Browser implements AutoCloseable
{
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    /** It warns that it does not know this Chromium's protocol in full; which is fine, for nothing here asks for it. */
    private static final Logger PROTOCOL = Logger.getLogger("org.openqa.selenium.devtools.CdpVersionFinder");

    static {
        PROTOCOL.setLevel(Level.SEVERE);
    }

    private final String console;
    private final Path profile;
    private final ChromeDriver driver;
    private final Thread lastResort = new Thread(this::end, "end of Chromium");

    private Browser(final OpenfireServer server, final boolean javaScript)
    {
        final Path chromium = DebianProgram.find("/usr/bin/chromium", "chromium");
        final Path chromedriver = DebianProgram.find("/usr/bin/chromedriver", "chromium-driver");
        console = server.consoleUrl();
        try {
            // Not where the build is: Chromium does not start if the path of its socket in there is long.
            profile = Files.createTempDirectory("occupantid-");
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        final ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium.toFile());
        options.addArguments("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1280,900",
            "--user-data-dir=" + profile.resolve("data"));
        if (!javaScript) {
            options.setExperimentalOption("prefs", Map.of("profile.managed_default_content_settings.javascript", 2));
        }
        final ChromeDriverService service = new ChromeDriverService.Builder()
            .usingDriverExecutable(chromedriver.toFile())
            .usingAnyFreePort()
            // All that it writes is to be in the directory that is removed.
            .withEnvironment(Map.of("HOME", profile.toString(), "TMPDIR", profile.toString()))
            .withLogFile(profile.resolve("chromedriver.log").toFile())
            .build();
        Runtime.getRuntime().addShutdownHook(lastResort);
        driver = new ChromeDriver(service, options);
    }

    /**
     * Starts a browser.
     *
     * @param server one that was started with a {@link OpenfireBuilder#console console}.
     */
    public static Browser of(final OpenfireServer server)
    {
        return new Browser(server, true);
    }

    /**
     * Starts a browser that runs no scripts.
     */
    public static Browser withoutJavaScript(final OpenfireServer server)
    {
        return new Browser(server, false);
    }

    /**
     * Logs in at the console's login page, to which it goes first unless it is there. Whether the console took it shows in where
     * the browser is then.
     */
    public void login(final String user, final String password)
    {
        if (!path().startsWith("/login.jsp")) {
            open("/login.jsp");
        }
        // After an attempt that failed, the name is still there.
        find("[name=username]").clear();
        find("[name=username]").sendKeys(user);
        find("[name=password]").sendKeys(password);
        follow("form button");
    }

    /**
     * Goes to a page of the console.
     *
     * @param path with a slash in front, such as {@code /plugins/name/page.jsp?a=b}.
     */
    public void open(final String path)
    {
        driver.get(console + path);
    }

    /**
     * Asks for a page of the console, as a script on the present page would, and returns the status code of the answer.
     *
     * @param path with a slash in front.
     */
    public long status(final String path)
    {
        return (Long) driver.executeAsyncScript("fetch(arguments[0]).then(answer => arguments[1](answer.status))", path);
    }

    /**
     * Clicks on a link or button that leads to another page, or to the same once more, and waits for it.
     *
     * @param selector as for {@link #find}.
     */
    public void follow(final String selector)
    {
        final WebElement page = find("html");
        find(selector).click();
        // A click does not wait, unlike the first look at a page that is on its way.
        final long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            try {
                page.getTagName();
                Thread.sleep(10);
            } catch (final WebDriverException e) {
                // The page is gone; there are several ways for the browser to put it.
                return;
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
        throw new AssertionError("'" + selector + "' did not lead to another page within " + PATIENCE.toSeconds() + " s");
    }

    /**
     * Waits until something is true of the page, which may change meanwhile.
     *
     * @throws AssertionError with what can be read on the page, when it does not come true.
     */
    public void await(final BooleanSupplier condition)
    {
        final long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            try {
                if (condition.getAsBoolean()) {
                    return;
                }
                Thread.sleep(50);
            } catch (final WebDriverException e) {
                // Another page is on its way; there are several ways for the browser to put it.
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
        throw new AssertionError("Not seen within " + PATIENCE.toSeconds() + " s at " + path() + "; there is:\n" + text());
    }

    /**
     * Where the browser is: path and query, for a page of the console; otherwise the whole address.
     */
    public String path()
    {
        final String url = driver.getCurrentUrl();
        return url.startsWith(console) ? url.substring(console.length()) : url;
    }

    /**
     * The one element that a CSS selector means, or the first.
     *
     * @throws org.openqa.selenium.NoSuchElementException if there is none on the page.
     */
    public WebElement find(final String selector)
    {
        return driver.findElement(By.cssSelector(selector));
    }

    public List<WebElement> findAll(final String selector)
    {
        return driver.findElements(By.cssSelector(selector));
    }

    /**
     * What can be read on the page, or in its frame: all that is visible.
     */
    public String text()
    {
        return find("body").getText();
    }

    /**
     * For whatever else a test has to do.
     */
    public ChromeDriver driver()
    {
        return driver;
    }

    /**
     * Takes a picture of the whole page.
     *
     * @return {@code screenshots/name.png} where the build keeps its things.
     */
    public Path screenshot(final String name)
    {
        final Map<String, Object> picture = driver.executeCdpCommand("Page.captureScreenshot", Map.of("captureBeyondViewport", true));
        final Path file = TestFiles.target().resolve("screenshots").resolve(name + ".png");
        try {
            Files.createDirectories(file.getParent());
            return Files.write(file, Base64.getDecoder().decode((String) picture.get("data")));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Checks the accessibility of the page with axe-core, without the console around it.
     *
     * @return a text for each element and each rule that it breaks; with the rule's name first, then what it asks for, where, and
     *     the element.
     */
    public List<String> axe()
    {
        driver.executeScript(script());
        @SuppressWarnings("unchecked")
        final List<String> violations = (List<String>) driver.executeAsyncScript("""
            const done = arguments[0];
            axe.run('#jive-main-content', { rules: { region: { enabled: false } } }).then(
                results => done(results.violations.flatMap(rule => rule.nodes.map(
                    node => `${rule.id}: ${rule.help}, at ${node.target.join(' ')}: ${node.html}`))),
                error => done(['axe-core failed: ' + error]));
            """);
        return violations;
    }

    /**
     * Ends the browser. Nothing of it remains but screenshots.
     */
    @Override
    public void close()
    {
        end();
        Runtime.getRuntime().removeShutdownHook(lastResort);
    }

    private void end()
    {
        if (driver != null) {
            driver.quit();
        }
        try {
            TestFiles.delete(profile);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String script()
    {
        try (InputStream in = Browser.class.getResourceAsStream("/axe.min.js")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
