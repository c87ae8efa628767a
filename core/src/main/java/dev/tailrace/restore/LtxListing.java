// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.error.UnsupportedReplicaException;
import dev.tailrace.replica.LtxFileInfo;
import dev.tailrace.replica.LtxReplicaClient;
import dev.tailrace.replica.LtxTree;
import dev.tailrace.replica.ReplicaIterator;
import dev.tailrace.store.ListingBudget;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The files of all levels of a replica. */
final class LtxListing {

    private LtxListing() {}

    /**
     * Lists each level once, from 0 upwards: what is compacted meanwhile appears above before it disappears below.
     *
     * @throws UnsupportedReplicaException if there are more than the heap can hold
     */
    static List<LtxFileInfo> of(LtxReplicaClient replica) throws IOException {
        List<LtxFileInfo> all = new ArrayList<>();
        ListingBudget budget = new ListingBudget(replica.location(), replica.location());
        for (int level = 0; level < LtxTree.LEVELS; level++) {
            try (ReplicaIterator<LtxFileInfo> files = replica.files(level)) {
                while (files.hasNext()) {
                    budget.take(1);
                    all.add(files.next());
                }
            }
        }
        return all;
    }
}
