/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.admin;

import org.igniterealtime.openfire.plugin.occupantid.admin.RoomOverview.Order;
import org.igniterealtime.openfire.plugin.occupantid.admin.RoomOverview.Page;
import org.igniterealtime.openfire.plugin.occupantid.admin.RoomOverview.Row;
import org.igniterealtime.openfire.plugin.occupantid.id.OccupantIds;
import org.igniterealtime.openfire.plugin.occupantid.muc.LocalRooms;
import org.igniterealtime.openfire.plugin.occupantid.secret.RoomSecret;
import org.igniterealtime.openfire.plugin.occupantid.secret.RoomSecrets;
import org.igniterealtime.openfire.plugin.occupantid.secret.SecretInfo;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xmpp.packet.JID;

import java.sql.SQLException;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

class RoomOverviewTest
{
    private final LocalRooms rooms = mock(LocalRooms.class);
    private final RoomSecrets secrets = mock(RoomSecrets.class);
    private final Set<String> persistent = new TreeSet<>();
    private final Map<String, SecretInfo> infos = new HashMap<>();
    private final RoomOverview overview = new RoomOverview(rooms, secrets, mock(OccupantIds.class), () -> persistent);

    @BeforeEach
    void rooms()
    {
        when(secrets.rooms()).thenReturn(infos);
        when(rooms.inMemory()).thenReturn(List.of(new JID("attic@a.example.org"), new JID("barn@b.example.org")));
        when(rooms.occupantsCountOf(new JID("attic@a.example.org"))).thenReturn(3);
        when(rooms.occupantsCountOf(new JID("barn@b.example.org"))).thenReturn(7);
        persistent.add("Cellar@a.example.org");
        persistent.add("attic@a.example.org");
        infos.put("attic@a.example.org", info("attic@a.example.org", 2, 2000, "zoe"));
        infos.put("barn@b.example.org", info("barn@b.example.org", 1, 1000, "Adam"));
        infos.put("gone@a.example.org", info("gone@a.example.org", 1, 1, null));
    }

    @Test
    void showsRoomsInMemoryAndInTheDatabaseOnceEach()
    {
        assertEquals(List.of("Cellar@a.example.org", "attic@a.example.org", "barn@b.example.org"), names(all(Order.ROOM, false)));
        assertEquals(List.of("barn@b.example.org", "attic@a.example.org", "Cellar@a.example.org"), names(all(Order.ROOM, true)));
    }

    @Test
    void sorts()
    {
        assertEquals("barn@b.example.org", names(all(Order.OCCUPANTS, true)).get(0));
        assertEquals("Cellar@a.example.org", names(all(Order.OCCUPANTS, false)).get(0));
        assertEquals(List.of("barn@b.example.org", "attic@a.example.org", "Cellar@a.example.org"), names(all(Order.DATE, false)));
        assertEquals(List.of("Cellar@a.example.org", "barn@b.example.org", "attic@a.example.org"), names(all(Order.GENERATION, false)));
        assertEquals(List.of("barn@b.example.org", "attic@a.example.org", "Cellar@a.example.org"), names(all(Order.CREATOR, false)));
    }

    @Test
    void searches()
    {
        assertEquals(List.of("Cellar@a.example.org"), names(overview.page(null, " CELL ", Order.ROOM, false, 0, 25)));
        assertEquals(List.of("barn@b.example.org"), names(overview.page("b.example.org", "", Order.ROOM, false, 0, 25)));
        assertEquals(List.of(), names(overview.page("example.org", "", Order.ROOM, false, 0, 25)), "that is not a service");
        assertEquals(0, overview.page(null, "nothing", Order.ROOM, false, 0, 25).total());
    }

    @Test
    void showsAPageAtATime()
    {
        final Page page = overview.page(null, "", Order.ROOM, false, 1, 1);
        assertEquals(List.of("attic@a.example.org"), names(page));
        assertEquals(1, page.start());
        assertEquals(3, page.total());
        assertEquals(1, overview.page(null, "", Order.ROOM, false, 99, 2).rows().size(), "beyond the end there is the last page");
        assertEquals(List.of("barn@b.example.org"), names(overview.page(null, "", Order.ROOM, false, 2, Integer.MAX_VALUE - 1)));
    }

    @Test
    void tellsOfEachRoomWhatIsKnown()
    {
        when(secrets.isUnreadable("barn@b.example.org")).thenReturn(true);
        final List<Row> rows = all(Order.ROOM, false).rows();
        assertNull(rows.get(0).secret());
        assertTrue(rows.get(0).isWithoutSecret());
        assertFalse(rows.get(1).isWithoutSecret());
        assertEquals(0, rows.get(0).occupants());
        assertEquals(2, rows.get(1).secret().generation());
        assertEquals("zoe", rows.get(1).secret().creator());
        assertEquals(3, rows.get(1).occupants());
        assertTrue(rows.get(2).isUnreadable());
    }

    @Test
    void noRoomHasIdsWithoutTheKeyOfTheInstallation()
    {
        when(secrets.isOriginUnreadable()).thenReturn(true);
        assertTrue(all(Order.ROOM, false).rows().stream().allMatch(Row::isUnreadable));
    }

    @Test
    void looksAtTheSecretsOfNoMoreRoomsThanItShows()
    {
        overview.page(null, "", Order.ROOM, false, 0, 2);
        verify(secrets, never()).isUnreadable("barn@b.example.org");
    }

    @Test
    void showsRoomsInMemoryWhileTheDatabaseIsAway()
    {
        when(secrets.rooms()).thenReturn(null);
        when(secrets.isDatabaseAway()).thenReturn(true);
        assertEquals(List.of("attic@a.example.org", "barn@b.example.org"), names(all(Order.ROOM, false)));
        assertFalse(all(Order.ROOM, false).rows().get(0).isWithoutSecret(), "that is not known");
        when(secrets.isDatabaseAway()).thenReturn(false);
        final RoomOverview failing = new RoomOverview(rooms, secrets, mock(OccupantIds.class), () -> {
            throw new SQLException("away");
        });
        assertEquals(List.of("attic@a.example.org", "barn@b.example.org"), names(failing.page(null, "", Order.ROOM, false, 0, 25)));
    }

    @Test
    void showsNobodyWithoutOccupants()
    {
        assertEquals(List.of(), overview.occupantsOf(new JID("attic@a.example.org")));
        verify(secrets, never()).ofRoom(any());
    }

    private Page all(final Order order, final boolean descending)
    {
        return overview.page(null, "", order, descending, 0, 25);
    }

    private static List<String> names(final Page page)
    {
        return page.rows().stream().map(Row::room).toList();
    }

    private static SecretInfo info(final String room, final int generation, final long date, final String creator)
    {
        return new RoomSecret(room, generation, new byte[32], new Date(date), creator).info();
    }
}
