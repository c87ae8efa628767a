// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.internal.retry;

import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectIterator;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A listing from one request after the other: after a loss it goes on behind the last object that came. */
final class ResumingListing implements ObjectIterator {

    private final ResumingStore store;
    private final Patience patience;
    private final String prefix;
    private String after;
    private @Nullable ObjectIterator listing;
    private long begun;
    /** Where the connection was lost last; null if it has not been. */
    private @Nullable String lostAfter;

    ResumingListing(ResumingStore store, String prefix, String startAfter) {
        this.store = store;
        this.prefix = prefix;
        patience = store.patience();
        after = startAfter;
    }

    /** Begins to list, so that a store which says at once that it cannot says it now. */
    ObjectIterator open() throws IOException {
        while (true) {
            ObjectIterator open = listing;
            if (open != null) {
                return open;
            }
            patience.takePlace();
            begun = System.nanoTime();
            try {
                listing = store.listOnce(prefix, after);
            } catch (IOException e) {
                lost(e);
            }
        }
    }

    @Override
    public boolean hasNext() throws IOException {
        while (true) {
            ObjectIterator open = open();
            try {
                boolean more = open.hasNext();
                store.answered();
                return more;
            } catch (IOException e) {
                disconnect(e);
                lost(e);
            }
        }
    }

    @Override
    public ObjectInfo next() throws IOException {
        // What is tried again is whether there is one; then it is there.
        hasNext();
        ObjectInfo object = open().next();
        after = object.key();
        return object;
    }

    private void lost(IOException e) throws IOException {
        if (lostAfter != null && !lostAfter.equals(after)) {
            patience.progressed();
        }
        lostAfter = after;
        store.failed(patience, e, begun);
    }

    private void disconnect(IOException cause) {
        try {
            close();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    @Override
    public void close() throws IOException {
        ObjectIterator open = listing;
        listing = null;
        if (open != null) {
            open.close();
        }
    }
}
