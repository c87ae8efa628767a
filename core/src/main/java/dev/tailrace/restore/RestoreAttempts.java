// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.codec.BlockCompressions;
import dev.tailrace.codec.CorruptFrameException;
import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.replica.WalSegmentInfo;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Plans, and executes what was planned, until that succeeds or nothing is left to try: each time once more for what may be
 * retention at work, without the newest segment where that may still be being written, and for a salvage with closer bounds
 * after each damage. For one thread, and one restore.
 */
final class RestoreAttempts {

    private final ReplicaClient replica;
    private final RestoreOptions options;
    private final int mostPlans;
    private int plans;
    private PlanBounds bounds;
    /** What was planned last; null while that has not succeeded. */
    private @Nullable RestorePlan planned;
    /** Whether that starts from an older snapshot than one that might serve as well. */
    private boolean wentAroundSnapshot;

    RestoreAttempts(ReplicaClient replica, RestoreOptions options, PlanBounds bounds) {
        this(replica, options, bounds, Integer.MAX_VALUE);
    }

    /** @param mostPlans how often to plan at most */
    RestoreAttempts(ReplicaClient replica, RestoreOptions options, PlanBounds bounds, int mostPlans) {
        this.replica = replica;
        this.options = options;
        this.bounds = bounds;
        this.mostPlans = mostPlans;
    }

    /**
     * Plans. What looks like damage leads to a second look before it is called so. A salvage ends before a WAL index of
     * which those beside it show no more than that it may be foreign.
     *
     * @throws DamagedReplicaException if the names show a hole
     * @throws TooManyPlansException if that is too often
     */
    RestorePlan plan() throws IOException {
        planned = null;
        while (true) {
            if (plans == mostPlans) {
                throw new TooManyPlansException(plans);
            }
            plans++;
            Planner planner = new Planner(replica, options, bounds);
            RestorePlan plan;
            try {
                plan = planner.plan();
            } catch (DamagedReplicaException first) {
                planner = new Planner(replica, options, bounds);
                plan = planner.plan();
            }
            Optional<PlanBounds> closer = withoutDoubtfulEnd(planner, plan);
            if (closer.isEmpty()) {
                planned = plan;
                wentAroundSnapshot = isAroundSnapshot(planner, plan);
                return plan;
            }
            bounds = closer.get();
        }
    }

    /**
     * Plans and executes.
     *
     * @throws DamagedReplicaException if there is damage, or, for a salvage, nothing before it
     */
    <T> T run(SecondLook.Execution<RestorePlan, T> execution) throws IOException {
        while (true) {
            RestorePlan plan = plan();
            try {
                return new Looks().execute(plan, execution);
            } catch (DamagedReplicaException e) {
                Optional<T> nearer = fromOwnSnapshot(e, plan, execution);
                if (nearer.isPresent()) {
                    return nearer.get();
                }
                Optional<PlanBounds> before = bounds.salvage() ? before(e.damage()) : beforeUnfinished(e);
                if (before.isEmpty()) {
                    throw e;
                }
                options.listener()
                        .warning(
                                bounds.salvage()
                                        ? "stopping before damage: " + e.damage()
                                        : "the newest object is not whole, as if it were still being written; restoring the"
                                                + " state before it: " + e.damage());
                bounds = before.get();
            }
        }
    }

    private static boolean isAroundSnapshot(Planner planner, RestorePlan plan) {
        return plan.uncut().stream()
                .anyMatch(cut -> cut.index() > plan.snapshot().index()
                        && planner.catalog().snapshots().stream()
                                .anyMatch(snapshot -> snapshot.index() == cut.index()));
    }

    /** The same state without what is damaged, if the snapshot of the index that the target cuts leads there by itself. */
    private <T> Optional<T> fromOwnSnapshot(
            DamagedReplicaException damage, RestorePlan around, SecondLook.Execution<RestorePlan, T> execution)
            throws IOException {
        if (!wentAroundSnapshot) {
            return Optional.empty();
        }
        PlanBounds outer = bounds;
        bounds = bounds.withOwnSnapshot();
        try {
            RestorePlan own = plan();
            // Without a hole, or it would lead to an older state.
            if (own.uncut().isPresent()) {
                return Optional.of(new Looks().execute(own, execution));
            }
        } catch (DamagedReplicaException | TargetNotAvailableException e) {
            damage.addSuppressed(e);
        }
        bounds = outer;
        planned = around;
        return Optional.empty();
    }

    /** Bounds of a salvage that keeps away from the damage met last; empty if it cannot be kept away from. */
    Optional<PlanBounds> before(Damage damage) {
        RestorePlan plan = planned;
        if (plan != null) {
            return bounds.keepingAwayFrom(damage, plan);
        }
        return bounds.salvage() ? Optional.empty() : Optional.of(PlanBounds.SALVAGE);
    }

    /** Strict bounds that leave out the newest segment of all, where it is but the beginning of what is being uploaded. */
    private Optional<PlanBounds> beforeUnfinished(DamagedReplicaException failure) {
        RestorePlan plan = planned;
        if (plan == null
                || plan.walIndexes().isEmpty()
                || !replica.showsUnfinishedObjects()
                || bounds.before().isPresent()
                || !endsEarly(failure)) {
            return Optional.empty();
        }
        WalIndex last = plan.walIndexes().get(plan.walIndexes().size() - 1);
        WalSegmentInfo newest = last.lastSegment();
        if (last.followed() || !newest.object().key().equals(failure.damage().key())) {
            return Optional.empty();
        }
        return Optional.of(bounds.strictlyBefore(newest.position()));
    }

    private static boolean endsEarly(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CorruptFrameException frame) {
                return frame.endsEarly();
            }
        }
        return false;
    }

    private Optional<PlanBounds> withoutDoubtfulEnd(Planner planner, RestorePlan plan) throws IOException {
        if (plan.leftOut().isEmpty() || plan.walIndexes().isEmpty()) {
            return Optional.empty();
        }
        try (ObjectReads reads = ObjectReads.oneByOne(replica)) {
            WalIndexDecoder decoder = new WalIndexDecoder(reads, BlockCompressions.installed(), new Turns());
            return new WalNeighbours(planner.catalog(), decoder)
                    .doubt(plan.lastIndex())
                    .flatMap(doubt -> bounds.keepingAwayFrom(doubt, plan));
        }
    }

    private final class Looks extends SecondLook<RestorePlan> {

        Looks() {
            super(options.listener());
        }

        @Override
        RestorePlan fresh() throws IOException {
            return plan();
        }

        @Override
        boolean sameReading(RestorePlan one, RestorePlan other) {
            return one.readsAs(other);
        }
    }
}
