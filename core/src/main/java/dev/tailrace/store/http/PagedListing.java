// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.store.http;

import dev.tailrace.error.TailraceException;
import dev.tailrace.store.KeyOrder;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectIterator;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A listing of objects, page by page. Holds the store to what it promises: keys inside its folder, each greater than the one
 * before.
 *
 * @param <T> what the vendor's client gives for an object
 */
public final class PagedListing<T> implements ObjectIterator {

    private final ListingPages<T> pages;
    private final BucketFolder folder;
    private final Reader<T> reader;
    private final String prefix;
    private final String startAfter;
    private Iterator<T> page = List.<T>of().iterator();
    private @Nullable String previous;
    private @Nullable ObjectInfo next;
    private boolean closed;

    /**
     * A listing that has not begun.
     *
     * @param pages ascending by the UTF-8 bytes of keys, each page too; they may begin before what is asked for, and hold what
     *     is not
     * @param prefix of the keys wanted, relative to the folder
     * @param startAfter relative as well; empty to begin at the start
     */
    public PagedListing(ListingPages<T> pages, Reader<T> reader, String prefix, String startAfter) {
        this.pages = pages;
        this.folder = pages.folder();
        this.reader = reader;
        this.prefix = prefix;
        this.startAfter = startAfter;
    }

    /** Reads what a vendor's client gives. */
    public interface Reader<T> {

        /** The whole key; null if the store gave none. */
        @Nullable
        String key(T item);

        /**
         * All about an object that is asked for.
         *
         * @param key relative to the folder
         * @return empty if the store left out something that it must tell, or it cannot be true
         */
        Optional<ObjectInfo> info(String key, T item);
    }

    @Override
    public boolean hasNext() throws IOException {
        if (closed) {
            throw new IOException("listing is closed: " + folder.location());
        }
        pages.requireOpen();
        while (next == null) {
            if (page.hasNext()) {
                next = wanted(page.next()).orElse(null);
            } else if (pages.hasNext()) {
                page = pages.next().iterator();
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
    private Optional<ObjectInfo> wanted(T item) throws TailraceException {
        String absolute = reader.key(item);
        if (absolute == null || !absolute.startsWith(folder.prefix())) {
            throw pages.fault("lists " + absolute + ", which is outside of it");
        }
        String key = folder.relative(absolute);
        if (key.isEmpty() || !key.startsWith(prefix)) {
            return Optional.empty();
        }
        if (previous != null && KeyOrder.BY_UTF8.compare(previous, key) >= 0) {
            throw pages.fault("lists " + key + " after " + previous + ", out of order");
        }
        previous = key;
        if (!startAfter.isEmpty() && KeyOrder.BY_UTF8.compare(startAfter, key) >= 0) {
            return Optional.empty();
        }
        Optional<ObjectInfo> info = reader.info(key, item);
        if (info.isEmpty()) {
            throw pages.fault("lists " + key + " without size, time or version");
        }
        return info;
    }

    @Override
    public void close() {
        closed = true;
    }
}
