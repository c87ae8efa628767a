// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.replica;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * From when to when something was made.
 *
 * @param createdAt when the first of it was made
 * @param updatedAt when the last of it was made, not before {@code createdAt}
 */
public record TimeBounds(Instant createdAt, Instant updatedAt) {

    public TimeBounds {
        requireNonNull(createdAt, "createdAt");
        requireNonNull(updatedAt, "updatedAt");
        if (updatedAt.isBefore(createdAt)) {
            throw new IllegalArgumentException("no time bounds: " + updatedAt + " is before " + createdAt);
        }
    }

    /** What was made at one moment. */
    static TimeBounds at(Instant time) {
        return new TimeBounds(time, time);
    }

    /** The least bounds that hold these and the others. */
    public TimeBounds with(TimeBounds other) {
        return new TimeBounds(
                createdAt.isBefore(other.createdAt) ? createdAt : other.createdAt,
                updatedAt.isAfter(other.updatedAt) ? updatedAt : other.updatedAt);
    }
}
