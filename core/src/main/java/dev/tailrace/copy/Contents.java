// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.copy;

import dev.tailrace.error.UnsupportedReplicaException;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.GenerationCatalog;
import dev.tailrace.replica.LtxFileInfo;
import dev.tailrace.replica.LtxTree;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.replica.ReplicaLayout;
import dev.tailrace.store.ListingBudget;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectIterator;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.RetryPolicy;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What one listing of each folder tells of one side of a copy.
 *
 * @param generations none of them empty
 * @param trees of LTX files, none of them empty
 * @param foreign some names that are not Litestream's
 * @param foreignObjects how many objects of such names lie in the folders of generations and LTX levels
 */
record Contents(
        List<GenerationCatalog> generations,
        Map<LtxTree, List<LtxFileInfo>> trees,
        List<String> foreign,
        long foreignObjects) {

    /** Enough to tell what they are. */
    private static final int NAMED_IN_FOLDER = 3;

    /** How many times a listed object is there, on both sides and with all that is noted of it while it is copied. */
    private static final int TIMES_NOTED = 4;

    /**
     * Lists a store.
     *
     * @param only the generation that is wanted, and no LTX file; empty for everything
     * @throws UnsupportedReplicaException if there is more than the heap can hold
     */
    static Contents of(ObjectStore store, Optional<Generation> only) throws IOException {
        return new Listing(store, only).contents();
    }

    /** When the newest object of a generation was made. */
    static Instant newest(GenerationCatalog generation) {
        return generation.updatedAt().orElse(Instant.MIN);
    }

    /** When the newest file was made. */
    static Instant newest(List<LtxFileInfo> files) {
        return files.stream()
                .map(LtxFileInfo::createdAt)
                .max(Comparator.naturalOrder())
                .orElse(Instant.MIN);
    }

    Optional<GenerationCatalog> generation(Generation wanted) {
        return generations.stream()
                .filter(catalog -> catalog.generation().equals(wanted))
                .findFirst();
    }

    /** When the newest state was made that can be restored, as far as names tell; empty if there is none. */
    Optional<Instant> newestState() {
        return Stream.concat(
                        generations.stream()
                                .filter(catalog -> !catalog.snapshots().isEmpty())
                                .map(Contents::newest),
                        trees.values().stream()
                                .filter(files -> files.stream()
                                        .anyMatch(file -> file.minTxid().value() == 1))
                                .map(Contents::newest))
                .max(Comparator.naturalOrder());
    }

    private static final class Listing {

        private final ObjectStore store;
        private final ReplicaClient client;
        private final Optional<Generation> only;
        private final List<String> foreign = new ArrayList<>();
        private long foreignObjects;
        private final ListingBudget budget;

        Listing(ObjectStore store, Optional<Generation> only) {
            this.store = store;
            this.only = only;
            budget = new ListingBudget(store.location(), store.location(), TIMES_NOTED);
            // The store is one that tries again by itself.
            client = ReplicaClient.over("copy", store, RetryPolicy.NEVER);
        }

        Contents contents() throws IOException {
            List<GenerationCatalog> generations = new ArrayList<>();
            for (String name : store.listFolders(ReplicaLayout.generationsFolder())) {
                if (!Generation.isName(name)) {
                    foreign.add(ReplicaLayout.generationsFolder() + name + "/");
                } else if (only.isEmpty() || only.get().name().equals(name)) {
                    GenerationCatalog catalog = catalog(new Generation(name));
                    if (!catalog.isEmpty()) {
                        generations.add(catalog);
                    }
                }
            }
            Map<LtxTree, List<LtxFileInfo>> trees = new EnumMap<>(LtxTree.class);
            if (only.isEmpty()) {
                for (LtxTree tree : LtxTree.in(store)) {
                    List<LtxFileInfo> files = files(tree);
                    if (!files.isEmpty()) {
                        trees.put(tree, files);
                    }
                }
            }
            nameFolders();
            return new Contents(generations, trees, foreign, foreignObjects);
        }

        private GenerationCatalog catalog(Generation generation) throws IOException {
            GenerationCatalog catalog = client.withRecordedEnd(client.catalog(generation));
            foreignObjects += catalog.ignoredNames();
            budget.take(catalog.size());
            if (catalog.ignoredNames() > 0) {
                nameObjects(catalog);
            }
            return catalog;
        }

        private void nameObjects(GenerationCatalog catalog) throws IOException {
            Set<String> known = new HashSet<>();
            catalog.snapshots().forEach(snapshot -> known.add(snapshot.object().key()));
            catalog.segments().forEach(segment -> known.add(segment.object().key()));
            int named = 0;
            String folder = ReplicaLayout.generationsFolder() + catalog.generation() + "/";
            try (ObjectIterator objects = store.list(folder, "")) {
                while (named < NAMED_IN_FOLDER && objects.hasNext()) {
                    String key = objects.next().key();
                    if (!known.contains(key)) {
                        foreign.add(key);
                        named++;
                    }
                }
            }
        }

        /** Levels from 0 upwards: what is compacted meanwhile appears above before it disappears below. */
        private List<LtxFileInfo> files(LtxTree tree) throws IOException {
            List<LtxFileInfo> files = new ArrayList<>();
            for (int level = 0; level < LtxTree.LEVELS; level++) {
                int named = 0;
                try (ObjectIterator objects = store.list(tree.levelFolder(level), "")) {
                    while (objects.hasNext()) {
                        ObjectInfo object = objects.next();
                        Optional<LtxFileInfo> file = LtxFileInfo.of(tree, level, object);
                        if (file.isPresent()) {
                            budget.take(1);
                            files.add(file.get());
                        } else {
                            foreignObjects++;
                            if (named++ < NAMED_IN_FOLDER) {
                                foreign.add(object.key());
                            }
                        }
                    }
                }
            }
            return files;
        }

        private void nameFolders() throws IOException {
            Set<String> own = new HashSet<>(Set.of("generations", "ltx", ""));
            for (int level = 0; level < LtxTree.LEVELS; level++) {
                own.add(LtxTree.LEVEL_FOLDERS.levelFolder(level).replace("/", ""));
            }
            for (String folder : store.listFolders("")) {
                if (!own.contains(folder)) {
                    foreign.add(folder + "/");
                }
            }
        }
    }
}
