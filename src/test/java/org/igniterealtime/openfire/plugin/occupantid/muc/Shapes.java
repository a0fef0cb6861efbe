/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.muc;

import org.jivesoftware.openfire.muc.MultiUserChatService;
import org.jivesoftware.openfire.user.UserNotFoundException;
import org.xmpp.packet.JID;
import org.xmpp.packet.Message;
import org.xmpp.packet.Presence;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Lock;

/** Look-alikes of rooms and their kin on newer servers: the names and signatures of the methods are those of the real ones. */
public final class Shapes
{
    private Shapes()
    {
    }

    /** {@code MUCRoom} of Openfire 4.7 to 4.9: a class. */
    public static class Room47
    {
        public final JID jid;
        public final Date created = new Date(1_000);
        public final List<Occupant47> occupants = new ArrayList<>();
        public final History47 history = new History47();

        public Room47(final String jid)
        {
            this.jid = new JID(jid);
        }

        public JID getJID()
        {
            return jid;
        }

        public long getID()
        {
            return 7;
        }

        public Date getCreationDate()
        {
            return created;
        }

        public Collection<? extends Occupant47> getOccupants()
        {
            return occupants;
        }

        public int getOccupantsCount()
        {
            return occupants.size();
        }

        public List<? extends Occupant47> getOccupantsByNickname(final String nickname) throws UserNotFoundException
        {
            if (occupants.stream().noneMatch(occupant -> occupant.nickname.equals(nickname))) {
                throw new UserNotFoundException();
            }
            return occupants.stream().filter(occupant -> occupant.nickname.equals(nickname)).toList();
        }

        public Occupant47 getOccupantByFullJID(final JID user)
        {
            return occupants.stream().filter(occupant -> occupant.getUserAddress().equals(user)).toList().stream().findFirst().orElse(null);
        }

        public History47 getRoomHistory()
        {
            return history;
        }

        public Affiliation getAffiliation(final JID user)
        {
            return user.getNode().equals("owner") ? Affiliation.owner : Affiliation.none;
        }

        public Collection<JID> getOwners()
        {
            return List.of(new JID("owner@example.org"));
        }

        public Collection<JID> getAdmins()
        {
            return List.of();
        }

        public Collection<JID> getMembers()
        {
            return List.of(new JID("member@example.org"));
        }

        public Collection<JID> getOutcasts()
        {
            return List.of();
        }
    }

    /** What a user is to a room. */
    public enum Affiliation
    {
        owner, none
    }

    /**
     * {@code MUCRole} of Openfire 4.7 to 4.9: a class. It does not tell the nodes of a cluster apart, and gives copies of its presence.
     */
    public static class Occupant47
    {
        public final JID user;
        public final String nickname;
        public Presence presence = new Presence();

        public Occupant47(final String user, final String nickname)
        {
            this.user = new JID(user);
            this.nickname = nickname;
        }

        public JID getUserAddress()
        {
            return user;
        }

        public String getNickname()
        {
            return nickname;
        }

        public synchronized Presence getPresence()
        {
            return presence.createCopy();
        }

        public synchronized void setPresence(final Presence newPresence)
        {
            presence = newPresence;
        }
    }

    /** {@code MUCRoomHistory}. */
    public static class History47
    {
        public final List<Message> messages = new ArrayList<>();
        public Message subject;

        public Iterator<Message> getMessageHistory()
        {
            return messages.iterator();
        }

        public Message getChangedSubject()
        {
            return subject;
        }
    }

    /** {@code MUCRoom} of Openfire 5.1: makes ids of its own, and keeps the subject apart from the history. */
    public static class Room51 extends Room47
    {
        public Message subject;

        public Room51(final String jid)
        {
            super(jid);
        }

        public Object getFmucHandler()
        {
            throw new IllegalStateException("not to be asked");
        }

        @Override
        public Occupant51 getOccupantByFullJID(final JID user)
        {
            return (Occupant51) super.getOccupantByFullJID(user);
        }

        public String generateOccupantId(final JID user)
        {
            return String.format("%040x", user.toBareJID().hashCode() & 0xffffffffL);
        }

        public Message getSubjectStanza()
        {
            return subject == null ? null : subject.createCopy();
        }

        public void initializeSubject(final Message stanza)
        {
            subject = stanza;
        }
    }

    /** {@code MUCOccupant} of Openfire 5.0 and later, which was {@code MUCRole} before. */
    public static class Occupant51 extends Occupant47
    {
        public boolean remoteFmuc;

        public Occupant51(final String user, final String nickname)
        {
            super(user, nickname);
        }

        public boolean isRemoteFmuc()
        {
            return remoteFmuc;
        }
    }

    /** {@code LocalMUCRoomManager} since Openfire 4.7. */
    public static class Manager
    {
        public final Map<String, Object> rooms = new HashMap<>();

        public Map<String, Object> getROOM_CACHE()
        {
            return rooms;
        }
    }

    /** {@code MultiUserChatServiceImpl} since Openfire 4.7. */
    public abstract static class Service47 implements MultiUserChatService
    {
        public Manager getLocalMUCRoomManager()
        {
            throw new IllegalStateException("to be mocked");
        }

        public List<Object> getActiveChatRooms()
        {
            return new ArrayList<>(getLocalMUCRoomManager().rooms.values());
        }

        public Lock getChatRoomLock(final String roomName)
        {
            throw new IllegalStateException("to be mocked");
        }

        public void syncChatRoom(final Room47 room)
        {
            throw new IllegalStateException("to be mocked");
        }
    }

    /** A listener of rooms' events as it may look one day. */
    public interface Listener
    {
        void roomCreated(long roomID, JID roomJID);

        void roomDestroyed(long roomID, JID roomJID);

        void occupantJoined(JID roomJID, JID user, String nickname);

        void somethingNew(Object whatever, int number);

        void nothingAtAll();
    }

    /** A room of which hardly anything is known. */
    public static class Stranger
    {
        public JID getJID()
        {
            return new JID("strange@conference.example.org");
        }
    }
}
