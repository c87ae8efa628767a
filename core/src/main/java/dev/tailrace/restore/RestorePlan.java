// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static java.util.Objects.requireNonNull;

import dev.tailrace.error.Damage;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.ReplicaLayout;
import dev.tailrace.replica.SnapshotInfo;
import java.time.Instant;
import java.util.List;

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
 */
public record RestorePlan(
        String location,
        ReplicaLayout layout,
        Generation generation,
        SnapshotInfo snapshot,
        List<WalIndex> walIndexes,
        RestoreTarget target,
        List<Damage> leftOut,
        List<String> warnings) {

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

    /** The newest WAL index; there must be one. */
    WalIndex lastIndex() {
        return walIndexes.get(walIndexes.size() - 1);
    }
}
