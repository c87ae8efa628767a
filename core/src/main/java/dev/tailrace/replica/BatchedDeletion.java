// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.replica;

import dev.tailrace.internal.failure.RetoldFailure;
import dev.tailrace.store.ObjectStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Deletes objects in the order given, batch by batch, and stops at the first batch that fails. */
final class BatchedDeletion {

    /** What the largest stores take in one request. */
    private static final int BATCH = 1_000;

    private final ObjectStore store;
    private final String what;
    private final List<List<String>> batches = new ArrayList<>();

    /** @param what is to be deleted, for messages */
    BatchedDeletion(ObjectStore store, String what) {
        this.store = store;
        this.what = what;
    }

    /** Adds objects that are deleted after those added before, never in one batch with them. */
    BatchedDeletion add(List<String> keys) {
        for (int from = 0; from < keys.size(); from += BATCH) {
            batches.add(keys.subList(from, Math.min(from + BATCH, keys.size())));
        }
        return this;
    }

    void run() throws IOException {
        for (int i = 0; i < batches.size(); i++) {
            try {
                store.delete(batches.get(i));
            } catch (IOException e) {
                throw failure(e, batches.subList(i + 1, batches.size()));
            }
        }
    }

    private IOException failure(IOException cause, List<List<String>> untried) {
        String message = "cannot delete " + what + ": " + cause.getMessage();
        if (!untried.isEmpty()) {
            int more = untried.stream().mapToInt(List::size).sum();
            message +=
                    "; " + more + " more were not tried, from " + untried.get(0).get(0) + " on";
        }
        return RetoldFailure.of(cause, message, store.location());
    }
}
