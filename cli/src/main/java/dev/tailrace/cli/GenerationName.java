// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import dev.tailrace.replica.Generation;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** The value of {@code -generation}, where it may be left out. */
final class GenerationName {

    private GenerationName() {}

    static Optional<Generation> parse(@Nullable String name, CommandLine command) {
        if (name == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Generation(name));
        } catch (IllegalArgumentException e) {
            throw WrongUsage.of(command, String.valueOf(e.getMessage()));
        }
    }
}
