/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.spec;

import org.igniterealtime.openfire.plugin.occupantid.harness.RunningServer;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Tests that start servers of their own, and so are left out when a server that runs already is tested. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@DisabledIfSystemProperty(named = RunningServer.ADDRESS, matches = ".*", disabledReason = "starts servers of its own")
@interface OwnServer
{
}
