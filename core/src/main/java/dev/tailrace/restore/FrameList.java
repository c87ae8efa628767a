// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import java.util.Arrays;
import java.util.BitSet;

/** The page numbers of a WAL index's frames in their order, and where its last commit is. For one thread at a time. */
final class FrameList {

    private int[] pages = new int[1024];
    private int size;
    private int committed;
    private long commitSize;
    /** Which frames commit, and the sizes that they leave, in their order. */
    private final BitSet commits = new BitSet();

    private int[] commitSizes = new int[64];
    private int commitCount;

    void clear() {
        size = 0;
        committed = 0;
        commitSize = 0;
        commits.clear();
        commitCount = 0;
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
            if (commitCount == commitSizes.length) {
                commitSizes = Arrays.copyOf(commitSizes, Math.multiplyExact(commitCount, 2));
            }
            commitSizes[commitCount++] = sizeAfterCommit;
            commits.set(size - 1);
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

    /** Whether a frame commits. */
    boolean commits(int frame) {
        return commits.get(frame);
    }

    /** How many frames end with the last commit among the first {@code frames}; 0 if none of them commits. */
    int commitAtOrBefore(int frames) {
        return frames == 0 ? 0 : commits.previousSetBit(frames - 1) + 1;
    }

    /** How many frames end with the first commit after the first {@code frames}; 0 if none follows. */
    int commitAfter(int frames) {
        return commits.nextSetBit(frames) + 1;
    }

    /**
     * The database's size in pages after a commit.
     *
     * @param number which commit, from 0
     */
    long sizeAfterCommit(int number) {
        return Integer.toUnsignedLong(commitSizes[number]);
    }

    /** The largest size in pages that any commit leaves; 0 if there is none. */
    long largestCommitSize() {
        long largest = 0;
        for (int commit = 0; commit < commitCount; commit++) {
            largest = Math.max(largest, sizeAfterCommit(commit));
        }
        return largest;
    }

    /** How many of the first {@code frames} commit. */
    int commitsAmong(int frames) {
        return commits.get(0, frames).cardinality();
    }
}
