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

    /** SQLite's own bound, a little below 2<sup>32</sup>. */
    private static final long MAX_PAGES = 0xfffffffeL;

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

    /**
     * How many pages the snapshot holds, once all of it has been seen.
     *
     * @param total how many bytes that were
     * @param pageSize as the header gives it; anything where it is not whole
     * @throws DamagedReplicaException if it is no whole number of pages, or more than a database can have
     */
    long pages(long total, int pageSize) throws DamagedReplicaException {
        if (!isWhole()) {
            throw new DamagedReplicaException(Damage.of(key, "snapshot ends inside the database's header")
                    .expecting("at least one page", total + " bytes"));
        }
        if (total % pageSize != 0) {
            throw new DamagedReplicaException(Damage.at(key, total, "snapshot ends inside a page")
                    .expecting("a multiple of " + pageSize + " bytes", total));
        }
        if (total / pageSize > MAX_PAGES) {
            throw new DamagedReplicaException(Damage.of(key, "snapshot holds more pages than a database can have")
                    .expecting("at most " + MAX_PAGES, total / pageSize));
        }
        return total / pageSize;
    }

    private String quoted() {
        StringBuilder text = new StringBuilder("\"");
        for (int i = 0; i < MAGIC.length - 1; i++) {
            text.append(bytes[i] >= ' ' && bytes[i] < 127 ? (char) bytes[i] : '?');
        }
        return text.append('"').toString();
    }
}
