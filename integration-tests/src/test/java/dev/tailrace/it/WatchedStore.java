// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.PutOptions;
import dev.tailrace.testkit.ForwardingObjectStore;
import java.io.IOException;

/** A store that is looked at after each object that is put into it, before anything else is. */
final class WatchedStore extends ForwardingObjectStore {

    /** Looks. */
    interface Watch {
        void look(String key) throws Exception;
    }

    private final Watch watch;

    WatchedStore(ObjectStore store, Watch watch) {
        super(store);
        this.watch = watch;
    }

    @Override
    public synchronized ObjectInfo put(String key, ObjectSource source, PutOptions options) throws IOException {
        ObjectInfo stored = super.put(key, source, options);
        try {
            watch.look(key);
        } catch (IOException e) {
            throw new AssertionError("after " + key + ": " + e, e);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return stored;
    }
}
