// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.replica;

import dev.tailrace.error.RestoreCancelledException;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Asks for the times that writers recorded, where a store's listings do not tell them. A replica as Litestream wrote it has
 * none; a copy of one has them at every object. So the newest object tells whether the others are worth a request each.
 */
final class RecordedTimes {

    /** So that a store which likes many reads at once is not asked by more threads than that. */
    private static final int MOST_AT_ONCE = 32;

    private final ObjectStore store;

    RecordedTimes(ObjectStore store) {
        this.store = store;
    }

    /** The time of the newest object as that of the whole generation. */
    GenerationCatalog ofEnd(GenerationCatalog catalog) throws IOException {
        Optional<ObjectInfo> end = recordedEnd(catalog);
        return end.isEmpty()
                ? catalog
                : new GenerationCatalog(
                        catalog.generation(),
                        catalog.layout(),
                        catalog.snapshots(),
                        catalog.segments(),
                        catalog.ignoredNames(),
                        end.get().recordedAt(),
                        catalog.ambiguous(),
                        catalog.damages());
    }

    /** The times of all objects. */
    GenerationCatalog ofAll(GenerationCatalog catalog) throws IOException {
        if (recordedEnd(catalog).isEmpty() || !catalog.damages().isEmpty()) {
            return catalog;
        }
        List<ObjectInfo> listed = new ArrayList<>();
        catalog.snapshots().forEach(snapshot -> listed.add(snapshot.object()));
        catalog.segments().forEach(segment -> listed.add(segment.object()));
        return GenerationCatalog.of(catalog.generation(), recorded(listed));
    }

    private Optional<ObjectInfo> recordedEnd(GenerationCatalog catalog) throws IOException {
        if (store.listsRecordedTimes() || catalog.maxIndex() < 0) {
            return Optional.empty();
        }
        List<WalSegmentInfo> segments = catalog.segments();
        List<SnapshotInfo> snapshots = catalog.snapshots();
        ObjectInfo newest = segments.isEmpty()
                ? snapshots.get(snapshots.size() - 1).object()
                : segments.get(segments.size() - 1).object();
        return store.stat(newest.key()).filter(info -> info.recordedAt().isPresent());
    }

    private List<ObjectInfo> recorded(List<ObjectInfo> listed) throws IOException {
        int threads = Math.min(Math.min(MOST_AT_ONCE, store.concurrentReads()), listed.size());
        ExecutorService executor = Executors.newFixedThreadPool(threads, work -> {
            Thread thread = new Thread(work, "tailrace-times");
            thread.setDaemon(true);
            return thread;
        });
        try {
            List<Future<ObjectInfo>> asked = new ArrayList<>();
            for (ObjectInfo object : listed) {
                asked.add(executor.submit(() -> recorded(object)));
            }
            List<ObjectInfo> all = new ArrayList<>();
            for (Future<ObjectInfo> answer : asked) {
                all.add(answer.get());
            }
            return all;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RestoreCancelledException("interrupted while the times of objects were asked for", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            executor.shutdownNow();
        }
    }

    private ObjectInfo recorded(ObjectInfo listed) throws IOException {
        Optional<ObjectInfo> told = store.stat(listed.key());
        // What was deleted or replaced meanwhile shows when it is read.
        return told.isEmpty()
                ? listed
                : new ObjectInfo(
                        listed.key(),
                        listed.size(),
                        listed.storedAt(),
                        told.get().recordedAt(),
                        listed.version());
    }
}
