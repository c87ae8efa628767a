// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.benchmarks;

import dev.tailrace.replica.GenerationCatalog;
import dev.tailrace.replica.ReplicaClient;
import java.io.IOException;
import java.lang.management.ManagementFactory;

/** What a catalog keeps of the heap. */
final class RetainedMemory {

    private static final int COLLECTIONS = 3;

    private RetainedMemory() {}

    /** In bytes for each segment, when nothing else is left of the store that listed them. */
    static double ofCatalog(int segments) throws IOException {
        long before = used();
        GenerationCatalog catalog = catalog(segments);
        long after = used();
        // Asked of the catalog, which therefore is still there when the heap is measured.
        return (double) (after - before) / catalog.segments().size();
    }

    private static GenerationCatalog catalog(int segments) throws IOException {
        try (ReplicaClient replica = ReplicaClient.over("memory", ManySegments.store(segments))) {
            return replica.catalog(ManySegments.GENERATION);
        }
    }

    private static long used() {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
