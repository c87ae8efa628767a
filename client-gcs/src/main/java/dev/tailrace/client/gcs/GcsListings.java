// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.gcs;

import com.google.api.services.storage.Storage;
import com.google.api.services.storage.model.Objects;
import com.google.api.services.storage.model.StorageObject;
import dev.tailrace.error.TailraceException;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.http.BlockingCalls;
import dev.tailrace.store.http.BucketFolder;
import dev.tailrace.store.http.ListingPages;
import dev.tailrace.store.http.PagedListing;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Asks a bucket what is in it. */
record GcsListings(JsonApi api, BlockingCalls calls, GcsFailures failures, BucketFolder folder) {

    private static final String FIELDS = "nextPageToken,prefixes,items(" + ObjectInfos.FIELDS + ")";
    private static final long OBJECTS_IN_A_PAGE = 1_000;

    private static final PagedListing.Reader<StorageObject> READER = new PagedListing.Reader<>() {

        @Override
        public @Nullable String key(StorageObject object) {
            return object.getName();
        }

        @Override
        public Optional<ObjectInfo> info(String key, StorageObject object) {
            return ObjectInfos.of(key, object);
        }
    };

    /** The objects, as {@link dev.tailrace.store.ObjectStore#list} has them. */
    PagedListing<StorageObject> objects(String prefix, String startAfter) {
        return new PagedListing<>(pages(prefix, startAfter, null, Objects::getItems), READER, prefix, startAfter);
    }

    /** The whole keys up to the first slash after a prefix. */
    ListingPages<String> folders(String prefix) {
        return pages(prefix, "", "/", Objects::getPrefixes);
    }

    /** The key to start after may be the first that is listed. */
    private <T> ListingPages<T> pages(
            String prefix, String startAfter, @Nullable String delimiter, Function<Objects, @Nullable List<T>> items) {
        return new ListingPages<>(calls, folder, token -> {
            Objects answer = ask(prefix, startAfter, delimiter, token);
            List<T> found = items.apply(answer);
            return new ListingPages.Page<>(
                    found == null ? List.of() : found,
                    Optional.ofNullable(answer.getNextPageToken()).filter(following -> !following.isEmpty()));
        });
    }

    private Objects ask(String prefix, String startAfter, @Nullable String delimiter, @Nullable String token)
            throws TailraceException {
        try {
            Storage.Objects.List list = api.objects()
                    .list(folder.bucket())
                    .setPrefix(folder.absolute(prefix))
                    .setDelimiter(delimiter)
                    .setMaxResults(OBJECTS_IN_A_PAGE)
                    .setPageToken(token)
                    .setFields(FIELDS);
            if (!startAfter.isEmpty()) {
                list.setStartOffset(folder.absolute(startAfter));
            }
            return api.ask(list.buildHttpRequest(), Objects.class);
        } catch (IOException | RuntimeException e) {
            throw failures.typed("cannot list " + folder.location(), e);
        }
    }
}
