// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.file;

import dev.tailrace.error.StoreAccessException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.error.TailraceException;
import java.io.Closeable;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Whether a store is open, and what is open of it. */
final class OpenState {

    private final Set<Closeable> open = ConcurrentHashMap.newKeySet();
    private final String location;
    private volatile boolean closed;

    OpenState(String location) {
        this.location = location;
    }

    /** Fails once the store is closed. */
    void requireOpen() throws StoreAccessException {
        if (closed) {
            throw new StoreAccessException("store is closed: " + location + "; open it again", location, null);
        }
    }

    /** Fails once the store is closed or the thread interrupted: for loops over many files. */
    void requireGoingOn() throws TailraceException {
        requireOpen();
        if (Thread.currentThread().isInterrupted()) {
            throw new StoreUnavailableException("interrupted while using " + location, location, null);
        }
    }

    /** From now on it is closed with the store. */
    void add(Closeable resource) throws IOException {
        open.add(resource);
        if (closed) {
            resource.close();
            requireOpen();
        }
    }

    void remove(Closeable resource) {
        open.remove(resource);
    }

    boolean isClosed() {
        return closed;
    }

    void close() throws IOException {
        closed = true;
        IOException failure = null;
        for (Closeable resource : open) {
            try {
                resource.close();
            } catch (IOException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw FileFailures.typed("cannot close " + location, failure, location);
        }
    }
}
