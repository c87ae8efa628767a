// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.azure;

import com.azure.core.http.rest.PagedResponse;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.BlobItem;
import com.azure.storage.blob.models.BlobItemProperties;
import com.azure.storage.blob.models.BlobListDetails;
import com.azure.storage.blob.models.ListBlobsOptions;
import dev.tailrace.error.TailraceException;
import dev.tailrace.store.KeyOrder;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.http.BlockingCalls;
import dev.tailrace.store.http.BucketFolder;
import dev.tailrace.store.http.EntityTag;
import dev.tailrace.store.http.ListingPages;
import dev.tailrace.store.http.PagedListing;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asks a container what is in it. Within a page the blobs are put into order here: the emulator orders by UTF-16 units,
 * accounts with a hierarchical namespace by the elements of paths, and that is another order where names are odd.
 */
record AzureListings(BlobContainerClient client, BlockingCalls calls, AzureFailures failures, BucketFolder folder) {

    private static final int BLOBS_IN_A_PAGE = 1_000;

    private static final PagedListing.Reader<BlobItem> READER = new PagedListing.Reader<>() {

        @Override
        public @Nullable String key(BlobItem blob) {
            return blob.getName();
        }

        @Override
        public Optional<ObjectInfo> info(String key, BlobItem blob) {
            BlobItemProperties properties = blob.getProperties();
            Long size = properties.getContentLength();
            if (size == null || size < 0 || properties.getLastModified() == null) {
                return Optional.empty();
            }
            return Optional.of(new ObjectInfo(
                    key,
                    size,
                    properties.getLastModified().toInstant(),
                    RecordedTime.in(blob.getMetadata()),
                    EntityTag.versionOf(properties.getETag())));
        }
    };

    /**
     * The blobs, as {@link dev.tailrace.store.ObjectStore#list} has them. What comes before the key to start after is read and
     * passed over, as Azure lists from the start only.
     */
    PagedListing<BlobItem> blobs(String prefix, String startAfter) {
        ListingPages<BlobItem> pages = pages(
                prefix,
                null,
                blobs -> blobs.stream()
                        .filter(blob ->
                                blob.getName() != null && blob.getProperties() != null && !isFolder(blob.getMetadata()))
                        .sorted(Comparator.comparing(BlobItem::getName, KeyOrder.BY_UTF8))
                        .toList());
        return new PagedListing<>(pages, READER, prefix, startAfter);
    }

    /** The whole keys up to the first slash after a prefix. */
    ListingPages<String> folders(String prefix) {
        return pages(
                prefix,
                "/",
                found -> found.stream()
                        .filter(item -> Boolean.TRUE.equals(item.isPrefix()))
                        .map(BlobItem::getName)
                        .filter(Objects::nonNull)
                        .toList());
    }

    /** Some accounts list them as empty blobs. */
    private static boolean isFolder(@Nullable Map<String, String> metadata) {
        return metadata != null
                && metadata.entrySet().stream()
                        .anyMatch(entry -> entry.getKey().equalsIgnoreCase("hdi_isfolder")
                                && "true".equalsIgnoreCase(entry.getValue()));
    }

    private <T> ListingPages<T> pages(
            String prefix, @Nullable String delimiter, Function<List<BlobItem>, List<T>> items) {
        return new ListingPages<>(calls, folder, token -> {
            PagedResponse<BlobItem> answer = ask(prefix, delimiter, token);
            return new ListingPages.Page<>(
                    items.apply(answer.getValue()),
                    Optional.ofNullable(answer.getContinuationToken()).filter(following -> !following.isEmpty()));
        });
    }

    private PagedResponse<BlobItem> ask(String prefix, @Nullable String delimiter, @Nullable String token)
            throws TailraceException {
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
