// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.replica.GenerationCatalog;
import dev.tailrace.replica.SnapshotInfo;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Between which times there are states to restore: the first is that of the oldest snapshot, since WAL without one before it
 * leads nowhere.
 *
 * @param from empty if there is no snapshot
 * @param to empty if there is nothing
 */
record TimeRange(Optional<Instant> from, Optional<Instant> to) {

    static final TimeRange NONE = new TimeRange(Optional.empty(), Optional.empty());

    static TimeRange of(GenerationCatalog catalog) {
        return catalog.snapshots().isEmpty()
                ? NONE
                : new TimeRange(
                        catalog.snapshots().stream()
                                .map(SnapshotInfo::createdAt)
                                .min(Instant::compareTo),
                        catalog.updatedAt());
    }

    /** From the earlier beginning to the later end of two. */
    TimeRange and(TimeRange other) {
        return new TimeRange(
                Stream.concat(from.stream(), other.from.stream()).min(Instant::compareTo),
                Stream.concat(to.stream(), other.to.stream()).max(Instant::compareTo));
    }

    @Override
    public String toString() {
        return from.isEmpty() || to.isEmpty() ? "at no time" : "from " + from.get() + " to " + to.get();
    }
}
