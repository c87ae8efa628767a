// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.error;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * One thing that is wrong with a replica.
 *
 * @param key the object concerned, or the folder where an object is missing
 * @param offset where in it, in bytes; for WAL the offset in the uncompressed WAL file. Empty where no place can be named
 * @param problem what is wrong, as part of a sentence
 * @param expected what should have been there, empty where that says nothing
 * @param actual what is there instead
 */
public record Damage(
        String key, OptionalLong offset, String problem, Optional<String> expected, Optional<String> actual) {

    public Damage {
        requireNonNull(key, "key");
        requireNonNull(offset, "offset");
        requireNonNull(problem, "problem");
        requireNonNull(expected, "expected");
        requireNonNull(actual, "actual");
    }

    /** Damage to an object as a whole. */
    public static Damage of(String key, String problem) {
        return new Damage(key, OptionalLong.empty(), problem, Optional.empty(), Optional.empty());
    }

    /** Damage at one place of an object. */
    public static Damage at(String key, long offset, String problem) {
        return new Damage(key, OptionalLong.of(offset), problem, Optional.empty(), Optional.empty());
    }

    /** The same damage with what should have been found and what was. */
    public Damage expecting(Object expectedValue, Object actualValue) {
        return new Damage(
                key, offset, problem, Optional.of(expectedValue.toString()), Optional.of(actualValue.toString()));
    }

    /** One line: key, problem, offset in decimal, expected, actual. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(key).append(": ").append(problem);
        offset.ifPresent(at -> text.append(" at offset ").append(at));
        expected.ifPresent(value -> text.append(", expected ").append(value));
        actual.ifPresent(value ->
                text.append(expected.isPresent() ? ", found " : ", found: ").append(value));
        return text.toString();
    }
}
