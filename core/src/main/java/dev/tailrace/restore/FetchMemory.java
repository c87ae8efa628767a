// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The memory for what is read ahead, in equal chunks outside of the heap, which belongs to those who decode. Chunks are made
 * when they are first needed. Not for use by several threads.
 */
final class FetchMemory {

    static final int CHUNK = 64 << 10;

    private final Deque<ByteBuffer> free = new ArrayDeque<>();
    private int unmade;

    FetchMemory(int bytes) {
        unmade = bytes / CHUNK;
    }

    /** Chunks for so many bytes, all of them or none. */
    Optional<List<ByteBuffer>> take(long bytes) {
        int count = (int) Math.min(Integer.MAX_VALUE, (bytes + CHUNK - 1) / CHUNK);
        if (count > free.size() + unmade) {
            return Optional.empty();
        }
        while (free.size() < count) {
            try {
                free.push(ByteBuffer.allocateDirect(CHUNK));
                unmade--;
            } catch (OutOfMemoryError e) {
                // Others of this process have what is left; nothing needs to be read ahead.
                unmade = 0;
                return Optional.empty();
            }
        }
        List<ByteBuffer> chunks = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            chunks.add(free.pop().clear());
        }
        return Optional.of(chunks);
    }

    void giveBack(List<ByteBuffer> chunks) {
        chunks.forEach(free::push);
    }
}
