// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.replica.GenerationCatalog;
import dev.tailrace.replica.Position;
import dev.tailrace.replica.SnapshotInfo;
import dev.tailrace.replica.WalSegmentInfo;
import dev.tailrace.wal.WalHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The snapshots and WAL of one generation: which of them lead to a target without a hole. */
final class WalChain {

    private final GenerationCatalog catalog;
    private final PlanBounds bounds;
    private final String location;

    WalChain(GenerationCatalog catalog, PlanBounds bounds, String location) {
        this.catalog = catalog;
        this.bounds = bounds;
        this.location = location;
    }

    /**
     * A snapshot and what follows on it.
     *
     * @param end where it was to end
     * @param hole what ended it before the target; empty if nothing did
     */
    record Links(SnapshotInfo snapshot, List<WalIndex> indexes, WalEnd end, Optional<Damage> hole) {

        /** The last index whose WAL is part of it, or, for a bare snapshot, the one before the snapshot's. */
        long reach() {
            return indexes.isEmpty()
                    ? snapshot.index() - 1
                    : indexes.get(indexes.size() - 1).index();
        }

        /** Whether the target leaves out WAL of the snapshot's own index, ahead of which the snapshot may be. */
        boolean cutsOwnIndex() {
            return hole.isEmpty() && end.cutsIndex() && end.index() == snapshot.index();
        }
    }

    /**
     * Finds the links to a target. A snapshot may be ahead of the WAL of its own index, so one of an older index is better
     * where the target cuts that.
     *
     * @param wantedSnapshot the snapshot to start from; empty for the best one
     * @throws TargetNotAvailableException if the target lies outside of the generation, or is ambiguous
     * @throws DamagedReplicaException if there is a hole, or, for a salvage, no snapshot before the damage
     */
    Links linksTo(RestoreTarget target, OptionalLong wantedSnapshot) throws TailraceException {
        checkReached(target);
        List<SnapshotInfo> candidates = new ArrayList<>();
        for (SnapshotInfo snapshot : catalog.snapshots()) {
            boolean wanted = wantedSnapshot.isEmpty() || wantedSnapshot.getAsLong() == snapshot.index();
            if (wanted && serves(target, snapshot)) {
                candidates.add(0, snapshot);
            }
        }
        if (candidates.isEmpty()) {
            throw wantedSnapshot.isPresent() ? noSuchSnapshot(wantedSnapshot.getAsLong(), target) : unavailable(target);
        }
        Links links = bounds.salvage() ? furthest(candidates, target) : linksFrom(candidates.get(0), target);
        if (links.hole().isPresent() && !bounds.salvage()) {
            throw new DamagedReplicaException(links.hole().get());
        }
        return links.cutsOwnIndex() && !isSnapshotItself(target) && !bounds.ownSnapshot()
                ? fromOlder(candidates, target, links).orElse(links)
                : links;
    }

    /** The same state from a snapshot of an older index. */
    private Optional<Links> fromOlder(List<SnapshotInfo> newestFirst, RestoreTarget target, Links links) {
        for (SnapshotInfo older : newestFirst) {
            if (older.index() >= links.snapshot().index()
                    || bounds.damagedSnapshots().contains(older.index())) {
                continue;
            }
            Links longer;
            try {
                longer = linksFrom(older, target);
            } catch (TargetNotAvailableException ambiguous) {
                // The times leave it open there; what is newer they do not.
                return Optional.empty();
            }
            if (longer.hole().isEmpty()
                    && longer.end().next().equals(links.end().next())) {
                return Optional.of(longer);
            }
        }
        return Optional.empty();
    }

    private static boolean isSnapshotItself(RestoreTarget target) {
        return target instanceof RestoreTarget.AtPosition at && at.position().offset() == 0;
    }

    /** Whether a snapshot lies before the target. */
    private boolean serves(RestoreTarget target, SnapshotInfo snapshot) throws TargetNotAvailableException {
        if (target instanceof RestoreTarget.AtIndex at) {
            return snapshot.index() <= at.index();
        }
        if (target instanceof RestoreTarget.AtPosition at) {
            long index = at.position().index();
            return isSnapshotItself(target) ? snapshot.index() == index : snapshot.index() <= index;
        }
        if (target instanceof RestoreTarget.AtTimestamp at
                && snapshot.createdAt().isAfter(at.timestamp())) {
            // Where all of its index counts, it does not matter when storing it had ended.
            Optional<WalSegmentInfo> first = WalEnd.firstFrom(catalog, snapshot.index(), 0);
            return first.isPresent()
                    && !first.get().createdAt().isAfter(at.timestamp())
                    && end(target, snapshot).index() > snapshot.index();
        }
        return true;
    }

    private WalEnd end(RestoreTarget target, SnapshotInfo snapshot) throws TargetNotAvailableException {
        return WalEnd.of(target, catalog, snapshot.index(), location);
    }

    /** Of all snapshots that are whole, the one whose WAL reaches furthest; among equals the newest, if WAL follows on it. */
    private Links furthest(List<SnapshotInfo> newestFirst, RestoreTarget target) throws TailraceException {
        Links best = null;
        for (SnapshotInfo snapshot : newestFirst) {
            if (bounds.damagedSnapshots().contains(snapshot.index())) {
                continue;
            }
            Links links;
            try {
                links = linksFrom(snapshot, target);
            } catch (TargetNotAvailableException ambiguous) {
                if (best == null) {
                    throw ambiguous;
                }
                break;
            }
            // A snapshot may be ahead of what is left of the WAL of its index: an older one proves the state.
            boolean proves = best != null
                    && (best.hole().isPresent() || bounds.before().isPresent())
                    && RestorePlan.isSnapshotUnproved(best.snapshot(), best.indexes(), uncut(best))
                    && !links.indexes().isEmpty();
            if (best == null || links.reach() > best.reach() || (proves && links.reach() == best.reach())) {
                best = links;
            }
        }
        if (best == null) {
            throw new DamagedReplicaException(bounds.leftOut().get(0));
        }
        return best;
    }

    private void checkReached(RestoreTarget target) throws TargetNotAvailableException {
        if (target instanceof RestoreTarget.AtIndex at && at.index() > catalog.maxIndex()) {
            throw unavailable(target);
        }
        if (target instanceof RestoreTarget.AtPosition at) {
            Position position = at.position();
            boolean known = position.offset() == 0
                    || catalog.segments().stream().anyMatch(segment -> segment.index() == position.index());
            if (!known) {
                throw unavailable(target);
            }
            if (position.offset() > 0 && position.offset() <= WalHeader.SIZE) {
                throw new TargetNotAvailableException(
                        "no transaction ends at " + position + ": a WAL begins with a header of " + WalHeader.SIZE
                                + " bytes",
                        location);
            }
        }
    }

    private TargetNotAvailableException noSuchSnapshot(long index, RestoreTarget target) {
        boolean exists = catalog.snapshots().stream().anyMatch(snapshot -> snapshot.index() == index);
        return new TargetNotAvailableException(
                exists
                        ? "snapshot " + hex(index) + " is newer than " + text(target) + " in generation "
                                + catalog.generation() + " of " + location
                        : "no snapshot of index " + hex(index) + " in generation " + catalog.generation() + " of "
                                + location,
                location);
    }

    private TargetNotAvailableException unavailable(RestoreTarget target) {
        if (target instanceof RestoreTarget.AtTimestamp) {
            return new TargetNotAvailableException(
                    text(target) + " is not in generation " + catalog.generation() + " of " + location
                            + ", which can be restored " + TimeRange.of(catalog),
                    location);
        }
        return new TargetNotAvailableException(
                text(target) + " is not in generation " + catalog.generation() + " of " + location
                        + ", which can be restored from index "
                        + hex(catalog.snapshots().get(0).index()) + " to index " + hex(catalog.maxIndex()),
                location);
    }

    private static String text(RestoreTarget target) {
        if (target instanceof RestoreTarget.AtIndex at) {
            return "index " + hex(at.index());
        }
        if (target instanceof RestoreTarget.AtPosition at) {
            return (at.position().offset() == 0 ? "the snapshot at " : "position ") + at.position();
        }
        return target instanceof RestoreTarget.AtTimestamp at ? "the state at " + at.timestamp() : "that state";
    }

    /** The WAL from the snapshot's index to the target, or to the first hole. */
    private Links linksFrom(SnapshotInfo snapshot, RestoreTarget target) throws TargetNotAvailableException {
        WalEnd end = end(target, snapshot);
        List<WalIndex> indexes = new ArrayList<>();
        List<WalSegmentInfo> current = new ArrayList<>();
        long expected = snapshot.index();
        for (WalSegmentInfo segment : catalog.segments()) {
            if (segment.index() < snapshot.index() || end.isBefore(segment)) {
                continue;
            }
            if (!current.isEmpty() && current.get(0).index() != segment.index()) {
                indexes.add(cutOff(expected++, current, end));
                current = new ArrayList<>();
            }
            if (current.isEmpty()) {
                Optional<Damage> hole = holeBefore(segment, expected);
                if (hole.isPresent()) {
                    return new Links(snapshot, indexes, end, hole);
                }
            }
            if (isBeyondBounds(segment)) {
                if (!current.isEmpty()) {
                    indexes.add(cutOff(expected, current, end));
                }
                return new Links(
                        snapshot, indexes, end, bounds.leftOut().stream().findFirst());
            }
            current.add(segment);
        }
        if (!current.isEmpty()) {
            indexes.add(cutOff(expected++, current, end));
        }
        return new Links(snapshot, indexes, end, holeAtTheEnd(snapshot, indexes, end, expected));
    }

    private Optional<Damage> holeAtTheEnd(SnapshotInfo snapshot, List<WalIndex> indexes, WalEnd end, long expected) {
        if (expected > end.index()) {
            return Optional.empty();
        }
        if (indexes.isEmpty() && end.index() == snapshot.index()) {
            // A later index without this one is a hole, even where the later one is not wanted.
            boolean snapshotOnly = end.offset() == 0 || (!end.cutsIndex() && !hasWalAfter(end.index()));
            if (snapshotOnly) {
                return segmentsOf(snapshot.index()).stream()
                        .findFirst()
                        .flatMap(segment -> holeBefore(segment, snapshot.index()));
            }
        }
        return Optional.of(missing(expected, "the end of the WAL"));
    }

    private List<WalSegmentInfo> segmentsOf(long index) {
        return catalog.segments().stream()
                .filter(segment -> segment.index() == index)
                .toList();
    }

    /** The whole of the last index of a chain, where the target cuts it; empty where it does not. */
    Optional<WalIndex> uncut(Links links) {
        if (links.hole().isPresent() || !links.end().cutsIndex()) {
            return Optional.empty();
        }
        List<WalSegmentInfo> segments = segmentsOf(links.end().index());
        return segments.isEmpty()
                ? Optional.empty()
                : Optional.of(new WalIndex(links.end().index(), segments));
    }

    private boolean hasWalAfter(long index) {
        List<WalSegmentInfo> segments = catalog.segments();
        return !segments.isEmpty() && segments.get(segments.size() - 1).index() > index;
    }

    private boolean isBeyondBounds(WalSegmentInfo segment) {
        return bounds.before()
                .map(before -> segment.position().compareTo(before) >= 0
                        || (segment.index() == before.index() && before.offset() <= WalHeader.SIZE))
                .orElse(false);
    }

    private WalIndex cutOff(long index, List<WalSegmentInfo> segments, WalEnd end) {
        long byTarget = end.index() == index ? end.offset() : Long.MAX_VALUE;
        long byBounds = bounds.before()
                .filter(before -> before.index() == index)
                .map(Position::offset)
                .orElse(Long.MAX_VALUE);
        long offset = Math.min(byTarget, byBounds);
        return offset == Long.MAX_VALUE ? whole(index, segments) : new WalIndex(index, segments, offset, false);
    }

    private WalIndex whole(long index, List<WalSegmentInfo> segments) {
        return new WalIndex(index, segments, Long.MAX_VALUE, hasWalAfter(index));
    }

    private Optional<Damage> holeBefore(WalSegmentInfo segment, long expected) {
        if (segment.index() != expected) {
            return Optional.of(missing(expected, "index " + hex(segment.index())));
        }
        if (segment.offset() != 0) {
            return Optional.of(
                    Damage.of(segment.object().key(), "the first segment of WAL index " + hex(expected) + " is missing")
                            .expecting("offset 00000000", hex(segment.offset())));
        }
        return Optional.empty();
    }

    private Damage missing(long index, String found) {
        return Damage.of("generations/" + catalog.generation() + "/wal/", "WAL index " + hex(index) + " is missing")
                .expecting("index " + hex(index), found);
    }

    private static String hex(long value) {
        return String.format("%08x", value);
    }
}
