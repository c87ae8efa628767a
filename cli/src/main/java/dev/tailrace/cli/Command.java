// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import java.io.IOException;

/** What a word after {@code tailrace} does. */
interface Command {

    /** Does it; returns if it is done, or was rightly skipped. */
    void run(Session session) throws IOException;

    /** What {@code -help} prints. */
    String help();
}
