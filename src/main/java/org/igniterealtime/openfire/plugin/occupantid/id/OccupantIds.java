/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.id;

import org.igniterealtime.openfire.plugin.occupantid.secret.BoundedMap;
import org.igniterealtime.openfire.plugin.occupantid.secret.RoomSecret;

import javax.annotation.Nonnull;
import javax.annotation.Nullable;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * Makes occupant ids, and tells those that this installation made from all others (XEP-0421 §4.1, Occupant ID generation).
 *
 * An id is 32 bytes, written in 43 characters of unpadded base64url:
 * <ul>
 *     <li>20 bytes of pseudonym: HMAC-SHA-256 of the occupant's real bare JID, under the room's secret;</li>
 *     <li>12 bytes of proof: HMAC-SHA-256 of the room's bare JID and the pseudonym, under the origin key, which belongs
 *     to the installation and outlives the secrets of its rooms.</li>
 * </ul>
 * So an id found in any stanza, however old, shows by itself whether it was issued here and for which room.
 *
 * Instances are safe for use by many threads, and no thread waits for another.
 */
public final class OccupantIds
{
    private static final String HMAC = "HmacSHA256";
    private static final int PSEUDONYM_BYTES = 20;
    private static final int PROOF_BYTES = 12;
    private static final int ID_CHARACTERS = 43;

    /** How many proven ids are remembered; a power of two. Two ids that want the same place take turns in it. */
    private static final int REMEMBERED_PROVEN = 1 << 16;

    /**
     * Of whom and what has a longer name nothing is remembered. A bare JID has up to 2,047 characters, and who has a server of their
     * own has as many as they like: the number of what is remembered alone would not be a bound for the memory.
     */
    private static final int LONGEST_REMEMBERED = 128;

    private final Supplier<byte[]> originKey;
    private final BoundedMap<Occupant, String> made;
    private final AtomicReferenceArray<Proven> proven = new AtomicReferenceArray<>(REMEMBERED_PROVEN);

    /**
     * @param originKey gives the installation's key, or null while it cannot be read; then no id can be made or proven.
     * @param remembered gives how many occupants' ids are remembered, in all rooms together: strangers cannot fill the memory by
     *     speaking to rooms.
     */
    public OccupantIds(@Nonnull final Supplier<byte[]> originKey, @Nonnull final IntSupplier remembered)
    {
        this.originKey = originKey;
        this.made = new BoundedMap<>(remembered);
    }

    /**
     * The id of an occupant: always the same for the same room secret and bare JID.
     *
     * @param secret the secret of the room.
     * @param bareJid the occupant's real bare JID, as the server normalises it.
     * @return the id, or null while the origin key cannot be read.
     */
    @Nullable
    public String idOf(@Nonnull final RoomSecret secret, @Nonnull final String bareJid)
    {
        final Occupant occupant = new Occupant(secret.key(), bareJid);
        final String known = made.get(occupant);
        if (known != null) {
            final Proven remembered = proven.get(placeOf(known));
            if (remembered == null || remembered.retirement != secret.retirement()) {
                // Another id has taken its place, or the room was yet to come when the id was made.
                remember(new Proven(known, secret.room(), bareJid, secret.retirement()));
            }
            return known;
        }
        final byte[] origin = originKey.get();
        if (origin == null) {
            return null;
        }
        final String id = withProof(origin, secret.room(), pseudonym(secret, bareJid));
        final boolean isShort = bareJid.length() <= LONGEST_REMEMBERED;
        remember(new Proven(id, secret.room(), isShort ? bareJid : null, secret.retirement()));
        if (isShort) {
            made.put(occupant, id);
        }
        return id;
    }

    /**
     * Whether an id was issued by this installation, for a certain room. An id seen before is only looked up.
     *
     * @param id what claims to be an id.
     * @param address the room's bare JID, or any address in that room.
     * @return true if it was; false for any other text, and while the origin key cannot be read.
     */
    public boolean isProven(@Nonnull final String id, @Nonnull final String address)
    {
        final Proven remembered = remembered(id);
        if (remembered != null) {
            return remembered.isOf(address);
        }
        if (id.length() != ID_CHARACTERS) {
            return false;
        }
        final byte[] origin = originKey.get();
        if (origin == null) {
            return false;
        }
        final byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(id);
        } catch (final IllegalArgumentException notBase64) {
            return false;
        }
        final int slash = address.indexOf('/');
        final String room = slash < 0 ? address : address.substring(0, slash);
        final String expected = withProof(origin, room, Arrays.copyOf(bytes, PSEUDONYM_BYTES));
        // Texts are compared, not bytes: several texts decode to the same bytes, and only one of them was issued.
        if (!MessageDigest.isEqual(utf8(expected), utf8(id))) {
            return false;
        }
        remember(new Proven(id, room, null, null));
        return true;
    }

    /**
     * Whether an id may be of a secret that is not in force any more.
     *
     * @param id an id for which {@link #isProven} has just been true.
     * @return false if it is known to be of today, if a search for its owner was in vain, or if nothing can be remembered of it, so that
     *     it would be searched for again and again.
     */
    public boolean mayBeOfBefore(@Nonnull final String id)
    {
        final Proven remembered = remembered(id);
        return remembered != null && (remembered.retirement == null || remembered.retirement.getAsBoolean());
    }

    /**
     * Takes notice of whose an id is that may be of before.
     *
     * @param id an id for which {@link #mayBeOfBefore} is true.
     * @param room the room's bare JID.
     * @param owner the user's real bare JID; null if a search has not found it.
     */
    public void searched(@Nonnull final String id, @Nonnull final String room, @Nullable final String owner)
    {
        final boolean isFound = owner != null && owner.length() <= LONGEST_REMEMBERED;
        remember(new Proven(id, room, isFound ? owner : null, () -> isFound));
    }

    /**
     * Whose an id is, of a secret that is not in force any more.
     *
     * @param id an id for which {@link #isProven} is true.
     * @return the user's real bare JID; null if that is not remembered, and for an id of a secret that is in force.
     */
    @Nullable
    public String formerOwnerOf(@Nonnull final String id)
    {
        final Proven remembered = remembered(id);
        return remembered != null && remembered.retirement != null && remembered.retirement.getAsBoolean() ? remembered.bareJid : null;
    }

    /**
     * Whether an id that is proven is that of a certain user. For what is rare: nothing is remembered of it.
     *
     * @param id an id for which {@link #isProven} is true.
     * @param secret a secret of its room.
     * @param bareJid the user's real bare JID, as the server normalises it.
     * @return true if the user has, or had, this id under that secret.
     */
    public static boolean isIdOf(@Nonnull final String id, @Nonnull final RoomSecret secret, @Nonnull final String bareJid)
    {
        return MessageDigest.isEqual(pseudonym(secret, bareJid), Arrays.copyOf(Base64.getUrlDecoder().decode(id), PSEUDONYM_BYTES));
    }

    private static byte[] pseudonym(final RoomSecret secret, final String bareJid)
    {
        return Arrays.copyOf(hmac(secret.key(), utf8(bareJid)), PSEUDONYM_BYTES);
    }

    private static String withProof(final byte[] origin, final String room, final byte[] pseudonym)
    {
        // No JID holds a zero byte, so no other room and pseudonym run together to the same bytes.
        final byte[] proof = hmac(origin, utf8(room), new byte[1], pseudonym);
        final byte[] id = Arrays.copyOf(pseudonym, PSEUDONYM_BYTES + PROOF_BYTES);
        System.arraycopy(proof, 0, id, PSEUDONYM_BYTES, PROOF_BYTES);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(id);
    }

    @Nullable
    private Proven remembered(final String id)
    {
        final Proven remembered = proven.get(placeOf(id));
        return remembered != null && remembered.id.equals(id) ? remembered : null;
    }

    private void remember(final Proven id)
    {
        if (id.room.length() <= LONGEST_REMEMBERED) {
            proven.set(placeOf(id.id), id);
        }
    }

    private static int placeOf(final String id)
    {
        final int hash = id.hashCode();
        return (hash ^ hash >>> 16) & REMEMBERED_PROVEN - 1;
    }

    private static byte[] hmac(final byte[] key, final byte[]... parts)
    {
        try {
            final Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            for (final byte[] part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has " + HMAC + ", but this one does not.", e);
        }
    }

    private static byte[] utf8(final String text)
    {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * A user, and the key of a room: what an id is made from. The very same key, so that nothing has to be compared; and the key alone,
     * since what goes with it would be kept for as long as the id is, be the room gone or never made.
     */
    private static final class Occupant
    {
        private final byte[] key;
        private final String bareJid;

        private Occupant(final byte[] key, final String bareJid)
        {
            this.key = key;
            this.bareJid = bareJid;
        }

        @Override
        public boolean equals(final Object other)
        {
            return other instanceof Occupant && ((Occupant) other).key == key && ((Occupant) other).bareJid.equals(bareJid);
        }

        @Override
        public int hashCode()
        {
            return System.identityHashCode(key) * 31 + bareJid.hashCode();
        }
    }

    /** An id that was proven, and the room that it is proven for; if it was made here since the start, also for whom, and until when. */
    private static final class Proven
    {
        private final String id;
        private final String room;
        private final String bareJid;
        private final BooleanSupplier retirement;

        private Proven(final String id, final String room, @Nullable final String bareJid, @Nullable final BooleanSupplier retirement)
        {
            this.id = id;
            this.room = room;
            this.bareJid = bareJid;
            this.retirement = retirement;
        }

        private boolean isOf(final String address)
        {
            return address.startsWith(room) && (address.length() == room.length() || address.charAt(room.length()) == '/');
        }
    }
}
