// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static java.util.Objects.requireNonNull;

import dev.tailrace.replica.Position;
import dev.tailrace.replica.Txid;
import java.time.Instant;

/** Which state of the database is wanted. */
public sealed interface RestoreTarget {

    /** The newest state that the replica holds. */
    record Latest() implements RestoreTarget {}

    /**
     * The state at the end of a WAL index.
     *
     * @param index at least 0
     */
    record AtIndex(long index) implements RestoreTarget {
        public AtIndex {
            if (index < 0) {
                throw new IllegalArgumentException("target index required, found " + index);
            }
        }
    }

    /**
     * The state that the replica held at a moment.
     *
     * @param timestamp inclusive
     */
    record AtTimestamp(Instant timestamp) implements RestoreTarget {
        public AtTimestamp {
            requireNonNull(timestamp, "timestamp");
        }
    }

    /**
     * The state after one transaction.
     *
     * @param position the end of the frame that committed it, or offset 0 for the snapshot of that index
     */
    record AtPosition(Position position) implements RestoreTarget {
        public AtPosition {
            requireNonNull(position, "position");
        }
    }

    /**
     * The state after one transaction of a replica of Litestream 0.5.
     *
     * @param txid its number
     */
    record AtTxid(Txid txid) implements RestoreTarget {
        public AtTxid {
            requireNonNull(txid, "txid");
        }
    }

    /** The newest state. */
    static RestoreTarget latest() {
        return new Latest();
    }

    /** The state at the end of a WAL index, at least 0. */
    static RestoreTarget atIndex(long index) {
        return new AtIndex(index);
    }

    /**
     * The state that the replica held at a moment: all whole transactions of the segments created until then, including that
     * moment. After the newest data that is the newest state. Which generation counts, and when a moment names no state, is
     * told by {@link Restorer#plan()} and {@link LtxRestorer#plan()}.
     */
    static RestoreTarget atTimestamp(Instant timestamp) {
        return new AtTimestamp(timestamp);
    }

    /**
     * The state after one transaction, named by the end of the frame that committed it; or, by offset 0, the snapshot of that
     * index alone. The position names the generation as well.
     */
    static RestoreTarget atPosition(Position position) {
        return new AtPosition(position);
    }

    /** The state after one transaction of a replica of Litestream 0.5; {@link LtxRestorer} alone knows those. */
    static RestoreTarget atTxid(Txid txid) {
        return new AtTxid(txid);
    }
}
