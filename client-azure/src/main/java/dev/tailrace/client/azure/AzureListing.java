// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.azure;

import com.azure.storage.blob.models.BlobItem;
import com.azure.storage.blob.models.BlobItemProperties;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.store.KeyOrder;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectIterator;
import dev.tailrace.store.http.BucketFolder;
import dev.tailrace.store.http.EntityTag;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A listing, page by page. Holds the store to what it promises: keys below the prefix, each page beyond the one before. Within
 * a page they are put into order here: the emulator orders by UTF-16 units, accounts with a hierarchical namespace by the
 * elements of paths, and that is another order where names are odd.
 */
final class AzureListing implements ObjectIterator {

    private final Pages pages;
    private final BucketFolder folder;
    private final String prefix;
    private final String startAfter;
    private Iterator<ObjectInfo> page = List.<ObjectInfo>of().iterator();
    private @Nullable String previous;
    private @Nullable ObjectInfo next;
    private boolean closed;

    /**
     * A listing that has not begun.
     *
     * @param prefix of the keys wanted, relative to the folder
     * @param startAfter relative as well; what comes before is read and passed over, as Azure lists from the start only
     */
    AzureListing(Pages pages, BucketFolder folder, String prefix, String startAfter) {
        this.pages = pages;
        this.folder = folder;
        this.prefix = prefix;
        this.startAfter = startAfter;
    }

    @Override
    public boolean hasNext() throws IOException {
        if (closed) {
            throw new IOException("listing is closed: " + folder.location());
        }
        pages.requireOpen();
        while (next == null) {
            if (page.hasNext()) {
                next = inOrder(page.next()).orElse(null);
            } else if (pages.hasNext()) {
                page = objects(pages.next()).iterator();
            } else {
                return false;
            }
        }
        return true;
    }

    @Override
    public ObjectInfo next() throws IOException {
        if (!hasNext() || next == null) {
            throw new NoSuchElementException("no more objects in " + folder.location());
        }
        ObjectInfo given = next;
        next = null;
        return given;
    }

    private List<ObjectInfo> objects(List<BlobItem> blobs) throws TailraceException {
        List<ObjectInfo> objects = new ArrayList<>(blobs.size());
        for (BlobItem blob : blobs) {
            checked(blob).ifPresent(objects::add);
        }
        objects.sort(Comparator.comparing(ObjectInfo::key, KeyOrder.BY_UTF8));
        return objects;
    }

    /** Empty for what comes before the start. */
    private Optional<ObjectInfo> inOrder(ObjectInfo object) throws TailraceException {
        if (previous != null && KeyOrder.BY_UTF8.compare(previous, object.key()) >= 0) {
            throw nonsense(object.key() + " after " + previous + ", out of order");
        }
        previous = object.key();
        return startAfter.isEmpty() || KeyOrder.BY_UTF8.compare(startAfter, object.key()) < 0
                ? Optional.of(object)
                : Optional.empty();
    }

    /** Empty for what is not asked for, and for folders, which some accounts list as empty blobs. */
    private Optional<ObjectInfo> checked(BlobItem blob) throws TailraceException {
        BlobItemProperties properties = blob.getProperties();
        if (blob.getName() == null || properties == null || isFolder(blob.getMetadata())) {
            return Optional.empty();
        }
        Long size = properties.getContentLength();
        if (size == null || size < 0 || properties.getLastModified() == null) {
            throw nonsense("a blob without size or time: " + blob.getName());
        }
        if (!blob.getName().startsWith(folder.prefix())) {
            throw nonsense(blob.getName() + ", which is outside of it");
        }
        String key = folder.relative(blob.getName());
        if (key.isEmpty() || !key.startsWith(prefix)) {
            return Optional.empty();
        }
        return Optional.of(new ObjectInfo(
                key,
                size,
                properties.getLastModified().toInstant(),
                RecordedTime.in(blob.getMetadata()),
                EntityTag.versionOf(properties.getETag())));
    }

    private static boolean isFolder(@Nullable Map<String, String> metadata) {
        return metadata != null
                && metadata.entrySet().stream()
                        .anyMatch(entry -> entry.getKey().equalsIgnoreCase("hdi_isfolder")
                                && "true".equalsIgnoreCase(entry.getValue()));
    }

    private StoreUnavailableException nonsense(String what) {
        return new StoreUnavailableException(
                "cannot list " + folder.location() + ": the store lists " + AzureFailures.quoted(what)
                        + "; this is a fault of the store, or of a proxy before it",
                folder.location(),
                null);
    }

    @Override
    public void close() {
        closed = true;
    }
}
