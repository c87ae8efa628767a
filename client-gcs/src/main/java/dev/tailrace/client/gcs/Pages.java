// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.gcs;

import com.google.api.services.storage.Storage;
import com.google.api.services.storage.model.Objects;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.store.http.BlockingCalls;
import dev.tailrace.store.http.BucketFolder;
import java.io.IOException;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The pages of a listing, each asked for when it is needed. For one thread at a time. */
final class Pages {

    private static final String FIELDS = "nextPageToken,prefixes,items(" + ObjectInfos.FIELDS + ")";
    private static final long PAGE = 1_000;

    private final JsonApi api;
    private final BlockingCalls calls;
    private final GcsFailures failures;
    private final BucketFolder folder;
    private final String prefix;
    private final String startAfter;
    private final @Nullable String delimiter;
    private @Nullable String token;
    private boolean atEnd;

    /**
     * A listing that has not begun.
     *
     * @param prefix relative to the folder
     * @param startAfter relative to the folder; empty to begin at the start. It may be the first that is listed
     * @param delimiter null to list all objects
     */
    Pages(
            JsonApi api,
            BlockingCalls calls,
            GcsFailures failures,
            BucketFolder folder,
            String prefix,
            String startAfter,
            @Nullable String delimiter) {
        this.api = api;
        this.calls = calls;
        this.failures = failures;
        this.folder = folder;
        this.prefix = prefix;
        this.startAfter = startAfter;
        this.delimiter = delimiter;
    }

    void requireOpen() throws TailraceException {
        calls.requireOpen();
    }

    boolean hasNext() {
        return !atEnd;
    }

    Objects next() throws TailraceException {
        if (atEnd) {
            throw new NoSuchElementException("no more pages of " + folder.location());
        }
        Objects page = calls.run(abandoned -> page(), discarded -> {});
        String following = page.getNextPageToken();
        if (following != null && following.equals(token)) {
            throw new StoreUnavailableException(
                    "cannot list " + folder.location() + ": the store says that there is more, and not where it goes on"
                            + "; this is a fault of the store, or of a proxy before it",
                    folder.location(),
                    null);
        }
        token = following;
        atEnd = following == null || following.isEmpty();
        return page;
    }

    private Objects page() throws TailraceException {
        try {
            Storage.Objects.List list = api.objects()
                    .list(folder.bucket())
                    .setPrefix(folder.absolute(prefix))
                    .setDelimiter(delimiter)
                    .setMaxResults(PAGE)
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
