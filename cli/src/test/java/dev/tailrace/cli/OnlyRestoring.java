// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import dev.tailrace.restore.RestoreOptions;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import java.time.Instant;

/** For tests that are of the restore alone. */
@FunctionalInterface
interface OnlyRestoring extends ReplicaRestore {

    @Override
    default Prospect plan(ReplicaUrl replica, StoreSettings settings, RestoreOptions options) {
        throw new AssertionError("nobody asked for a plan");
    }

    @Override
    default Instant newestState(ReplicaUrl replica, StoreSettings settings, RestoreOptions options) {
        throw new AssertionError("there is no choice");
    }
}
