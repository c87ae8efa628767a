// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.ObjectChangedException;
import dev.tailrace.error.ObjectMissingException;
import dev.tailrace.replica.LtxReplicaClient;
import java.io.IOException;
import java.util.Optional;

/**
 * Plans a restore of LTX files, and executes what was planned, until that succeeds or nothing is left to try; as
 * {@link RestoreAttempts} does for generations. For one thread, and one restore.
 */
final class LtxAttempts extends SecondLook<LtxRestorePlan> {

    private final LtxReplicaClient replica;
    private final RestoreOptions options;
    private final int mostPlans;
    private int plans;
    private LtxBounds bounds;

    /** @param mostPlans how often to plan at most */
    LtxAttempts(LtxReplicaClient replica, RestoreOptions options, LtxBounds bounds, int mostPlans) {
        super(options.listener());
        this.replica = replica;
        this.options = options;
        this.bounds = bounds;
        this.mostPlans = mostPlans;
    }

    /**
     * Plans. What looks like damage leads to a second look before it is called so.
     *
     * @throws DamagedReplicaException if the names show a hole, or a header that was looked at is damaged
     * @throws TooManyPlansException if that is too often
     */
    LtxRestorePlan plan() throws IOException {
        if (plans == mostPlans) {
            throw new TooManyPlansException(plans);
        }
        plans++;
        try {
            return new LtxPlanner(replica, options, bounds).plan();
        } catch (DamagedReplicaException | ObjectMissingException | ObjectChangedException first) {
            return again();
        }
    }

    private LtxRestorePlan again() throws IOException {
        try {
            return new LtxPlanner(replica, options, bounds).plan();
        } catch (ObjectMissingException e) {
            throw new DamagedReplicaException(
                    Damage.of(e.key(), "object is listed but cannot be opened, it does not exist"), e);
        }
    }

    @Override
    LtxRestorePlan fresh() throws IOException {
        return plan();
    }

    @Override
    boolean sameReading(LtxRestorePlan one, LtxRestorePlan other) {
        return one.readsAs(other);
    }

    /**
     * Plans and executes.
     *
     * @throws DamagedReplicaException if there is damage, or, for a salvage, nothing before it
     */
    <T> T run(Execution<LtxRestorePlan, T> execution) throws IOException {
        while (true) {
            LtxRestorePlan plan = plan();
            try {
                return execute(plan, execution);
            } catch (DamagedReplicaException e) {
                Optional<LtxBounds> before = before(e.damage());
                if (!bounds.salvage() || before.isEmpty()) {
                    throw e;
                }
                options.listener().warning("stopping before damage: " + e.damage());
                bounds = before.get();
            }
        }
    }

    /** Bounds of a salvage that keeps away from the damage met last; empty if it cannot be kept away from. */
    Optional<LtxBounds> before(Damage damage) {
        return bounds.keepingAwayFrom(damage);
    }
}
