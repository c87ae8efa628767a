// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.wal.WalHeader;
import java.nio.charset.StandardCharsets;

/**
 * Gathers the first bytes of a snapshot, which may come in pieces, and reads the page size out of them (SQLite's file
 * format, section 1.3). Page count, change counter and bytes 18 and 19 are compared with nothing: they differ in healthy
 * snapshots.
 */
final class SnapshotHeader {

    private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.ISO_8859_1);
    private static final int SIZE = 100;

    private final String key;
    private final byte[] bytes = new byte[SIZE];
    private int length;

    SnapshotHeader(String key) {
        this.key = key;
    }

    /** Takes the next bytes of the snapshot; says whether the header has become whole by them. */
    boolean accept(byte[] source, int offset, int count) {
        if (length == SIZE) {
            return false;
        }
        int some = Math.min(count, SIZE - length);
        System.arraycopy(source, offset, bytes, length, some);
        length += some;
        return length == SIZE;
    }

    boolean isWhole() {
        return length == SIZE;
    }

    /** The page size that the header gives, once it is whole. */
    int pageSize() throws DamagedReplicaException {
        for (int i = 0; i < MAGIC.length; i++) {
            if (bytes[i] != MAGIC[i]) {
                throw new DamagedReplicaException(
                        Damage.at(key, i, "snapshot is no SQLite database").expecting("\"SQLite format 3\"", quoted()));
            }
        }
        int stored = ((bytes[16] & 0xff) << 8) | (bytes[17] & 0xff);
        int pageSize = stored == 1 ? 65536 : stored;
        if (!WalHeader.isPageSize(pageSize)) {
            throw new DamagedReplicaException(Damage.at(key, 16, "snapshot has no page size")
                    .expecting("a power of two from 512 to 65536", stored));
        }
        return pageSize;
    }

    private String quoted() {
        StringBuilder text = new StringBuilder("\"");
        for (int i = 0; i < MAGIC.length - 1; i++) {
            text.append(bytes[i] >= ' ' && bytes[i] < 127 ? (char) bytes[i] : '?');
        }
        return text.append('"').toString();
    }
}
