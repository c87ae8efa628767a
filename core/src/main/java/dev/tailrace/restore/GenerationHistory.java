// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.error.Damage;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.replica.GenerationCatalog;
import dev.tailrace.replica.Position;
import dev.tailrace.replica.SnapshotInfo;
import dev.tailrace.replica.WalSegmentInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The whole history that the names of a generation promise, from its oldest snapshot on.
 *
 * @param steps ascending by index; empty if there is no snapshot
 * @param unreachable how many segments lie before the oldest snapshot
 */
record GenerationHistory(GenerationCatalog catalog, List<HistoryStep> steps, int unreachable) {

    static GenerationHistory of(GenerationCatalog catalog) {
        if (catalog.snapshots().isEmpty()) {
            return new GenerationHistory(catalog, List.of(), catalog.segments().size());
        }
        List<HistoryStep> steps = new ArrayList<>();
        List<WalSegmentInfo> segments = catalog.segments();
        List<SnapshotInfo> snapshots = catalog.snapshots();
        long expected = snapshots.get(0).index();
        int unreachable = firstFrom(segments, expected);
        int from = unreachable;
        int nextSnapshot = 0;
        while (from < segments.size() || nextSnapshot < snapshots.size()) {
            long walAt = from < segments.size() ? segments.get(from).index() : Long.MAX_VALUE;
            long snapshotAt = nextSnapshot < snapshots.size()
                    ? snapshots.get(nextSnapshot).index()
                    : Long.MAX_VALUE;
            long index = Math.min(walAt, snapshotAt);
            if (index > expected) {
                steps.add(missing(catalog, expected, index, from == segments.size()));
            }
            Optional<SnapshotInfo> snapshot = Optional.empty();
            if (snapshotAt == index) {
                snapshot = Optional.of(snapshots.get(nextSnapshot));
                while (nextSnapshot < snapshots.size()
                        && snapshots.get(nextSnapshot).index() == index) {
                    nextSnapshot++;
                }
            }
            if (walAt > index) {
                boolean followed = from < segments.size();
                // Without any WAL after it, the snapshot is where the WAL is about to go on.
                steps.add(new HistoryStep(
                        index,
                        Optional.empty(),
                        snapshot,
                        followed ? Optional.of(missing(catalog, index, walAt)) : Optional.empty(),
                        false));
                expected = followed ? index + 1 : index;
                continue;
            }
            int to = firstFrom(segments, index + 1);
            steps.add(wal(segments.subList(from, to), snapshot, to < segments.size()));
            expected = index + 1;
            from = to;
        }
        return new GenerationHistory(catalog, steps, unreachable);
    }

    /**
     * What is left to be looked at where all up to a position has been: that WAL index once more, as a WAL is proved from its
     * beginning, and all that is newer.
     *
     * @param location of the replica
     * @throws TargetNotAvailableException if the oldest snapshot is newer
     */
    GenerationHistory since(Position position, String location) throws TargetNotAvailableException {
        if (!steps.isEmpty() && steps.get(0).index() > position.index()) {
            throw new TargetNotAvailableException(
                    "position " + position
                            + " is older than the oldest snapshot, so what is newer cannot be proved from"
                            + " there; verify all of it once",
                    location);
        }
        Instant known = timeOf(catalog, position).orElse(Instant.MIN);
        List<HistoryStep> newer = new ArrayList<>();
        for (HistoryStep step : steps) {
            if (step.index() == position.index() && position.offset() > 0) {
                // A snapshot of the same index takes the place of the one before it.
                boolean later = step.snapshot().stream()
                        .anyMatch(snapshot -> snapshot.createdAt().isAfter(known));
                newer.add(later ? step : step.withoutSnapshot());
            } else if (step.index() >= position.index()) {
                newer.add(step);
            }
        }
        return new GenerationHistory(catalog, newer, unreachable);
    }

    /** When the object was made that holds a position; empty if there is none. */
    static Optional<Instant> timeOf(GenerationCatalog catalog, Position position) {
        if (position.offset() == 0) {
            return catalog.snapshots().stream()
                    .filter(snapshot -> snapshot.index() == position.index())
                    .map(SnapshotInfo::createdAt)
                    .findFirst();
        }
        return catalog.segments().stream()
                .filter(segment -> segment.index() == position.index() && segment.offset() < position.offset())
                .map(WalSegmentInfo::createdAt)
                .reduce((earlier, later) -> later);
    }

    /**
     * A newest snapshot that stands alone: Litestream stores the WAL of its index just after it, which may be what mends it.
     * Empty where there is none, or where it is an open question already whether more is to come before it.
     *
     * @param compared whether the snapshot is compared with the state that the WAL before it leaves
     */
    Optional<Damage> unprovedSnapshot(boolean compared) {
        if (steps.isEmpty()) {
            return Optional.empty();
        }
        HistoryStep last = steps.get(steps.size() - 1);
        boolean proved =
                steps.size() > 1 && (compared || steps.get(steps.size() - 2).open());
        return proved || last.wal().isPresent() || last.hole().isPresent()
                ? Optional.empty()
                : last.snapshot()
                        .map(snapshot -> Damage.of(
                                snapshot.object().key(),
                                "there is no WAL of the newest snapshot's index yet, and nothing proves that the snapshot"
                                        + " is a whole state"));
    }

    /** How many objects are to be read. */
    int objects() {
        return steps.stream()
                .mapToInt(step -> (step.snapshot().isPresent() ? 1 : 0)
                        + step.wal().map(wal -> wal.segments().size()).orElse(0))
                .sum();
    }

    /** How many stored bytes these have. */
    long bytes() {
        return steps.stream()
                .mapToLong(step -> step.snapshot().map(SnapshotInfo::size).orElse(0L)
                        + step.wal().map(WalIndex::bytes).orElse(0L))
                .sum();
    }

    private static HistoryStep wal(List<WalSegmentInfo> segments, Optional<SnapshotInfo> snapshot, boolean followed) {
        WalSegmentInfo first = segments.get(0);
        if (first.offset() == 0) {
            WalIndex wal = new WalIndex(first.index(), segments, Long.MAX_VALUE, followed);
            return new HistoryStep(first.index(), Optional.of(wal), snapshot, Optional.empty(), false);
        }
        Damage hole = Damage.of(
                        first.object().key(), "the first segment of WAL index " + hex(first.index()) + " is missing")
                .expecting("offset 00000000", hex(first.offset()));
        return new HistoryStep(first.index(), Optional.empty(), snapshot, Optional.of(hole), false);
    }

    private static HistoryStep missing(GenerationCatalog catalog, long index, long next, boolean atTheEnd) {
        return new HistoryStep(
                index, Optional.empty(), Optional.empty(), Optional.of(missing(catalog, index, next)), atTheEnd);
    }

    private static Damage missing(GenerationCatalog catalog, long index, long next) {
        return Damage.of("generations/" + catalog.generation() + "/wal/", "WAL index " + hex(index) + " is missing")
                .expecting("index " + hex(index), "index " + hex(next));
    }

    /** Which segment is the first of that index or a later one. */
    static int firstFrom(List<WalSegmentInfo> segments, long index) {
        int from = 0;
        int to = segments.size();
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (segments.get(middle).index() < index) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }

    private static String hex(long value) {
        return String.format("%08x", value);
    }
}
