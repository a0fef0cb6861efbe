/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.spec;

import org.igniterealtime.openfire.plugin.occupantid.harness.Browser;
import org.igniterealtime.openfire.plugin.occupantid.harness.OpenfireServer;
import org.igniterealtime.openfire.plugin.occupantid.harness.RawClient;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.By;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Tag("debian")
@DisplayName("The plugin's jar")
@OwnServer
class PluginFileIT extends Spec
{
    @TempDir
    private Path directory;

    @ParameterizedTest(name = "such as {0}")
    @DisplayName("can have any file name")
    @CsvSource({"occupantid-0.1.0.jar, en, Occupant IDs", "occupantid (1).jar, de, Teilnehmer-IDs", "OccupantID.jar, en, Occupant IDs"})
    void anyName(final String name, final String language, final String menu) throws IOException
    {
        final Path jar = copy(name);
        try (OpenfireServer own = start(OpenfireServer.builder().plugin(jar).console());
             Browser browser = Browser.of(own)) {
            own.setProperty("locale", language);
            own.restart();
            final RawClient alice = user(own, "alice");
            create(alice, room, "witch", "muc#roomconfig_persistentroom", "1");
            final String id = id(say(alice, room, "before"));
            alice.clear();
            own.install(jar);
            assertEquals(id, id(say(alice, room, "after")));
            final RawClient bob = user(own, "bob");
            bob.join(room, "hag");
            assertEquals(id, id(bob.await(message("before"))));
            alice.all().stream().filter(presence(room + "/witch")).forEach(presence -> assertEquals(id, id(presence)));

            browser.login("admin", "admin");
            final String plugin = name.substring(0, name.length() - 4).toLowerCase(Locale.ROOT);
            browser.open("/plugins/" + plugin.replace(" ", "%20") + "/occupant-ids.jsp");
            final List<String> links = browser.driver().findElements(By.tagName("a")).stream().map(link -> link.getText()).toList();
            assertTrue(links.contains(menu), links::toString);
            browser.driver().findElement(By.linkText(menu)).click();
            assertEquals(menu, browser.find("h1").getText());
            assertEquals(List.of(), own.errors());
        }
    }

    @Test
    @DisplayName("does not run twice; log and console say which copy to delete, and either can go")
    void secondCopy() throws IOException
    {
        final Path copy = copy("occupantid (1).jar");
        try (OpenfireServer own = start(OpenfireServer.builder().console()); Browser browser = Browser.of(own)) {
            own.install(JAR);
            final RawClient alice = user(own, "alice");
            create(alice, room, "witch", "muc#roomconfig_persistentroom", "1", "muc#roomconfig_enablelogging", "1");
            final String before = id(say(alice, room, "before"));
            assertThrows(IllegalStateException.class, () -> own.install(copy));
            assertEquals(before, id(say(alice, room, "twice")));
            own.plugin("occupantid", "components.rotations.rotateRoom", room, "the test");
            final String rotated
                = id(alice.await(stanza -> presence(room + "/witch").test(stanza) && !id(stanza).equals(before)));
            assertEquals(rotated, id(say(alice, room, "rotated")));
            browser.login("admin", "admin");
            browser.open("/plugins/occupantid/occupant-ids.jsp");
            assertTrue(browser.text().contains("occupantid (1).jar"), browser::text);
            own.plugin("occupantid", "components.reportOtherCopies");
            assertTrue(own.log().contains("Delete plugins/occupantid (1).jar."), own::log);

            own.uninstall("occupantid");
            own.awaitConversationLog("rotated");
            own.restart();
            final RawClient bob = user(own, "bob");
            bob.join(room, "hag");
            bob.await(message("rotated"));
            final RawClient again = user(own, "alice");
            again.join(room, "other");
            assertEquals(rotated, id(say(again, room, "the copy runs")));
            assertNotEquals(rotated, id(say(bob, room, "for all")));
        }
    }

    private Path copy(final String name) throws IOException
    {
        return Files.copy(JAR, directory.resolve(name));
    }
}
