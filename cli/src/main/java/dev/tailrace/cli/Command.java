// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import java.io.IOException;

/** What a word after {@code tailrace} does. */
interface Command {

    /** What may follow on that word; parsed before the command is run. */
    Flags flags();

    /** Does it; returns if it is done, or was rightly skipped. */
    void run(Session session) throws IOException;

    /** Does it, and says how it ended, where there is more to say than that it is done. */
    default ExitCode exitCodeOf(Session session) throws IOException {
        run(session);
        return ExitCode.DONE;
    }

    /** What {@code -help} prints. */
    String help();
}
