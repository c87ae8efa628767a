// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.s3;

import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.store.KeyOrder;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectIterator;
import dev.tailrace.store.http.BucketFolder;
import dev.tailrace.store.http.EntityTag;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.S3Object;

/** A listing, page by page. Holds the store to what it promises: keys below the prefix, each greater than the one before. */
final class S3Listing implements ObjectIterator {

    private final Pages pages;
    private final BucketFolder folder;
    private final String prefix;
    private Iterator<S3Object> page = List.<S3Object>of().iterator();
    private final String startAfter;
    private @Nullable String previous;
    private @Nullable ObjectInfo next;
    private boolean closed;

    /**
     * A listing that has not begun.
     *
     * @param prefix of the keys wanted, relative to the folder
     * @param startAfter relative as well
     */
    S3Listing(Pages pages, BucketFolder folder, String prefix, String startAfter) {
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
                page = pages.next().contents().iterator();
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

    /** Empty for what is not asked for: some stores do not know where to start, and the folder itself may be an object. */
    private Optional<ObjectInfo> checked(S3Object object) throws TailraceException {
        if (object.key() == null || object.size() == null || object.size() < 0 || object.lastModified() == null) {
            throw nonsense("an object without key, size or time: " + object.key());
        }
        if (!object.key().startsWith(folder.prefix())) {
            throw nonsense(object.key() + ", which is outside of it");
        }
        String key = folder.relative(object.key());
        if (key.isEmpty() || !key.startsWith(prefix)) {
            return Optional.empty();
        }
        if (previous != null && KeyOrder.BY_UTF8.compare(previous, key) >= 0) {
            throw nonsense(key + " after " + previous + ", out of order");
        }
        previous = key;
        if (!startAfter.isEmpty() && KeyOrder.BY_UTF8.compare(startAfter, key) >= 0) {
            return Optional.empty();
        }
        return Optional.of(new ObjectInfo(
                key, object.size(), object.lastModified(), Optional.empty(), EntityTag.versionOf(object.eTag())));
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
