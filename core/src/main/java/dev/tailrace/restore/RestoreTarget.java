// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

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

    /** The newest state. */
    static RestoreTarget latest() {
        return new Latest();
    }

    /** The state at the end of a WAL index, at least 0. */
    static RestoreTarget atIndex(long index) {
        return new AtIndex(index);
    }
}
