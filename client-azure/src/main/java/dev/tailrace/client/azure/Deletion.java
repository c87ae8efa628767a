// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.azure;

import com.azure.core.exception.HttpResponseException;
import com.azure.core.util.Context;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.DeleteSnapshotsOptionType;
import dev.tailrace.error.TailraceException;
import dev.tailrace.store.http.BucketFolder;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One call of delete, blob by blob: Azure's batches need a library of their own, and rights that a signature for a container
 * has not. Goes on after the refusal of some, stops where the store fails, and tells at the end what is left.
 */
final class Deletion {

    private static final int NAMED = 10;

    private final BlobContainerClient client;
    private final BucketFolder folder;
    private final AzureFailures failures;
    private final BooleanSupplier abandoned;
    private final Set<String> left = new LinkedHashSet<>();
    private @Nullable RuntimeException firstRefusal;

    Deletion(BlobContainerClient client, BucketFolder folder, AzureFailures failures, BooleanSupplier abandoned) {
        this.client = client;
        this.folder = folder;
        this.failures = failures;
        this.abandoned = abandoned;
    }

    void run(Collection<String> keys) throws TailraceException {
        List<String> all = List.copyOf(new LinkedHashSet<>(keys));
        for (int i = 0; i < all.size() && !abandoned.getAsBoolean(); i++) {
            try {
                delete(all.get(i));
            } catch (RuntimeException e) {
                left.addAll(all.subList(i, all.size()));
                throw failures.typed(action(all.size()), e);
            }
        }
        if (firstRefusal != null) {
            throw failures.typed(action(all.size()), firstRefusal);
        }
    }

    private void delete(String key) {
        try {
            // With its snapshots, which would else keep it from being deleted.
            client.getBlobClient(folder.absolute(key))
                    .deleteWithResponse(DeleteSnapshotsOptionType.INCLUDE, null, null, Context.NONE);
        } catch (HttpResponseException e) {
            if (AzureFailures.isMissingBlob(e)) {
                return;
            }
            int status = AzureFailures.status(e);
            if (status != 403 && status != 409 && status != 412) {
                throw e;
            }
            left.add(key);
            firstRefusal = firstRefusal == null ? e : firstRefusal;
        }
    }

    private String action(int all) {
        String more = left.size() > NAMED ? " and " + (left.size() - NAMED) + " more" : "";
        return "cannot delete " + left.size() + " of " + all + " objects in " + folder.location() + ", left: "
                + left.stream().limit(NAMED).collect(Collectors.joining(", ")) + more;
    }
}
