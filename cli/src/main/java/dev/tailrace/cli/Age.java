// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import java.time.Duration;

/** A length of time as flags take it. */
final class Age {

    private Age() {}

    /**
     * Reads such as {@code 1h}, {@code 90m} or {@code 1h30m}.
     *
     * @param flag for the message
     * @throws IllegalArgumentException if it is none
     */
    static Duration parse(String flag, String text) {
        return Moment.lengthOf(text)
                .orElseThrow(() -> new IllegalArgumentException(
                        "invalid " + flag + " \"" + text + "\", expected a length of time, such as 1h, 90m or 2d"));
    }
}
