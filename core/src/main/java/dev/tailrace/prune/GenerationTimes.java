// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.prune;

import dev.tailrace.replica.GenerationCatalog;
import dev.tailrace.replica.SnapshotInfo;
import dev.tailrace.replica.WalSegmentInfo;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/** Whether the times of a generation tell what is old in it. */
final class GenerationTimes {

    private GenerationTimes() {}

    /**
     * Why they do not.
     *
     * @param listedAt when the generation was listed
     * @return empty if they do
     */
    static Optional<String> doubt(GenerationCatalog catalog, Instant listedAt) {
        WalSegmentInfo before = null;
        for (WalSegmentInfo segment : catalog.segments()) {
            if (before != null && before.createdAt().isAfter(segment.createdAt())) {
                return Optional.of(outOfOrder(
                        before.position().toString(),
                        before.createdAt(),
                        segment.position().toString(),
                        segment.createdAt()));
            }
            before = segment;
        }
        SnapshotInfo earlier = null;
        for (SnapshotInfo snapshot : catalog.snapshots()) {
            if (earlier != null && earlier.createdAt().isAfter(snapshot.createdAt())) {
                return Optional.of(outOfOrder(
                        earlier.object().key(),
                        earlier.createdAt(),
                        snapshot.object().key(),
                        snapshot.createdAt()));
            }
            earlier = snapshot;
        }
        return Optional.empty();
    }

    private static String outOfOrder(String one, Instant oneTime, String other, Instant otherTime) {
        return "its times are out of order: " + one + " of " + oneTime + " is followed by " + other + " of "
                + otherTime;
    }

    /** When the oldest object was made, by which a restore tells since when there is the generation. */
    static Instant oldest(GenerationCatalog catalog) {
        return Stream.concat(
                        catalog.snapshots().stream().map(SnapshotInfo::createdAt),
                        catalog.segments().stream().map(WalSegmentInfo::createdAt))
                .min(Instant::compareTo)
                .orElse(newest(catalog));
    }

    /** When the newest object was made. */
    static Instant newest(GenerationCatalog catalog) {
        return catalog.updatedAt().orElse(Instant.MIN);
    }
}
