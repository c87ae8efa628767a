// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.azure;

import com.azure.core.exception.HttpResponseException;
import com.azure.core.util.Context;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.BlobProperties;
import com.azure.storage.blob.models.BlobRequestConditions;
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
import dev.tailrace.store.http.BlockingCalls;
import dev.tailrace.store.http.BucketFolder;
import dev.tailrace.store.http.EmptyStream;
import dev.tailrace.store.http.EntityTag;
import dev.tailrace.store.http.FolderNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The objects below a prefix of a container. {@code abs:} URLs open it; {@link #over} makes one of a client that the program
 * has set up itself.
 *
 * <p><b>Version</b> is the entity tag, sent with each read as {@code If-Match} and compared with that of the answer.
 *
 * <p><b>Times.</b> A recorded time is kept as Litestream's metadata {@code litestreamtimestamp}; {@link #stat}, {@link #open}
 * and listings tell it.
 *
 * <p><b>Writing.</b> Up to 4 MiB by one request; more in blocks of that size, one after another, that become a blob all at
 * once. Blocks of an upload that fails are in no listing, and Azure removes them after a week, or when the blob is written.
 * Conditions are {@code If-None-Match} and {@code If-Match}. Exceptions of the source come out as they are.
 *
 * <p><b>Deleting</b> takes a blob's snapshots with it.
 *
 * <p><b>Ending.</b> A caller that is interrupted, and all callers when the store is closed, fail at once; their requests are
 * cancelled.
 */
public final class AzureObjectStore implements ObjectStore {

    private final BucketFolder folder;
    private final BlobContainerClient client;
    private final AzureFailures failures;
    private final BlobRequests requests;
    private final Content content;
    private final BlockingCalls calls;
    private final AzureListings listings;

    AzureObjectStore(
            BucketFolder folder,
            BlobContainerClient client,
            AzureFailures failures,
            @Nullable Duration stallTimeout,
            BlockingCalls calls) {
        this.folder = folder;
        this.client = client;
        this.failures = failures;
        this.calls = calls;
        listings = new AzureListings(client, calls, failures, folder);
        this.requests = new BlobRequests(client, folder);
        this.content = new Content(requests, folder, failures, calls, stallTimeout);
    }

    /**
     * A store over a client of the program's own: endpoint, credentials, HTTP client, times and retries are as the program has
     * set them. Azure's client for a container has nothing to close.
     *
     * @param path below which the objects are, with or without slashes at its ends; {@code ""} for the whole container
     */
    public static ObjectStore over(BlobContainerClient client, String path) {
        String prefix = BucketFolder.prefixOf(path);
        String name = client.getBlobContainerName();
        String location = "abs://" + client.getAccountName() + "@" + name
                + (prefix.isEmpty() ? "" : "/" + prefix.substring(0, prefix.length() - 1));
        BucketFolder folder = new BucketFolder(name, prefix, location);
        String understood = "container " + name + ", account " + client.getAccountName();
        AzureFailures failures = new AzureFailures(folder, understood, "the client's own credentials");
        return new AzureObjectStore(folder, client, failures, null, new BlockingCalls("tailrace-azure-", location));
    }

    @Override
    public ObjectIterator list(String prefix, String startAfter) throws IOException {
        calls.requireOpen();
        return listings.blobs(prefix, startAfter);
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
        return calls.run(
                abandoned -> {
                    // A range without bytes is nothing to ask for, but the object must be there.
                    Optional<ObjectStream> opened = read.from() == read.to() ? Optional.empty() : openContent(read);
                    return opened.isPresent() ? opened.get() : openEmpty(read);
                },
                AzureObjectStore::discard);
    }

    @Override
    public ObjectInfo put(String key, ObjectSource source, PutOptions options) throws IOException {
        try {
            return calls.run(
                    abandoned -> {
                        try {
                            return new Upload(requests, folder, failures, key, source, options, abandoned).run();
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

    @Override
    public String location() {
        return folder.location();
    }

    /** Later calls, and reads of streams that are open, fail with {@link dev.tailrace.error.StoreAccessException}. */
    @Override
    public void close() {
        calls.close();
    }

    private Optional<ObjectInfo> head(String key, Optional<String> version) throws TailraceException {
        String action = "cannot look at " + key + " in " + folder.location();
        BlobRequestConditions conditions = new BlobRequestConditions()
                .setIfMatch(version.map(EntityTag::of).orElse(null));
        try {
            BlobProperties answer = client.getBlobClient(folder.absolute(key))
                    .getPropertiesWithResponse(conditions, null, Context.NONE)
                    .getValue();
            if (answer.getBlobSize() < 0 || answer.getLastModified() == null) {
                throw new StoreUnavailableException(
                        action
                                + ": the answer has no size or no time; this is a fault of the store, or of a proxy before it",
                        folder.location(),
                        null);
            }
            return Optional.of(new ObjectInfo(
                    key,
                    answer.getBlobSize(),
                    answer.getLastModified().toInstant(),
                    RecordedTime.in(answer.getMetadata()),
                    EntityTag.versionOf(answer.getETag())));
        } catch (HttpResponseException e) {
            if (AzureFailures.isMissingBlob(e)) {
                return Optional.empty();
            }
            throw failures.ofObject(action, key, version, e);
        } catch (RuntimeException e) {
            throw failures.typed(action, e);
        }
    }

    private Optional<ObjectStream> openContent(ObjectRead read) throws TailraceException {
        try {
            return content.open(read);
        } catch (ObjectChangedException e) {
            // The emulator looks at the condition before it looks for the blob.
            if (head(read.key(), Optional.empty()).isEmpty()) {
                throw new ObjectMissingException(read.key(), folder.location(), e);
            }
            throw e;
        }
    }

    private ObjectStream openEmpty(ObjectRead read) throws TailraceException {
        ObjectInfo info = head(read.key(), read.version())
                .orElseThrow(() -> new ObjectMissingException(read.key(), folder.location(), null));
        if (read.version().isPresent() && !read.version().equals(info.version())) {
            throw Content.changed(read, info, folder);
        }
        return new EmptyStream(info);
    }

    private static void discard(ObjectStream stream) {
        try {
            stream.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
