// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.replica;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A stretch of a generation of which, by the names alone, every state can be restored: from a snapshot on over WAL indexes
 * without a hole. What only the bytes can tell, such as a missing segment inside an index, is not seen.
 *
 * @param first the first state: that of a snapshot
 * @param last where the last WAL segment begins; {@code first} if there is none
 * @param from when the snapshot was made
 * @param to when the newest of it was made, not before {@code from} unless the clocks were wrong
 */
public record RestorableRange(Position first, Position last, Instant from, Instant to) {

    public RestorableRange {
        requireNonNull(first, "first");
        requireNonNull(last, "last");
        requireNonNull(from, "from");
        requireNonNull(to, "to");
        if (last.compareTo(first) < 0) {
            throw new IllegalArgumentException("no range: " + last + " is before " + first);
        }
    }

    /** WAL indexes that follow on one another, each of them from its beginning. */
    private record Run(long firstIndex, long lastIndex, WalSegmentInfo last, Instant newest) {}

    /** The ranges of a generation, ascending; empty if there is no snapshot. */
    public static List<RestorableRange> of(GenerationCatalog catalog) {
        NavigableMap<Long, Run> runs = runs(catalog.segments());
        List<RestorableRange> ranges = new ArrayList<>();
        long coveredTo = -1;
        for (SnapshotInfo snapshot : catalog.snapshots()) {
            long index = snapshot.index();
            if (index <= coveredTo) {
                continue;
            }
            Position first = new Position(catalog.generation(), index, 0);
            var run = runs.floorEntry(index);
            if (run == null || run.getValue().lastIndex() < index) {
                ranges.add(new RestorableRange(first, first, snapshot.createdAt(), snapshot.createdAt()));
                continue;
            }
            Run wal = run.getValue();
            coveredTo = wal.lastIndex();
            ranges.add(new RestorableRange(first, wal.last().position(), snapshot.createdAt(), wal.newest()));
        }
        return Collections.unmodifiableList(ranges);
    }

    /** By their first index. */
    private static NavigableMap<Long, Run> runs(List<WalSegmentInfo> segments) {
        NavigableMap<Long, Run> runs = new TreeMap<>();
        Run run = null;
        for (WalSegmentInfo segment : segments) {
            boolean begins = segment.offset() == 0;
            if (run != null
                    && segment.index() == run.lastIndex() + (begins && segment.index() != run.lastIndex() ? 1 : 0)) {
                Instant newest = segment.createdAt().isAfter(run.newest()) ? segment.createdAt() : run.newest();
                run = new Run(run.firstIndex(), segment.index(), segment, newest);
            } else {
                run = begins ? new Run(segment.index(), segment.index(), segment, segment.createdAt()) : null;
            }
            if (run != null) {
                runs.put(run.firstIndex(), run);
            }
        }
        return runs;
    }
}
