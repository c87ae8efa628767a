// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import dev.tailrace.restore.LtxRestorePlan;
import dev.tailrace.restore.LtxRestoreResult;
import dev.tailrace.restore.RestoreOptions;
import dev.tailrace.restore.RestorePlan;
import dev.tailrace.restore.RestoreResult;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;

/** The step from a replica to a database: the seam between the command line and the library. */
interface ReplicaRestore {

    /** What a restore would read. */
    sealed interface Prospect {

        /**
         * What is said of it.
         *
         * @param generationAskedFor whether the caller named the generation
         */
        Report report(boolean generationAskedFor);

        /** When the state was made that would be restored. */
        Instant timestamp();
    }

    /**
     * From generations.
     *
     * @param unprovedJoins how many joins between WAL indexes are legal, but not proved by their salts
     */
    record GenerationProspect(RestorePlan plan, int unprovedJoins) implements Prospect {
        @Override
        public Report report(boolean generationAskedFor) {
            return new PlanReport(this, generationAskedFor);
        }

        @Override
        public Instant timestamp() {
            return plan.timestamp();
        }
    }

    /** From LTX files. */
    record LtxProspect(LtxRestorePlan plan) implements Prospect {
        @Override
        public Report report(boolean generationAskedFor) {
            return new LtxPlanReport(plan);
        }

        @Override
        public Instant timestamp() {
            return plan.timestamp();
        }
    }

    /** What a restore did. */
    sealed interface Restored {

        /**
         * What is said of it.
         *
         * @param check what SQLite was asked
         * @param clock tells the age of the state
         */
        Report report(IntegrityCheck check, Clock clock);
    }

    /** From generations. */
    record GenerationRestored(RestoreResult result) implements Restored {
        @Override
        public Report report(IntegrityCheck check, Clock clock) {
            return new RestoreReport(result, check, clock);
        }
    }

    /** From LTX files. */
    record LtxRestored(LtxRestoreResult result) implements Restored {
        @Override
        public Report report(IntegrityCheck check, Clock clock) {
            return new LtxRestoreReport(result, check, clock);
        }
    }

    Prospect plan(ReplicaUrl replica, StoreSettings settings, RestoreOptions options) throws IOException;

    /** When the newest object was made that a restore would read. */
    Instant newestState(ReplicaUrl replica, StoreSettings settings, RestoreOptions options) throws IOException;

    Restored restore(ReplicaUrl replica, StoreSettings settings, RestoreOptions options, Path database)
            throws IOException;
}
