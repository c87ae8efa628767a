// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.s3;

import dev.tailrace.error.ObjectChangedException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.PutOptions;
import dev.tailrace.store.http.BucketFolder;
import dev.tailrace.store.http.EntityTag;
import dev.tailrace.store.http.SourceFailure;
import dev.tailrace.store.http.SourceStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompletedMultipartUpload;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/** Stores one object: by one request, or in parts that become an object all at once. */
final class Upload {

    private static final String CONTENT_TYPE = "application/octet-stream";
    private static final int MOST_PARTS = 10_000;
    /** Another writer was at it at the same moment, so the store did not look at the condition. */
    private static final int CONFLICT = 409;

    private static final int CONFLICT_ATTEMPTS = 5;

    private final S3Client client;
    private final BucketFolder folder;
    private final S3Failures failures;
    private final UploadSettings settings;
    private final String key;
    private final ObjectSource source;
    private final PutOptions options;
    private final BooleanSupplier abandoned;

    Upload(
            S3Client client,
            BucketFolder folder,
            S3Failures failures,
            UploadSettings settings,
            String key,
            ObjectSource source,
            PutOptions options,
            BooleanSupplier abandoned) {
        this.client = client;
        this.folder = folder;
        this.failures = failures;
        this.settings = settings;
        this.key = key;
        this.source = source;
        this.options = options;
        this.abandoned = abandoned;
    }

    /**
     * Stores it.
     *
     * @return the entity tag of the new object, where the store tells it
     * @throws IOException of the source as it is, of the store typed
     */
    Optional<String> run() throws IOException {
        String action = "cannot store " + key + " in " + folder.location();
        for (int attempt = 1; ; attempt++) {
            try {
                return source.size() <= settings.largestPut() ? put() : putParts();
            } catch (SourceFailure e) {
                throw e.cause();
            } catch (RuntimeException e) {
                Optional<IOException> ofSource = SourceFailure.in(e);
                if (ofSource.isPresent()) {
                    throw ofSource.get();
                }
                boolean conflict = e instanceof AwsServiceException answer && answer.statusCode() == CONFLICT;
                if (conflict && isConditional() && attempt < CONFLICT_ATTEMPTS && !abandoned.getAsBoolean()) {
                    continue;
                }
                throw typed(action, e);
            }
        }
    }

    private boolean isConditional() {
        return !(options.condition() instanceof PutOptions.Condition.Always);
    }

    private TailraceException typed(String action, RuntimeException failure) {
        if (!isConditional()) {
            return failures.typed(action, failure);
        }
        Optional<String> expected = Optional.ofNullable(ifMatch())
                .map(tag -> EntityTag.versionOf(tag).orElse(tag));
        if (expected.isPresent()
                && failure instanceof AwsServiceException answer
                && answer.statusCode() == 404
                && !S3Failures.code(answer).equals("NoSuchBucket")) {
            return new ObjectChangedException(
                    key, "version " + expected.get(), "no object", folder.location(), failure);
        }
        return failures.ofObject(action, key, expected, failure);
    }

    private Optional<String> put() {
        PutObjectRequest.Builder request = PutObjectRequest.builder()
                .bucket(folder.bucket())
                .key(folder.absolute(key))
                .contentType(CONTENT_TYPE)
                .contentLength(source.size())
                .metadata(RecordedTime.metadata(options.recordedAt()))
                .storageClass(settings.storageClass())
                .ifNoneMatch(ifNoneMatch())
                .ifMatch(ifMatch());
        settings.encryption().applyTo(request);
        return Optional.ofNullable(
                client.putObject(request.build(), body(0, source.size())).eTag());
    }

    private Optional<String> putParts() {
        CreateMultipartUploadRequest.Builder begin = CreateMultipartUploadRequest.builder()
                .bucket(folder.bucket())
                .key(folder.absolute(key))
                .contentType(CONTENT_TYPE)
                .metadata(RecordedTime.metadata(options.recordedAt()))
                .storageClass(settings.storageClass());
        settings.encryption().applyTo(begin);
        String id = client.createMultipartUpload(begin.build()).uploadId();
        boolean completed = false;
        try {
            Optional<String> tag = complete(id, sendParts(id));
            completed = true;
            return tag;
        } finally {
            if (!completed) {
                abort(id);
            }
        }
    }

    private List<CompletedPart> sendParts(String id) {
        long size = source.size();
        long partSize = Math.max(settings.partSize(), (size + MOST_PARTS - 1) / MOST_PARTS);
        List<CompletedPart> parts = new ArrayList<>();
        for (long from = 0; from < size; from += partSize) {
            long to = Math.min(size, from + partSize);
            int number = parts.size() + 1;
            UploadPartRequest.Builder part = UploadPartRequest.builder()
                    .bucket(folder.bucket())
                    .key(folder.absolute(key))
                    .uploadId(id)
                    .partNumber(number)
                    .contentLength(to - from);
            settings.encryption().applyTo(part);
            var sent = client.uploadPart(part.build(), body(from, to));
            parts.add(CompletedPart.builder()
                    .partNumber(number)
                    .eTag(sent.eTag())
                    .checksumCRC32(sent.checksumCRC32())
                    .build());
        }
        return parts;
    }

    private Optional<String> complete(String id, List<CompletedPart> parts) {
        if (abandoned.getAsBoolean()) {
            throw new SourceFailure(new IOException("nobody waits for " + key + " any more"));
        }
        CompleteMultipartUploadRequest.Builder request = CompleteMultipartUploadRequest.builder()
                .bucket(folder.bucket())
                .key(folder.absolute(key))
                .uploadId(id)
                .multipartUpload(CompletedMultipartUpload.builder().parts(parts).build())
                .ifNoneMatch(ifNoneMatch())
                .ifMatch(ifMatch());
        settings.encryption().applyTo(request);
        return Optional.ofNullable(
                client.completeMultipartUpload(request.build()).eTag());
    }

    /** Parts that belong to no object cost money for ever. What failed before is what the caller hears of. */
    private void abort(String id) {
        // A call that was given up is interrupted, and the SDK would not send this request then.
        boolean interrupted = Thread.interrupted();
        try {
            client.abortMultipartUpload(request ->
                    request.bucket(folder.bucket()).key(folder.absolute(key)).uploadId(id));
        } catch (RuntimeException e) {
            System.getLogger(Upload.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            "parts of " + key + " in " + folder.location()
                                    + " are left in the store as an unfinished upload: "
                                    + failures.typed("cannot abort", e).getMessage());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private RequestBody body(long from, long to) {
        return RequestBody.fromContentProvider(
                () -> SourceStream.open(source, from, to, abandoned), to - from, CONTENT_TYPE);
    }

    private @Nullable String ifNoneMatch() {
        return options.condition() instanceof PutOptions.Condition.Absent ? "*" : null;
    }

    private @Nullable String ifMatch() {
        return options.condition() instanceof PutOptions.Condition.Version wanted
                ? EntityTag.of(wanted.version())
                : null;
    }
}
