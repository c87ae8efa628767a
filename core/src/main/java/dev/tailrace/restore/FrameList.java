// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import java.util.Arrays;

/** The page numbers of a WAL index's frames in their order, and where its last commit is. For one thread at a time. */
final class FrameList {

    private int[] pages = new int[1024];
    private int size;
    private int committed;
    private long commitSize;

    void clear() {
        size = 0;
        committed = 0;
        commitSize = 0;
    }

    /**
     * Adds the next frame.
     *
     * @param page unsigned
     * @param sizeAfterCommit unsigned, in pages; 0 if the frame commits nothing
     */
    void add(int page, int sizeAfterCommit) {
        if (size == pages.length) {
            pages = Arrays.copyOf(pages, Math.multiplyExact(size, 2));
        }
        pages[size++] = page;
        if (sizeAfterCommit != 0) {
            committed = size;
            commitSize = Integer.toUnsignedLong(sizeAfterCommit);
        }
    }

    int size() {
        return size;
    }

    /** How many frames belong to whole transactions: all up to the last commit. */
    int committed() {
        return committed;
    }

    /** The database's size in pages after the last commit; 0 if there is none. */
    long commitSize() {
        return commitSize;
    }

    long page(int frame) {
        return Integer.toUnsignedLong(pages[frame]);
    }
}
