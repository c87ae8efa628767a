// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A database as one array, to which WAL files are applied in order, transaction by transaction: the plainest thing that can
 * be right, to compare with. It trusts what it is given.
 */
final class PlainDatabase {

    private static final int WAL_HEADER = 32;
    private static final int FRAME_HEADER = 24;

    private byte[] bytes;

    PlainDatabase(byte[] snapshot) {
        bytes = snapshot.clone();
    }

    /** Is told of each state that a commit made. */
    interface Commits {

        /** @param end of the commit's frame, in bytes from the start of the WAL file */
        void committed(long end);
    }

    /** Applies all whole transactions that end at or before {@code end}. */
    void apply(byte[] wal, long end, Commits commits) {
        ByteBuffer words = ByteBuffer.wrap(wal);
        int pageSize = words.getInt(8);
        Map<Integer, Integer> open = new LinkedHashMap<>();
        for (int at = WAL_HEADER;
                at + FRAME_HEADER + pageSize <= Math.min(wal.length, end);
                at += FRAME_HEADER + pageSize) {
            open.put(words.getInt(at), at + FRAME_HEADER);
            int size = words.getInt(at + 4);
            if (size != 0) {
                bytes = Arrays.copyOf(bytes, size * pageSize);
                open.forEach((page, from) -> {
                    if (page <= size) {
                        System.arraycopy(wal, from, bytes, (page - 1) * pageSize, pageSize);
                    }
                });
                open.clear();
                commits.committed(at + FRAME_HEADER + pageSize);
            }
        }
    }

    void apply(byte[] wal) {
        apply(wal, Long.MAX_VALUE, end -> {});
    }

    byte[] bytes() {
        return bytes;
    }
}
