// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.gcs;

import com.google.api.client.googleapis.batch.BatchRequest;
import com.google.api.client.googleapis.batch.json.JsonBatchCallback;
import com.google.api.client.googleapis.json.GoogleJsonError;
import com.google.api.client.http.HttpHeaders;
import com.google.api.client.http.HttpResponseException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.store.http.BucketFolder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One call of delete: a hundred keys by one request, one by one where the store cannot do that. Goes on after the refusal of
 * some keys, stops where a whole request fails, and tells at the end what is left.
 */
final class Deletion {

    private static final int BATCH = 100;
    private static final int NAMED = 10;

    private final JsonApi api;
    private final BucketFolder folder;
    private final GcsFailures failures;
    private final BooleanSupplier abandoned;
    private final Set<String> left = new LinkedHashSet<>();
    private @Nullable Refusal firstRefusal;
    private boolean oneByOne;

    Deletion(JsonApi api, BucketFolder folder, GcsFailures failures, BooleanSupplier abandoned) {
        this.api = api;
        this.folder = folder;
        this.failures = failures;
        this.abandoned = abandoned;
    }

    void run(Collection<String> keys) throws TailraceException {
        List<String> all = List.copyOf(new LinkedHashSet<>(keys));
        for (int from = 0; from < all.size() && !abandoned.getAsBoolean(); from += BATCH) {
            List<String> batch = all.subList(from, Math.min(all.size(), from + BATCH));
            try {
                delete(batch);
            } catch (IOException | RuntimeException e) {
                left.addAll(all.subList(from, all.size()));
                throw failures.typed(action(all.size()), e);
            }
        }
        if (firstRefusal != null) {
            throw failures.typed(action(all.size()), firstRefusal);
        }
    }

    private void delete(List<String> keys) throws IOException {
        // A refused key is asked for once more by itself: such a request is tried again where that may help.
        for (String key : oneByOne || keys.size() == 1 ? keys : refusedOf(keys)) {
            if (!abandoned.getAsBoolean()) {
                deleteOne(key);
            }
        }
    }

    /** Deletes many by one request; what is returned was not deleted, whatever the reason. */
    private List<String> refusedOf(List<String> keys) throws IOException {
        BatchRequest batch = api.batch();
        List<String> refused = new ArrayList<>();
        for (String key : keys) {
            api.objects().delete(folder.bucket(), folder.absolute(key)).queue(batch, new JsonBatchCallback<Void>() {
                @Override
                public void onSuccess(Void nothing, HttpHeaders headers) {
                    // Gone.
                }

                @Override
                public void onFailure(GoogleJsonError error, HttpHeaders headers) {
                    refused.add(key);
                }
            });
        }
        try {
            batch.execute();
            return refused;
        } catch (HttpResponseException e) {
            // No store but Google's needs to know of requests in a request. What else it may mean, the single ones say.
            oneByOne = true;
            return keys;
        }
    }

    private void deleteOne(String key) throws IOException {
        try {
            api.open(api.objects().delete(folder.bucket(), folder.absolute(key)).buildHttpRequest())
                    .ignore();
        } catch (Refusal refusal) {
            if (refusal.status() == 404 && refusal.isOfObject()) {
                return;
            }
            if (refusal.status() != 403) {
                throw refusal;
            }
            left.add(key);
            firstRefusal = firstRefusal == null ? refusal : firstRefusal;
        }
    }

    private String action(int all) {
        String more = left.size() > NAMED ? " and " + (left.size() - NAMED) + " more" : "";
        return "cannot delete " + left.size() + " of " + all + " objects in " + folder.location() + ", left: "
                + left.stream().limit(NAMED).collect(Collectors.joining(", ")) + more;
    }
}
