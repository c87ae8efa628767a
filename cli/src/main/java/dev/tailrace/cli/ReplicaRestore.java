// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import dev.tailrace.restore.RestoreOptions;
import dev.tailrace.restore.RestorePlan;
import dev.tailrace.restore.RestoreResult;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/** The step from a replica to a database: the seam between the command line and the library. */
interface ReplicaRestore {

    /**
     * What a restore would read.
     *
     * @param unprovedJoins how many joins between WAL indexes are legal, but not proved by their salts
     */
    record Prospect(RestorePlan plan, int unprovedJoins) {}

    Prospect plan(ReplicaUrl replica, StoreSettings settings, RestoreOptions options) throws IOException;

    /** When the newest object was made that a restore would read. */
    Instant newestState(ReplicaUrl replica, StoreSettings settings, RestoreOptions options) throws IOException;

    RestoreResult restore(ReplicaUrl replica, StoreSettings settings, RestoreOptions options, Path database)
            throws IOException;
}
