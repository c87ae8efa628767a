// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.replica.GenerationCatalog;
import dev.tailrace.replica.Position;
import dev.tailrace.restore.StepReading.SnapshotSize;
import dev.tailrace.wal.WalChecksum;
import dev.tailrace.wal.WalHeader;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Follows the history of a generation from what was read of it, step by step: which states can be restored, and what is
 * wrong. Whatever a strict restore of any of its points would refuse as damage is found here; since each state is made of
 * the one before, all of them are proved by going through the history once. For one thread at a time.
 */
final class HistoryProof {

    private static final long LOCK_BYTE = 0x40000000L;
    private static final long NONE = -1;
    /** A state that an earlier verification has proved. */
    private static final long TRUSTED = -2;

    private final GenerationCatalog catalog;
    private final String location;
    private final long storedBytes;
    private final FoundDamages found;
    private final Optional<Position> since;

    /** The state's size in pages; all of them have come from somewhere. */
    private long pages;

    private int pageSize;
    private @Nullable WalIndex previous;
    private @Nullable WalHeader previousHeader;
    private boolean previousProved;
    private final Map<Long, WalIndex> bySalts = new HashMap<>();
    private int unprovedJoins;
    private long transactions;

    private @Nullable Position certain;
    private @Nullable Position certainBeforePrevious;

    /**
     * A proof that has not begun.
     *
     * @param location of the replica
     * @param storedBytes of the whole generation: they bound the size of its database
     * @param found takes what is wrong
     * @param since where to begin, if all up to there was proved before
     */
    HistoryProof(
            GenerationCatalog catalog,
            String location,
            long storedBytes,
            FoundDamages found,
            Optional<Position> since) {
        this.catalog = catalog;
        this.location = location;
        this.storedBytes = storedBytes;
        this.found = found;
        this.since = since;
        pages = since.isPresent() ? TRUSTED : NONE;
        certain = since.orElse(null);
    }

    /**
     * Takes the next step.
     *
     * @throws TargetNotAvailableException if no transaction ends where it was to begin
     */
    void take(HistoryStep step, StepReading reading) throws TargetNotAvailableException {
        Position atBegin = certain;
        step.hole().ifPresent(hole -> {
            report(hole, step.open());
            lose();
        });
        reading.snapshotDamage().ifPresent(damage -> report(damage, false));
        Optional<SnapshotSize> snapshot = step.hole().isEmpty() ? reading.snapshot() : Optional.empty();
        if (step.wal().isEmpty()) {
            snapshot.ifPresent(size -> begin(step, size));
            return;
        }
        WalIndex wal = step.wal().get();
        if (reading.header().isPresent()) {
            WalHeader header = reading.header().get();
            if (!joins(wal, header)) {
                lose();
            }
            follow(step, wal, header, reading, snapshot);
        } else {
            previous = null;
            lose();
        }
        reading.walDamage().ifPresent(damage -> {
            report(damage, false);
            lose();
        });
        certainBeforePrevious = atBegin;
    }

    /** A snapshot that no WAL follows on. */
    private void begin(HistoryStep step, SnapshotSize size) {
        pages = size.pages();
        pageSize = size.pageSize();
        previous = null;
        settle(new Position(catalog.generation(), step.index(), 0));
    }

    /** Whether an index follows on the one before it, or has none before it. */
    private boolean joins(WalIndex wal, WalHeader header) {
        WalIndex before = previous;
        WalHeader headerBefore = previousHeader;
        previous = wal;
        previousHeader = header;
        WalIndex twin = bySalts.putIfAbsent(WalChecksum.of(header.salt1(), header.salt2()), wal);
        boolean proved = false;
        boolean follows = true;
        try {
            if (twin != null) {
                throw WalJoins.copy(wal, twin);
            }
            if (before != null && headerBefore != null && before.index() + 1 == wal.index()) {
                proved = WalJoins.isProved(catalog.layout(), before, headerBefore, wal, header);
                unprovedJoins += proved ? 0 : 1;
            }
        } catch (DamagedReplicaException e) {
            follows = false;
            if (!previousProved && pages != NONE) {
                // Nothing has shown yet that the one before is not the foreign one of the two.
                certain = certainBeforePrevious;
            }
            report(e.damage(), false);
        }
        previousProved = proved;
        return follows;
    }

    private void follow(
            HistoryStep step, WalIndex wal, WalHeader header, StepReading reading, Optional<SnapshotSize> snapshot)
            throws TargetNotAvailableException {
        FrameList frames = reading.frames();
        boolean whole = reading.walDamage().isEmpty();
        transactions += frames.commitsAmong(frames.committed());
        Optional<Damage> impossible = unattainable(wal, header, frames);
        if (impossible.isPresent()) {
            report(impossible.get(), false);
            lose();
            return;
        }
        if (pages != NONE && pages != TRUSTED && header.pageSize() != pageSize) {
            report(
                    Damage.at(firstKey(wal), 8, "page size differs from that of the WAL index before")
                            .expecting(pageSize, header.pageSize()),
                    false);
            lose();
        }
        boolean continued = pages != NONE && continues(wal, header, frames);
        boolean begun = whole && snapshot.isPresent() && goesOn(step, header, frames, snapshot.get());
        if (!continued && !begun) {
            lose();
            return;
        }
        pageSize = header.pageSize();
        if (frames.committed() > 0) {
            pages = frames.commitSize();
            if (!continued) {
                settle(position(wal, header, frames.committed()));
            }
        } else if (begun) {
            pages = snapshot.orElseThrow().pages();
            if (!continued) {
                settle(new Position(catalog.generation(), step.index(), 0));
            }
        }
        checkSince(wal, header, frames, whole);
    }

    /** Whether the state before leads to that of each transaction; these are certain then, up to where it does not. */
    private boolean continues(WalIndex wal, WalHeader header, FrameList frames) {
        long size = pages;
        Coverage coverage = new Coverage(size == TRUSTED ? Long.MAX_VALUE - 1 : size, header.pageSize());
        long largest = frames.largestCommitSize();
        int commit = 0;
        for (int frame = 0; frame < frames.committed(); frame++) {
            coverage.add(frames.page(frame), largest);
            if (!frames.commits(frame)) {
                continue;
            }
            long missing = coverage.firstMissing(frames.sizeAfterCommit(commit++));
            if (missing > 0) {
                report(
                        Damage.of(
                                        firstKey(wal),
                                        "page " + missing
                                                + " of the database is neither in this WAL index up to offset "
                                                + position(wal, header, frame + 1)
                                                        .offset()
                                                + " nor in the state before it, so WAL before it is missing")
                                .expecting("no more than " + size + " pages", frames.sizeAfterCommit(commit - 1)),
                        false);
                return false;
            }
            settle(position(wal, header, frame + 1));
        }
        return true;
    }

    /** Whether the snapshot leads to the state at the end of its own index. */
    private boolean goesOn(HistoryStep step, WalHeader header, FrameList frames, SnapshotSize snapshot) {
        String key = step.snapshot().orElseThrow().object().key();
        if (snapshot.pageSize() != header.pageSize()) {
            report(
                    Damage.at(key, 16, "page size of the snapshot differs from that of the WAL")
                            .expecting(header.pageSize(), snapshot.pageSize()),
                    false);
            return false;
        }
        Coverage coverage = new Coverage(snapshot.pages(), header.pageSize());
        for (int frame = 0; frame < frames.committed(); frame++) {
            coverage.add(frames.page(frame), frames.commitSize());
        }
        long missing = coverage.firstMissing(frames.commitSize());
        if (missing > 0) {
            report(
                    Damage.of(
                                    key,
                                    "page " + missing
                                            + " of the database is neither in the snapshot nor in the WAL of its index")
                            .expecting(frames.commitSize() + " pages", snapshot.pages() + " in the snapshot"),
                    false);
        }
        return missing == 0;
    }

    /** Every page comes from somewhere, so that all stored bytes bound the size. */
    private Optional<Damage> unattainable(WalIndex wal, WalHeader header, FrameList frames) {
        long attainable = storedBytes * DatabaseAssembly.MAX_EXPANSION / header.pageSize() + 1;
        return frames.largestCommitSize() <= attainable
                ? Optional.empty()
                : Optional.of(Damage.of(firstKey(wal), "a commit leaves more pages than the whole replica can hold")
                        .expecting("at most " + attainable, frames.largestCommitSize()));
    }

    /** What has been there once is there no more if the WAL now ends before it. */
    private void checkSince(WalIndex wal, WalHeader header, FrameList frames, boolean whole)
            throws TargetNotAvailableException {
        if (since.isEmpty() || since.get().index() != wal.index() || since.get().offset() == 0 || !whole) {
            return;
        }
        long offset = since.get().offset();
        long end = position(wal, header, frames.committed()).offset();
        if (offset > end) {
            report(endsBefore(since.get(), wal.lastSegment().object().key(), end), false);
        } else if (offset <= WalHeader.SIZE
                || (offset - WalHeader.SIZE) % header.frameSize() != 0
                || !frames.commits((int) ((offset - WalHeader.SIZE) / header.frameSize()) - 1)) {
            throw new TargetNotAvailableException(
                    "no transaction ends at " + since.get() + ", so nothing can have been verified up to there; take"
                            + " the position that an earlier verification gave as the latest",
                    location);
        }
    }

    /** The damage that a replica ends before what was there once. */
    static Damage endsBefore(Position since, String key, Object end) {
        return Damage.of(key, "the WAL ends before " + since + ", up to which it was verified before")
                .expecting("offset " + since.offset() + " of index " + since.index(), end);
    }

    private Position position(WalIndex wal, WalHeader header, int frames) {
        return new Position(catalog.generation(), wal.index(), WalHeader.SIZE + (long) frames * header.frameSize());
    }

    private static String firstKey(WalIndex wal) {
        return wal.segments().get(0).object().key();
    }

    private void report(Damage damage, boolean open) {
        found.add(catalog.generation(), damage, Optional.ofNullable(certain), open);
    }

    private void settle(Position position) {
        certain = position;
        found.settle(position);
    }

    private void lose() {
        pages = NONE;
    }

    /** Whether the next step follows on a state. */
    boolean hasState() {
        return pages != NONE;
    }

    int unprovedJoins() {
        return unprovedJoins;
    }

    long transactions() {
        return transactions;
    }

    /** The newest state that was proved. */
    Optional<Position> latest() {
        return Optional.ofNullable(certain);
    }

    /** When the object was made that holds the newest state. */
    Optional<Instant> latestAt() {
        return latest().flatMap(latest -> GenerationHistory.timeOf(catalog, latest));
    }

    /** Which pages have come from somewhere: all up to a size, and those added. */
    private static final class Coverage {

        private final long size;
        private final long lockPage;
        private @Nullable WrittenPages beyond;
        private long next;

        Coverage(long size, int pageSize) {
            this.size = size;
            lockPage = LOCK_BYTE / pageSize + 1;
            next = size + 1;
        }

        /** @param largest what lies above it is never asked for */
        void add(long page, long largest) {
            if (page <= size || page > largest) {
                return;
            }
            WrittenPages written = beyond;
            if (written == null) {
                written = new WrittenPages();
                beyond = written;
            }
            written.take(page);
        }

        /** The first page up to {@code to} that has come from nowhere; 0 if there is none. */
        long firstMissing(long to) {
            if (to <= size) {
                return 0;
            }
            WrittenPages written = beyond;
            if (written != null) {
                next = written.nextFree(next);
            }
            if (next == lockPage) {
                next = written != null ? written.nextFree(lockPage + 1) : lockPage + 1;
            }
            return next <= to ? next : 0;
        }
    }
}
