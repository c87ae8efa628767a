// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.ObjectChangedException;
import dev.tailrace.error.ObjectMissingException;
import dev.tailrace.error.UnsupportedReplicaException;
import dev.tailrace.replica.GenerationCatalog;
import dev.tailrace.replica.ReplicaLayout;
import dev.tailrace.replica.WalSegmentInfo;
import dev.tailrace.wal.WalHeader;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Whether the last WAL index that a salvage keeps belongs where it stands. Of two indexes whose salts do not fit, either may
 * be the one that is foreign; the others near them tell, also those that are not part of the plan: SQLite adds one to salt-1
 * with each index, so any of them shows by its distance what the salt must be.
 */
final class WalNeighbours {

    /** How far to look on either side. Each index costs a request. */
    private static final int REACH = 3;

    private final GenerationCatalog catalog;
    private final WalIndexDecoder decoder;

    WalNeighbours(GenerationCatalog catalog, WalIndexDecoder decoder) {
        this.catalog = catalog;
        this.decoder = decoder;
    }

    /**
     * What speaks against an index; empty if nothing does, or if any other index shows that it belongs there.
     *
     * @throws IOException if the store fails
     */
    Optional<Damage> doubt(WalIndex last) throws IOException {
        Optional<WalHeader> header = header(last);
        if (header.isEmpty()) {
            // Whoever reads the plan will say what is wrong with it.
            return Optional.empty();
        }
        Optional<Damage> doubt = Optional.empty();
        for (int distance = 1; distance <= REACH; distance++) {
            for (int step : new int[] {-distance, distance}) {
                Optional<WalHeader> other = header(last.index() + step);
                if (other.isEmpty()) {
                    continue;
                }
                int expected = other.get().salt1() - step;
                if (expected == header.get().salt1()) {
                    return Optional.empty();
                }
                if (doubt.isEmpty() && contradict(header.get(), other.get(), step)) {
                    doubt = Optional.of(doubt(last, header.get(), last.index() + step, expected));
                }
            }
        }
        return doubt;
    }

    /** Whether two indexes cannot both belong where they stand. */
    private boolean contradict(WalHeader header, WalHeader other, int step) {
        if (header.salt1() == other.salt1() || catalog.layout() != ReplicaLayout.V03_FLAT) {
            return true;
        }
        // In this layout the WAL file may have been made anew between the two, and so have new salts by right.
        WalHeader newer = step > 0 ? other : header;
        return Integer.compareUnsigned(newer.sequence(), Math.abs(step)) >= 0;
    }

    private static Damage doubt(WalIndex last, WalHeader header, long other, int expected) {
        return Damage.at(
                        last.segments().get(0).object().key(),
                        WalHeader.SALT_OFFSET,
                        "WAL index " + last.index() + " does not fit index " + other
                                + ", and no index near them shows that it is the one which belongs here")
                .expecting("salt-1 " + WalJoins.salt(expected), WalJoins.salt(header.salt1()));
    }

    private Optional<WalHeader> header(long index) throws IOException {
        List<WalSegmentInfo> segments = catalog.segments().stream()
                .filter(segment -> segment.index() == index)
                .toList();
        return segments.isEmpty() || segments.get(0).offset() != 0
                ? Optional.empty()
                : header(new WalIndex(index, segments));
    }

    /** Empty if it cannot be read: then it speaks neither for nor against another. */
    private Optional<WalHeader> header(WalIndex wal) throws IOException {
        try {
            return Optional.of(decoder.header(wal));
        } catch (DamagedReplicaException
                | ObjectMissingException
                | ObjectChangedException
                | UnsupportedReplicaException unreadable) {
            return Optional.empty();
        }
    }
}
