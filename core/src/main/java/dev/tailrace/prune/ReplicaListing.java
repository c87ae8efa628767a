// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.prune;

import dev.tailrace.error.EmptyReplicaException;
import dev.tailrace.error.UnsupportedReplicaException;
import dev.tailrace.replica.ForeignFormat;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.GenerationCatalog;
import dev.tailrace.replica.LtxReplicaClient;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.store.ListingBudget;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * All that is in a replica, from one listing of each folder.
 *
 * @param at when the listing began
 * @param catalogs the generations that hold anything that is recognised, by name
 * @param trees those that hold LTX files
 * @param notes what is there besides
 */
record ReplicaListing(Instant at, List<GenerationCatalog> catalogs, List<LtxTreeListing> trees, List<String> notes) {

    ReplicaListing {
        catalogs = List.copyOf(catalogs);
        trees = List.copyOf(trees);
        notes = List.copyOf(notes);
    }

    /** Room for a listing and for another one that it is compared with. */
    static ListingBudget budget(ReplicaClient replica) {
        return new ListingBudget(replica.location(), replica.location(), 2);
    }

    /**
     * Lists.
     *
     * @throws EmptyReplicaException if there is no object of any known layout
     * @throws UnsupportedReplicaException if there is nothing but what is of a format not read here, or more than the heap holds
     */
    static ReplicaListing of(ReplicaClient replica, Instant now) throws IOException {
        List<GenerationCatalog> catalogs = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        ListingBudget budget = budget(replica);
        for (Generation generation : replica.generations()) {
            GenerationCatalog catalog = replica.catalog(generation);
            if (catalog.ignoredNames() > 0) {
                notes.add(catalog.ignoredNames() + (catalog.ignoredNames() == 1 ? " object" : " objects")
                        + " of generation " + generation + " with names that are not Litestream's are left alone");
            }
            budget.take(catalog.size());
            if (!catalog.isEmpty()) {
                catalogs.add(catalog);
            }
        }
        List<LtxTreeListing> trees = new ArrayList<>();
        for (LtxReplicaClient ltx : replica.ltxReplicas()) {
            LtxTreeListing tree = LtxTreeListing.of(ltx, budget);
            if (!tree.files().isEmpty()) {
                trees.add(tree);
            }
        }
        List<ForeignFormat> foreign = replica.foreignFormats().stream()
                .filter(format -> !format.isLtx())
                .toList();
        for (ForeignFormat format : foreign) {
            notes.add(format.name() + " data is left alone");
        }
        if (catalogs.isEmpty() && trees.isEmpty()) {
            throw nothing(replica.location(), foreign);
        }
        return new ReplicaListing(now, catalogs, trees, notes);
    }

    private static IOException nothing(String location, List<ForeignFormat> foreign) {
        return foreign.isEmpty()
                ? new EmptyReplicaException(
                        "no matching backups found in " + location
                                + "; check the path, or whether replication has begun",
                        location)
                : new UnsupportedReplicaException(
                        location + " holds " + foreign.get(0).name() + " data, which this version cannot prune",
                        location);
    }
}
