// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.azure;

import com.azure.core.http.rest.PagedResponse;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.BlobItem;
import com.azure.storage.blob.models.BlobListDetails;
import com.azure.storage.blob.models.ListBlobsOptions;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.store.http.BlockingCalls;
import dev.tailrace.store.http.BucketFolder;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The pages of a listing, each asked for when it is needed. For one thread at a time. */
final class Pages {

    private static final int BLOBS_IN_A_PAGE = 1_000;

    private final BlobContainerClient client;
    private final BlockingCalls calls;
    private final AzureFailures failures;
    private final BucketFolder folder;
    private final String prefix;
    private final @Nullable String delimiter;
    private @Nullable String token;
    private boolean atEnd;

    /**
     * A listing that has not begun.
     *
     * @param prefix relative to the folder
     * @param delimiter null to list all objects
     */
    Pages(
            BlobContainerClient client,
            BlockingCalls calls,
            AzureFailures failures,
            BucketFolder folder,
            String prefix,
            @Nullable String delimiter) {
        this.client = client;
        this.calls = calls;
        this.failures = failures;
        this.folder = folder;
        this.prefix = prefix;
        this.delimiter = delimiter;
    }

    void requireOpen() throws TailraceException {
        calls.requireOpen();
    }

    boolean hasNext() {
        return !atEnd;
    }

    List<BlobItem> next() throws TailraceException {
        if (atEnd) {
            throw new NoSuchElementException("no more pages of " + folder.location());
        }
        PagedResponse<BlobItem> page = calls.run(abandoned -> page(), discarded -> {});
        String following = page.getContinuationToken();
        if (following != null && following.equals(token)) {
            throw new StoreUnavailableException(
                    "cannot list " + folder.location() + ": the store says that there is more, and not where it goes on"
                            + "; this is a fault of the store, or of a proxy before it",
                    folder.location(),
                    null);
        }
        token = following;
        atEnd = following == null || following.isEmpty();
        return page.getValue();
    }

    private PagedResponse<BlobItem> page() throws TailraceException {
        ListBlobsOptions options = new ListBlobsOptions()
                .setPrefix(folder.absolute(prefix))
                .setMaxResultsPerPage(BLOBS_IN_A_PAGE)
                // Among it the recorded time, and whether it is a folder of an account with a hierarchical namespace.
                .setDetails(new BlobListDetails().setRetrieveMetadata(true));
        try {
            Iterator<PagedResponse<BlobItem>> pages = delimiter == null
                    ? client.listBlobs(options, token, null).iterableByPage().iterator()
                    : client.listBlobsByHierarchy(delimiter, options, null)
                            .iterableByPage(token)
                            .iterator();
            return pages.next();
        } catch (RuntimeException e) {
            throw failures.typed("cannot list " + folder.location(), e);
        }
    }
}
