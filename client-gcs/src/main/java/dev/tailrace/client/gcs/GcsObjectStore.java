// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.gcs;

import com.google.api.client.http.HttpHeaders;
import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.HttpResponse;
import com.google.api.services.storage.Storage.Objects.Get;
import com.google.api.services.storage.model.StorageObject;
import com.google.cloud.storage.Storage;
import dev.tailrace.error.ObjectChangedException;
import dev.tailrace.error.ObjectMissingException;
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
import dev.tailrace.store.http.FolderNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The objects below a prefix of a bucket. {@code gs:} and {@code gcs:} URLs open it; {@link #over} makes one of a client that
 * the program has set up itself.
 *
 * <p><b>Version</b> is the object's generation, sent with each read as a condition and compared with that of the answer.
 *
 * <p><b>Times.</b> A recorded time is kept as Litestream's metadata {@code litestream-timestamp}; {@link #stat} and listings
 * tell it. A stream tells it where the server sends metadata with content, and that to the second what {@link #stat} tells to
 * the millisecond.
 *
 * <p><b>Writing.</b> One request for each object, however large. Conditions are the store's own, on the generation. Exceptions
 * of the source come out as they are.
 *
 * <p><b>Ending.</b> A caller that is interrupted, and all callers when the store is closed, fail at once. What they waited
 * for is left to a thread in the background, until the client's own time-out ends it.
 */
public final class GcsObjectStore implements ObjectStore {

    private final BucketFolder folder;
    private final JsonApi api;
    private final GcsFailures failures;
    private final BlockingCalls calls;
    private final GcsListings listings;

    GcsObjectStore(BucketFolder folder, JsonApi api, String understood) {
        this.folder = folder;
        this.api = api;
        this.failures = new GcsFailures(folder, understood);
        this.calls = new BlockingCalls("tailrace-gcs-", folder.location());
        listings = new GcsListings(api, calls, failures, folder);
    }

    /**
     * A store over a client of the program's own. Its host, credentials, headers, time-outs and HTTP transport are used; its
     * retry settings are not, since reading is resumed by Tailrace.
     *
     * @param client over HTTP, as {@code StorageOptions.http()} makes it; it stays the caller's to close, after the store
     * @param bucket its name
     * @param path below which the objects are, with or without slashes at its ends; {@code ""} for the whole bucket
     * @throws IllegalArgumentException if the client speaks gRPC
     */
    public static ObjectStore over(Storage client, String bucket, String path) {
        String prefix = BucketFolder.prefixOf(path);
        String location = "gs://" + bucket + (prefix.isEmpty() ? "" : "/" + prefix.substring(0, prefix.length() - 1));
        return new GcsObjectStore(
                new BucketFolder(bucket, prefix, location), JsonApi.of(client.getOptions()), "bucket " + bucket);
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
        return calls.run(abandoned -> head(key), discarded -> {});
    }

    @Override
    public ObjectStream open(ObjectRead read) throws IOException {
        // Nothing to ask for, but the object must be there.
        return read.from() == read.to()
                ? calls.run(abandoned -> openEmpty(read), discarded -> {})
                : calls.run(abandoned -> get(read, abandoned), GcsObjectStore::discard);
    }

    @Override
    public ObjectInfo put(String key, ObjectSource source, PutOptions options) throws IOException {
        try {
            return calls.run(
                    abandoned -> {
                        try {
                            return new Upload(api, folder, failures, key, source, options, abandoned)
                                    .run()
                                    .orElseThrow(() -> nonsense(key));
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
                    new Deletion(api, folder, failures, abandoned).run(keys);
                    return true;
                },
                discarded -> {});
    }

    @Override
    public String location() {
        return folder.location();
    }

    /** Later calls, and reads of streams that are open, fail with {@link dev.tailrace.error.StoreAccessException}. */
    @Override
    public void close() {
        calls.close();
    }

    private Optional<ObjectInfo> head(String key) throws TailraceException {
        String action = cannot("look at", key);
        try {
            HttpRequest request = object(key).setFields(ObjectInfos.FIELDS).buildHttpRequest();
            Optional<ObjectInfo> info = ObjectInfos.of(key, api.ask(request, StorageObject.class));
            return Optional.of(info.orElseThrow(() -> nonsense(key)));
        } catch (Refusal refusal) {
            if (refusal.status() == 404 && refusal.isOfObject()) {
                return Optional.empty();
            }
            throw failures.typed(action, refusal);
        } catch (IOException | RuntimeException e) {
            throw failures.typed(action, e);
        }
    }

    private Get object(String key) throws IOException {
        return api.objects().get(folder.bucket(), folder.absolute(key));
    }

    private ObjectStream openEmpty(ObjectRead read) throws TailraceException {
        ObjectInfo info =
                head(read.key()).orElseThrow(() -> new ObjectMissingException(read.key(), folder.location(), null));
        requireVersion(read, info);
        return new EmptyStream(info);
    }

    private ObjectStream get(ObjectRead read, BooleanSupplier abandoned) throws TailraceException {
        Optional<Long> generation = read.version().flatMap(ObjectInfos::generation);
        if (read.version().isPresent() && generation.isEmpty()) {
            // Of a version that no object has: there is another one, or none.
            return openEmpty(read);
        }
        HttpResponse answer = media(read, generation.orElse(null));
        if (answer == null) {
            return openEmpty(read);
        }
        boolean taken = false;
        try {
            ContentRange range = range(answer.getHeaders()).orElseThrow(() -> nonsense(read.key()));
            ObjectInfo info = ObjectInfos.of(read.key(), range.size(), answer.getHeaders())
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
                    calls, folder.location(), info, new GcsBody(answer), range, read.from(), to, abandoned);
            taken = true;
            return stream;
        } catch (IOException e) {
            throw failures.typed(cannot("open", read.key()), e);
        } finally {
            if (!taken) {
                GcsBody.drop(answer);
            }
        }
    }

    /** Null where the range begins at or behind the end of the object. */
    private @Nullable HttpResponse media(ObjectRead read, @Nullable Long generation) throws TailraceException {
        try {
            HttpRequest request = object(read.key())
                    .setAlt("media")
                    .setIfGenerationMatch(generation)
                    .buildHttpRequest();
            // As stored: nothing is to be unpacked on the way.
            request.setResponseReturnRawInputStream(true);
            if (read.from() > 0 || read.to() < Long.MAX_VALUE) {
                request.getHeaders()
                        .setRange("bytes=" + read.from() + "-" + (read.to() == Long.MAX_VALUE ? "" : read.to() - 1));
            }
            return api.open(request);
        } catch (Refusal refusal) {
            if (refusal.status() == 416) {
                return null;
            }
            throw failures.ofObject(cannot("open", read.key()), read.key(), read.version(), refusal);
        } catch (IOException | RuntimeException e) {
            throw failures.typed(cannot("open", read.key()), e);
        }
    }

    private static Optional<ContentRange> range(HttpHeaders headers) {
        return ContentRange.of(headers.getContentRange(), headers.getContentLength());
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

    private StoreUnavailableException nonsense(String key) {
        return new StoreUnavailableException(
                "cannot use " + key + " in " + folder.location()
                        + ": the answer has no size, time or generation, or another range than was asked for; this is a"
                        + " fault of the store, or of a proxy before it",
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
