// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

/** The flags of what a command prints: its result as JSON, and how much it says beside that. */
final class OutputFlags {

    private final Argument<Boolean> json;
    private final Argument<Boolean> quiet;
    private final Argument<Boolean> verbose;

    OutputFlags(Flags flags) {
        json = flags.toggle("json");
        quiet = flags.toggle("q");
        verbose = flags.toggle("v");
    }

    boolean json() {
        return json.value();
    }

    boolean quiet() {
        return quiet.value();
    }

    boolean verbose() {
        return verbose.value();
    }

    /** Says something beside the result, unless nothing is to be said. */
    void note(Session session, String message) {
        if (!quiet.value()) {
            session.messages().line(message);
        }
    }

    /** Likewise, of what may be wrong. */
    void warn(Session session, String message) {
        note(session, "warning: " + message);
    }
}
