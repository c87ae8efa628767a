// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.replica;

import static java.util.Objects.requireNonNull;

import dev.tailrace.error.UnsupportedReplicaException;
import dev.tailrace.internal.ResumingStream;
import dev.tailrace.store.ObjectIterator;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.RetryPolicy;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;

/** The one client: every layout over every store. */
final class ObjectStoreReplicaClient implements ReplicaClient {

    private static final String GENERATIONS = "generations/";

    /** What a listed object takes of the heap with its key, version and times, as measured. */
    private static final long BYTES_PER_OBJECT = 350;

    private static final int MEBIBYTE = 1 << 20;

    private final String type;
    private final ObjectStore store;
    private final RetryPolicy retries;
    private volatile boolean closed;

    ObjectStoreReplicaClient(String type, ObjectStore store, RetryPolicy retries) {
        this.type = requireNonNull(type, "type");
        this.store = requireNonNull(store, "store");
        this.retries = requireNonNull(retries, "retries");
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
        return store.listFolders(GENERATIONS).stream()
                .filter(Generation::isName)
                .map(Generation::new)
                .toList();
    }

    @Override
    public GenerationCatalog catalog(Generation generation) throws IOException {
        String prefix = GENERATIONS + generation.name() + "/";
        GenerationCatalogBuilder catalog = new GenerationCatalogBuilder(generation, prefix);
        try (ObjectIterator objects = store.list(prefix, "")) {
            // Half of the heap is left for the restore.
            long left = Runtime.getRuntime().maxMemory() / 2 / BYTES_PER_OBJECT;
            while (objects.hasNext()) {
                if (left-- == 0) {
                    throw tooMany(prefix);
                }
                catalog.add(objects.next());
            }
        }
        return catalog.build();
    }

    /** Unsupported, and not unavailable: trying again later does not help, another setting does. */
    private UnsupportedReplicaException tooMany(String prefix) {
        long heap = Runtime.getRuntime().maxMemory();
        return new UnsupportedReplicaException(
                prefix + " in " + location() + " lists more than " + heap / 2 / BYTES_PER_OBJECT
                        + " objects, too many for a heap of " + heap / MEBIBYTE
                        + " MB; give Java more by -Xmx, the command line by TAILRACE_JAVA_OPTS=-Xmx1g",
                location());
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
        return ResumingStream.open(store, snapshot.object(), retries, () -> closed);
    }

    @Override
    public ObjectStream openWalSegment(WalSegmentInfo segment) throws IOException {
        return ResumingStream.open(store, segment.object(), retries, () -> closed);
    }

    @Override
    public List<ForeignFormat> foreignFormats() throws IOException {
        return ForeignFormats.in(store);
    }

    @Override
    public void close() throws IOException {
        closed = true;
        store.close();
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
