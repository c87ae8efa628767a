// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static java.util.Objects.requireNonNull;

import dev.tailrace.replica.Generation;
import dev.tailrace.replica.Position;
import dev.tailrace.replica.ReplicaLayout;
import java.time.Instant;
import java.util.Optional;

/**
 * What was looked at of one generation.
 *
 * @param generation which one
 * @param layout how its objects are named
 * @param snapshots how many snapshots were looked at
 * @param walIndexes how many WAL indexes were
 * @param segments how many objects these are made of
 * @param transactions how many whole transactions were found in them; 0 where nothing was read
 * @param unreachable how many WAL segments lie before the oldest snapshot: no restore reads them, and they were not read
 * @param unprovedJoins how many joins between WAL indexes are legal but not proved by their salts
 * @param newest when the newest object was made
 * @param latest the newest state that was proved; empty if there is none, or nothing was read
 * @param latestAt when the object was made that holds it
 */
public record VerifiedGeneration(
        Generation generation,
        ReplicaLayout layout,
        int snapshots,
        int walIndexes,
        int segments,
        long transactions,
        int unreachable,
        int unprovedJoins,
        Instant newest,
        Optional<Position> latest,
        Optional<Instant> latestAt) {

    public VerifiedGeneration {
        requireNonNull(generation, "generation");
        requireNonNull(layout, "layout");
        requireNonNull(newest, "newest");
        requireNonNull(latest, "latest");
        requireNonNull(latestAt, "latestAt");
    }
}
