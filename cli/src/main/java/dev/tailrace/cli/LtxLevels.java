// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import dev.tailrace.replica.LtxTree;
import java.util.List;
import java.util.stream.IntStream;

/** The flag {@code -level} of LTX files: one level, or {@code all}. */
final class LtxLevels {

    private final Flags flags;
    private final Argument<String> level;

    LtxLevels(Flags flags) {
        this.flags = flags;
        this.level = flags.text("level", "0");
    }

    List<Integer> wanted() {
        String text = level.value();
        if (text.equals("all")) {
            return IntStream.range(0, LtxTree.LEVELS).boxed().toList();
        }
        if (!text.matches("[0-9]")) {
            throw flags.wrong("no level: \"" + text + "\", expected 0 to 9, or all");
        }
        return List.of(Integer.parseInt(text));
    }
}
