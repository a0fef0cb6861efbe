/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.harness;

/**
 * What a client needs to know of a server.
 */
public interface XmppServer
{
    String host();

    /** The port for clients. */
    int c2sPort();

    /** The XMPP domain; the group chat service is at {@code conference.} of it. */
    String domain();
}
