// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.replica;

import static java.util.Objects.requireNonNull;

import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.internal.retry.ResumingStore;
import dev.tailrace.store.ListingBudget;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectIterator;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.PutOptions;
import dev.tailrace.store.RetryPolicy;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The one client: every layout over every store. */
final class ObjectStoreReplicaClient implements ReplicaClient {

    private final String type;
    private final ResumingStore store;
    private final ReplicaLayout layout;
    private final ObjectSearch search;

    ObjectStoreReplicaClient(String type, ObjectStore store, RetryPolicy retries, ReplicaLayout layout) {
        this.type = requireNonNull(type, "type");
        this.store = new ResumingStore(requireNonNull(store, "store"), requireNonNull(retries, "retries"));
        this.layout = requireNonNull(layout, "layout");
        search = new ObjectSearch(this.store, layout);
    }

    @Override
    public String type() {
        return type;
    }

    @Override
    public String location() {
        return store.location();
    }

    @Override
    public List<Generation> generations() throws IOException {
        return store.listFolders(ReplicaLayout.generationsFolder()).stream()
                .filter(Generation::isName)
                .map(Generation::new)
                .toList();
    }

    @Override
    public GenerationCatalog catalog(Generation generation) throws IOException {
        String prefix = ReplicaLayout.generationFolder(generation);
        GenerationCatalogBuilder catalog = new GenerationCatalogBuilder(generation, prefix);
        ListingBudget budget = new ListingBudget(prefix + " in " + location(), location());
        try (ObjectIterator objects = store.list(prefix, "")) {
            while (objects.hasNext()) {
                int kept = catalog.kept();
                catalog.add(objects.next());
                budget.take(catalog.kept() - kept);
            }
        }
        return catalog.build();
    }

    @Override
    public GenerationCatalog withRecordedTimes(GenerationCatalog catalog) throws IOException {
        return new RecordedTimes(store).ofAll(catalog);
    }

    @Override
    public GenerationCatalog withRecordedEnd(GenerationCatalog catalog) throws IOException {
        return new RecordedTimes(store).ofEnd(catalog);
    }

    @Override
    public ReplicaIterator<SnapshotInfo> snapshots(Generation generation) throws IOException {
        return iterate(catalog(generation).snapshots().iterator());
    }

    @Override
    public ReplicaIterator<WalSegmentInfo> walSegments(Generation generation) throws IOException {
        return iterate(catalog(generation).segments().iterator());
    }

    @Override
    public ObjectStream openSnapshot(SnapshotInfo snapshot) throws IOException {
        return open(snapshot.object());
    }

    @Override
    public ObjectStream openWalSegment(WalSegmentInfo segment) throws IOException {
        return open(segment.object());
    }

    @Override
    public ObjectStream openSnapshot(Generation generation, long index) throws IOException {
        return open(search.snapshot(generation, index));
    }

    @Override
    public ObjectStream openWalSegment(Position position) throws IOException {
        return open(search.walSegment(position));
    }

    @Override
    public ObjectStream openRange(ObjectInfo object, long from, long to) throws IOException {
        return store.open(object, from, to);
    }

    @Override
    public int concurrentReads() {
        return store.concurrentReads();
    }

    @Override
    public boolean showsUnfinishedObjects() {
        return store.showsUnfinishedObjects();
    }

    @Override
    public SnapshotInfo writeSnapshot(Generation generation, long index, ObjectSource source, PutOptions options)
            throws IOException {
        String key = layout.snapshotKey(generation, index);
        return new SnapshotInfo(generation, index, put(key, source, options));
    }

    @Override
    public WalSegmentInfo writeWalSegment(Position position, ObjectSource source, PutOptions options)
            throws IOException {
        ObjectInfo object = put(layout.walSegmentKey(position), source, options);
        return new WalSegmentInfo(position.generation(), position.index(), position.offset(), object);
    }

    @Override
    public void deleteSnapshot(Generation generation, long index) throws IOException {
        new BatchedDeletion(store, "the snapshot of index " + HexNumber.format(index) + " of generation " + generation)
                .add(search.snapshotKeys(generation, index))
                .run();
    }

    @Override
    public void deleteWalSegments(Collection<Position> positions) throws IOException {
        Map<Generation, Set<Position>> byGeneration = new TreeMap<>();
        for (Position position : positions) {
            byGeneration
                    .computeIfAbsent(position.generation(), generation -> new HashSet<>())
                    .add(position);
        }
        BatchedDeletion deletion = new BatchedDeletion(store, positions.size() + " WAL segments");
        for (Map.Entry<Generation, Set<Position>> entry : byGeneration.entrySet()) {
            deletion.add(search.walSegmentKeys(entry.getKey(), entry.getValue()));
        }
        deletion.run();
    }

    @Override
    public void deleteGeneration(Generation generation) throws IOException {
        GenerationObjects objects = new GenerationObjects(generation);
        try (ObjectIterator listing = store.list(ReplicaLayout.generationFolder(generation), "")) {
            while (listing.hasNext()) {
                objects.add(listing.next().key());
            }
        }
        BatchedDeletion deletion = new BatchedDeletion(store, "generation " + generation);
        objects.newestStateLast().forEach(deletion::add);
        deletion.run();
    }

    @Override
    public void deleteObjects(Collection<ObjectInfo> objects) throws IOException {
        List<String> keys = objects.stream().map(ObjectInfo::key).toList();
        new BatchedDeletion(store, keys.size() + (keys.size() == 1 ? " object" : " objects"))
                .add(keys)
                .run();
    }

    @Override
    public List<ForeignFormat> foreignFormats() throws IOException {
        return ForeignFormats.in(store);
    }

    @Override
    public List<LtxReplicaClient> ltxReplicas() throws IOException {
        return LtxTree.in(store).stream()
                .map(tree -> LtxReplicaClient.sharing(type, store, tree))
                .toList();
    }

    @Override
    public void close() throws IOException {
        store.close();
    }

    private ObjectInfo put(String key, ObjectSource source, PutOptions options) throws IOException {
        ObjectInfo stored = store.put(key, source, options);
        if (stored.size() != source.size()) {
            throw new StoreUnavailableException(
                    key + " was stored in " + location() + " with " + stored.size() + " bytes, but " + source.size()
                            + " were given; write it again",
                    location(),
                    null);
        }
        return stored;
    }

    private ObjectStream open(ObjectInfo object) throws IOException {
        return openRange(object, 0, Long.MAX_VALUE);
    }

    private static <T> ReplicaIterator<T> iterate(Iterator<T> items) {
        return new ReplicaIterator<>() {
            @Override
            public boolean hasNext() {
                return items.hasNext();
            }

            @Override
            public T next() {
                return items.next();
            }

            @Override
            public void close() {
                // Nothing is held: the listing was read whole and closed.
            }
        };
    }
}
