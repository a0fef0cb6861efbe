/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.secret;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xmpp.packet.JID;

import javax.annotation.Nonnull;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** The secrets whose rooms vanished while the plugin was not there to hear of it. */
public final class Orphans
{
    /** The rooms in the server's table of those that outlast a restart. */
    public interface PersistentRooms
    {
        @Nonnull
        Set<String> bareJids() throws SQLException;
    }

    private static final Logger Log = LoggerFactory.getLogger(Orphans.class);

    private final RoomSecrets secrets;
    private final PersistentRooms persistentRooms;
    private final Predicate<JID> exists;

    /**
     * @param secrets the secrets.
     * @param persistentRooms gives the rooms in the server's table.
     * @param exists whether a room, given by its bare JID, exists; asked only for those that are not in the server's table.
     */
    public Orphans(@Nonnull final RoomSecrets secrets, @Nonnull final PersistentRooms persistentRooms,
                   @Nonnull final Predicate<JID> exists)
    {
        this.secrets = secrets;
        this.persistentRooms = persistentRooms;
        this.exists = exists;
    }

    /**
     * Deletes them.
     *
     * @return how many rooms' secrets were deleted.
     */
    public int purge()
    {
        final Map<String, SecretInfo> found = secrets.rooms();
        int purged = 0;
        try {
            if (found != null && !found.isEmpty()) {
                final Set<String> rooms = found.keySet();
                rooms.removeAll(persistentRooms.bareJids());
                for (final String room : rooms) {
                    try {
                        // A room's secret is made after the room, so a room that is not there now is not just being made.
                        if (!exists.test(new JID(room))) {
                            secrets.roomDestroyed(room);
                            purged++;
                        }
                    } catch (final RuntimeException e) {
                        Log.error("Could not find out whether room {} still exists; its secret stays. The next attempt is in a day.",
                            room, e);
                    }
                }
            }
        } catch (final SQLException e) {
            Log.warn("Secrets of rooms that are gone could not be looked for; it is tried again later.", e);
        }
        if (purged > 0) {
            Log.info("The secrets of {} rooms that are gone were deleted.", purged);
        }
        return purged;
    }
}
