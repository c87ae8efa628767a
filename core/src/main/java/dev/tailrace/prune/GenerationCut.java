// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.prune;

import dev.tailrace.replica.GenerationCatalog;
import dev.tailrace.replica.SnapshotInfo;
import dev.tailrace.replica.WalSegmentInfo;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * From which snapshot on a generation is needed, with all WAL from its index on, so that each of its states inside the window
 * can be restored. Presumes that the generation is whole and its times ascend.
 *
 * @param base the newest snapshot that leads to the state at the window's start, and to all after it
 * @param older the one before it, where that is needed too: a restore that ends inside the base's own WAL index takes it, since
 *     the base may be ahead of that WAL
 */
record GenerationCut(SnapshotInfo base, Optional<SnapshotInfo> older) {

    /**
     * Finds the cut.
     *
     * @param start of the window
     * @param mayGrow whether more WAL may still be written, inside the window
     * @return empty if there is no snapshot before the window, so that all is needed
     */
    static Optional<GenerationCut> of(GenerationCatalog catalog, Instant start, boolean mayGrow) {
        List<SnapshotInfo> snapshots = catalog.snapshots();
        List<WalSegmentInfo> segments = catalog.segments();
        // A transaction in the window may be asked for by its position, whatever snapshots a moment would lead to.
        long firstInside = segments.stream()
                .filter(segment -> segment.createdAt().isAfter(start))
                .findFirst()
                .map(WalSegmentInfo::index)
                .orElse(Long.MAX_VALUE);
        long limit = Math.min(firstInside, newestWal(catalog));
        int base = -1;
        for (int i = 0; i < snapshots.size(); i++) {
            SnapshotInfo snapshot = snapshots.get(i);
            if (snapshot.index() <= limit && !snapshot.createdAt().isAfter(start)) {
                base = i;
            }
        }
        if (base < 0) {
            return Optional.empty();
        }
        long index = snapshots.get(base).index();
        boolean endsInOwnIndex = index == firstInside || (mayGrow && index == catalog.maxIndex());
        return Optional.of(new GenerationCut(
                snapshots.get(base),
                endsInOwnIndex && base > 0 ? Optional.of(snapshots.get(base - 1)) : Optional.empty()));
    }

    /** The index of the newest object where that is WAL: the generation must not look older than it is. */
    private static long newestWal(GenerationCatalog catalog) {
        List<WalSegmentInfo> segments = catalog.segments();
        if (segments.isEmpty()) {
            return Long.MAX_VALUE;
        }
        WalSegmentInfo last = segments.get(segments.size() - 1);
        Instant snapshot =
                catalog.snapshots().get(catalog.snapshots().size() - 1).createdAt();
        return last.createdAt().isAfter(snapshot) ? last.index() : Long.MAX_VALUE;
    }

    /** The index from which on all snapshots and WAL stay. */
    long firstIndex() {
        return older.orElse(base).index();
    }
}
