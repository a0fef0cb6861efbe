/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.spec;

import org.igniterealtime.openfire.plugin.occupantid.harness.Browser;
import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireServer;
import org.igniterealtime.openfire.plugin.occupantid.harness.RawClient;
import org.jivesoftware.util.Blowfish;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Tag("debian")
@DisplayName("The admin console has pages for secrets, look-ups and settings")
@OwnServer
class PagesIT extends Spec
{
    private static final String ROOMS = "/plugins/occupantid/occupant-ids.jsp";
    private static final String ROTATE = "/plugins/occupantid/occupant-ids-rotate.jsp";
    private static final String ROOM = "/plugins/occupantid/occupant-ids-room.jsp";
    private static final String LOOK_UP = "/plugins/occupantid/occupant-ids-lookup.jsp";
    private static final List<String> PAGES = List.of(ROOMS, ROTATE, ROOM, LOOK_UP, "/plugins/occupantid/occupant-ids-progress.jsp");
    private static final String HOSTILE = "<script>document.title=\"pwned\"</script>&'x";

    @AutoClose
    private static OpenfireServer own;

    @AutoClose
    private Browser browser;

    @BeforeAll
    static void start()
    {
        own = start(OpenfireServer.builder().plugin(JAR).console());
    }

    @BeforeEach
    void openBrowser()
    {
        browser = Browser.of(own);
    }

    @Test
    @DisplayName("nobody but an admin sees them")
    void login() throws IOException, InterruptedException
    {
        for (final String page : PAGES) {
            browser.open(page);
            assertTrue(browser.path().startsWith("/login.jsp"), browser::path);
        }
        final HttpResponse<String> forged = HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(own.consoleUrl() + ROTATE))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString("scope=all&confirmed=true")).build(), HttpResponse.BodyHandlers.ofString());
        assertEquals(302, forged.statusCode());
        browser.login("alice", "secret");
        assertTrue(browser.path().startsWith("/login.jsp"), browser::path);
    }

    @Test
    @DisplayName("an admin who sees them for the first time rotates a room's secret; those in the room get new ids")
    void rotate()
    {
        final RawClient alice = room("witch");
        final String old = id(say(alice, room, "before"));
        browser.login("admin", "admin");
        browser.driver().findElement(By.linkText("Group Chat")).click();
        browser.driver().findElement(By.linkText("Occupant IDs")).click();
        assertEquals("Occupant IDs", browser.find("h1").getText());
        assertTrue(browser.text().contains("Everything works"), browser::text);
        search(room);
        browser.find("tbody input[type=checkbox]").click();
        browser.driver().findElement(By.xpath("//button[contains(., 'ticked')]")).click();
        browser.await(() -> browser.path().startsWith(ROTATE));
        assertTrue(browser.text().contains(room), browser::text);
        assertTrue(browser.text().contains("Messages in history and archives keep the old ids"), browser::text);
        assertAccessible("rotate");
        browser.follow("button[name=confirmed]");
        assertEquals(ROOMS, browser.path());
        final String now = id(alice.await(presence(room + "/witch")));
        assertNotEquals(old, now);
        assertEquals(now, id(say(alice, room, "after")));
        browser.await(() -> browser.text().contains("Done. Rooms: 1 of 1."));
        search(room);
        assertEquals("2", cell("Generation"));
        assertEquals("admin", cell("Made by"));
        assertAccessible("rooms");
        assertAudited("admin", "occupant ids: rotated the secret of room " + room);
    }

    @Test
    @DisplayName("an abuse report leads to the account; and an account to its ids")
    void lookUp()
    {
        final RawClient alice = room("witch");
        final RawClient bob = user(own, "bob");
        bob.join(room, "hag");
        final String old = id(say(bob, room, "something bad"));
        own.plugin("occupantid", "components.rotations.rotateRoom", room, "the test");
        final String now = id(bob.await(presence(room + "/hag")));
        bob.send("<presence to='" + room + "/hag' type='unavailable'/>");
        alice.await(unavailable(room + "/hag"));

        browser.login("admin", "admin");
        browser.open(LOOK_UP);
        assertAccessible("lookup-empty");
        browser.find("#occupantid-id-room").sendKeys(room);
        browser.find("#occupantid-id").sendKeys(old);
        browser.follow("button[name=find]");
        browser.await(() -> browser.text().contains("The account was found"));
        assertTrue(browser.find(".occupantid-answer").getText().contains("bob@localhost"), browser::text);
        assertTrue(browser.find(".occupantid-answer").getText().contains("Generation of the secret 1"), browser::text);
        assertFalse(browser.find(".occupantid-answer").getText().contains("in use now"), browser::text);
        assertAccessible("lookup");
        assertEquals(1, browser.findAll("a[href='../../user-properties.jsp?username=bob']").size());
        assertEquals(1, browser.findAll("a[href='../../muc-room-affiliations.jsp?roomJID=" + encoded(room) + "']").size());
        assertAudited("admin", "occupant ids: looked for the account behind an id of room " + room);

        browser.find("#occupantid-account").sendKeys("bob");
        browser.follow("button[name=ids]");
        final String table = browser.find("#occupantid-issued").getText();
        assertTrue(table.contains(now) && table.contains(old) && table.contains("in use now"), table);
        assertAccessible("lookup-ids");
        assertAudited("admin", "occupant ids: looked up the ids of an account in room " + room);

        browser.find("#occupantid-account").clear();
        browser.find("#occupantid-account").sendKeys("nobody");
        browser.follow("button[name=ids]");
        assertTrue(browser.text().contains("This server has no account nobody@localhost"), browser::text);

        browser.find("#occupantid-account").clear();
        browser.find("#occupantid-account").sendKeys(room + "/witch");
        browser.follow("button[name=ids]");
        assertTrue(browser.find("#occupantid-issued").getText().startsWith("The ids of alice@localhost in " + room), browser::text);

        browser.find("#occupantid-id").sendKeys(old.substring(1) + "x");
        browser.follow("button[name=find]");
        assertTrue(browser.find("[role=alert]").getText().contains("has not issued the id"), browser::text);
        assertAccessible("lookup-refused");
    }

    @Test
    @DisplayName("an anonymous guest is named as such, without a link to an account that does not exist")
    void anonymousGuest()
    {
        room("witch");
        own.setProperty("xmpp.auth.anonymous", "true");
        final RawClient guest = RawClient.connectAnonymously(own);
        clients.add(guest);
        final String id = id(guest.join(room, "ghost"));
        browser.login("admin", "admin");
        browser.open(LOOK_UP + "?room=" + encoded(room));
        browser.find("#occupantid-id").sendKeys(id);
        browser.follow("button[name=find]");
        browser.await(() -> browser.text().contains("The account was found"));
        assertTrue(browser.find(".occupantid-answer").getText().contains("it is an anonymous guest, or the account was deleted"),
            browser::text);
        assertEquals(List.of(), browser.findAll("a[href^='../../user-properties.jsp']"));
        assertAccessible("lookup-guest");
    }

    @Test
    @DisplayName("an account that cannot be found is said to be so, with all that was searched")
    void notFound()
    {
        final RawClient alice = room("witch");
        // Openfire 5 keeps conversations unless told otherwise, and an account is found there.
        alice.configure(room, "muc#roomconfig_enablelogging", "0");
        own.createAccount("mallory", "secret");
        final RawClient mallory = user(own, "mallory");
        mallory.join(room, "toad");
        final String id = id(say(mallory, room, "ha"));
        mallory.ask("set", null, "<query xmlns='jabber:iq:register'><remove/></query>");
        alice.await(unavailable(room + "/toad"));
        browser.login("admin", "admin");
        browser.open(LOOK_UP + "?room=" + encoded(room));
        browser.find("#occupantid-id").sendKeys(id);
        browser.follow("button[name=find]");
        browser.await(() -> browser.text().contains("No account was found"));
        for (final String place : List.of("in the room now: 1", "lists", "conversation log", "registered users of this server: 5")) {
            assertTrue(browser.text().contains(place), () -> place + " is missing in " + browser.text());
        }
        assertAccessible("lookup-not-found");
    }

    @Test
    @DisplayName("a room's own page shows its secrets, and its occupants with their ids")
    void roomPage()
    {
        final RawClient alice = room("witch");
        final String id = id(say(alice, room, "hi"));
        browser.login("admin", "admin");
        browser.open(ROOM + "?roomJID=" + encoded(room));
        assertTrue(browser.find("#jive-main-content").getText().contains("alice@localhost"), browser::text);
        assertTrue(browser.find("#jive-main-content").getText().contains(id), browser::text);
        assertTrue(browser.find("#jive-main-content").getText().contains("in use now"), browser::text);
        assertTrue(browser.find("#jive-sidebar .subitems .currentlink a").getAttribute("href").contains("roomJID=" + encoded(room)));
        assertAccessible("room");
        assertAudited("admin", "occupant ids: listed the occupants of room " + room + " with their ids");
        browser.driver().findElement(By.linkText("Rotate the secret of this room")).click();
        browser.await(() -> browser.path().startsWith(ROTATE));
        assertEquals(id, id(say(alice, room, "that was only a link")));
        browser.follow("button[name=confirmed]");
        assertNotEquals(id, id(alice.await(presence(room + "/witch"))));
        browser.open(ROOM + "?roomJID=nothing%40conference.localhost");
        assertTrue(browser.find("[role=alert]").getText().contains("There is no room nothing@conference.localhost"), browser::text);
        assertAccessible("room-missing");
    }

    @Test
    @DisplayName("many rooms are searched, sorted and shown a page at a time")
    void paging()
    {
        final RawClient alice = user(own, "alice");
        final RawClient bob = user(own, "bob");
        for (int i = 10; i < 70; i++) {
            alice.join("paged" + i + "@conference.localhost", "witch");
        }
        create(alice, "paged42@conference.localhost", "witch");
        bob.join("paged42@conference.localhost", "hag");
        browser.login("admin", "admin");
        browser.open(ROOMS);
        search("PAGED");
        assertEquals("Rooms 1 to 25 of 60", browser.find("caption").getText());
        assertEquals("paged10@conference.localhost", cell("Room"));
        browser.follow("a[rel=next]");
        assertEquals("paged35@conference.localhost", cell("Room"));
        browser.follow("a[rel=next]");
        assertEquals("Rooms 51 to 60 of 60", browser.find("caption").getText());
        assertEquals(0, browser.findAll("a[rel=next]").size());
        browser.driver().findElement(By.xpath("//th/a[starts-with(., 'Occupants')]")).click();
        browser.await(() -> browser.findAll("th[aria-sort=ascending]").size() == 1 && browser.path().contains("OCCUPANTS"));
        browser.driver().findElement(By.xpath("//th/a[starts-with(., 'Occupants')]")).click();
        browser.await(() -> browser.findAll("th[aria-sort=descending]").size() == 1);
        assertEquals("paged42@conference.localhost", cell("Room"));
        assertEquals("2", cell("Occupants"));
        browser.find(".occupantid-tick-all").click();
        assertTrue(browser.findAll(".jive-table tbody input[type=checkbox]").stream().allMatch(WebElement::isSelected));
    }

    @Test
    @DisplayName("a rotation under way shows how far it is, also to who comes back to the page, and can be stopped")
    void progress()
    {
        final RawClient alice = user(own, "alice");
        for (int i = 0; i < 30; i++) {
            alice.join("slow" + i + "@conference.localhost", "witch");
        }
        own.setProperty("plugin.occupantid.announce.rate", "100");
        try {
            for (int i = 0; i < 30; i++) {
                create(alice, "slow" + i + "@conference.localhost", "witch");
            }
            // Rooms of ten take a second each, so that it goes on for as long as this may take on a busy machine.
            for (int j = 0; j < 9; j++) {
                final RawClient bob = user(own, "bob");
                for (int i = 0; i < 30; i++) {
                    bob.join("slow" + i + "@conference.localhost", "hag" + j);
                }
            }
            browser.login("admin", "admin");
            browser.open(ROTATE + "?scope=service&service=conference.localhost");
            browser.follow("button[name=confirmed]");
            browser.await(() -> browser.text().contains("Under way. Rooms done: "));
            assertAccessible("rotating");
            final String first = browser.text();
            browser.await(() -> !browser.text().equals(first));
            browser.open(LOOK_UP);
            browser.open(ROOMS);
            assertTrue(browser.text().contains("Under way. Rooms done: "), browser::text);
            own.plugin("occupantid", "components.rotations.rotateRoom", "slow0@conference.localhost", "somebody else");
            browser.open(ROOMS);
            assertTrue(browser.text().contains("Under way. Rooms done: "), () -> "the one that runs, not the one that waits: " + browser.text());
            browser.await(() -> {
                // The box with the button is exchanged every second.
                browser.find("button[name=cancel]").click();
                return true;
            });
            browser.await(() -> browser.text().contains("Done. Rooms: 1 of 1."));
            assertAudited("admin", "occupant ids: cancelled a rotation of secrets");
        } finally {
            own.setProperty("plugin.occupantid.announce.rate", null);
        }
    }

    @Test
    @DisplayName("settings can be changed; what they cannot be is said, and changes nothing")
    void settings()
    {
        browser.login("admin", "admin");
        browser.open(ROOMS);
        type("plugin.occupantid.retired.days", "7");
        browser.follow("input[value='Save settings']");
        assertTrue(browser.text().contains("The settings were saved."), browser::text);
        assertEquals("7", browser.find("[name='plugin.occupantid.retired.days']").getAttribute("value"));
        assertEquals(List.of(List.of("7")), own.query("SELECT propValue FROM ofProperty WHERE name='plugin.occupantid.retired.days'"));
        assertAudited("admin", "occupant ids: changed plugin.occupantid.retired.days");
        browser.driver().executeScript("document.querySelectorAll('input[type=number]').forEach(input => input.type = 'text')");
        type("plugin.occupantid.retired.days", "many");
        browser.follow("input[value='Save settings']");
        assertTrue(browser.find("[role=alert]").getText().contains("plugin.occupantid.retired.days cannot be many"), browser::text);
        assertEquals("many", browser.find("[name='plugin.occupantid.retired.days']").getDomAttribute("value"));
        browser.driver().executeScript("document.querySelectorAll('input[type=number]').forEach(input => input.type = 'text')");
        type("plugin.occupantid.retired.days", "8");
        type("plugin.occupantid.announce.rate", "1");
        browser.follow("input[value='Save settings']");
        assertTrue(browser.find("[role=alert]").getText().contains("Nothing was changed"), browser::text);
        assertEquals(List.of(List.of("7")), own.query("SELECT propValue FROM ofProperty WHERE name='plugin.occupantid.retired.days'"));
        own.setProperty("plugin.occupantid.retired.days", null);
    }

    @Test
    @DisplayName("who sends ids of their own making is counted")
    void counts()
    {
        room("witch");
        final RawClient carol = user(own, "carol");
        carol.join(room, "toad");
        for (int i = 0; i < 5; i++) {
            say(carol, room, "forged " + i, forged("x"));
        }
        browser.login("admin", "admin");
        browser.open(ROOMS);
        final String row = browser.driver().findElement(By.xpath("//td[normalize-space()='carol@localhost']/..")).getText();
        assertEquals("carol@localhost 5", row);
    }

    @Test
    @DisplayName("who floods the server with names of rooms that do not exist is named")
    void floods()
    {
        browser.login("admin", "admin");
        assertEquals(0, browser.findAll("#occupantid-floods").size());
        final RawClient bob = user(own, "bob");
        for (int i = 0; i < 100; i++) {
            join(bob, newRoom(), "hag");
        }
        bob.sync();
        browser.open(ROOMS);
        final String floods = browser.find("#occupantid-floods").getText();
        assertTrue(floods.contains("bob@localhost: joined, or tried to join, rooms that did not exist. Times: 100."), floods);
        assertAccessible("floods");
    }

    @Test
    @DisplayName("hostile names of rooms and nicks are text, and nothing else")
    void hostile()
    {
        final String node = "x\\3cscript\\3edocument.title=pwned\\3c\\2fscript\\3e\\22onload\\27";
        room = node + "@conference.localhost";
        final RawClient alice = user(own, "alice");
        alice.join(room, HOSTILE);
        browser.login("admin", "admin");
        for (final String page : List.of(ROOMS + "?search=" + encoded(HOSTILE), ROOMS + "?search=3cscript", ROOM + "?roomJID=" + encoded(room),
            ROTATE + "?scope=rooms&room=" + encoded(HOSTILE), ROTATE + "?scope=rooms&room=" + encoded(room),
            LOOK_UP + "?room=" + encoded(HOSTILE) + "&id=" + encoded(HOSTILE) + "&account=" + encoded(HOSTILE),
            ROOM + "?roomJID=" + encoded(HOSTILE), LOOK_UP + "?search=" + encoded(HOSTILE))) {
            browser.open(page);
            assertFalse(browser.driver().getTitle().contains("pwned"), page);
            assertEquals(0, browser.findAll("#jive-main-content script").size(), page);
            assertFalse(browser.driver().getPageSource().contains("<script>document"), page);
        }
        browser.open(ROOM + "?roomJID=" + encoded(room));
        assertTrue(browser.find("#jive-main-content").getText().contains(HOSTILE), browser::text);
        assertAccessible("hostile");
    }

    @Test
    @DisplayName("a forged request, and one by GET, change nothing")
    void forgedRequest() throws IOException, InterruptedException
    {
        final RawClient alice = room("witch");
        final String id = id(say(alice, room, "before"));
        browser.login("admin", "admin");
        browser.open(ROTATE + "?scope=rooms&confirmed=true&room=" + encoded(room));
        assertTrue(browser.text().contains("Rotate the secrets of these rooms?"), browser::text);
        final String token = browser.find("input[name=csrf]").getAttribute("value");
        final String session = browser.driver().manage().getCookies().stream().map(cookie -> cookie.getName() + "=" + cookie.getValue())
            .collect(Collectors.joining("; "));
        final String rotate = "scope=rooms&confirmed=true&room=" + encoded(room);
        assertEquals(403, post(session, ROTATE, rotate));
        assertEquals(403, post(session, ROTATE, rotate + "&csrf="));
        assertEquals(403, post(session, ROTATE, rotate + "&csrf=" + token + "x"));
        assertEquals(403, post(session, ROOMS, "plugin.occupantid.retired.days=0&plugin.occupantid.announce.rate=100"));
        assertEquals(403, post(session, ROOMS, "cancel=1"));
        assertEquals(403, post(session, LOOK_UP, "find=true&room=" + encoded(room) + "&id=" + id));
        assertEquals(403, post(session, LOOK_UP, "ids=true&room=" + encoded(room) + "&account=alice"));
        assertEquals(id, id(say(alice, room, "nothing happened")));
        assertEquals(List.of(), own.query("SELECT propValue FROM ofProperty WHERE name='plugin.occupantid.retired.days'"));
        assertEquals(302, post(session, ROTATE, rotate + "&csrf=" + token), "the token is what makes the difference");
        assertNotEquals(id, id(alice.await(presence(room + "/witch"))));
    }

    @Test
    @DisplayName("all of it works without scripts, and with the keyboard alone")
    void plain()
    {
        final RawClient alice = room("witch");
        final String id = id(say(alice, room, "before"));
        try (Browser careful = Browser.withoutJavaScript(own)) {
            careful.login("admin", "admin");
            careful.open(ROOMS + "?search=" + encoded(room));
            final WebElement box = careful.find(".jive-table tbody input[type=checkbox]");
            box.sendKeys(Keys.SPACE);
            assertFalse(careful.find(".occupantid-tick-all").isDisplayed(), "what needs a script is not shown without");
            careful.driver().findElement(By.xpath("//button[contains(., 'ticked')]")).sendKeys(Keys.ENTER);
            careful.await(() -> careful.path().startsWith(ROTATE));
            careful.find("button[name=confirmed]").sendKeys(Keys.ENTER);
            assertNotEquals(id, id(alice.await(presence(room + "/witch"))));
            careful.open(LOOK_UP + "?room=" + encoded(room) + "&id=" + id);
            careful.follow("button[name=find]");
            assertTrue(careful.text().contains("alice@localhost"), careful::text);
        }
    }

    @Test
    @DisplayName("no page shows a secret")
    void noSecret()
    {
        room("witch");
        browser.login("admin", "admin");
        final Set<String> secrets = new HashSet<>();
        for (final List<String> row : own.query("SELECT secret FROM ofOccupantIdSecret")) {
            final String key = new Blowfish().decrypt(row.get(0));
            secrets.addAll(List.of(row.get(0), key, HexFormat.of().formatHex(Base64.getDecoder().decode(key))));
        }
        assertFalse(secrets.isEmpty());
        for (final String page : List.of(ROOMS + "?size=50", ROOM + "?roomJID=" + encoded(room), LOOK_UP)) {
            browser.open(page);
            for (final String secret : secrets) {
                assertFalse(browser.driver().getPageSource().contains(secret), page);
            }
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "occupantid.openfire", matches = ".+", disabledReason = "needs Openfire's own page for plugins")
    @DisplayName("there as soon as the jar was uploaded")
    void upload()
    {
        try (OpenfireServer other = start(OpenfireServer.builder().console()); Browser there = Browser.of(other)) {
            there.login("admin", "admin");
            there.open("/plugin-admin.jsp");
            there.find("form[action*=uploadplugin] input[type=file]").sendKeys(JAR.toAbsolutePath().toString());
            there.follow("form[action*=uploadplugin] input[type=submit]");
            there.await(() -> other.isInstalled("occupantid"));
            there.open(ROOMS);
            assertEquals("Occupant IDs", there.find("h1").getText());
        }
    }

    @Test
    @DisplayName("removed with the plugin, menu and all; nothing is in the way when it comes back")
    void removed()
    {
        try (OpenfireServer other = start(OpenfireServer.builder().plugin(JAR).console()); Browser there = Browser.of(other)) {
            there.login("admin", "admin");
            there.open(ROOMS);
            assertEquals("Occupant IDs", there.find("h1").getText());
            other.uninstall("occupantid");
            // The console's answer for a missing page depends on the version.
            assertEquals(there.status("/plugins/nothing/page.jsp"), there.status(ROOMS));
            there.open("/");
            assertEquals(List.of(), there.driver().findElements(By.linkText("Occupant IDs")));
            other.install(JAR);
            there.open(ROOMS);
            assertEquals("Occupant IDs", there.find("h1").getText());
        }
    }

    /** A room of alice's, with her in it. */
    private RawClient room(final String nick)
    {
        final RawClient alice = user(own, "alice");
        alice.join(room, nick);
        create(alice, room, nick);
        return alice;
    }

    private void search(final String text)
    {
        final WebElement field = browser.find("#occupantid-text");
        field.clear();
        field.sendKeys(text);
        browser.follow("input[value=Show]");
    }

    /** What stands in a column of the first room of the list. */
    private String cell(final String column)
    {
        final List<String> columns = new ArrayList<>();
        browser.findAll("form .jive-table th").forEach(header -> columns.add(header.getText()));
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).startsWith(column)) {
                return browser.findAll("form .jive-table tbody tr:first-child td").get(i).getText();
            }
        }
        throw new AssertionError("No column " + column + " in " + columns);
    }

    private void type(final String field, final String value)
    {
        final WebElement element = browser.find("[name='" + field + "']");
        element.clear();
        element.sendKeys(value);
    }

    /** Nothing on the page keeps anybody out; and there is a picture to look at. */
    private void assertAccessible(final String name)
    {
        browser.screenshot(name);
        assertEquals(List.of(), browser.axe());
    }

    private static void assertAudited(final String who, final String summary)
    {
        final List<List<String>> entries = own.query("SELECT username FROM ofSecurityAuditLog WHERE summary='" + summary + "'");
        assertTrue(entries.contains(List.of(who)), () -> summary + ": " + entries);
    }

    private static int post(final String cookies, final String page, final String form) throws IOException, InterruptedException
    {
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(own.consoleUrl() + page)).header("Cookie", cookies)
            .header("Content-Type", "application/x-www-form-urlencoded").POST(HttpRequest.BodyPublishers.ofString(form)).build(),
            HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    private static String encoded(final String value)
    {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
