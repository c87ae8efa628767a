// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.error.Damage;
import dev.tailrace.replica.Position;
import dev.tailrace.replica.WalSegmentInfo;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a plan must keep away from, since it was found to be damaged.
 *
 * @param salvage whether a hole ends the plan before it instead of failing it
 * @param before WAL from here on is not to be used; empty for no bound
 * @param damagedSnapshots indexes of snapshots that are not to be used
 * @param leftOut the damage that led to these bounds
 * @param ownSnapshot whether a snapshot of the WAL index that the target cuts is taken though an older one leads there too
 */
record PlanBounds(
        boolean salvage,
        Optional<Position> before,
        Set<Long> damagedSnapshots,
        List<Damage> leftOut,
        boolean ownSnapshot) {

    /** Everything is wanted, and a hole is an error. */
    static final PlanBounds STRICT = new PlanBounds(false, Optional.empty(), Set.of(), List.of(), false);

    /** As much as there is without a hole. */
    static final PlanBounds SALVAGE = new PlanBounds(true, Optional.empty(), Set.of(), List.of(), false);

    PlanBounds {
        damagedSnapshots = Set.copyOf(damagedSnapshots);
        leftOut = List.copyOf(leftOut);
    }

    /** The same, but with a snapshot of the index that the target cuts, since what leads there from an older one is damaged. */
    PlanBounds withOwnSnapshot() {
        return new PlanBounds(salvage, before, damagedSnapshots, leftOut, true);
    }

    /** The same, but without the WAL from a place on. */
    PlanBounds strictlyBefore(Position place) {
        return new PlanBounds(false, Optional.of(place), damagedSnapshots, leftOut, ownSnapshot);
    }

    /** Bounds for the next plan after damage was met in one; empty if that damage cannot be kept away from. */
    Optional<PlanBounds> keepingAwayFrom(Damage damage, RestorePlan plan) {
        List<Damage> more = new ArrayList<>(leftOut);
        more.add(damage);
        if (plan.snapshot().object().key().equals(damage.key())) {
            Set<Long> snapshots = new HashSet<>(damagedSnapshots);
            snapshots.add(plan.snapshot().index());
            return Optional.of(new PlanBounds(true, before, snapshots, more, false));
        }
        return place(damage, plan)
                // Each bound lies before the one it follows on, or there would be no end to it.
                .filter(place -> before.isEmpty() || place.compareTo(before.get()) < 0)
                .map(place -> new PlanBounds(true, Optional.of(place), damagedSnapshots, more, false));
    }

    private static Optional<Position> place(Damage damage, RestorePlan plan) {
        for (WalIndex wal : plan.walIndexes()) {
            for (WalSegmentInfo segment : wal.segments()) {
                if (segment.object().key().equals(damage.key())) {
                    return Optional.of(new Position(
                            segment.generation(),
                            segment.index(),
                            damage.offset().orElse(segment.offset())));
                }
            }
        }
        return Optional.empty();
    }
}
