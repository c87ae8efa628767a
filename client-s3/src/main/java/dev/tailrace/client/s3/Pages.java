// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.s3;

import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.store.http.BlockingCalls;
import dev.tailrace.store.http.BucketFolder;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;

/** The pages of a listing, each asked for when it is needed. For one thread at a time. */
final class Pages {

    private final S3Client client;
    private final BlockingCalls calls;
    private final S3Failures failures;
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
     * @param startAfter relative to the folder; empty to begin at the start
     * @param delimiter null to list all objects
     */
    Pages(
            S3Client client,
            BlockingCalls calls,
            S3Failures failures,
            BucketFolder folder,
            String prefix,
            String startAfter,
            @Nullable String delimiter) {
        this.client = client;
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

    ListObjectsV2Response next() throws TailraceException {
        if (atEnd) {
            throw new NoSuchElementException("no more pages of " + folder.location());
        }
        ListObjectsV2Request.Builder request = ListObjectsV2Request.builder()
                .bucket(folder.bucket())
                .prefix(folder.absolute(prefix))
                .delimiter(delimiter)
                // XML cannot hold every key.
                .encodingType(EncodingType.URL);
        if (token != null) {
            request.continuationToken(token);
        } else if (!startAfter.isEmpty()) {
            request.startAfter(folder.absolute(startAfter));
        }
        ListObjectsV2Response page = calls.run(abandoned -> page(request.build()), discarded -> {});
        String following = Boolean.TRUE.equals(page.isTruncated()) ? page.nextContinuationToken() : null;
        if (Boolean.TRUE.equals(page.isTruncated()) && (following == null || following.equals(token))) {
            throw new StoreUnavailableException(
                    "cannot list " + folder.location() + ": the store says that there is more, and not where it goes on"
                            + "; this is a fault of the store, or of a proxy before it",
                    folder.location(),
                    null);
        }
        token = following;
        atEnd = following == null;
        return page;
    }

    private ListObjectsV2Response page(ListObjectsV2Request request) throws TailraceException {
        try {
            return client.listObjectsV2(request);
        } catch (RuntimeException e) {
            throw failures.typed("cannot list " + folder.location(), e);
        }
    }
}
