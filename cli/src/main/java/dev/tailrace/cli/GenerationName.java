// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import dev.tailrace.replica.Generation;
import java.util.Optional;

/** The flag {@code -generation}, where it may be left out. */
final class GenerationName {

    private final Flags flags;
    private final Argument<String> name;

    GenerationName(Flags flags) {
        this.flags = flags;
        this.name = flags.text("generation");
    }

    Optional<Generation> generation() {
        try {
            return name.given().map(Generation::new);
        } catch (IllegalArgumentException e) {
            throw flags.wrong(e);
        }
    }
}
