// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.replica.Position;
import dev.tailrace.replica.WalSegmentInfo;
import dev.tailrace.wal.WalHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;

/**
 * What the WAL that a target cuts off tells of the state before the cut. A snapshot is a copy of the database file, into
 * which a checkpoint may have put pages of transactions whose WAL was stored later, or comes after the target: then the
 * state is a mixture of two. For one thread, after all pages are written.
 */
final class CutIndex {

    private final RestorePlan plan;
    private final WalIndex wal;
    private final DatabaseAssembly assembly;
    private final DatabaseOutput database;
    private final WalIndexDecoder decoder;

    CutIndex(
            RestorePlan plan,
            WalIndex wal,
            DatabaseAssembly assembly,
            DatabaseOutput database,
            WalIndexDecoder decoder) {
        this.plan = plan;
        this.wal = wal;
        this.assembly = assembly;
        this.database = database;
        this.decoder = decoder;
    }

    /** Whether the snapshot is of the index that is cut, so that it may be ahead of what is left of it. */
    static Optional<WalIndex> ofSnapshot(RestorePlan plan) {
        return plan.uncut().filter(wal -> wal.index() == plan.snapshot().index());
    }

    /**
     * Looks for pages that only cut frames write, and that the snapshot has as one of these left them. Where all pages are
     * those of one later transaction, it is a whole state nevertheless, and no newer than the snapshot. A page that a later
     * transaction writes without a change cannot be told from one that is ahead.
     *
     * @throws TargetNotAvailableException if there is such a page; it names the nearest state that can be restored
     */
    void proveSnapshot() throws IOException {
        int frameSize = decoder.decode(wal).frameSize();
        FrameList frames = decoder.frames();
        int applied = applied(frameSize);
        WrittenPages known = new WrittenPages();
        for (int frame = 0; frame < applied; frame++) {
            known.take(frames.page(frame));
        }
        BitSet cut = new BitSet();
        for (int frame = applied; frame < frames.committed(); frame++) {
            cut.set(frame, frames.page(frame) <= assembly.pageCount());
        }
        BitSet equal = framesEqualToDatabase(cut);
        WrittenPages ahead = new WrittenPages();
        long proof = 0;
        for (int frame = equal.nextSetBit(0); frame >= 0; frame = equal.nextSetBit(frame + 1)) {
            // One page is enough: a checkpoint leaves out each that has been written again since the last it may copy.
            if (!known.isTaken(frames.page(frame)) && ahead.take(frames.page(frame))) {
                proof = frames.page(frame);
            }
        }
        if (proof == 0) {
            return;
        }
        int allWritten = allWritten(frames, applied, ahead);
        if (isExact() || !isLaterState(frames, applied, equal, allWritten)) {
            throw ahead(
                    "page " + proof + " in it is that of a later transaction",
                    frames.commitAfter(allWritten),
                    frameSize);
        }
    }

    /**
     * Explains why pages are missing: the file had been cut already when the snapshot was taken.
     *
     * @return the explanation; empty if the rest of the index does not explain it
     */
    Optional<TargetNotAvailableException> shorterSnapshot(long missingPage) throws IOException {
        int frameSize = decoder.decode(wal).frameSize();
        FrameList frames = decoder.frames();
        int applied = assembly.framesApplied() > 0 ? applied(frameSize) : 0;
        int commit = frames.commitsAmong(applied);
        for (int end = frames.commitAfter(applied); end > 0; end = frames.commitAfter(end)) {
            if (frames.sizeAfterCommit(commit++) < missingPage) {
                return Optional.of(ahead(
                        "page " + missingPage + " is not in it, which a later transaction gave back", end, frameSize));
            }
        }
        return Optional.empty();
    }

    /** Names the transactions before and after a position that is the end of none. */
    TargetNotAvailableException nearest(Position position) throws IOException {
        int frameSize = decoder.decode(wal).frameSize();
        FrameList frames = decoder.frames();
        long whole = Math.min(frames.size(), (position.offset() - WalHeader.SIZE) / frameSize);
        int before = frames.commitAtOrBefore((int) whole);
        int after = frames.commitAfter((int) whole);
        String text = "no transaction ends at " + position + " in " + plan.location() + "; ";
        if (before > 0 && after > 0) {
            text += "the nearest end at " + position(before, frameSize) + " and " + position(after, frameSize);
        } else if (before > 0) {
            text += "the last one of that WAL index ends at " + position(before, frameSize);
        } else if (after > 0) {
            text += "the first one of that WAL index ends at " + position(after, frameSize);
        } else {
            text += "that WAL index holds no whole transaction";
        }
        return new TargetNotAvailableException(text, plan.location());
    }

    /** Where one transaction was asked for, not a moment or the snapshot, no other will do. */
    private boolean isExact() {
        return plan.target() instanceof RestoreTarget.AtPosition at
                && at.position().offset() > 0;
    }

    private int applied(int frameSize) {
        Position state = assembly.position();
        return state.index() != wal.index() || state.offset() == 0
                ? 0
                : Math.toIntExact((state.offset() - WalHeader.SIZE) / frameSize);
    }

    private BitSet framesEqualToDatabase(BitSet chosen) throws IOException {
        BitSet equal = new BitSet();
        byte[] found = new byte[assembly.pageSize()];
        decoder.write(wal, chosen, (frame, page, bytes, offset) -> {
            if (database.read(ByteBuffer.wrap(found), (page - 1) * found.length)
                    && Arrays.equals(found, 0, found.length, bytes, offset, offset + found.length)) {
                equal.set(frame);
            }
        });
        return equal;
    }

    /** The first frame at which each of these pages has been written once since the cut. */
    private static int allWritten(FrameList frames, int applied, WrittenPages pages) {
        WrittenPages seen = new WrittenPages();
        int last = applied;
        for (int frame = applied; frame < frames.committed(); frame++) {
            if (pages.isTaken(frames.page(frame)) && seen.take(frames.page(frame))) {
                last = frame;
            }
        }
        return last;
    }

    /**
     * Whether the database is as some later transaction left it.
     *
     * @param equal which cut frames hold what the database has for their page
     * @param from the first frame that this transaction may end with
     */
    private boolean isLaterState(FrameList frames, int applied, BitSet equal, int from) {
        WrittenPages differing = new WrittenPages();
        long differ = 0;
        int commit = frames.commitsAmong(applied);
        for (int frame = applied; frame < frames.committed(); frame++) {
            long page = frames.page(frame);
            if (page <= assembly.pageCount() && equal.get(frame)) {
                differ -= differing.giveBack(page) ? 1 : 0;
            } else if (page <= assembly.pageCount()) {
                differ += differing.take(page) ? 1 : 0;
            }
            if (frames.commits(frame)) {
                long size = frames.sizeAfterCommit(commit++);
                if (differ == 0 && frame >= from && size <= assembly.pageCount()) {
                    return true;
                }
            }
        }
        return false;
    }

    private TargetNotAvailableException ahead(String proof, int frames, int frameSize) {
        Position nearest = position(frames, frameSize);
        WalSegmentInfo segment = wal.segments().stream()
                .filter(each -> each.offset() < nearest.offset())
                .reduce((earlier, later) -> later)
                .orElse(wal.lastSegment());
        return new TargetNotAvailableException(
                "the snapshot of index " + String.format("%08x", wal.index()) + " in generation " + plan.generation()
                        + " of " + plan.location() + " is ahead of " + assembly.position() + ": " + proof
                        + ", and no older snapshot leads there; the nearest later state that can be restored is "
                        + nearest + ", of " + segment.createdAt(),
                plan.location());
    }

    private Position position(int frames, int frameSize) {
        return new Position(plan.generation(), wal.index(), WalHeader.SIZE + (long) frames * frameSize);
    }
}
