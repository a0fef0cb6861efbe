/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.secret;

import org.jivesoftware.util.Encryptor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import javax.annotation.Nonnull;
import javax.annotation.Nullable;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The secrets in the server's database, encrypted with the server's property encryptor.
 *
 * Rows are only ever added and deleted, never changed: a room's secret is its row of the highest generation. So whatever is cut
 * short leaves the secret before or the one after, and of two nodes that add the same generation at once one is refused by the
 * primary key and takes the other's.
 *
 * The installation's origin key lies in the same table, under a name that no room can have.
 */
public final class SecretStore
{
    /** Where connections to the server's database come from; the caller closes them. */
    public interface Connections
    {
        @Nonnull
        Connection open() throws SQLException;
    }

    /** A row is there, but its secret cannot be had from it: it is damaged, or the encryption key is another one now. */
    static final class UnreadableSecretException extends RuntimeException
    {
        private static final long serialVersionUID = 1L;

        UnreadableSecretException(final String owner, @Nullable final Exception cause)
        {
            super("The " + owner + " in the database table ofOccupantIdSecret is damaged or cannot be decrypted.", cause);
        }
    }

    private interface Row<T>
    {
        T read() throws SQLException;
    }

    private static final Logger Log = LoggerFactory.getLogger(SecretStore.class);

    /** Stands where a room's JID stands in other rows. No JID begins with a slash. */
    private static final String ORIGIN = "/origin";

    /** The same for a row that is only there to find out whether rows can be added. */
    private static final String PROBE = "/probe";

    /** Begins what is stored in Base64. */
    private static final String ENCODED = "//";

    /** The length of the column creator. */
    private static final int CREATOR_LENGTH = 255;

    private static final String LOAD =
        "SELECT generation, secret, creationDate, creator FROM ofOccupantIdSecret WHERE roomKey=? ORDER BY generation DESC";
    private static final String INSERT =
        "INSERT INTO ofOccupantIdSecret (roomKey, generation, roomJID, secret, creationDate, creator) VALUES (?,?,?,?,?,?)";
    private static final String DELETE_UP_TO =
        "DELETE FROM ofOccupantIdSecret WHERE roomKey=? AND generation<=?";
    private static final String INFOS =
        "SELECT roomJID, generation, creationDate, creator FROM ofOccupantIdSecret WHERE roomKey=? ORDER BY generation DESC";
    private static final String ROOMS =
        "SELECT roomJID, generation, creationDate, creator, roomKey FROM ofOccupantIdSecret";
    private static final String RETIRED =
        "SELECT newer.roomKey, newer.generation FROM ofOccupantIdSecret retired, ofOccupantIdSecret newer"
            + " WHERE newer.roomKey=retired.roomKey AND newer.generation>retired.generation AND newer.creationDate<?";

    private final Connections connections;
    private final Supplier<Encryptor> encryptor;
    private final Supplier<Encryptor> former;

    /**
     * @param connections gives connections to the server's database.
     * @param encryptor gives the server's property encryptor, which an admin may change while the server runs.
     * @param former gives what reads secrets that were encrypted before such a change, or null. Asked only for such secrets: Openfire
     *     writes a setting of its own when this encryptor is made.
     */
    public SecretStore(@Nonnull final Connections connections, @Nonnull final Supplier<Encryptor> encryptor,
                       @Nonnull final Supplier<Encryptor> former)
    {
        this.connections = connections;
        this.encryptor = encryptor;
        this.former = former;
    }

    /**
     * The secret of a room.
     *
     * @param room the room's bare JID.
     * @return the newest secret, or null if the room has none.
     * @throws SQLException if the database does not answer.
     * @throws UnreadableSecretException if there is one that cannot be read.
     */
    @Nullable
    RoomSecret load(@Nonnull final String room) throws SQLException
    {
        try (Connection connection = connections.open();
             PreparedStatement statement = connection.prepareStatement(LOAD)) {
            statement.setString(1, keyOf(room));
            statement.setMaxRows(1);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? read(room, rows) : null;
            }
        }
    }

    /**
     * All secrets of a room that are still kept and can be read.
     *
     * @param room the room's bare JID.
     * @return the secrets, the newest first; empty if there is none.
     * @throws SQLException if the database does not answer.
     */
    @Nonnull
    List<RoomSecret> loadAll(@Nonnull final String room) throws SQLException
    {
        final List<RoomSecret> found = new ArrayList<>();
        try (Connection connection = connections.open();
             PreparedStatement statement = connection.prepareStatement(LOAD)) {
            statement.setString(1, keyOf(room));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    try {
                        found.add(read(room, rows));
                    } catch (final UnreadableSecretException e) {
                        Log.debug("A retired secret is left out.", e);
                    }
                }
            }
        }
        return found;
    }

    /**
     * Gives a room its first secret, unless it has one.
     *
     * @param room the room's bare JID.
     * @param key the secret for a room that has none.
     * @param date when that was made.
     * @return the secret that the room has now: the one given, or the one that it had already.
     * @throws SQLException if the database does not answer.
     * @throws UnreadableSecretException if there is one already that cannot be read.
     */
    @Nonnull
    RoomSecret loadOrAdd(@Nonnull final String room, @Nonnull final byte[] key, @Nonnull final Date date) throws SQLException
    {
        final RoomSecret present = load(room);
        return present != null ? present : add(new RoomSecret(room, 1, key, date, null));
    }

    /**
     * Gives a room a secret that follows all that it has had. Those stay, retired.
     *
     * @param room the room's bare JID.
     * @param key the new secret.
     * @param date when it was made.
     * @param creator who wants it so; null for the server itself.
     * @return the secret that the room has now: the one given, or one that another node gave it at the same moment.
     * @throws SQLException if the database does not answer; then nothing has changed.
     * @throws UnreadableSecretException if another node was faster, and its secret cannot be read here.
     */
    @Nonnull
    RoomSecret addNext(@Nonnull final String room, @Nonnull final byte[] key, @Nonnull final Date date, @Nullable final String creator)
        throws SQLException
    {
        int newest = newestGeneration(room);
        if (newest == Integer.MAX_VALUE) {
            // Damaged, and nothing can follow it.
            delete(room);
            newest = 0;
        }
        return add(new RoomSecret(room, Math.max(0, newest) + 1, key, date, creator));
    }

    /**
     * Deletes the secrets that a room had before one of its secrets.
     *
     * @param room the room's bare JID.
     * @param generation the generation of the oldest secret that stays.
     * @throws SQLException if the database does not answer.
     */
    void deleteBefore(@Nonnull final String room, final int generation) throws SQLException
    {
        deleteUpTo(keyOf(room), generation - 1);
    }

    /**
     * Deletes all secrets of a room.
     *
     * @param room the room's bare JID.
     * @throws SQLException if the database does not answer.
     */
    void delete(@Nonnull final String room) throws SQLException
    {
        deleteUpTo(keyOf(room), Integer.MAX_VALUE);
    }

    /**
     * Deletes the secrets that were retired before a certain time.
     *
     * @param time the time.
     * @return how many were deleted, at least; of a row of retired secrets the last one counts.
     * @throws SQLException if the database does not answer.
     */
    int deleteRetiredBefore(@Nonnull final Date time) throws SQLException
    {
        final Map<String, Integer> oldestKept = new HashMap<>();
        try (Connection connection = connections.open();
             PreparedStatement statement = connection.prepareStatement(RETIRED)) {
            statement.setString(1, millis(time));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    oldestKept.merge(rows.getString(1), rows.getInt(2), Math::max);
                }
            }
        }
        // In two steps, since some databases do not let a table be searched for what to delete from it.
        for (final Map.Entry<String, Integer> room : oldestKept.entrySet()) {
            deleteUpTo(room.getKey(), room.getValue() - 1);
        }
        return oldestKept.size();
    }

    /**
     * What is known of the newest secret of each room, but for the secret itself.
     *
     * @return by the rooms' bare JIDs, in no order; null for a room of which no row can be read.
     * @throws SQLException if the database does not answer.
     */
    @Nonnull
    Map<String, SecretInfo> infos() throws SQLException
    {
        // Told apart here, since a database may hold different names for equal.
        final Map<String, SecretInfo> infos = new HashMap<>();
        try (Connection connection = connections.open();
             PreparedStatement statement = connection.prepareStatement(ROOMS);
             ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                String room = null;
                try {
                    room = roomOf(rows);
                    if (room != null) {
                        infos.merge(room, info(room, rows), SecretInfo::newer);
                    }
                } catch (final UnreadableSecretException e) {
                    Log.debug("A damaged row is left out.", e);
                    if (room != null) {
                        infos.putIfAbsent(room, null);
                    }
                }
            }
        }
        return infos;
    }

    /**
     * What is known of all secrets of a room that are still kept, readable or not, but for the secrets themselves.
     *
     * @param room the room's bare JID.
     * @return the newest first; empty if there is none.
     * @throws SQLException if the database does not answer.
     */
    @Nonnull
    List<SecretInfo> infosOf(@Nonnull final String room) throws SQLException
    {
        final List<SecretInfo> infos = new ArrayList<>();
        try (Connection connection = connections.open();
             PreparedStatement statement = connection.prepareStatement(INFOS)) {
            statement.setString(1, keyOf(room));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    infos.add(info(room, rows));
                }
            }
        }
        return infos;
    }

    private static SecretInfo info(final String room, final ResultSet row) throws SQLException
    {
        return fromRow(room, () -> {
            final String creator = row.getString(4);
            return new SecretInfo(row.getInt(2), date(row.getString(3)), creator == null ? null : fromAscii(creator));
        });
    }

    /** The room that a row belongs to; null if that is none, or is damaged so that it has another key. */
    @Nullable
    private static String roomOf(final ResultSet row) throws SQLException
    {
        return fromRow("unknown", () -> {
            final String room = fromAscii(row.getString(1));
            return !room.equals(ORIGIN) && !room.equals(PROBE) && keyOf(room).equals(row.getString(5)) ? room : null;
        });
    }

    /**
     * The key of this installation, which is made when it is first asked for.
     *
     * @return the key.
     * @throws SQLException if the database does not answer.
     * @throws UnreadableSecretException if the key cannot be read.
     */
    @Nonnull
    byte[] originKey() throws SQLException
    {
        return loadOrAdd(ORIGIN, RoomSecret.newKey(), new Date()).key();
    }

    /**
     * Gives this installation a new key in place of one that cannot be read any more. No id from before is proven after that.
     *
     * @return the new key.
     * @throws SQLException if the database does not answer.
     */
    @Nonnull
    byte[] replaceOriginKey() throws SQLException
    {
        return addNext(ORIGIN, RoomSecret.newKey(), new Date(), null).key();
    }

    /**
     * Finds out whether the database takes new rows.
     *
     * @throws SQLException if it does not, or does not answer at all.
     */
    void probe() throws SQLException
    {
        // One that was cut short has left its row.
        delete(PROBE);
        insert(new RoomSecret(PROBE, 0, RoomSecret.newKey(), new Date(), null));
        delete(PROBE);
    }

    private RoomSecret add(final RoomSecret secret) throws SQLException
    {
        try {
            insert(secret);
            return secret;
        } catch (final SQLException refused) {
            final RoomSecret others = load(secret.room());
            if (others == null || others.generation() < secret.generation()) {
                throw refused;
            }
            return others;
        }
    }

    private void insert(final RoomSecret secret) throws SQLException
    {
        try (Connection connection = connections.open();
             PreparedStatement statement = connection.prepareStatement(INSERT)) {
            statement.setString(1, keyOf(secret.room()));
            statement.setInt(2, secret.generation());
            statement.setString(3, toAscii(secret.room()));
            statement.setString(4, encryptor.get().encrypt(Base64.getEncoder().encodeToString(secret.key())));
            statement.setString(5, millis(secret.creationDate()));
            statement.setString(6, secret.creator() == null ? null : toAscii(cut(secret.creator())));
            statement.executeUpdate();
        }
    }

    /**
     * How many secrets a room has had.
     *
     * @param room the room's bare JID.
     * @return the highest generation stored for the room, readable or not; 0 if there is none.
     * @throws SQLException if the database does not answer.
     */
    int newestGeneration(@Nonnull final String room) throws SQLException
    {
        try (Connection connection = connections.open();
             PreparedStatement statement = connection.prepareStatement(LOAD)) {
            statement.setString(1, keyOf(room));
            statement.setMaxRows(1);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? rows.getInt(1) : 0;
            }
        }
    }

    private void deleteUpTo(final String roomKey, final int generation) throws SQLException
    {
        try (Connection connection = connections.open();
             PreparedStatement statement = connection.prepareStatement(DELETE_UP_TO)) {
            statement.setString(1, roomKey);
            statement.setInt(2, generation);
            statement.executeUpdate();
        }
    }

    private RoomSecret read(final String room, final ResultSet row) throws SQLException
    {
        return fromRow(room, () -> {
            final byte[] key = decrypt(row.getString(2), room);
            final String creator = row.getString(4);
            return new RoomSecret(room, row.getInt(1), key, date(row.getString(3)), creator == null ? null : fromAscii(creator));
        });
    }

    /** Reads from a row. A value that is damaged makes that row unreadable; all else that fails is a fault of the database. */
    private static <T> T fromRow(final String owner, final Row<T> row) throws SQLException
    {
        try {
            return row.read();
        } catch (final RuntimeException damaged) {
            throw unreadable(owner, damaged);
        } catch (final SQLException e) {
            // Class 22 is "data exception"; not all drivers have a type for it.
            if (e instanceof SQLDataException || String.valueOf(e.getSQLState()).startsWith("22")) {
                throw unreadable(owner, e);
            }
            throw e;
        }
    }

    private byte[] decrypt(final String encrypted, final String owner)
    {
        byte[] key = decrypt(encrypted, encryptor.get());
        if (key == null) {
            final Encryptor before = former.get();
            key = before == null ? null : decrypt(encrypted, before);
        }
        if (key == null) {
            throw unreadable(owner, null);
        }
        return key;
    }

    /** Null for what was encrypted otherwise, or is damaged. */
    @Nullable
    private static byte[] decrypt(final String encrypted, final Encryptor with)
    {
        try {
            final byte[] key = Base64.getDecoder().decode(with.decrypt(encrypted));
            return key.length == RoomSecret.KEY_BYTES ? key : null;
        } catch (final RuntimeException nonsense) {
            // An encryptor answers null or nonsense where it holds another key, and either ends here.
            return null;
        }
    }

    private static Date date(final String stored)
    {
        return new Date(Long.parseLong(stored.trim()));
    }

    private static UnreadableSecretException unreadable(final String owner, @Nullable final Exception cause)
    {
        return new UnreadableSecretException(ORIGIN.equals(owner) ? "origin key" : "secret of room " + owner, cause);
    }

    /** Text as every database keeps it, whatever its character set: plain ASCII as it is, all else in Base64. */
    private static String toAscii(final String text)
    {
        final boolean plain = text.chars().allMatch(c -> c >= ' ' && c <= '~');
        return plain ? text : ENCODED + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String fromAscii(final String stored)
    {
        return stored.startsWith(ENCODED)
            ? new String(Base64.getDecoder().decode(stored.substring(ENCODED.length())), StandardCharsets.UTF_8)
            : stored;
    }

    /** A date as the server's own tables have it: in milliseconds, padded so that it sorts as text; 0 for dates before 1970. */
    private static String millis(final Date date)
    {
        return String.format(Locale.ROOT, "%015d", Math.max(0, date.getTime()));
    }

    /** The beginning of a name, as much as the column takes. */
    private static String cut(final String name)
    {
        String beginning = name;
        while (toAscii(beginning).length() > CREATOR_LENGTH) {
            beginning = beginning.substring(0, beginning.offsetByCodePoints(beginning.length(), -1));
        }
        return beginning;
    }

    /**
     * A room's JID as a key: its digest, in 64 plain letters and digits. A JID itself is longer than some databases can index, and
     * some databases hold different JIDs for equal.
     */
    static String keyOf(final String room)
    {
        try {
            final byte[] digest = MessageDigest.getInstance("SHA-256").digest(room.getBytes(StandardCharsets.UTF_8));
            return String.format("%064x", new BigInteger(1, digest));
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has SHA-256, but this one does not.", e);
        }
    }
}
