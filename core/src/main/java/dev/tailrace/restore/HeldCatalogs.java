// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.replica.Generation;
import dev.tailrace.replica.GenerationCatalog;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.store.ListingBudget;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is kept of generations while others are listed that may be large as well. */
final class HeldCatalogs {

    /** A listing takes up to half of the heap; two that are kept beside it share a quarter. */
    private static final int SHARE = 8;

    private final ReplicaClient replica;
    private final Set<Generation> shortened = new HashSet<>();

    HeldCatalogs(ReplicaClient replica) {
        this.replica = replica;
    }

    /** A catalog to be kept: of a large one, for which memory has no room then, only what it is compared by. */
    @Nullable
    GenerationCatalog held(@Nullable GenerationCatalog catalog) {
        if (catalog == null || catalog.size() <= ListingBudget.most(SHARE)) {
            return catalog;
        }
        shortened.add(catalog.generation());
        return new GenerationCatalog(
                catalog.generation(),
                catalog.layout(),
                catalog.snapshots().stream().limit(1).toList(),
                List.of(),
                catalog.ignoredNames(),
                catalog.updatedAt(),
                catalog.ambiguous(),
                List.of());
    }

    /** The catalog as it was listed; what is large is listed once more, now that there is room for it. */
    GenerationCatalog whole(GenerationCatalog held, boolean withAllTimes) throws IOException {
        if (!shortened.contains(held.generation())) {
            return held;
        }
        GenerationCatalog listed = replica.catalog(held.generation());
        GenerationCatalog catalog = withAllTimes ? replica.withRecordedTimes(listed) : replica.withRecordedEnd(listed);
        if (catalog.snapshots().isEmpty()) {
            throw Planner.withoutSnapshot(catalog);
        }
        return catalog;
    }
}
