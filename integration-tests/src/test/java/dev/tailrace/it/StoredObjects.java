// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectIterator;
import dev.tailrace.store.ObjectRead;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.PutOptions;
import dev.tailrace.testkit.InMemoryObjectStore;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** All that a store holds, to compare it with another, or to make another. */
public final class StoredObjects {

    private StoredObjects() {}

    /** Digests and recorded times by key. */
    static Map<String, String> of(ObjectStore store) throws IOException {
        Map<String, String> all = new TreeMap<>();
        try (ObjectIterator objects = store.list("", "")) {
            while (objects.hasNext()) {
                ObjectInfo object = objects.next();
                try (ObjectStream stream = store.open(ObjectRead.whole(object.key()))) {
                    all.put(object.key(), Digest.of(stream.readAllBytes()) + " " + object.createdAt());
                }
            }
        }
        return all;
    }

    /** Another store with the objects of some keys, and their recorded times. */
    public static InMemoryObjectStore copy(ObjectStore from, Predicate<String> wanted, String location)
            throws IOException {
        InMemoryObjectStore copy = new InMemoryObjectStore(location);
        try (ObjectIterator objects = from.list("", "")) {
            while (objects.hasNext()) {
                ObjectInfo object = objects.next();
                if (wanted.test(object.key())) {
                    try (ObjectStream stream = from.open(ObjectRead.whole(object.key()))) {
                        copy.put(
                                object.key(),
                                ObjectSource.of(stream.readAllBytes()),
                                PutOptions.NONE.recordedAt(object.createdAt()));
                    }
                }
            }
        }
        return copy;
    }
}
