// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli.configuration;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;

/**
 * A database, or a folder of databases, and its replicas.
 *
 * @param path absolute and cleaned
 * @param folder whether each database below the path is replicated, to a place of its own below that of the replica
 * @param replicas in the order of the file; may be empty
 */
public record ConfiguredDatabase(Path path, boolean folder, List<ConfiguredReplica> replicas) {

    public ConfiguredDatabase {
        requireNonNull(path, "path");
        replicas = List.copyOf(replicas);
    }

    /** One of the databases below this folder. */
    ConfiguredDatabase member(Path database) {
        String relative = path.relativize(database).toString().replace('\\', '/');
        return new ConfiguredDatabase(
                database,
                false,
                replicas.stream().map(replica -> replica.below(relative)).toList());
    }
}
