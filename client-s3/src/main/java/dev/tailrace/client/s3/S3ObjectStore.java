// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.s3;

import dev.tailrace.error.ObjectChangedException;
import dev.tailrace.error.ObjectMissingException;
import dev.tailrace.error.StoreAccessException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectIterator;
import dev.tailrace.store.ObjectRead;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.PutOptions;
import dev.tailrace.store.http.AnswerStream;
import dev.tailrace.store.http.BlockingCalls;
import dev.tailrace.store.http.BucketFolder;
import dev.tailrace.store.http.ContentRange;
import dev.tailrace.store.http.EmptyStream;
import dev.tailrace.store.http.EntityTag;
import dev.tailrace.store.http.FolderNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * The objects below a prefix of a bucket. {@code s3:} URLs open it; {@link #over} makes one of a client that the program
 * has set up itself.
 *
 * <p><b>Version</b> is the entity tag, sent with each read as {@code If-Match} and compared with that of the answer.
 *
 * <p><b>Times.</b> A recorded time is kept as Litestream's metadata {@code litestream-timestamp}; {@link #stat} and
 * {@link #open} tell it, listings do not, since S3's do not.
 *
 * <p><b>Writing.</b> Up to 16 MiB, or one part if that is larger, by one request; more in parts, one after another, that
 * become an object all at once. An upload that fails is aborted; one whose process dies leaves parts which only a lifecycle
 * rule of the bucket removes. Conditions are the store's own {@code If-None-Match} and {@code If-Match}; a store that does
 * not know them may ignore them without a word. Exceptions of the source come out as they are.
 *
 * <p><b>Missing bucket.</b> Listing, opening and storing tell it from a missing object. {@link #stat} cannot: the answer to a
 * HEAD has no room for it.
 *
 * <p><b>Ending.</b> A caller that is interrupted, and all callers when the store is closed, fail at once. What they waited
 * for is left to a thread in the background, until the client's own time-out ends it.
 */
public final class S3ObjectStore implements ObjectStore {

    private final BucketFolder folder;
    private final S3Client client;
    private final boolean ownsClient;
    private final S3Failures failures;
    private final UploadSettings uploads;
    private final BlockingCalls calls;
    private final S3Listings listings;

    S3ObjectStore(BucketFolder folder, S3Client client, boolean ownsClient, String understood, UploadSettings uploads) {
        this.folder = folder;
        this.client = client;
        this.ownsClient = ownsClient;
        this.failures = new S3Failures(folder, understood);
        this.uploads = uploads;
        this.calls = new BlockingCalls("tailrace-s3-", folder.location());
        listings = new S3Listings(client, calls, failures, folder);
    }

    /**
     * A store over a client of the program's own: endpoint, credentials, HTTP client and retries are as the program has set
     * them. The client should not have a time limit for whole calls, since reading a large object takes long.
     *
     * @param client stays the caller's to close, after the store
     * @param bucket its name, or the ARN of an access point
     * @param path below which the objects are, with or without slashes at its ends; {@code ""} for the whole bucket
     */
    public static ObjectStore over(S3Client client, String bucket, String path) {
        String prefix = BucketFolder.prefixOf(path);
        String location = "s3://" + bucket + (prefix.isEmpty() ? "" : "/" + prefix.substring(0, prefix.length() - 1));
        return new S3ObjectStore(
                new BucketFolder(bucket, prefix, location), client, false, "bucket " + bucket, UploadSettings.DEFAULTS);
    }

    @Override
    public ObjectIterator list(String prefix, String startAfter) throws IOException {
        calls.requireOpen();
        return listings.objects(prefix, startAfter);
    }

    @Override
    public List<String> listFolders(String prefix) throws IOException {
        calls.requireOpen();
        return new FolderNames(folder, prefix).addAll(listings.folders(prefix)).sorted();
    }

    @Override
    public Optional<ObjectInfo> stat(String key) throws IOException {
        return calls.run(abandoned -> head(key, Optional.empty()), discarded -> {});
    }

    @Override
    public ObjectStream open(ObjectRead read) throws IOException {
        // Nothing to ask for, but the object must be there.
        return read.from() == read.to()
                ? calls.run(abandoned -> openEmpty(read), discarded -> {})
                : calls.run(abandoned -> get(read, abandoned), S3ObjectStore::discard);
    }

    @Override
    public ObjectInfo put(String key, ObjectSource source, PutOptions options) throws IOException {
        try {
            return calls.run(
                    abandoned -> {
                        try {
                            Optional<String> tag = new Upload(
                                            client, folder, failures, uploads, key, source, options, abandoned)
                                    .run();
                            return stored(key, source, options, tag);
                        } catch (TailraceException e) {
                            throw e;
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    },
                    discarded -> {});
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public void delete(Collection<String> keys) throws IOException {
        calls.<Boolean>run(
                abandoned -> {
                    new Deletion(client, folder, failures, abandoned).run(keys);
                    return true;
                },
                discarded -> {});
    }

    /** They are metadata of each object. */
    @Override
    public boolean listsRecordedTimes() {
        return false;
    }

    @Override
    public String location() {
        return folder.location();
    }

    /** Later calls, and reads of streams that are open, fail with {@link dev.tailrace.error.StoreAccessException}. */
    @Override
    public void close() {
        calls.close();
        if (ownsClient) {
            client.close();
        }
    }

    private Optional<ObjectInfo> head(String key, Optional<String> version) throws TailraceException {
        HeadObjectRequest.Builder request =
                HeadObjectRequest.builder().bucket(folder.bucket()).key(folder.absolute(key));
        version.map(EntityTag::of).ifPresent(request::ifMatch);
        uploads.encryption().applyTo(request);
        try {
            HeadObjectResponse answer = client.headObject(request.build());
            Optional<ObjectInfo> info =
                    info(key, answer.contentLength(), answer.lastModified(), answer.metadata(), answer.eTag());
            return Optional.of(info.orElseThrow(() -> nonsense(key)));
        } catch (AwsServiceException e) {
            if (e.statusCode() == 404 && !S3Failures.code(e).equals("NoSuchBucket")) {
                return Optional.empty();
            }
            throw failures.ofObject(cannot("look at", key), key, version, e);
        } catch (RuntimeException e) {
            throw failures.typed(cannot("look at", key), e);
        }
    }

    private ObjectStream openEmpty(ObjectRead read) throws TailraceException {
        ObjectInfo info = head(read.key(), read.version())
                .orElseThrow(() -> new ObjectMissingException(read.key(), folder.location(), null));
        requireVersion(read, info);
        return new EmptyStream(info);
    }

    private ObjectStream get(ObjectRead read, BooleanSupplier abandoned) throws TailraceException {
        GetObjectRequest.Builder request =
                GetObjectRequest.builder().bucket(folder.bucket()).key(folder.absolute(read.key()));
        read.version().map(EntityTag::of).ifPresent(request::ifMatch);
        boolean ranged = read.from() > 0 || read.to() < Long.MAX_VALUE;
        if (ranged) {
            request.range("bytes=" + read.from() + "-" + (read.to() == Long.MAX_VALUE ? "" : read.to() - 1));
        }
        uploads.encryption().applyTo(request);
        ResponseInputStream<GetObjectResponse> body = get(read, request.build());
        if (body == null) {
            return openEmpty(read);
        }
        boolean taken = false;
        try {
            GetObjectResponse answer = body.response();
            ContentRange range = ContentRange.of(answer.contentRange(), answer.contentLength())
                    .orElseThrow(() -> nonsense(read.key()));
            ObjectInfo info = info(read.key(), range.size(), answer.lastModified(), answer.metadata(), answer.eTag())
                    .orElseThrow(() -> nonsense(read.key()));
            requireVersion(read, info);
            long to = Math.min(read.to(), info.size());
            if (read.from() >= to) {
                return new EmptyStream(info);
            }
            if (range.from() > read.from() || range.to() < to) {
                throw nonsense(read.key());
            }
            ObjectStream stream = new AnswerStream(
                    calls, folder.location(), info, new S3Body(body), range, read.from(), to, abandoned);
            taken = true;
            return stream;
        } finally {
            if (!taken) {
                body.abort();
            }
        }
    }

    /** Null where the range begins at or behind the end of the object. */
    private @Nullable ResponseInputStream<GetObjectResponse> get(ObjectRead read, GetObjectRequest request)
            throws TailraceException {
        try {
            // Without a time limit of its own for the first byte: the connection has one.
            return client.getObject(request, ResponseTransformer.toInputStream(Duration.ZERO));
        } catch (AwsServiceException e) {
            if (e.statusCode() == 416) {
                return null;
            }
            throw failures.ofObject(cannot("open", read.key()), read.key(), read.version(), e);
        } catch (RuntimeException e) {
            throw failures.typed(cannot("open", read.key()), e);
        }
    }

    private void requireVersion(ObjectRead read, ObjectInfo info) throws ObjectChangedException {
        if (read.version().isPresent() && !read.version().equals(info.version())) {
            throw new ObjectChangedException(
                    read.key(),
                    "version " + read.version().get(),
                    "version " + info.version().orElse("unknown"),
                    folder.location(),
                    null);
        }
    }

    /** The answer to a PUT does not tell when; where the object is gone or replaced already, nobody can tell any more. */
    private ObjectInfo stored(String key, ObjectSource source, PutOptions options, Optional<String> tag)
            throws TailraceException {
        Optional<String> version = tag.flatMap(EntityTag::versionOf);
        Optional<ObjectInfo> seen;
        try {
            seen = head(key, Optional.empty());
        } catch (StoreAccessException e) {
            // Some may write and not read. The object is stored.
            seen = Optional.empty();
        }
        return seen.filter(info -> info.version().equals(version) || version.isEmpty())
                .orElseGet(() -> new ObjectInfo(key, source.size(), Instant.now(), options.recordedAt(), version));
    }

    private static Optional<ObjectInfo> info(
            String key,
            @Nullable Long size,
            @Nullable Instant time,
            Map<String, String> metadata,
            @Nullable String tag) {
        return size == null || size < 0 || time == null
                ? Optional.empty()
                : Optional.of(new ObjectInfo(key, size, time, RecordedTime.in(metadata), EntityTag.versionOf(tag)));
    }

    private StoreUnavailableException nonsense(String key) {
        return new StoreUnavailableException(
                "cannot read " + key + " in " + folder.location()
                        + ": the answer has no size, no time, or another range than was asked for; this is a fault of the"
                        + " store, or of a proxy before it",
                folder.location(),
                null);
    }

    private String cannot(String verb, String key) {
        return "cannot " + verb + " " + key + " in " + folder.location();
    }

    private static void discard(ObjectStream stream) {
        try {
            stream.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
