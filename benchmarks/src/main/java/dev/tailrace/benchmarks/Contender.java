// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.benchmarks;

import java.nio.file.Path;
import java.util.List;

/**
 * A program that restores the newest state of a replica.
 *
 * @param name for the table
 * @param readsLtx whether it reads replicas of Litestream 0.5
 * @param command makes the command line
 */
record Contender(String name, boolean readsLtx, Command command) {

    /** The command line that restores a replica to a file which does not exist. */
    @FunctionalInterface
    interface Command {
        List<String> of(Path replica, Path database);
    }
}
