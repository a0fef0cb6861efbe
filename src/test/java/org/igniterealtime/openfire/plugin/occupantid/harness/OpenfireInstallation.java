/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.harness;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The Openfire that the tests start: its version, its libraries, and what a home directory gets from it.
 */
interface OpenfireInstallation
{
    /** The system property with the folder of an unpacked distribution; without it, the tests start Openfire 4.2.0 from Maven Central. */
    String FOLDER = "occupantid.openfire";

    /** The installation that the system property selects. */
    static OpenfireInstallation selected()
    {
        final String folder = System.getProperty(FOLDER, "");
        return folder.isEmpty() ? new MavenInstallation() : new UnpackedInstallation(Path.of(folder));
    }

    /** The version as the server reports it, such as 4.2.0. */
    String version();

    /** The class path of the server alone. */
    String classPath() throws IOException;

    /** The options that this server needs beyond others in order to run on the Java of the tests. */
    List<String> javaOptions();

    /** Copies to a home directory what the server expects there: database scripts, key stores, the admin console. */
    void copyTo(Path home) throws IOException;
}
