// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.replica;

import dev.tailrace.error.ObjectMissingException;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectIterator;
import dev.tailrace.store.ObjectStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Finds objects by their place, in whatever layout they were written. One object is first looked for under the names that
 * Litestream gives it; a listing finds those with more leading zeros as well.
 */
final class ObjectSearch {

    private final ObjectStore store;
    private final ReplicaLayout likely;

    /** @param likely the layout to be tried first */
    ObjectSearch(ObjectStore store, ReplicaLayout likely) {
        this.store = store;
        this.likely = likely;
    }

    ObjectInfo snapshot(Generation generation, long index) throws IOException {
        return object(
                layout -> layout.snapshotKey(generation, index),
                generation,
                ReplicaLayout.snapshotsFolder(generation),
                name -> isSnapshot(name, index));
    }

    ObjectInfo walSegment(Position position) throws IOException {
        Generation generation = position.generation();
        return object(
                layout -> layout.walSegmentKey(position),
                generation,
                ReplicaLayout.walFolder(generation),
                name -> isSegment(name, generation, Set.of(position)));
    }

    /** All names of a snapshot; none if it is absent. */
    List<String> snapshotKeys(Generation generation, long index) throws IOException {
        likely.snapshotKey(generation, index); // refuses what is no index
        return keys(generation, ReplicaLayout.snapshotsFolder(generation), name -> isSnapshot(name, index));
    }

    /** All names of the segments at some positions of one generation. */
    List<String> walSegmentKeys(Generation generation, Set<Position> positions) throws IOException {
        return keys(generation, ReplicaLayout.walFolder(generation), name -> isSegment(name, generation, positions));
    }

    private ObjectInfo object(
            Function<ReplicaLayout, String> keyIn, Generation generation, String folder, Predicate<ObjectName> wanted)
            throws IOException {
        String likelyKey = keyIn.apply(likely);
        Set<String> keys = new LinkedHashSet<>();
        keys.add(likelyKey);
        for (ReplicaLayout layout : ReplicaLayout.values()) {
            keys.add(keyIn.apply(layout));
        }
        for (String key : keys) {
            Optional<ObjectInfo> found = store.stat(key);
            if (found.isPresent()) {
                return found.get();
            }
        }
        try (ObjectIterator objects = store.list(folder, "")) {
            while (objects.hasNext()) {
                ObjectInfo object = objects.next();
                if (wanted.test(name(object.key(), generation))) {
                    return object;
                }
            }
        }
        throw new ObjectMissingException(likelyKey, store.location(), null);
    }

    private List<String> keys(Generation generation, String folder, Predicate<ObjectName> wanted) throws IOException {
        List<String> keys = new ArrayList<>();
        try (ObjectIterator objects = store.list(folder, "")) {
            while (objects.hasNext()) {
                String key = objects.next().key();
                if (wanted.test(name(key, generation))) {
                    keys.add(key);
                }
            }
        }
        return keys;
    }

    private static ObjectName name(String key, Generation generation) {
        return ObjectName.parse(
                key.substring(ReplicaLayout.generationFolder(generation).length()));
    }

    private static boolean isSnapshot(ObjectName name, long index) {
        return name instanceof ObjectName.Snapshot snapshot && snapshot.index() == index;
    }

    private static boolean isSegment(ObjectName name, Generation generation, Set<Position> positions) {
        return name instanceof ObjectName.WalSegment segment
                && positions.contains(new Position(generation, segment.index(), segment.offset()));
    }
}
