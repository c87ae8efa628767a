// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import java.util.Locale;

/** What {@code -progress} may be. */
enum ProgressMode {
    /** A bar in a terminal, a line now and then elsewhere. */
    AUTO,
    /** A bar wherever it goes. */
    ALWAYS,
    NEVER;

    static ProgressMode parse(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "auto" -> AUTO;
            case "always" -> ALWAYS;
            case "never" -> NEVER;
            default ->
                throw new IllegalArgumentException(
                        "no progress mode: \"" + text + "\", expected auto, always or never");
        };
    }
}
