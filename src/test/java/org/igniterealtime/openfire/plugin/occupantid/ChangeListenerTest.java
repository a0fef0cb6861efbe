/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid;

import org.igniterealtime.openfire.plugin.occupantid.secret.RoomSecrets;
import org.junit.jupiter.api.Test;

import java.util.Map;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

class ChangeListenerTest
{
    private final RoomSecrets secrets = mock();
    private final Worker worker = mock();
    private final ChangeListener listener = new ChangeListener(secrets, worker);

    @Test
    void whatIsRememberedIsForgottenWhenThisNodeJoinsOrLeavesACluster()
    {
        listener.joinedCluster();
        verify(secrets).rereadAll();
        listener.leftCluster();
        verify(secrets, times(2)).rereadAll();
    }

    @Test
    void whatOtherNodesDoChangesNothingHere()
    {
        listener.joinedCluster(new byte[16]);
        listener.leftCluster(new byte[16]);
        listener.markedAsSeniorClusterMember();
        verify(secrets, never()).rereadAll();
    }

    @Test
    void anotherNumberOfDaysTakesEffectAtOnce()
    {
        listener.propertySet("plugin.occupantid.announce.rate", Map.of());
        listener.propertySet("something.else", Map.of());
        verify(worker, never()).run(any());
        listener.propertySet("plugin.occupantid.retired.days", Map.of());
        listener.propertyDeleted("plugin.occupantid.retired.days", Map.of());
        verify(worker, times(2)).run(any());
    }
}
