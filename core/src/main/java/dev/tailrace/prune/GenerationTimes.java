// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.prune;

import dev.tailrace.replica.Generation;
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

    /** From when to when a generation was written. */
    record Span(Generation generation, Instant oldest, Instant newest) {

        static Span of(GenerationCatalog catalog) {
            return new Span(catalog.generation(), GenerationTimes.oldest(catalog), GenerationTimes.newest(catalog));
        }

        /**
         * Why the times do not tell which of two generations is the newer one: Litestream begins one where the other has
         * ended, so that they follow on each other.
         *
         * @return empty if they do tell, or it is the same generation
         */
        Optional<String> doubt(Span other) {
            boolean overlap = oldest.isBefore(other.newest) && other.oldest.isBefore(newest);
            return !generation.equals(other.generation) && (overlap || newest.equals(other.newest))
                    ? Optional.of("its times, " + oldest + " to " + newest + ", overlap those of generation "
                            + other.generation + ", " + other.oldest + " to " + other.newest
                            + ": they do not tell which is newer, and a copy may have lost them")
                    : Optional.empty();
        }
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
