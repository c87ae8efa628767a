// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.error.Damage;
import dev.tailrace.replica.SnapshotInfo;
import dev.tailrace.restore.StepReading.SnapshotSize;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Compares each snapshot with what the WAL has made of the one before. A snapshot is a copy of the database file, into which
 * a checkpoint may have put pages of its own WAL index already: so each page of it must be as the WAL before left it, or as
 * some committed frame of that index has it. Keeps a hash of each page. For one thread at a time.
 */
final class PageHistory {

    private static final long LOCK_BYTE = 0x40000000L;
    private static final int PIECE = 1 << 16;

    private long[] @Nullable [] pieces = new long[16][];
    /** In pages; -1 while no state is known. */
    private long size = -1;

    // Of the snapshot that is being compared.
    private FrameList frames = new FrameList();
    private FrameHashes hashes = new FrameHashes();
    private long @Nullable [] committed;
    private long differing;
    private long firstDiffering;
    private long zeros;

    /** Knows no state any more. */
    void forget() {
        size = -1;
    }

    /**
     * Begins with a snapshot.
     *
     * @param ownFrames of the WAL index of the snapshot, as far as they are known; none of them is applied yet
     */
    PageSink compare(FrameList ownFrames, FrameHashes ownHashes) {
        frames = ownFrames;
        hashes = ownHashes;
        committed = null;
        differing = 0;
        firstDiffering = 0;
        zeros = 0;
        return this::page;
    }

    private void page(long page, byte[] bytes, int offset, int length) {
        long hash = PageHash.of(bytes, offset, length);
        boolean isLockPage = page == LOCK_BYTE / length + 1;
        if (size >= 0 && !isLockPage && !isAsBefore(page, hash) && !isOfOwnIndex(page, hash, length)) {
            differing++;
            firstDiffering = firstDiffering == 0 ? page : firstDiffering;
        }
        set(page, hash);
    }

    private boolean isAsBefore(long page, long hash) {
        return page <= size && get(page) == hash;
    }

    private boolean isOfOwnIndex(long page, long hash, int length) {
        long[] own = committed;
        if (own == null) {
            own = new long[frames.committed()];
            for (int frame = 0; frame < own.length; frame++) {
                own[frame] = PageHash.at(frames.page(frame), hashes.get(frame));
            }
            Arrays.sort(own);
            committed = own;
        }
        if (Arrays.binarySearch(own, PageHash.at(page, hash)) >= 0) {
            return true;
        }
        if (zeros == 0) {
            zeros = PageHash.ofZeros(length);
        }
        // A checkpoint may make the file longer before it writes there.
        return page > size && hash == zeros && frames.largestCommitSize() >= page;
    }

    /**
     * What is wrong with the snapshot that was compared.
     *
     * @param snapshotSize of all of it; from here on it is the state that the WAL goes on from
     */
    Optional<Damage> end(SnapshotInfo snapshot, SnapshotSize snapshotSize) {
        long before = size;
        size = snapshotSize.pages();
        String key = snapshot.object().key();
        String unlike = "neither as the WAL before leaves it nor as any transaction of WAL index "
                + String.format("%08x", snapshot.index());
        if (differing > 0) {
            return Optional.of(Damage.of(key, "page " + firstDiffering + " of the snapshot is " + unlike)
                    .expecting("no such page", differing + (differing == 1 ? " page" : " pages")));
        }
        if (before > size && !isSizeOfOwnIndex(size)) {
            return Optional.of(
                    Damage.of(key, "size of the snapshot is " + unlike).expecting(before + " pages", size + " pages"));
        }
        return Optional.empty();
    }

    private boolean isSizeOfOwnIndex(long pages) {
        int commits = frames.commitsAmong(frames.committed());
        for (int commit = 0; commit < commits; commit++) {
            if (frames.sizeAfterCommit(commit) <= pages) {
                return true;
            }
        }
        return false;
    }

    /** Applies the committed frames of an index. */
    void apply(FrameList all, FrameHashes allHashes) {
        if (size < 0 || all.committed() == 0) {
            return;
        }
        for (int frame = 0; frame < all.committed(); frame++) {
            if (all.page(frame) <= all.commitSize()) {
                set(all.page(frame), allHashes.get(frame));
            }
        }
        size = all.commitSize();
    }

    private long get(long page) {
        int number = (int) (page / PIECE);
        long[] piece = number < pieces.length ? pieces[number] : null;
        return piece == null ? 0 : piece[(int) (page % PIECE)];
    }

    private void set(long page, long hash) {
        int number = (int) (page / PIECE);
        if (number >= pieces.length) {
            pieces = Arrays.copyOf(pieces, Math.max(number + 1, 2 * pieces.length));
        }
        long[] piece = pieces[number];
        if (piece == null) {
            piece = new long[PIECE];
            pieces[number] = piece;
        }
        piece[(int) (page % PIECE)] = hash;
    }
}
