// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.logging.LogManager;

/**
 * What libraries may log. Java makes one when the first line is logged: to set logging up takes a good part of a short
 * restore, of which nothing is logged.
 */
public final class LogConfiguration {

    private static final String CLASS = "java.util.logging.config.class";
    private static final String VOLUME = "tailrace.log";

    /** How much is wanted. */
    private enum Volume {
        QUIET("OFF", "SEVERE"),
        // What goes wrong in a vendor's library comes as an error of ours, in one line that says what to do.
        NORMAL("OFF", "WARNING"),
        VERBOSE("INFO", "FINE");

        private final String all;
        private final String own;

        Volume(String all, String own) {
            this.all = all;
            this.own = own;
        }
    }

    /**
     * Configures the log manager by what was wanted last.
     *
     * @throws IOException never
     */
    public LogConfiguration() throws IOException {
        Volume volume = Volume.valueOf(System.getProperty(VOLUME, Volume.NORMAL.name()));
        String properties = String.join(
                "\n",
                "handlers=" + LogLines.class.getName(),
                ".level=" + volume.all,
                "dev.tailrace.level=" + volume.own,
                LogLines.VERBOSE + "=" + (volume == Volume.VERBOSE));
        LogManager.getLogManager()
                .readConfiguration(new ByteArrayInputStream(properties.getBytes(StandardCharsets.ISO_8859_1)));
    }

    /** Says what is wanted of this process, for when something is logged. */
    static void want(boolean quiet, boolean verbose) {
        System.setProperty(CLASS, LogConfiguration.class.getName());
        Volume volume = quiet ? Volume.QUIET : verbose ? Volume.VERBOSE : Volume.NORMAL;
        System.setProperty(VOLUME, volume.name());
    }
}
