/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.secret;

import org.jivesoftware.util.Encryptor;
import org.jivesoftware.util.StringUtils;

import javax.annotation.Nonnull;
import javax.annotation.Nullable;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Base64;
import java.util.Date;
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

        UnreadableSecretException(final String owner)
        {
            super("The secret of " + owner + " in the database table ofOccupantIdSecret cannot be decrypted.");
        }
    }

    /** Stands where a room's JID stands in other rows. No JID begins with a slash. */
    private static final String ORIGIN = "/origin";

    private static final String LOAD =
        "SELECT generation, secret FROM ofOccupantIdSecret WHERE roomKey=? ORDER BY generation DESC";
    private static final String INSERT =
        "INSERT INTO ofOccupantIdSecret (roomKey, generation, roomJID, secret, creationDate) VALUES (?,?,?,?,?)";
    private static final String DELETE_BEFORE =
        "DELETE FROM ofOccupantIdSecret WHERE roomKey=? AND generation<?";

    private final Connections connections;
    private final Supplier<Encryptor> encryptor;

    /**
     * @param connections gives connections to the server's database.
     * @param encryptor gives the server's property encryptor, which an admin may change while the server runs.
     */
    public SecretStore(@Nonnull final Connections connections, @Nonnull final Supplier<Encryptor> encryptor)
    {
        this.connections = connections;
        this.encryptor = encryptor;
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
                return rows.next() ? new RoomSecret(room, rows.getInt(1), decrypt(rows.getString(2), room)) : null;
            }
        }
    }

    /**
     * Gives a room its first secret, unless it has one.
     *
     * @param room the room's bare JID.
     * @param key the secret for a room that has none.
     * @return the secret that the room has now: the one given, or the one that it had already.
     * @throws SQLException if the database does not answer.
     * @throws UnreadableSecretException if there is one already that cannot be read.
     */
    @Nonnull
    RoomSecret loadOrAdd(@Nonnull final String room, @Nonnull final byte[] key) throws SQLException
    {
        final RoomSecret present = load(room);
        return present != null ? present : add(new RoomSecret(room, 1, key));
    }

    /**
     * Gives a room a secret that follows all that it ever had, and deletes those.
     *
     * @param room the room's bare JID.
     * @param key the new secret.
     * @return the secret that the room has now: the one given, or one that another node gave it at the same moment.
     * @throws SQLException if the database does not answer.
     * @throws UnreadableSecretException if another node was faster, and its secret cannot be read here.
     */
    @Nonnull
    RoomSecret replaceAll(@Nonnull final String room, @Nonnull final byte[] key) throws SQLException
    {
        final RoomSecret added = add(new RoomSecret(room, newestGeneration(room) + 1, key));
        deleteBefore(room, added.generation());
        return added;
    }

    /**
     * Deletes all secrets of a room.
     *
     * @param room the room's bare JID.
     * @throws SQLException if the database does not answer.
     */
    void delete(@Nonnull final String room) throws SQLException
    {
        deleteBefore(room, Integer.MAX_VALUE);
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
        return loadOrAdd(ORIGIN, RoomSecret.newKey()).key();
    }

    private RoomSecret add(final RoomSecret secret) throws SQLException
    {
        try (Connection connection = connections.open();
             PreparedStatement statement = connection.prepareStatement(INSERT)) {
            statement.setString(1, keyOf(secret.room()));
            statement.setInt(2, secret.generation());
            statement.setString(3, secret.room());
            statement.setString(4, encryptor.get().encrypt(Base64.getEncoder().encodeToString(secret.key())));
            statement.setString(5, StringUtils.dateToMillis(new Date()));
            statement.executeUpdate();
            return secret;
        } catch (final SQLException refused) {
            final RoomSecret others = load(secret.room());
            if (others == null || others.generation() < secret.generation()) {
                throw refused;
            }
            return others;
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

    private void deleteBefore(final String room, final int generation) throws SQLException
    {
        try (Connection connection = connections.open();
             PreparedStatement statement = connection.prepareStatement(DELETE_BEFORE)) {
            statement.setString(1, keyOf(room));
            statement.setInt(2, generation);
            statement.executeUpdate();
        }
    }

    private byte[] decrypt(final String encrypted, final String owner)
    {
        try {
            final byte[] key = Base64.getDecoder().decode(encryptor.get().decrypt(encrypted));
            if (key.length == RoomSecret.KEY_BYTES) {
                return key;
            }
        } catch (final RuntimeException damaged) {
            // An encryptor answers null or nonsense where it holds another key, and either ends here.
        }
        throw new UnreadableSecretException(ORIGIN.equals(owner) ? "this installation" : "room " + owner);
    }

    /**
     * A room's JID as a key: its digest, in 64 plain letters and digits. A JID itself is longer than some databases can index, and
     * some databases hold different JIDs for equal.
     */
    private static String keyOf(final String room)
    {
        try {
            final byte[] digest = MessageDigest.getInstance("SHA-256").digest(room.getBytes(StandardCharsets.UTF_8));
            return StringUtils.encodeHex(digest);
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has SHA-256, but this one does not.", e);
        }
    }
}
