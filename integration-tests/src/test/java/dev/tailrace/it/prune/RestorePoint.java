// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.prune;

import dev.tailrace.replica.Generation;
import dev.tailrace.replica.GenerationCatalog;
import dev.tailrace.replica.Position;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.replica.SnapshotInfo;
import dev.tailrace.replica.WalSegmentInfo;
import dev.tailrace.restore.RestoreTarget;
import dev.tailrace.restore.TransactionLog;
import dev.tailrace.restore.TransactionRange;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Something that a restore can aim at.
 *
 * @param generation that is named; empty if none is
 * @param at the moment of the state
 * @param ofWindowStart whether that moment must be after the window's start, or may be at it
 */
record RestorePoint(Optional<Generation> generation, RestoreTarget target, Instant at, boolean ofWindowStart) {

    boolean isInside(Instant start) {
        return ofWindowStart ? !at.isBefore(start) : at.isAfter(start);
    }

    static RestorePoint atMoment(Instant moment) {
        return new RestorePoint(Optional.empty(), RestoreTarget.atTimestamp(moment), moment, true);
    }

    static RestorePoint latest() {
        return new RestorePoint(Optional.empty(), RestoreTarget.latest(), Instant.MAX, true);
    }

    /** All moments at which an object was made and between them, all transactions, snapshots and indexes. */
    static List<RestorePoint> allOf(ReplicaClient replica) throws IOException {
        List<RestorePoint> points = new ArrayList<>(List.of(latest()));
        TreeSet<Instant> moments = new TreeSet<>();
        for (Generation generation : replica.generations()) {
            GenerationCatalog catalog = replica.catalog(generation);
            TreeSet<Instant> own = new TreeSet<>();
            Map<Long, Instant> indexes = new LinkedHashMap<>();
            for (SnapshotInfo snapshot : catalog.snapshots()) {
                own.add(snapshot.createdAt());
                points.add(new RestorePoint(
                        Optional.of(generation),
                        RestoreTarget.atPosition(new Position(generation, snapshot.index(), 0)),
                        snapshot.createdAt(),
                        true));
            }
            for (WalSegmentInfo segment : catalog.segments()) {
                own.add(segment.createdAt());
                indexes.put(segment.index(), segment.createdAt());
            }
            indexes.forEach((index, at) ->
                    points.add(new RestorePoint(Optional.of(generation), RestoreTarget.atIndex(index), at, false)));
            own.forEach(moment -> points.add(
                    new RestorePoint(Optional.of(generation), RestoreTarget.atTimestamp(moment), moment, true)));
            moments.addAll(own);
        }
        for (Instant moment : moments) {
            points.add(atMoment(moment));
            points.add(atMoment(moment.plusMillis(500)));
        }
        TransactionLog.of(replica, TransactionRange.all())
                .read(transaction -> points.add(new RestorePoint(
                        Optional.empty(),
                        RestoreTarget.atPosition(transaction.position()),
                        transaction.createdAt(),
                        false)));
        return points;
    }
}
