// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.error.EmptyReplicaException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.GenerationCatalog;
import dev.tailrace.replica.LtxReplicaClient;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.replica.SnapshotInfo;
import dev.tailrace.replica.Txid;
import dev.tailrace.replica.WalSegmentInfo;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which format the state that is wanted is in, where one place holds generations and LTX files: as after Litestream was
 * updated there.
 */
public final class FormatChoice {

    private FormatChoice() {}

    /**
     * Looks for LTX files that hold what is wanted. A transaction number is theirs; a generation, an index, or a position is not.
     * For the newest state, or one at a timestamp, they count if they hold data that is newer than that of all generations, or
     * as new, up to that timestamp; damaged data too, so that it shows.
     *
     * @param replica stays the caller's to close
     * @param options that say what is wanted
     * @return what an {@link LtxRestorer} takes, not to be closed; empty if it is a {@link Restorer} that is to be asked, for
     *     what is there or to tell what is not
     * @throws EmptyReplicaException if a transaction number is asked for, and there is nothing
     * @throws TargetNotAvailableException if something is asked for that only the other format has, which is not there
     * @throws IOException another of {@link dev.tailrace.error}, if the store fails
     */
    public static Optional<LtxReplicaClient> ltxOf(ReplicaClient replica, RestoreOptions options) throws IOException {
        if (options.generation().isPresent()
                || options.snapshotIndex().isPresent()
                || options.target() instanceof RestoreTarget.AtIndex
                || options.target() instanceof RestoreTarget.AtPosition) {
            requireGenerations(replica);
            return Optional.empty();
        }
        List<LtxReplicaClient> trees = replica.ltxReplicas();
        if (options.target() instanceof RestoreTarget.AtTxid at) {
            if (trees.isEmpty()) {
                throw noLtx(replica, at.txid());
            }
            return best(trees, Instant.MAX);
        }
        if (trees.isEmpty()) {
            return Optional.empty();
        }
        Instant until = options.target() instanceof RestoreTarget.AtTimestamp at ? at.timestamp() : Instant.MAX;
        Optional<Instant> generations = Optional.empty();
        boolean inGenerations = false;
        for (Generation generation : replica.generations()) {
            GenerationCatalog catalog = until.equals(Instant.MAX)
                    ? replica.withRecordedEnd(replica.catalog(generation))
                    : replica.withRecordedTimes(replica.catalog(generation));
            inGenerations |= !catalog.isEmpty();
            generations = newest(generations, catalog, until);
        }
        if (!inGenerations) {
            return best(trees, until);
        }
        Instant older = generations.orElse(Instant.MIN);
        return LtxNewest.until(until, trees)
                .filter(newest -> !newest.timestamp().isBefore(older))
                .map(LtxNewest::replica);
    }

    private static void requireGenerations(ReplicaClient replica) throws IOException {
        if (replica.generations().isEmpty() && !replica.ltxReplicas().isEmpty()) {
            throw new TargetNotAvailableException(
                    replica.location()
                            + " has no generations, indexes and positions: it holds LTX files of Litestream 0.5,"
                            + " whose states are named by transaction numbers (-txid)",
                    replica.location());
        }
    }

    private static TailraceException noLtx(ReplicaClient replica, Txid txid) throws IOException {
        String location = replica.location();
        if (replica.generations().isEmpty()) {
            return new EmptyReplicaException(
                    "no matching backups found in " + location + "; check the path, or whether replication has begun",
                    location);
        }
        return new TargetNotAvailableException(
                "no transaction " + txid + " in " + location
                        + ": it holds no LTX files of Litestream 0.5, which alone have such numbers; its transactions have"
                        + " positions (-tx)",
                location);
    }

    /** The one tree that there is, without a look into it; of several the one that holds the newest data. */
    private static Optional<LtxReplicaClient> best(List<LtxReplicaClient> trees, Instant until) throws IOException {
        if (trees.size() < 2) {
            return trees.stream().findFirst();
        }
        return LtxNewest.until(until, trees)
                .map(LtxNewest::replica)
                .or(() -> trees.stream().findFirst());
    }

    private static Optional<Instant> newest(Optional<Instant> known, GenerationCatalog catalog, Instant until) {
        if (until.equals(Instant.MAX)) {
            return Stream.of(known.stream(), catalog.updatedAt().stream())
                    .flatMap(times -> times)
                    .max(Instant::compareTo);
        }
        return Stream.of(
                        known.stream(),
                        catalog.snapshots().stream().map(SnapshotInfo::createdAt),
                        catalog.segments().stream().map(WalSegmentInfo::createdAt))
                .flatMap(times -> times)
                .filter(time -> !time.isAfter(until))
                .max(Instant::compareTo);
    }
}
