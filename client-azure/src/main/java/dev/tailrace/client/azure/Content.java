// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.azure;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import dev.tailrace.error.ObjectChangedException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectRead;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.http.AnswerStream;
import dev.tailrace.store.http.BlockingCalls;
import dev.tailrace.store.http.BucketFolder;
import dev.tailrace.store.http.ContentRange;
import dev.tailrace.store.http.EmptyStream;
import dev.tailrace.store.http.EntityTag;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The bytes of blobs: one request, one range, one stream. */
final class Content {

    private static final String METADATA = "x-ms-meta-";

    private final BlobRequests requests;
    private final BucketFolder folder;
    private final AzureFailures failures;
    private final BlockingCalls calls;
    private final @Nullable Duration stallTimeout;

    /** @param stallTimeout null where the client has one of its own */
    Content(
            BlobRequests requests,
            BucketFolder folder,
            AzureFailures failures,
            BlockingCalls calls,
            @Nullable Duration stallTimeout) {
        this.requests = requests;
        this.folder = folder;
        this.failures = failures;
        this.calls = calls;
        this.stallTimeout = stallTimeout;
    }

    /**
     * Opens a range that is not empty.
     *
     * @return empty where the range begins at or behind the end of the blob
     */
    Optional<ObjectStream> open(ObjectRead read) throws TailraceException {
        String action = "cannot open " + read.key() + " in " + folder.location();
        HttpResponse answer;
        try {
            answer = requests.open(request(read));
        } catch (RuntimeException e) {
            throw failures.ofObject(action, read.key(), read.version(), e);
        }
        ObjectStream stream = null;
        try {
            int status = answer.getStatusCode();
            if (status == 416) {
                return Optional.empty();
            }
            if (status != 200 && status != 206) {
                throw failures.ofObject(action, read.key(), read.version(), BlobRequests.failure(answer));
            }
            ContentRange range = ContentRange.of(
                            answer.getHeaderValue(HttpHeaderName.CONTENT_RANGE),
                            number(answer.getHeaderValue(HttpHeaderName.CONTENT_LENGTH)))
                    .orElseThrow(() -> nonsense(action));
            ObjectInfo info = info(read.key(), range.size(), answer).orElseThrow(() -> nonsense(action));
            if (read.version().isPresent() && !read.version().equals(info.version())) {
                throw changed(read, info, folder);
            }
            long to = Math.min(read.to(), info.size());
            if (read.from() >= to) {
                return Optional.of(new EmptyStream(info));
            }
            if (range.from() != read.from() || range.to() < to) {
                throw nonsense(action);
            }
            AzureBody body = new AzureBody(answer.getBodyAsInputStreamSync(), stallTimeout, to - read.from());
            stream = new AnswerStream(calls, folder.location(), info, body, range, read.from(), to, () -> false);
            return Optional.of(stream);
        } finally {
            if (stream == null) {
                answer.close();
            }
        }
    }

    private HttpRequest request(ObjectRead read) {
        HttpRequest request = requests.read(read.key());
        read.version().ifPresent(version -> request.setHeader(HttpHeaderName.IF_MATCH, EntityTag.of(version)));
        if (read.from() > 0 || read.to() < Long.MAX_VALUE) {
            request.setHeader(
                    HttpHeaderName.RANGE,
                    "bytes=" + read.from() + "-" + (read.to() == Long.MAX_VALUE ? "" : read.to() - 1));
        }
        return request;
    }

    private static Optional<ObjectInfo> info(String key, long size, HttpResponse answer) {
        Map<String, String> metadata = new HashMap<>();
        answer.getHeaders().stream()
                .filter(header -> header.getName().regionMatches(true, 0, METADATA, 0, METADATA.length()))
                .forEach(header -> metadata.put(header.getName().substring(METADATA.length()), header.getValue()));
        return BlobRequests.lastModified(answer)
                .map(storedAt -> new ObjectInfo(
                        key,
                        size,
                        storedAt,
                        RecordedTime.in(metadata),
                        EntityTag.versionOf(answer.getHeaderValue(HttpHeaderName.ETAG))));
    }

    private static @Nullable Long number(@Nullable String header) {
        return header != null && header.matches("[0-9]{1,18}") ? Long.valueOf(header) : null;
    }

    static ObjectChangedException changed(ObjectRead read, ObjectInfo found, BucketFolder folder) {
        return new ObjectChangedException(
                read.key(),
                "version " + read.version().orElse("unknown"),
                "version " + found.version().orElse("unknown"),
                folder.location(),
                null);
    }

    private StoreUnavailableException nonsense(String action) {
        return new StoreUnavailableException(
                action
                        + ": the answer has no size, no time, or another range than was asked for; this is a fault of the"
                        + " store, or of a proxy before it",
                folder.location(),
                null);
    }
}
