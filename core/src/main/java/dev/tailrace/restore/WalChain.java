// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.replica.GenerationCatalog;
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
     * @param hole what ended it before the target; empty if nothing did
     */
    record Links(SnapshotInfo snapshot, List<WalIndex> indexes, Optional<Damage> hole) {

        /** The last index whose WAL is part of it, or, for a bare snapshot, the one before the snapshot's. */
        long reach() {
            return indexes.isEmpty()
                    ? snapshot.index() - 1
                    : indexes.get(indexes.size() - 1).index();
        }
    }

    /**
     * Finds the links to a target.
     *
     * @param wantedSnapshot the snapshot to start from; empty for the best one
     * @throws TargetNotAvailableException if the target lies outside of the generation
     * @throws DamagedReplicaException if there is a hole, or, for a salvage, no snapshot before the damage
     */
    Links linksTo(RestoreTarget target, OptionalLong wantedSnapshot) throws TailraceException {
        long last = lastIndex(target);
        List<SnapshotInfo> candidates = new ArrayList<>();
        for (SnapshotInfo snapshot : catalog.snapshots()) {
            boolean wanted = wantedSnapshot.isEmpty() || wantedSnapshot.getAsLong() == snapshot.index();
            if (wanted && snapshot.index() <= last) {
                candidates.add(0, snapshot);
            }
        }
        if (candidates.isEmpty()) {
            throw wantedSnapshot.isPresent() ? noSuchSnapshot(wantedSnapshot.getAsLong(), last) : unavailable(target);
        }
        if (!bounds.salvage()) {
            Links links = linksFrom(candidates.get(0), last);
            if (links.hole().isPresent()) {
                throw new DamagedReplicaException(links.hole().get());
            }
            return links;
        }
        return furthest(candidates, last);
    }

    /** Of all snapshots that are whole, the one whose WAL reaches furthest; among equals the newest, if WAL follows on it. */
    private Links furthest(List<SnapshotInfo> newestFirst, long last) throws DamagedReplicaException {
        Links best = null;
        for (SnapshotInfo snapshot : newestFirst) {
            if (bounds.damagedSnapshots().contains(snapshot.index())) {
                continue;
            }
            Links links = linksFrom(snapshot, last);
            // A snapshot may be ahead of the WAL it stands for. Where that WAL is lost, an older one proves its state.
            boolean proves = best != null
                    && best.indexes().isEmpty()
                    && best.hole().isPresent()
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

    private long lastIndex(RestoreTarget target) throws TailraceException {
        if (target instanceof RestoreTarget.AtIndex wanted) {
            if (wanted.index() > catalog.maxIndex()) {
                throw unavailable(target);
            }
            return wanted.index();
        }
        return catalog.maxIndex();
    }

    private TargetNotAvailableException noSuchSnapshot(long index, long last) {
        if (index > last) {
            return new TargetNotAvailableException(
                    "snapshot " + hex(index) + " is newer than index " + hex(last) + " in generation "
                            + catalog.generation() + " of " + location,
                    location);
        }
        return new TargetNotAvailableException(
                "no snapshot of index " + hex(index) + " in generation " + catalog.generation() + " of " + location,
                location);
    }

    private TargetNotAvailableException unavailable(RestoreTarget target) {
        String wanted = target instanceof RestoreTarget.AtIndex at ? "index " + hex(at.index()) : "that state";
        return new TargetNotAvailableException(
                wanted + " is not in generation " + catalog.generation() + " of " + location
                        + ", which can be restored from index "
                        + hex(catalog.snapshots().get(0).index()) + " to index " + hex(catalog.maxIndex()),
                location);
    }

    /** The WAL from the snapshot's index to {@code last}, or to the first hole. */
    private Links linksFrom(SnapshotInfo snapshot, long last) {
        List<WalIndex> indexes = new ArrayList<>();
        List<WalSegmentInfo> current = new ArrayList<>();
        long expected = snapshot.index();
        for (WalSegmentInfo segment : catalog.segments()) {
            if (segment.index() < snapshot.index() || segment.index() > last) {
                continue;
            }
            if (!current.isEmpty() && current.get(0).index() != segment.index()) {
                indexes.add(cutOff(expected++, current));
                current = new ArrayList<>();
            }
            if (current.isEmpty()) {
                Optional<Damage> hole = holeBefore(segment, expected);
                if (hole.isPresent()) {
                    return new Links(snapshot, indexes, hole);
                }
            }
            if (isBeyondBounds(segment)) {
                if (!current.isEmpty()) {
                    indexes.add(cutOff(expected, current));
                }
                return new Links(snapshot, indexes, bounds.leftOut().stream().findFirst());
            }
            current.add(segment);
        }
        if (!current.isEmpty()) {
            indexes.add(cutOff(expected++, current));
        }
        // A later index without this one is a hole, even where the later one is not wanted.
        boolean snapshotOnly = indexes.isEmpty() && last == snapshot.index() && !hasWalAfter(last);
        return new Links(
                snapshot,
                indexes,
                expected <= last && !snapshotOnly
                        ? Optional.of(missing(expected, "the end of the WAL"))
                        : Optional.empty());
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

    private WalIndex cutOff(long index, List<WalSegmentInfo> segments) {
        return bounds.before()
                .filter(before -> before.index() == index)
                .map(before -> new WalIndex(index, segments, before.offset(), false))
                .orElseGet(() -> whole(index, segments));
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
