// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.replica;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * One unbroken line of snapshots and WAL. Litestream begins a new one whenever it cannot go on from where it was.
 *
 * @param name exactly 16 lower-case hexadecimal digits
 */
public record Generation(String name) implements Comparable<Generation> {

    private static final int LENGTH = 16;

    public Generation {
        requireNonNull(name, "name");
        if (name.isEmpty()) {
            throw new IllegalArgumentException("generation required");
        }
        if (!isName(name)) {
            throw new IllegalArgumentException(
                    "no generation name: \"" + name + "\", expected 16 lower-case hexadecimal digits");
        }
    }

    /** Whether {@code text} has the form of a generation's name. */
    public static boolean isName(String text) {
        return text.length() == LENGTH && HexNumber.isHex(text);
    }

    // Written out, as hashCode(): what a compiler puts here is made at the first call, and that takes 20 ms.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Generation generation && name.equals(generation.name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public int compareTo(Generation other) {
        return name.compareTo(other.name);
    }

    /** The name. */
    @Override
    public String toString() {
        return name;
    }
}
