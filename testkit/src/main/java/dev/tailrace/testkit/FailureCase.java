// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a real Litestream binary answered when something had been done to a copy of a fixture.
 *
 * @param base layout and scenario of the fixture, {@code v03-flat/wide}
 * @param tool the binary
 * @param what what was done to the copy, in words
 * @param arguments of the restore, by name
 * @param exitCode of the binary
 * @param message what was printed last
 * @param result {@code right}, {@code corrupt}, {@code older: …}, or empty where there is none. Whatever is corrupt or
 *     silently older is to be refused or reported, never repeated
 * @param leftBehind files that a failed or finished restore left beside its output
 */
public record FailureCase(
        String base,
        String tool,
        String what,
        Map<String, String> arguments,
        int exitCode,
        Optional<String> message,
        Optional<String> result,
        List<String> leftBehind) {

    public FailureCase {
        requireNonNull(base, "base");
        requireNonNull(tool, "tool");
        requireNonNull(what, "what");
        requireNonNull(message, "message");
        requireNonNull(result, "result");
        arguments = Map.copyOf(arguments);
        leftBehind = List.copyOf(leftBehind);
    }
}
