// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import picocli.CommandLine.Option;

/** The flags of what a command prints: its result as JSON, and how much it says beside that. */
final class OutputFlags {

    @Option(
            names = {"-json", "--json"},
            arity = "0..1",
            fallbackValue = "true")
    private boolean json;

    @Option(
            names = {"-q", "--q"},
            arity = "0..1",
            fallbackValue = "true")
    private boolean quiet;

    @Option(
            names = {"-v", "--v"},
            arity = "0..1",
            fallbackValue = "true")
    private boolean verbose;

    boolean json() {
        return json;
    }

    boolean quiet() {
        return quiet;
    }

    boolean verbose() {
        return verbose;
    }

    /** Says something beside the result, unless nothing is to be said. */
    void note(Session session, String message) {
        if (!quiet) {
            session.messages().line(message);
        }
    }

    /** Likewise, of what may be wrong. */
    void warn(Session session, String message) {
        note(session, "warning: " + message);
    }
}
