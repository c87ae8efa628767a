// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.prune;

import dev.tailrace.replica.LtxFileInfo;
import dev.tailrace.replica.LtxReplicaClient;
import dev.tailrace.replica.LtxTree;
import dev.tailrace.replica.ReplicaIterator;
import dev.tailrace.store.ListingBudget;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The LTX files of one tree.
 *
 * @param files of all levels, from 0 on
 */
record LtxTreeListing(LtxReplicaClient client, List<LtxFileInfo> files) {

    LtxTreeListing {
        files = List.copyOf(files);
    }

    /** Lists each level once, from 0 upwards: what is compacted meanwhile appears above before it disappears below. */
    static LtxTreeListing of(LtxReplicaClient client, ListingBudget budget) throws IOException {
        List<LtxFileInfo> all = new ArrayList<>();
        for (int level = 0; level < LtxTree.LEVELS; level++) {
            try (ReplicaIterator<LtxFileInfo> files = client.files(level)) {
                while (files.hasNext()) {
                    budget.take(1);
                    all.add(files.next());
                }
            }
        }
        return new LtxTreeListing(client, all);
    }
}
