// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.error.Damage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a plan of LTX files must keep away from, since it was found to be damaged.
 *
 * @param salvage whether a hole ends the plan before it instead of failing it
 * @param damagedFiles keys of files that are not to be used
 * @param leftOut the damage that led to these bounds
 */
record LtxBounds(boolean salvage, Set<String> damagedFiles, List<Damage> leftOut) {

    /** Everything is wanted, and a hole is an error. */
    static final LtxBounds STRICT = new LtxBounds(false, Set.of(), List.of());

    /** As much as there is without a hole. */
    static final LtxBounds SALVAGE = new LtxBounds(true, Set.of(), List.of());

    LtxBounds {
        damagedFiles = Set.copyOf(damagedFiles);
        leftOut = List.copyOf(leftOut);
    }

    /** Bounds for the next plan after damage was met; empty if that damage was kept away from already. */
    Optional<LtxBounds> keepingAwayFrom(Damage damage) {
        if (damagedFiles.contains(damage.key())) {
            return Optional.empty();
        }
        Set<String> files = new HashSet<>(damagedFiles);
        files.add(damage.key());
        List<Damage> more = new ArrayList<>(leftOut);
        more.add(damage);
        return Optional.of(new LtxBounds(true, files, more));
    }
}
