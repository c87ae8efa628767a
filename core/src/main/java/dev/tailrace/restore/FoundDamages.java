// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.error.Damage;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What was found to be wrong in one generation, in the order of its history. For one thread at a time. */
final class FoundDamages {

    private record Entry(VerifiedDamage damage, boolean open) {}

    private final List<Entry> all = new ArrayList<>();
    /** Those from here on have no state after them yet. */
    private int unsettled;

    /**
     * Adds one.
     *
     * @param before the last state before it
     * @param open whether it is none if an upload is still to come
     */
    void add(Generation generation, Damage damage, Optional<Position> before, boolean open) {
        all.add(new Entry(new VerifiedDamage(generation, damage, before, Optional.empty()), open));
    }

    /** Says that a state can be restored, which is the first one after those that have none yet. */
    void settle(Position after) {
        for (; unsettled < all.size(); unsettled++) {
            Entry entry = all.get(unsettled);
            VerifiedDamage damage = entry.damage();
            all.set(
                    unsettled,
                    new Entry(
                            new VerifiedDamage(
                                    damage.generation(), damage.damage(), damage.before(), Optional.of(after)),
                            entry.open()));
        }
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    List<VerifiedDamage> damages() {
        return all.stream().filter(entry -> !entry.open()).map(Entry::damage).toList();
    }

    List<VerifiedDamage> openQuestions() {
        return all.stream().filter(Entry::open).map(Entry::damage).toList();
    }
}
