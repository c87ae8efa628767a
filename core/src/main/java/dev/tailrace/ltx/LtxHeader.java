// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.ltx;

import static java.util.Objects.requireNonNull;

import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * The first 100 bytes of an LTX file. All fields are stored big-endian; the last 20 bytes are reserved, and neither read nor
 * checked.
 *
 * @param tracksChecksums whether the writer keeps a checksum of the whole database. Litestream does not; then the pre-apply
 *     and post-apply checksums are 0
 * @param pageSize in bytes, a power of two from 512 to 65536
 * @param commit the database's size in pages after these transactions, from 0 to 2<sup>32</sup> - 1
 * @param minTxid the first transaction, from 1
 * @param maxTxid the last transaction, not less than {@code minTxid}
 * @param timestamp when the last transaction was replicated; kept to the millisecond
 * @param preApplyChecksum of the database before these transactions, where checksums are kept; 0 for snapshots
 * @param wal where the pages come from
 * @param nodeId which node wrote the file; 0 where that is not said
 */
public record LtxHeader(
        boolean tracksChecksums,
        int pageSize,
        long commit,
        long minTxid,
        long maxTxid,
        Instant timestamp,
        long preApplyChecksum,
        LtxWalRange wal,
        long nodeId) {

    /** In bytes. */
    public static final int SIZE = 100;

    static final int MAGIC = 0x4c545831;

    /** Where the first and the last transaction are stored. */
    static final int TXIDS_OFFSET = 16;

    static final int NO_CHECKSUMS = 1 << 1;

    /** Where SQLite locks a database file: the page that holds this byte is never used. */
    private static final int LOCK_BYTE = 0x40000000;

    /**
     * A header that can be written.
     *
     * @throws IllegalArgumentException if a file with that header would be refused; the message says why
     */
    public LtxHeader {
        timestamp = timestamp.truncatedTo(ChronoUnit.MILLIS);
        requireNonNull(wal, "wal");
        if (commit < 0 || commit > 0xffffffffL) {
            throw new IllegalArgumentException("no commit size: " + commit);
        }
        byte[] bytes =
                encode(tracksChecksums, pageSize, commit, minTxid, maxTxid, timestamp, preApplyChecksum, wal, nodeId);
        Optional<Damage> broken = HeaderRules.firstBroken("LTX header", bytes);
        if (broken.isPresent()) {
            throw new IllegalArgumentException(broken.get().toString());
        }
    }

    /** What Litestream writes where it compacts files: no checksums of the database, no place in a WAL, no node. */
    public static LtxHeader of(int pageSize, long commit, long minTxid, long maxTxid, Instant timestamp) {
        return new LtxHeader(false, pageSize, commit, minTxid, maxTxid, timestamp, 0, LtxWalRange.NONE, 0);
    }

    /**
     * Reads a header and checks all that must hold of it. That nothing in it was altered is known at the end of the file.
     *
     * @param key the object, for messages
     * @param bytes at least {@link #SIZE}
     * @throws DamagedReplicaException if something does not hold
     */
    public static LtxHeader parse(String key, byte[] bytes) throws DamagedReplicaException {
        Optional<Damage> broken = HeaderRules.firstBroken(key, bytes);
        if (broken.isPresent()) {
            throw new DamagedReplicaException(broken.get());
        }
        ByteBuffer fields = ByteBuffer.wrap(bytes, Integer.BYTES, SIZE - Integer.BYTES);
        boolean tracksChecksums = (fields.getInt() & NO_CHECKSUMS) == 0;
        int pageSize = fields.getInt();
        long commit = Integer.toUnsignedLong(fields.getInt());
        long minTxid = fields.getLong();
        long maxTxid = fields.getLong();
        Instant timestamp = Instant.ofEpochMilli(fields.getLong());
        long preApplyChecksum = fields.getLong();
        LtxWalRange wal = new LtxWalRange(fields.getLong(), fields.getLong(), fields.getInt(), fields.getInt());
        return new LtxHeader(
                tracksChecksums,
                pageSize,
                commit,
                minTxid,
                maxTxid,
                timestamp,
                preApplyChecksum,
                wal,
                fields.getLong());
    }

    /** The header as it is stored. */
    public byte[] toBytes() {
        return encode(tracksChecksums, pageSize, commit, minTxid, maxTxid, timestamp, preApplyChecksum, wal, nodeId);
    }

    /** Whether the file holds the whole database: it does from the first transaction on. */
    public boolean isSnapshot() {
        return minTxid == 1;
    }

    /** The page that no file holds, because SQLite never uses it; databases of less than 1 GiB do not reach it. */
    public long lockPage() {
        return LOCK_BYTE / pageSize + 1L;
    }

    private static byte[] encode(
            boolean tracksChecksums,
            int pageSize,
            long commit,
            long minTxid,
            long maxTxid,
            Instant timestamp,
            long preApplyChecksum,
            LtxWalRange wal,
            long nodeId) {
        byte[] bytes = new byte[SIZE];
        ByteBuffer.wrap(bytes)
                .putInt(MAGIC)
                .putInt(tracksChecksums ? 0 : NO_CHECKSUMS)
                .putInt(pageSize)
                .putInt((int) commit)
                .putLong(minTxid)
                .putLong(maxTxid)
                .putLong(timestamp.toEpochMilli())
                .putLong(preApplyChecksum)
                .putLong(wal.offset())
                .putLong(wal.size())
                .putInt(wal.salt1())
                .putInt(wal.salt2())
                .putLong(nodeId);
        return bytes;
    }
}
