// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.prune;

import dev.tailrace.it.StoredObjects;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectIterator;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.testkit.InMemoryObjectStore;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Replicas in memory that are pruned again and again. */
final class PruneScene {

    private PruneScene() {}

    /** Another store with the same objects and recorded times. */
    static InMemoryObjectStore copy(ObjectStore original) throws IOException {
        return StoredObjects.copy(original, key -> true, original.location());
    }

    /** The same without what differs from store to store. */
    static ObjectInfo withoutStoring(ObjectInfo object) {
        return new ObjectInfo(
                object.key(), object.size(), Instant.EPOCH, Optional.of(object.createdAt()), Optional.empty());
    }

    static Set<String> keys(ObjectStore store) throws IOException {
        Set<String> keys = new TreeSet<>();
        try (ObjectIterator objects = store.list("", "")) {
            while (objects.hasNext()) {
                keys.add(objects.next().key());
            }
        }
        return keys;
    }
}
