// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static java.util.Objects.requireNonNull;

import dev.tailrace.error.Damage;
import dev.tailrace.replica.LtxFileInfo;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Which states can be restored of a replica of Litestream 0.5, by the names of its files alone.
 *
 * @param from the oldest, with its time as the store tells it
 * @param to the newest
 * @param states how many there are; transactions between them may have been compacted into one file
 * @param hole the damage that hides what is newer; empty if nothing does
 */
public record LtxRestorableRange(
        LtxRestorePlan.State from, LtxRestorePlan.State to, int states, Optional<Damage> hole) {

    public LtxRestorableRange {
        requireNonNull(from, "from");
        requireNonNull(to, "to");
        requireNonNull(hole, "hole");
    }

    /**
     * Looks at listed files.
     *
     * @param files of all levels of one tree, in any order
     * @return empty if no state can be restored
     */
    public static Optional<LtxRestorableRange> of(Collection<LtxFileInfo> files) {
        LtxChains chains = new LtxChains(files, "");
        List<LtxFileInfo> states = chains.states();
        if (states.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new LtxRestorableRange(
                state(states.get(0)),
                state(states.get(states.size() - 1)),
                states.size(),
                chains.hole().map(e -> e.damage())));
    }

    private static LtxRestorePlan.State state(LtxFileInfo file) {
        return new LtxRestorePlan.State(file.maxTxid(), file.createdAt());
    }
}
