// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.replica.Generation;
import dev.tailrace.replica.GenerationCatalog;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.restore.RestorePlan;
import dev.tailrace.restore.Restorer;
import dev.tailrace.testkit.CountingObjectStore;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/**
 * What listing and planning cost with many segments. Time is measured by the benchmarks alone: here stand what does not
 * depend on the machine, the requests, the memory that is kept, and the memory that is used on the way.
 */
class CatalogGrowthTest {

    private static final int MANY = 100_000;
    private static final int BYTES_OF_SEGMENT = 200;

    @Test
    void aCatalogKeeps200BytesForEachSegmentAtMost() throws IOException {
        // Once before, so that classes are loaded.
        list(MANY);
        long before = usedHeap();
        GenerationCatalog catalog = list(MANY);
        long after = usedHeap();
        // Asked of the catalog, which therefore is still there when the heap is measured.
        assertThat(catalog.segments()).hasSize(MANY);
        assertThat((after - before) / MANY).isBetween(1L, (long) BYTES_OF_SEGMENT);
    }

    @Test
    void oneListingServesAnyNumberOfSegments() throws IOException {
        CountingObjectStore one = planned(1);
        CountingObjectStore many = planned(MANY);
        assertThat(one.lists()).hasSize(1);
        assertThat(many.lists()).isEqualTo(one.lists());
        assertThat(many.folderLists()).isEqualTo(one.folderLists());
        assertThat(many.stats()).isEmpty();
        assertThat(many.opens()).isEmpty();
    }

    @Test
    void memoryUsedOnTheWayGrowsNoFasterThanTheSegments() throws IOException {
        // Once before, so that what is made only once is not counted.
        allocatedByPlanning(MANY / 4);
        double few = (double) allocatedByPlanning(MANY / 4) / (MANY / 4);
        double many = (double) allocatedByPlanning(2 * MANY) / (2 * MANY);
        assertThat(many / few).as("%.0f bytes each, then %.0f", few, many).isLessThan(1.25);
    }

    private static GenerationCatalog list(int segments) throws IOException {
        try (ReplicaClient replica = ReplicaClient.over("memory", new ManyNames(segments))) {
            Generation generation = replica.generations().get(0);
            return replica.catalog(generation);
        }
    }

    private static CountingObjectStore planned(int segments) throws IOException {
        CountingObjectStore store = new CountingObjectStore(new ManyNames(segments));
        try (ReplicaClient replica = ReplicaClient.over("memory", store)) {
            assertThat(Restorer.of(replica).plan().objects()).isEqualTo(segments + 1);
        }
        return store;
    }

    private static long allocatedByPlanning(int segments) throws IOException {
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (ReplicaClient replica = ReplicaClient.over("memory", new ManyNames(segments))) {
            long before = threads.getCurrentThreadAllocatedBytes();
            RestorePlan plan = Restorer.of(replica).plan();
            long after = threads.getCurrentThreadAllocatedBytes();
            assertThat(plan.objects()).isEqualTo(segments + 1);
            return after - before;
        }
    }

    private static long usedHeap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
