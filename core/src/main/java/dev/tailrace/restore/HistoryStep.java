// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.error.Damage;
import dev.tailrace.replica.SnapshotInfo;
import java.util.Optional;

/**
 * One step of a generation's history.
 *
 * @param index which WAL index it is
 * @param wal its WAL; empty if there is none, or its beginning is missing
 * @param snapshot the snapshot that this WAL goes on from
 * @param hole what the names show to be missing here
 * @param open whether what is missing may still be uploaded, since no WAL follows on it
 */
record HistoryStep(
        long index, Optional<WalIndex> wal, Optional<SnapshotInfo> snapshot, Optional<Damage> hole, boolean open) {

    /** The same without its snapshot. */
    HistoryStep withoutSnapshot() {
        return new HistoryStep(index, wal, Optional.empty(), hole, open);
    }
}
