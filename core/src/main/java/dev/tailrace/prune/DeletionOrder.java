// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.prune;

import dev.tailrace.replica.SnapshotInfo;
import dev.tailrace.replica.WalSegmentInfo;
import java.util.ArrayList;
import java.util.List;

/**
 * In which calls the objects of a generation, or LTX files, are deleted: after each call, and whatever part of one the store has done, all
 * that stays can be restored, and no listing shows a hole.
 */
final class DeletionOrder {

    /** What the largest stores take in one request. */
    static final int MOST_IN_CALL = 1_000;

    private final List<List<?>> calls = new ArrayList<>();

    private DeletionOrder() {}

    /** The calls, in order; each has at least one and at most {@value #MOST_IN_CALL} items of a listing. */
    static List<List<?>> of(Decision decision) {
        List<SnapshotInfo> snapshots = new ArrayList<>();
        List<WalSegmentInfo> segments = new ArrayList<>();
        DeletionOrder order = new DeletionOrder();
        for (ObjectRun run : decision.deleted()) {
            switch (run.kind()) {
                case SNAPSHOT -> run.items().forEach(item -> snapshots.add((SnapshotInfo) item));
                case WAL_SEGMENT -> run.items().forEach(item -> segments.add((WalSegmentInfo) item));
                // Each run in calls of its own.
                case LTX_FILE -> order.inCalls(run.items());
            }
        }
        if (decision.whole() && !snapshots.isEmpty()) {
            order.wholeGeneration(snapshots, segments);
        } else {
            // WAL before the oldest snapshot is no hole, but WAL that lacks behind a snapshot is one.
            order.inCalls(snapshots);
            order.inCalls(segments);
        }
        return order.calls;
    }

    /** What follows on the newest snapshot goes from its end, and that snapshot last of all. */
    private void wholeGeneration(List<SnapshotInfo> snapshots, List<WalSegmentInfo> segments) {
        SnapshotInfo newest = snapshots.get(snapshots.size() - 1);
        inCalls(snapshots.subList(0, snapshots.size() - 1));
        inCalls(segments.stream()
                .filter(segment -> segment.index() < newest.index())
                .toList());
        List<WalSegmentInfo> call = new ArrayList<>();
        for (int i = segments.size() - 1; i >= 0 && segments.get(i).index() >= newest.index(); i--) {
            WalSegmentInfo segment = segments.get(i);
            // A WAL index without its first segment is a hole, and so is one that lacks before another: the first
            // segment
            // goes when all others of its index are gone, and that of the index before in a later call.
            if (segment.offset() == 0 || call.size() == MOST_IN_CALL) {
                inCalls(call);
                call = new ArrayList<>();
            }
            call.add(segment);
        }
        inCalls(call);
        inCalls(List.of(newest));
    }

    private void inCalls(List<?> items) {
        for (int from = 0; from < items.size(); from += MOST_IN_CALL) {
            calls.add(List.copyOf(items.subList(from, Math.min(from + MOST_IN_CALL, items.size()))));
        }
    }
}
