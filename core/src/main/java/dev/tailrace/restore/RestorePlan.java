// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static java.util.Objects.requireNonNull;

import dev.tailrace.error.Damage;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.Position;
import dev.tailrace.replica.ReplicaLayout;
import dev.tailrace.replica.SnapshotInfo;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a restore will read: chosen and checked for holes, but nothing of it read yet.
 *
 * @param location the replica, as a URL with its secrets masked
 * @param layout how the generation's objects are named
 * @param generation the chosen one
 * @param snapshot where it starts
 * @param walIndexes the WAL on top of it, ascending and without a hole; empty if the snapshot alone is the state wanted
 * @param target what was asked for
 * @param leftOut damage that the plan stops before or goes around; empty unless best effort was asked for
 * @param warnings what the caller should know of the choice, one line each
 * @param uncut the whole of the last WAL index, where the target cuts it: read to prove that a snapshot of that same index
 *     is not ahead of the WAL, and to name the transactions near a position that is none
 * @param next where the WAL goes on after the state, as far as the names tell
 * @param candidates the generations that were compared, by name
 */
public record RestorePlan(
        String location,
        ReplicaLayout layout,
        Generation generation,
        SnapshotInfo snapshot,
        List<WalIndex> walIndexes,
        RestoreTarget target,
        List<Damage> leftOut,
        List<String> warnings,
        Optional<WalIndex> uncut,
        Optional<Next> next,
        List<GenerationCandidate> candidates) {

    /**
     * What follows on a state.
     *
     * @param position where the next transaction begins, or, where only the segment is known, that segment
     * @param timestamp when the segment of it was created
     */
    public record Next(Position position, Instant timestamp) {
        public Next {
            requireNonNull(position, "position");
            requireNonNull(timestamp, "timestamp");
        }
    }

    /** How many digits an index has in the names of the one layout that pads them to so many. */
    private static final int WIDE_DIGITS = 16;

    public RestorePlan {
        requireNonNull(location, "location");
        requireNonNull(layout, "layout");
        requireNonNull(generation, "generation");
        requireNonNull(snapshot, "snapshot");
        requireNonNull(target, "target");
        walIndexes = List.copyOf(walIndexes);
        leftOut = List.copyOf(leftOut);
        warnings = List.copyOf(warnings);
        requireNonNull(uncut, "uncut");
        requireNonNull(next, "next");
        candidates = List.copyOf(candidates);
    }

    /** A plan that nothing is cut off from, and whose choice was not compared with others. */
    public RestorePlan(
            String location,
            ReplicaLayout layout,
            Generation generation,
            SnapshotInfo snapshot,
            List<WalIndex> walIndexes,
            RestoreTarget target,
            List<Damage> leftOut,
            List<String> warnings) {
        this(
                location,
                layout,
                generation,
                snapshot,
                walIndexes,
                target,
                leftOut,
                warnings,
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    /** A snapshot alone. Where there is no WAL the narrow layouts look alike, as they do in a listing. */
    static RestorePlan of(String location, SnapshotInfo snapshot) {
        String key = snapshot.object().key();
        boolean wide = key.substring(key.lastIndexOf('/') + 1).indexOf('.') == WIDE_DIGITS;
        return new RestorePlan(
                location,
                wide ? ReplicaLayout.V04_BETA : ReplicaLayout.V03_FLAT,
                snapshot.generation(),
                snapshot,
                List.of(),
                RestoreTarget.atIndex(snapshot.index()),
                List.of(),
                List.of());
    }

    /** How many objects will be read. */
    public int objects() {
        return 1 + walIndexes.stream().mapToInt(wal -> wal.segments().size()).sum();
    }

    /** How many stored bytes will be read, compressed. */
    public long bytes() {
        return snapshot.size() + walIndexes.stream().mapToLong(WalIndex::bytes).sum();
    }

    /** Where the plan ends, for people: the state restored is that of the last whole transaction before it. */
    public String end() {
        if (walIndexes.isEmpty()) {
            return "snapshot " + generation + "/" + String.format("%08x", snapshot.index());
        }
        WalIndex last = lastIndex();
        return "up to " + generation + "/" + String.format("%08x", last.index())
                + (last.end() == Long.MAX_VALUE ? "" : ":" + String.format("%08x", last.end()));
    }

    /** When the newest object of the plan was made. */
    public Instant timestamp() {
        return walIndexes.isEmpty()
                ? snapshot.createdAt()
                : lastIndex().lastSegment().createdAt();
    }

    /**
     * Whether nothing proves that the database is one whole state: a checkpoint may have put pages of transactions into the
     * snapshot that the plan does not reach, and left out others. So it is where there is no WAL of the snapshot's index, which
     * Litestream stores just after it, or where what is left of that ends early. {@link RestoreOptions#check()} can ask SQLite.
     */
    public boolean isSnapshotUnproved() {
        return isSnapshotUnproved(snapshot, walIndexes, uncut);
    }

    static boolean isSnapshotUnproved(SnapshotInfo snapshot, List<WalIndex> walIndexes, Optional<WalIndex> uncut) {
        if (uncut.isPresent() || walIndexes.isEmpty()) {
            return uncut.isEmpty();
        }
        WalIndex last = walIndexes.get(walIndexes.size() - 1);
        return last.index() == snapshot.index() && last.end() != Long.MAX_VALUE;
    }

    /** Whether the two read the same and stop at the same place. */
    boolean readsAs(RestorePlan other) {
        return snapshot.equals(other.snapshot)
                && walIndexes.equals(other.walIndexes)
                && leftOut.equals(other.leftOut)
                && uncut.equals(other.uncut);
    }

    /** The newest WAL index; there must be one. */
    WalIndex lastIndex() {
        return walIndexes.get(walIndexes.size() - 1);
    }
}
