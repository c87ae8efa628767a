// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.replica.GenerationCatalog;
import dev.tailrace.replica.Position;
import dev.tailrace.replica.WalSegmentInfo;
import dev.tailrace.wal.WalHeader;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where the WAL that leads to a target ends.
 *
 * @param index the last WAL index of which something counts, or, if nothing does, that of the snapshot
 * @param offset where that index ends, in bytes of the uncompressed file: 0 if nothing of it counts, {@link Long#MAX_VALUE}
 *     if all of it does
 * @param next the first segment of which nothing counts; empty if there is none
 */
record WalEnd(long index, long offset, Optional<WalSegmentInfo> next) {

    /**
     * Finds the end for a snapshot to start from.
     *
     * @param first the snapshot's index
     * @throws TargetNotAvailableException if the times of the segments leave open which of them count
     */
    static WalEnd of(RestoreTarget target, GenerationCatalog catalog, long first, String location)
            throws TargetNotAvailableException {
        if (target instanceof RestoreTarget.AtIndex at) {
            return new WalEnd(at.index(), Long.MAX_VALUE, firstFrom(catalog, at.index() + 1, 0));
        }
        if (target instanceof RestoreTarget.AtPosition at) {
            Position position = at.position();
            return new WalEnd(
                    position.index(), position.offset(), firstFrom(catalog, position.index(), position.offset()));
        }
        if (target instanceof RestoreTarget.AtTimestamp at) {
            return at(at.timestamp(), catalog, first, location);
        }
        return new WalEnd(catalog.maxIndex(), Long.MAX_VALUE, Optional.empty());
    }

    /** Whether something of the last index is left out, as far as the names tell. */
    boolean cutsIndex() {
        return offset != Long.MAX_VALUE;
    }

    /** Whether a segment holds nothing that counts. */
    boolean isBefore(WalSegmentInfo segment) {
        // A header alone commits nothing.
        return segment.index() > index
                || (segment.index() == index && (segment.offset() >= offset || offset <= WalHeader.SIZE));
    }

    /** The first segment at or after a place. */
    static Optional<WalSegmentInfo> firstFrom(GenerationCatalog catalog, long index, long offset) {
        List<WalSegmentInfo> segments = catalog.segments();
        int from = 0;
        int to = segments.size();
        while (from < to) {
            int middle = (from + to) >>> 1;
            WalSegmentInfo segment = segments.get(middle);
            if (segment.index() < index || (segment.index() == index && segment.offset() < offset)) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from < segments.size() ? Optional.of(segments.get(from)) : Optional.empty();
    }

    private static WalEnd at(Instant timestamp, GenerationCatalog catalog, long first, String location)
            throws TargetNotAvailableException {
        WalSegmentInfo late = null;
        WalSegmentInfo inTimeAfterLate = null;
        for (WalSegmentInfo segment : catalog.segments()) {
            if (segment.index() < first) {
                continue;
            }
            if (segment.createdAt().isAfter(timestamp)) {
                late = late == null ? segment : late;
            } else if (late != null) {
                inTimeAfterLate = segment;
            }
        }
        if (late == null) {
            return new WalEnd(catalog.maxIndex(), Long.MAX_VALUE, Optional.empty());
        }
        if (inTimeAfterLate != null) {
            throw ambiguous(timestamp, late, inTimeAfterLate, location);
        }
        if (late.offset() > WalHeader.SIZE) {
            return new WalEnd(late.index(), late.offset(), Optional.of(late));
        }
        return late.index() == first
                ? new WalEnd(first, 0, Optional.of(late))
                : new WalEnd(late.index() - 1, Long.MAX_VALUE, Optional.of(late));
    }

    private static TargetNotAvailableException ambiguous(
            Instant timestamp, WalSegmentInfo late, WalSegmentInfo inTimeAfterLate, String location) {
        return new TargetNotAvailableException(
                "the times of " + location + " do not tell its state at " + timestamp + ": the segment at "
                        + late.position() + " is of " + late.createdAt() + ", but the segment at "
                        + inTimeAfterLate.position() + ", which follows on it, is of " + inTimeAfterLate.createdAt()
                        + "; choose a transaction by its position instead, up to " + late.position() + " or after "
                        + inTimeAfterLate.position(),
                location);
    }
}
