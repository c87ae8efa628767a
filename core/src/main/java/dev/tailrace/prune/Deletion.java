// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.prune;

import dev.tailrace.error.RestoreCancelledException;
import dev.tailrace.internal.failure.RetoldFailure;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.store.ObjectInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Deletes what was decided, call by call, and counts. For one thread, and to be used once. */
final class Deletion {

    private final ReplicaClient replica;
    private final PruneListener listener;
    private long objects;
    private long bytes;
    private int calls;

    Deletion(ReplicaClient replica, PruneListener listener) {
        this.replica = replica;
        this.listener = listener;
    }

    void run(List<Decision> decisions) throws IOException {
        List<List<?>> all = new ArrayList<>();
        decisions.forEach(decision -> all.addAll(DeletionOrder.of(decision)));
        long total = all.stream().mapToLong(List::size).sum();
        listener.began(
                total,
                all.stream().flatMap(List::stream).mapToLong(ObjectRun::sizeOf).sum());
        for (List<?> call : all) {
            if (Thread.interrupted()) {
                Thread.currentThread().interrupt();
                throw new RestoreCancelledException("pruning was interrupted " + progress(total), null);
            }
            List<ObjectInfo> infos = new ArrayList<>(call.size());
            call.forEach(item -> infos.add(ObjectRun.infoOf(item)));
            try {
                replica.deleteObjects(infos);
            } catch (IOException e) {
                throw RetoldFailure.of(
                        e,
                        "pruning stopped " + progress(total) + ", before "
                                + infos.get(0).key() + ": " + e.getMessage(),
                        replica.location());
            }
            calls++;
            long size = call.stream().mapToLong(ObjectRun::sizeOf).sum();
            objects += call.size();
            bytes += size;
            listener.deleted(call.size(), size);
        }
    }

    private String progress(long total) {
        return "after " + objects + " of " + total
                + " objects; what is to be kept can be restored, prune again to go on";
    }

    long objects() {
        return objects;
    }

    long bytes() {
        return bytes;
    }

    int calls() {
        return calls;
    }
}
