// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.azure;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.BinaryData;
import com.azure.storage.blob.models.BlobStorageException;
import dev.tailrace.error.ObjectChangedException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.PutOptions;
import dev.tailrace.store.http.BucketFolder;
import dev.tailrace.store.http.EntityTag;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/**
 * Stores one object: by one request, or in blocks that become a blob all at once. A block is held in memory while it is sent,
 * so that it can be sent again.
 */
final class Upload {

    /** What one request sends; larger only where a blob would have too many blocks. */
    static final int BLOCK = 4 << 20;

    private static final HttpHeaderName BLOB_TYPE = HttpHeaderName.fromString("x-ms-blob-type");
    private static final HttpHeaderName CONTENT_TYPE = HttpHeaderName.fromString("x-ms-blob-content-type");
    private static final int MOST_BLOCKS = 50_000;
    /** Another writer's blob has thrown away the blocks of this one. */
    private static final String BLOCKS_ARE_GONE = "InvalidBlockList";

    private static final int ATTEMPTS = 5;

    private final BlobRequests requests;
    private final BucketFolder folder;
    private final AzureFailures failures;
    private final String key;
    private final ObjectSource source;
    private final PutOptions options;
    private final BooleanSupplier abandoned;

    Upload(
            BlobRequests requests,
            BucketFolder folder,
            AzureFailures failures,
            String key,
            ObjectSource source,
            PutOptions options,
            BooleanSupplier abandoned) {
        this.requests = requests;
        this.folder = folder;
        this.failures = failures;
        this.key = key;
        this.source = source;
        this.options = options;
        this.abandoned = abandoned;
    }

    /**
     * Stores it.
     *
     * @throws IOException of the source as it is, of the store typed
     */
    ObjectInfo run() throws IOException {
        String action = "cannot store " + key + " in " + folder.location();
        for (int attempt = 1; ; attempt++) {
            try (SourceBlocks blocks = SourceBlocks.open(source)) {
                return stored(source.size() <= BLOCK ? put(blocks) : putBlocks(blocks));
            } catch (RuntimeException e) {
                boolean lost = e instanceof BlobStorageException answer
                        && AzureFailures.code(answer).equals(BLOCKS_ARE_GONE);
                if (!lost || attempt == ATTEMPTS) {
                    throw typed(action, e);
                }
            }
        }
    }

    private TailraceException typed(String action, RuntimeException failure) {
        Optional<String> expected = options.condition() instanceof PutOptions.Condition.Version wanted
                ? Optional.of(wanted.version())
                : Optional.empty();
        if (options.condition() instanceof PutOptions.Condition.Always) {
            return failures.typed(action, failure);
        }
        if (expected.isPresent()
                && failure instanceof BlobStorageException answer
                && AzureFailures.isMissingBlob(answer)) {
            return new ObjectChangedException(
                    key, "version " + expected.get(), "no object", folder.location(), failure);
        }
        return failures.ofObject(action, key, expected, failure);
    }

    private HttpResponse put(SourceBlocks blocks) throws IOException {
        byte[] bytes = blocks.next(BLOCK);
        requireWanted();
        return requests.send(blob("").setHeader(BLOB_TYPE, "BlockBlob").setBody(BinaryData.fromBytes(bytes)));
    }

    private HttpResponse putBlocks(SourceBlocks blocks) throws IOException {
        int size = blockSize();
        // Blocks wait under the blob's name, those of other writers too.
        UUID upload = UUID.randomUUID();
        StringBuilder list = new StringBuilder("<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList>");
        for (int number = 0; blocks.hasNext(); number++) {
            byte[] bytes = blocks.next(size);
            requireWanted();
            String id = id(upload, number);
            requests.send(requests.write(key, "?comp=block&blockid=" + BlobName.encoded(id))
                    .setBody(BinaryData.fromBytes(bytes)));
            list.append("<Latest>").append(id).append("</Latest>");
        }
        requireWanted();
        return requests.send(blob("?comp=blocklist")
                .setBody(BinaryData.fromString(list.append("</BlockList>").toString())));
    }

    /** What makes a blob: its type of content, its metadata, the condition. */
    private HttpRequest blob(String query) {
        HttpRequest request = requests.write(key, query).setHeader(CONTENT_TYPE, "application/octet-stream");
        RecordedTime.metadata(options.recordedAt())
                .forEach((name, value) -> request.setHeader(HttpHeaderName.fromString("x-ms-meta-" + name), value));
        if (options.condition() instanceof PutOptions.Condition.Absent) {
            request.setHeader(HttpHeaderName.IF_NONE_MATCH, "*");
        }
        if (options.condition() instanceof PutOptions.Condition.Version wanted) {
            request.setHeader(HttpHeaderName.IF_MATCH, EntityTag.of(wanted.version()));
        }
        return request;
    }

    private int blockSize() throws IOException {
        long size = Math.max(BLOCK, (source.size() + MOST_BLOCKS - 1) / MOST_BLOCKS);
        if (size > Integer.MAX_VALUE / 2) {
            throw new IOException(key + " is too large for a blob: " + source.size() + " bytes");
        }
        return (int) size;
    }

    private static String id(UUID upload, int number) {
        ByteBuffer id = ByteBuffer.allocate(2 * Long.BYTES + Integer.BYTES);
        id.putLong(upload.getMostSignificantBits())
                .putLong(upload.getLeastSignificantBits())
                .putInt(number);
        return Base64.getEncoder().encodeToString(id.array());
    }

    private void requireWanted() throws IOException {
        if (abandoned.getAsBoolean()) {
            throw new IOException("nobody waits for " + key + " any more");
        }
    }

    private ObjectInfo stored(HttpResponse answer) {
        return new ObjectInfo(
                key,
                source.size(),
                BlobRequests.lastModified(answer).orElseGet(Instant::now),
                options.recordedAt(),
                EntityTag.versionOf(answer.getHeaderValue(HttpHeaderName.ETAG)));
    }
}
