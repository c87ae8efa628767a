// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static java.util.Objects.requireNonNull;

import dev.tailrace.replica.Generation;
import dev.tailrace.replica.ReplicaLayout;
import java.time.Instant;
import java.util.Optional;

/**
 * A generation that a plan was or was not made from, by what its listing says.
 *
 * @param generation which one
 * @param layout how its objects are named
 * @param snapshots how many there are
 * @param segments how many WAL segments there are
 * @param oldest when its oldest snapshot was made, before which it has no state; empty if it has none
 * @param newest when its newest object was made; empty if there is none
 * @param chosen whether it is the one
 * @param reason why, in plain words
 */
public record GenerationCandidate(
        Generation generation,
        ReplicaLayout layout,
        int snapshots,
        int segments,
        Optional<Instant> oldest,
        Optional<Instant> newest,
        boolean chosen,
        String reason) {

    public GenerationCandidate {
        requireNonNull(generation, "generation");
        requireNonNull(layout, "layout");
        requireNonNull(oldest, "oldest");
        requireNonNull(newest, "newest");
        requireNonNull(reason, "reason");
    }
}
