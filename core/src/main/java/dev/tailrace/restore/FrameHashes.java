// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import java.util.Arrays;

/** The hash of each frame's page, in the order of the frames. For one thread at a time. */
final class FrameHashes {

    private long[] hashes = new long[1024];
    private int size;

    void clear() {
        size = 0;
    }

    void add(long hash) {
        if (size == hashes.length) {
            hashes = Arrays.copyOf(hashes, Math.multiplyExact(size, 2));
        }
        hashes[size++] = hash;
    }

    long get(int frame) {
        return hashes[frame];
    }
}
