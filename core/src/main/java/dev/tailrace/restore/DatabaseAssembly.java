// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.replica.Position;
import dev.tailrace.wal.WalHeader;
import java.time.Instant;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Which image of each page makes the database. It is asked for the WAL indexes from the newest to the oldest, then for the
 * snapshot, and gives each page out once: to the newest that has it. For one thread at a time, in that order.
 */
final class DatabaseAssembly {

    private static final long LOCK_BYTE = 0x40000000L;

    /** What no LZ4 block decodes beyond: 255 bytes for each stored one. */
    static final long MAX_EXPANSION = 255;

    private final RestorePlan plan;
    private final WrittenPages written = new WrittenPages();
    private final WalJoins joins;

    private int pageSize;
    /** Of the restored database, in pages; -1 until it is known. */
    private long pageCount = -1;
    /** The smallest size that any newer index left the database with: older images above it had been cut off. */
    private long limit = Long.MAX_VALUE;

    private long framesApplied;
    private long framesDropped;
    private boolean missesTarget;
    private long missingPage;
    private @Nullable Position position;
    private @Nullable WalIndex newestCommitted;

    DatabaseAssembly(RestorePlan plan) {
        this.plan = plan;
        joins = new WalJoins(plan.layout());
    }

    /**
     * Chooses the frames of the next older index that are to be written.
     *
     * @throws DamagedReplicaException if it is not the one before the index chosen from last
     * @throws TargetNotAvailableException if no transaction ends where the target is
     */
    BitSet choose(WalIndex wal, WalHeader header, FrameList frames) throws TailraceException {
        joins.add(wal, header);
        checkEnd(wal, header, frames);
        if (pageSize != 0 && header.pageSize() != pageSize) {
            throw new DamagedReplicaException(Damage.at(
                            wal.segments().get(0).object().key(),
                            8,
                            "page size differs from that of the next WAL index")
                    .expecting(pageSize, header.pageSize()));
        }
        pageSize = header.pageSize();
        framesApplied += frames.committed();
        framesDropped += frames.size() - frames.committed();
        BitSet chosen = new BitSet();
        if (frames.committed() == 0) {
            return chosen;
        }
        if (pageCount < 0) {
            checkAttainable(wal, frames.commitSize());
            pageCount = frames.commitSize();
            newestCommitted = wal;
            position = new Position(
                    plan.generation(), wal.index(), WalHeader.SIZE + (long) frames.committed() * header.frameSize());
        }
        limit = Math.min(limit, frames.commitSize());
        for (int frame = frames.committed() - 1; frame >= 0; frame--) {
            long page = frames.page(frame);
            if (page <= limit && written.take(page)) {
                chosen.set(frame);
            }
        }
        return chosen;
    }

    /** What the target leaves must be there up to its end, and for a transaction end with it. */
    private void checkEnd(WalIndex wal, WalHeader header, FrameList frames) throws TailraceException {
        if (wal.end() == Long.MAX_VALUE || !plan.leftOut().isEmpty()) {
            return;
        }
        if (plan.target() instanceof RestoreTarget.AtPosition at
                && wal.end() == at.position().offset()
                && wal.index() == at.position().index()) {
            if (WalHeader.SIZE + (long) frames.committed() * header.frameSize() != wal.end()) {
                missesTarget = true;
                throw new TargetNotAvailableException("no transaction ends at " + at.position(), plan.location());
            }
            return;
        }
        long reached = WalHeader.SIZE + (long) frames.size() * header.frameSize();
        if (wal.end() - reached >= header.frameSize()) {
            throw new DamagedReplicaException(Damage.at(
                            wal.lastSegment().object().key(),
                            reached,
                            "WAL bytes are missing between this segment and the next of index " + wal.index())
                    .expecting("bytes up to offset " + wal.end(), "none from " + reached));
        }
    }

    /**
     * Every page must come from somewhere, so that all stored bytes bound the size. Without this, page numbers all over the
     * range would cost memory and disk before {@link #complete} finds what is missing.
     */
    private void checkAttainable(WalIndex wal, long pages) throws DamagedReplicaException {
        long attainable = plan.bytes() * MAX_EXPANSION / pageSize + 1;
        if (pages > attainable) {
            throw new DamagedReplicaException(Damage.of(
                            wal.lastSegment().object().key(),
                            "a commit leaves more pages than the whole replica can hold")
                    .expecting("at most " + attainable, pages));
        }
    }

    /** Takes the page size that the snapshot gives, where no WAL has given one. */
    void snapshotPageSize(int size) throws DamagedReplicaException {
        if (pageSize != 0 && size != pageSize) {
            throw new DamagedReplicaException(Damage.at(
                            plan.snapshot().object().key(),
                            16,
                            "page size of the snapshot differs from that of the WAL")
                    .expecting(pageSize, size));
        }
        pageSize = size;
    }

    /** Whether the snapshot's image of a page is the one to be written. */
    boolean wantsFromSnapshot(long page) {
        return page <= limit && !written.isTaken(page);
    }

    /**
     * Proves that every page has come from somewhere.
     *
     * @param snapshotPages how many pages the snapshot holds
     * @throws DamagedReplicaException if nobody had one
     */
    void complete(long snapshotPages) throws DamagedReplicaException {
        if (pageCount < 0) {
            pageCount = snapshotPages;
        }
        long covered = Math.min(snapshotPages, limit);
        long lockPage = LOCK_BYTE / pageSize + 1;
        long missing = written.nextFree(covered + 1);
        if (missing == lockPage) {
            missing = written.nextFree(lockPage + 1);
        }
        if (missing <= pageCount) {
            missingPage = missing;
            throw new DamagedReplicaException(Damage.of(
                            plan.snapshot().object().key(),
                            "page " + missing + " of the database is neither in the snapshot nor in any WAL frame")
                    .expecting(pageCount + " pages", snapshotPages + " in the snapshot"));
        }
    }

    /** Whether the WAL holds no transaction that ends where the target is. */
    boolean missesTarget() {
        return missesTarget;
    }

    /** The page that {@link #complete} has found to be missing; 0 if there is none. */
    long missingPage() {
        return missingPage;
    }

    int pageSize() {
        return pageSize;
    }

    /** Of the restored database, in pages; -1 until it is known. */
    long pageCount() {
        return pageCount;
    }

    int unprovedJoins() {
        return joins.unproved();
    }

    long framesApplied() {
        return framesApplied;
    }

    long framesDropped() {
        return framesDropped;
    }

    /** The state that is being restored. */
    Position position() {
        Position committed = position;
        return committed != null
                ? committed
                : new Position(plan.generation(), plan.snapshot().index(), 0);
    }

    /** When the newest object that counts was made. */
    Instant timestamp() {
        WalIndex wal = newestCommitted;
        if (wal == null) {
            return plan.snapshot().createdAt();
        }
        return wal.segments().stream()
                .filter(segment -> segment.offset() < position().offset())
                .reduce((earlier, later) -> later)
                .orElse(wal.segments().get(0))
                .createdAt();
    }
}
