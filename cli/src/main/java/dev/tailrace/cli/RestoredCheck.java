// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.restore.DatabaseCheck;
import dev.tailrace.restore.RestorePlan;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What SQLite is asked of a restored database: what the user wants, and if he has not said so, everything where nothing proves
 * the snapshot.
 */
final class RestoredCheck implements DatabaseCheck {

    private final IntegrityCheck asked;
    private final boolean isGiven;
    private volatile @Nullable RestorePlan unproved;

    RestoredCheck(IntegrityCheck asked, boolean isGiven) {
        this.asked = asked;
        this.isGiven = isGiven;
    }

    /** What is restored next, before it is checked. */
    void planned(RestorePlan plan) {
        unproved = !isGiven && plan.isSnapshotUnproved() ? plan : null;
    }

    /** What was asked of the plan that came last. */
    IntegrityCheck asked() {
        return unproved == null ? asked : IntegrityCheck.FULL;
    }

    @Override
    public void check(Path database) throws IOException {
        RestorePlan plan = unproved;
        if (plan == null) {
            asked.check(database);
            return;
        }
        try {
            IntegrityCheck.FULL.check(database);
        } catch (DamagedReplicaException e) {
            // So that best effort goes by an older snapshot.
            DamagedReplicaException blamed = new DamagedReplicaException(Damage.of(
                    plan.snapshot().object().key(),
                    "the snapshot is no whole state, and there is no WAL of its index that mends it ("
                            + e.damage().problem()
                            + "); try again when more is stored, or choose another -generation"));
            blamed.addSuppressed(e);
            throw blamed;
        }
    }
}
