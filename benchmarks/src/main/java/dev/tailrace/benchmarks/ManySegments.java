// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.benchmarks;

import dev.tailrace.replica.Generation;
import dev.tailrace.replica.ReplicaLayout;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.PutOptions;
import dev.tailrace.testkit.InMemoryObjectStore;
import dev.tailrace.testkit.ReplicaWriter;
import java.io.IOException;
import java.time.Instant;

/** A generation of one snapshot and many WAL segments, eight for each index. Its objects are empty: it is for planning only. */
final class ManySegments {

    static final Generation GENERATION = new Generation("00000000000000aa");

    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");
    private static final int SEGMENTS_OF_INDEX = 8;
    private static final int SEGMENT_SIZE = 4128;

    private ManySegments() {}

    static InMemoryObjectStore store(int segments) throws IOException {
        InMemoryObjectStore store = new InMemoryObjectStore();
        put(store, ReplicaWriter.snapshotKey(ReplicaLayout.V03_FLAT, GENERATION, 0), TIME);
        for (int number = 0; number < segments; number++) {
            long offset = (long) (number % SEGMENTS_OF_INDEX) * SEGMENT_SIZE;
            put(
                    store,
                    ReplicaWriter.segmentKey(ReplicaLayout.V03_FLAT, GENERATION, number / SEGMENTS_OF_INDEX, offset),
                    TIME.plusSeconds(number));
        }
        return store;
    }

    private static void put(InMemoryObjectStore store, String key, Instant time) throws IOException {
        store.put(key, ObjectSource.of(new byte[0]), PutOptions.NONE.recordedAt(time));
    }
}
