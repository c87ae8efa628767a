// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.prune;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * What was deleted.
 *
 * @param plan what was to be
 * @param objects how many objects are gone
 * @param bytes how many stored bytes these had
 * @param spared how many objects of the plan were left alone, or gone already: the replica has changed since it was planned
 * @param requests how many calls that took, besides the listings
 * @param duration how long it took
 */
public record PruneResult(PrunePlan plan, long objects, long bytes, long spared, int requests, Duration duration) {

    public PruneResult {
        requireNonNull(plan, "plan");
        requireNonNull(duration, "duration");
    }
}
