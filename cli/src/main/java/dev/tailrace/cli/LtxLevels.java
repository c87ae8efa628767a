// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import dev.tailrace.replica.LtxTree;
import java.util.List;
import java.util.stream.IntStream;
import picocli.CommandLine;

/** Levels of LTX files as {@code -level} takes them. */
final class LtxLevels {

    private LtxLevels() {}

    /** Reads one level, or {@code all}. */
    static List<Integer> parse(String text, CommandLine command) {
        if (text.equals("all")) {
            return IntStream.range(0, LtxTree.LEVELS).boxed().toList();
        }
        if (!text.matches("[0-9]")) {
            throw WrongUsage.of(command, "no level: \"" + text + "\", expected 0 to 9, or all");
        }
        return List.of(Integer.parseInt(text));
    }
}
