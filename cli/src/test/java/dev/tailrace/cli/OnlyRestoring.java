// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import dev.tailrace.restore.RestoreOptions;
import dev.tailrace.store.ReplicaUrl;
import java.util.Map;

/** For tests that are of the restore alone. */
@FunctionalInterface
interface OnlyRestoring extends ReplicaRestore {

    @Override
    default Prospect plan(ReplicaUrl replica, Map<String, String> environment, RestoreOptions options) {
        throw new AssertionError("nobody asked for a plan");
    }
}
