// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static java.util.Objects.requireNonNull;

import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.ltx.LtxHeader;
import dev.tailrace.ltx.LtxTrailer;
import dev.tailrace.replica.LtxFileInfo;
import dev.tailrace.replica.LtxTree;
import dev.tailrace.replica.Txid;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which image of each page makes the database. It is told of the files from the newest to the oldest, and gives each page out
 * once: to the newest file that has it. What it is told is unproved until the last of its files is; only then its answers
 * count. For one thread at a time, but for {@link #proved}, which may be called by another.
 */
final class LtxAssembly {

    /** What no LZ4 block decodes beyond: 255 bytes for each stored one. */
    private static final long MAX_EXPANSION = 255;

    private static final int PAGE_SIZE_OFFSET = 8;
    private static final int COMMIT_OFFSET = 12;
    private static final int PRE_APPLY_OFFSET = 40;

    private final LtxRestorePlan plan;
    private final WrittenPages written = new WrittenPages();
    /** The header of the newest file; null before it is read. */
    private @Nullable LtxHeader newest;
    /** The smallest size that any newer file left the database with: older images above it had been cut off. */
    private long limit = Long.MAX_VALUE;

    /** The newest change that was replicated after the moment wanted, by a clock that was set back later; null for none. */
    private @Nullable LtxHeader afterMoment;

    private @Nullable LtxFileInfo provedFile;
    private @Nullable LtxHeader provedHeader;

    LtxAssembly(LtxRestorePlan plan) {
        this.plan = plan;
    }

    /**
     * Begins the next older file.
     *
     * @throws DamagedReplicaException if it does not belong to the newer ones
     */
    void begin(LtxFileInfo file, LtxHeader header) throws DamagedReplicaException {
        LtxHeader first = newest;
        if (first == null) {
            checkAttainable(file, header);
            newest = header;
        } else if (header.pageSize() != first.pageSize()) {
            throw new DamagedReplicaException(
                    Damage.at(file.key(), PAGE_SIZE_OFFSET, "page size differs from that of the newer LTX files")
                            .expecting(first.pageSize(), header.pageSize()));
        }
        limit = Math.min(limit, header.commit());
        // A snapshot has the time when it was taken, which may be long after its last transaction.
        if (afterMoment == null
                && file.level() != LtxTree.SNAPSHOT_LEVEL
                && plan.target() instanceof RestoreTarget.AtTimestamp at
                && header.timestamp().isAfter(at.timestamp())) {
            afterMoment = header;
        }
    }

    /** What the caller should know of the moment wanted when all files have been read. */
    Optional<String> warning() {
        return Optional.ofNullable(afterMoment)
                .map(later -> "transaction " + new Txid(later.maxTxid()) + " of " + later.timestamp()
                        + " lies before the state restored, that of transaction " + plan.txid() + " of "
                        + timestamp() + ": the clock was set back, and the moment may mean another state; ask for a"
                        + " transaction to choose");
    }

    /**
     * Every page must come from somewhere, so that all stored bytes bound the size. Without this, page numbers all over the
     * range would cost memory and disk before the file turns out to be no file of that kind.
     */
    private void checkAttainable(LtxFileInfo file, LtxHeader header) throws DamagedReplicaException {
        if (header.commit() == 0) {
            throw new DamagedReplicaException(
                    Damage.at(file.key(), COMMIT_OFFSET, "LTX file leaves a database without a page")
                            .expecting("1 or more", 0));
        }
        long attainable = (plan.bytes() / header.pageSize() + 1) * MAX_EXPANSION + 1;
        if (header.commit() > attainable) {
            throw new DamagedReplicaException(Damage.at(
                            file.key(),
                            COMMIT_OFFSET,
                            "LTX file leaves more pages than all files of the restore can hold")
                    .expecting("at most " + attainable, header.commit()));
        }
    }

    /** Whether the present file's image of a page is the one to be written; it is asked once for each. */
    boolean take(long page) {
        return page <= limit && written.take(page);
    }

    /**
     * Takes a file as proved by its own checksum, the newest first.
     *
     * @throws DamagedReplicaException if the database after it is not the one that the newer file was made from
     */
    void proved(LtxFileInfo file, LtxHeader header, LtxTrailer trailer) throws DamagedReplicaException {
        LtxFileInfo newerFile = provedFile;
        LtxHeader newer = provedHeader;
        provedFile = file;
        provedHeader = header;
        // Litestream keeps no checksums of the database; and where files overlap they speak of different states.
        if (newer != null
                && newerFile != null
                && newer.tracksChecksums()
                && header.tracksChecksums()
                && newer.minTxid() == header.maxTxid() + 1
                && newer.preApplyChecksum() != trailer.postApplyChecksum()) {
            throw new DamagedReplicaException(Damage.at(
                            newerFile.key(),
                            PRE_APPLY_OFFSET,
                            "LTX file was not made from the database that " + file.key() + " leaves")
                    .expecting(hex(trailer.postApplyChecksum()), hex(newer.preApplyChecksum())));
        }
    }

    /**
     * Proves that every page has come from somewhere, when all files are proved.
     *
     * @throws DamagedReplicaException if nobody had one
     */
    void complete() throws DamagedReplicaException {
        LtxHeader header = newest();
        long missing = written.nextFree(1);
        if (missing == header.lockPage()) {
            missing = written.nextFree(missing + 1);
        }
        if (missing <= header.commit()) {
            throw new DamagedReplicaException(Damage.of(
                            plan.newestFile().key(),
                            "page " + missing + " of the database is in no file that leads to it")
                    .expecting("pages 1 to " + header.commit(), "none of that number"));
        }
    }

    int pageSize() {
        return newest().pageSize();
    }

    /** Of the restored database, in pages. */
    long pageCount() {
        return newest().commit();
    }

    /** When the newest transaction was replicated. */
    Instant timestamp() {
        return newest().timestamp();
    }

    private LtxHeader newest() {
        return requireNonNull(newest, "no file has been read");
    }

    private static String hex(long checksum) {
        return String.format("%016x", checksum);
    }
}
