// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.prune;

import java.util.List;
import java.util.function.Predicate;

/**
 * What is decided upon one generation, or one tree of LTX files.
 *
 * @param deleted what goes
 * @param kept what stays outside of the window
 * @param whole whether nothing but the unrecognised stays
 */
record Decision(List<ObjectRun> deleted, List<ObjectRun> kept, boolean whole) {

    Decision {
        deleted = List.copyOf(deleted);
        kept = List.copyOf(kept);
    }

    static Decision keeping(List<ObjectRun> kept) {
        return new Decision(List.of(), kept, false);
    }

    /** The same if a condition holds for all that goes; else nothing goes: what is decided holds together. */
    Decision onlyIf(Predicate<Object> condition) {
        boolean all = deleted.stream().allMatch(run -> run.items().stream().allMatch(condition));
        return all ? this : keeping(kept);
    }
}
