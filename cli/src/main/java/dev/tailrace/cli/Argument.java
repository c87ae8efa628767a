// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.ArgSpec;

/** What the arguments say of one flag, or the operands; known once they are parsed. */
final class Argument<T> {

    private final ArgSpec declared;
    private final @Nullable T otherwise;

    /** @param otherwise its value where the arguments do not have it; null if there is none */
    Argument(ArgSpec declared, @Nullable T otherwise) {
        this.declared = declared;
        this.otherwise = otherwise;
    }

    boolean isGiven() {
        return declared.getValue() != null;
    }

    /** Its value, without that which it has by default. */
    Optional<T> given() {
        return Optional.ofNullable(declared.getValue());
    }

    /** Its value; to be asked for only where it is given, or has one by default. */
    T value() {
        T given = declared.getValue();
        return given != null ? given : Objects.requireNonNull(otherwise);
    }
}
