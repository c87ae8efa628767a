// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.copy;

import dev.tailrace.replica.GenerationCatalog;
import dev.tailrace.replica.Position;
import dev.tailrace.replica.ReplicaLayout;
import dev.tailrace.replica.SnapshotInfo;
import dev.tailrace.replica.WalSegmentInfo;
import dev.tailrace.store.ObjectInfo;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * In which order the objects of a generation are copied, so that whatever the destination could be restored to before a step
 * it can be restored to after each object of it.
 *
 * <p>A snapshot opens the states from its index to the next snapshot; WAL alone opens nothing. So what lies before the
 * destination's end is closed with its snapshot: first the WAL from it to the next one, in any order, then the snapshot;
 * from the newest snapshot to the oldest. At its end the destination has states open already, and they go on with each
 * object: WAL there is written in the order of its positions, each snapshot after the WAL of its own index, ahead of which it
 * may be. A generation that begins while an older one is open begins as it did in the source, with its oldest snapshot:
 * without one, it would be taken for damage.
 */
final class GenerationSteps {

    private final GenerationCatalog source;
    private final GenerationCatalog destination;
    private final ReplicaLayout layout;
    private final boolean besideOlder;
    private final Map<Long, ObjectInfo> thereSnapshots = new HashMap<>();
    private final Map<Position, ObjectInfo> thereSegments = new HashMap<>();
    private final List<SnapshotInfo> snapshots;
    private final List<WalSegmentInfo> segments;

    /**
     * The steps for what a listing of each side told.
     *
     * @param source has at least one snapshot
     * @param layout of the names in the destination
     * @param besideOlder whether the destination can be restored already, but only to states that are older
     */
    GenerationSteps(
            GenerationCatalog source, GenerationCatalog destination, ReplicaLayout layout, boolean besideOlder) {
        this.source = source;
        this.destination = destination;
        this.layout = layout;
        this.besideOlder = besideOlder;
        destination.snapshots().forEach(snapshot -> thereSnapshots.put(snapshot.index(), snapshot.object()));
        destination.segments().forEach(segment -> thereSegments.put(segment.position(), segment.object()));
        snapshots = source.snapshots();
        long first = snapshots.get(0).index();
        // No restore reads what lies before the oldest snapshot.
        segments = source.segments().stream()
                .filter(segment -> segment.index() >= first)
                .toList();
    }

    List<CopyStep> steps() {
        boolean begins = destination.snapshots().isEmpty() && (!besideOlder || !destination.isEmpty());
        Set<CopiedObject> goingOn = begins ? Set.of() : new HashSet<>();
        List<CopyStep> steps = new ArrayList<>();
        if (!begins) {
            List<CopiedObject> inOrder = goingOn();
            goingOn = new HashSet<>(inOrder);
            steps.add(CopyStep.inOrder(inOrder));
        }
        addClosed(steps, goingOn);
        return steps.stream().filter(step -> !step.objects().isEmpty()).toList();
    }

    /** What the destination's states go on with. */
    private List<CopiedObject> goingOn() {
        List<CopiedObject> objects = new ArrayList<>();
        Optional<Position> end = end();
        Optional<SnapshotInfo> anchor = anchor(end);
        anchor.map(this::object).ifPresent(objects::add);
        int next = 0;
        for (SnapshotInfo snapshot : snapshots) {
            next = addSegments(objects, end, next, snapshot.index());
            boolean closed = snapshot.index() < end.map(Position::index).orElse(0L)
                    || thereSnapshots.keySet().stream().anyMatch(there -> snapshot.index() < there);
            if (!closed && !thereSnapshots.containsKey(snapshot.index()) && !anchor.equals(Optional.of(snapshot))) {
                objects.add(object(snapshot));
            }
        }
        addSegments(objects, end, next, Long.MAX_VALUE);
        return objects;
    }

    private int addSegments(List<CopiedObject> objects, Optional<Position> end, int from, long lastIndex) {
        int next = from;
        for (; next < segments.size() && segments.get(next).index() <= lastIndex; next++) {
            WalSegmentInfo segment = segments.get(next);
            if (end.isEmpty() || segment.position().compareTo(end.get()) > 0) {
                objects.add(object(next));
            }
        }
        return next;
    }

    /** The last position of the destination's WAL, or just before that of a snapshot on which none follows; empty if it has none. */
    private Optional<Position> end() {
        List<WalSegmentInfo> there = destination.segments();
        List<SnapshotInfo> bare = destination.snapshots();
        if (bare.isEmpty()) {
            return Optional.empty();
        }
        long newest = bare.get(bare.size() - 1).index();
        Optional<Position> last = there.isEmpty()
                ? Optional.empty()
                : Optional.of(there.get(there.size() - 1).position());
        return last.isPresent() && last.get().index() >= newest
                ? last
                : newest == 0
                        ? Optional.empty()
                        : Optional.of(new Position(source.generation(), newest - 1, Long.MAX_VALUE));
    }

    /** The snapshot without which the source's WAL does not follow on the destination's states. */
    private Optional<SnapshotInfo> anchor(Optional<Position> end) {
        SnapshotInfo oldest = snapshots.get(0);
        boolean follows = !destination.snapshots().isEmpty()
                && (end.isEmpty() || end.get().index() >= oldest.index() || thereSnapshots.containsKey(oldest.index()));
        return follows ? Optional.empty() : Optional.of(oldest);
    }

    /** From the newest snapshot to the oldest: the WAL up to the next one, then the snapshot. */
    private void addClosed(List<CopyStep> steps, Set<CopiedObject> done) {
        int to = segments.size();
        List<SnapshotInfo> newestFirst = new ArrayList<>(snapshots);
        Collections.reverse(newestFirst);
        for (SnapshotInfo snapshot : newestFirst) {
            int from = to;
            while (from > 0 && segments.get(from - 1).index() >= snapshot.index()) {
                from--;
            }
            List<CopiedObject> wal = new ArrayList<>();
            for (int number = from; number < to; number++) {
                CopiedObject segment = object(number);
                if (!done.contains(segment)) {
                    wal.add(segment);
                }
            }
            steps.add(CopyStep.inAnyOrder(wal));
            CopiedObject last = object(snapshot);
            if (!done.contains(last)) {
                steps.add(CopyStep.inAnyOrder(List.of(last)));
            }
            to = from;
        }
    }

    private CopiedObject object(SnapshotInfo snapshot) {
        Optional<ObjectInfo> there = Optional.ofNullable(thereSnapshots.get(snapshot.index()));
        return new CopiedObject(
                snapshot.object(),
                there.map(ObjectInfo::key).orElseGet(() -> layout.snapshotKey(source.generation(), snapshot.index())),
                new ObjectForm.Snapshot(),
                there);
    }

    private CopiedObject object(int number) {
        WalSegmentInfo segment = segments.get(number);
        Optional<ObjectInfo> there = Optional.ofNullable(thereSegments.get(segment.position()));
        boolean followed =
                number + 1 < segments.size() && segments.get(number + 1).index() == segment.index();
        return new CopiedObject(
                segment.object(),
                there.map(ObjectInfo::key).orElseGet(() -> layout.walSegmentKey(segment.position())),
                new ObjectForm.WalSegment(
                        segment.offset(),
                        followed ? OptionalLong.of(segments.get(number + 1).offset()) : OptionalLong.empty()),
                there);
    }
}
