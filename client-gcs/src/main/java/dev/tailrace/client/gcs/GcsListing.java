// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.gcs;

import com.google.api.services.storage.model.StorageObject;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.store.KeyOrder;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectIterator;
import dev.tailrace.store.http.BucketFolder;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A listing, page by page. Holds the store to what it promises: keys below the prefix, each greater than the one before. */
final class GcsListing implements ObjectIterator {

    private final Pages pages;
    private final BucketFolder folder;
    private final String prefix;
    private final String startAfter;
    private Iterator<StorageObject> page = List.<StorageObject>of().iterator();
    private @Nullable String previous;
    private @Nullable ObjectInfo next;
    private boolean closed;

    /**
     * A listing that has not begun.
     *
     * @param prefix of the keys wanted, relative to the folder
     * @param startAfter relative as well
     */
    GcsListing(Pages pages, BucketFolder folder, String prefix, String startAfter) {
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
                next = checked(page.next()).orElse(null);
            } else if (pages.hasNext()) {
                List<StorageObject> items = pages.next().getItems();
                page = (items == null ? List.<StorageObject>of() : items).iterator();
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

    /** Empty for what is not asked for: the key to start after, and an object that has the folder's own name. */
    private Optional<ObjectInfo> checked(StorageObject object) throws TailraceException {
        String name = object.getName();
        if (name == null || !name.startsWith(folder.prefix())) {
            throw nonsense(name + ", which is outside of it");
        }
        String key = folder.relative(name);
        if (key.isEmpty()) {
            return Optional.empty();
        }
        if (!key.startsWith(prefix)) {
            throw nonsense(key + ", which does not begin with " + prefix);
        }
        if (previous != null && KeyOrder.BY_UTF8.compare(previous, key) >= 0) {
            throw nonsense(key + " after " + previous + ", out of order");
        }
        previous = key;
        if (!startAfter.isEmpty() && KeyOrder.BY_UTF8.compare(startAfter, key) >= 0) {
            return Optional.empty();
        }
        Optional<ObjectInfo> info = ObjectInfos.of(key, object);
        if (info.isEmpty()) {
            throw nonsense(key + " without size, time or generation");
        }
        return info;
    }

    private StoreUnavailableException nonsense(String what) {
        return new StoreUnavailableException(
                "cannot list " + folder.location() + ": the store lists " + what
                        + "; this is a fault of the store, or of a proxy before it",
                folder.location(),
                null);
    }

    @Override
    public void close() {
        closed = true;
    }
}
