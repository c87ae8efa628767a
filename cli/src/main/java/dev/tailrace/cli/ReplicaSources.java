// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What an argument names.
 *
 * @param database the database that was looked up in the configuration; empty where the argument is the replica itself
 * @param all at least one, in the order of the configuration
 */
record ReplicaSources(Optional<Path> database, List<ReplicaSource> all) {

    ReplicaSources {
        all = List.copyOf(all);
    }
}
