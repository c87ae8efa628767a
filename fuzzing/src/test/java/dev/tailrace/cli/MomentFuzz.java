// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import static dev.tailrace.fuzzing.Bounds.require;

import dev.tailrace.fuzzing.Bounds;
import dev.tailrace.fuzzing.InputBytes;
import java.time.Duration;
import java.time.Instant;

/** Moments and lengths of time as flags take them: read, or refused by IllegalArgumentException. */
public final class MomentFuzz {

    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

    private MomentFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        String text = InputBytes.text(input);
        Bounds.within((4 << 20) + 2048L * input.length, () -> {
            try {
                Moment moment = Moment.parse(text, NOW);
                Moment again = Moment.parse(moment.instant().toString(), NOW);
                require(
                        again.instant().equals(moment.instant()),
                        "%s is read as %s",
                        moment.instant(),
                        again.instant());
                require(!text.endsWith(" ago") || !moment.instant().isAfter(NOW), "%s is not back", moment.instant());
            } catch (IllegalArgumentException e) {
                require(e.getMessage().contains("-timestamp"), "%s", e.getMessage());
            }
            try {
                Duration age = Age.parse("-retain", text);
                require(!age.isNegative(), "negative: %s", age);
            } catch (IllegalArgumentException e) {
                require(e.getMessage().contains("-retain"), "%s", e.getMessage());
            }
        });
    }
}
