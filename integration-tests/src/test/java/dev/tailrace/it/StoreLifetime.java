// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import dev.tailrace.error.StoreAccessException;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectIterator;
import dev.tailrace.store.ObjectRead;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.PutOptions;
import dev.tailrace.testkit.ForwardingObjectStore;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A process that makes so many calls to its stores, all of them together, and then none any more: nothing of what it would do
 * to clean up comes through. Each object that is deleted counts as a call.
 */
final class StoreLifetime {

    private final int last;
    private int calls;
    private boolean ended;

    StoreLifetime(int last) {
        this.last = last;
    }

    private synchronized void call(String what) throws StoreAccessException {
        if (calls == last) {
            ended = true;
            throw new StoreAccessException("ended before call " + last + ", " + what, "memory:", null);
        }
        calls++;
    }

    synchronized boolean ended() {
        return ended;
    }

    /** A store that lives as long. */
    ObjectStore over(ObjectStore store) {
        return new ForwardingObjectStore(store) {
            @Override
            public ObjectIterator list(String prefix, String startAfter) throws IOException {
                call("list " + prefix);
                return super.list(prefix, startAfter);
            }

            @Override
            public List<String> listFolders(String prefix) throws IOException {
                call("list folders " + prefix);
                return super.listFolders(prefix);
            }

            @Override
            public Optional<ObjectInfo> stat(String key) throws IOException {
                call("stat " + key);
                return super.stat(key);
            }

            @Override
            public ObjectStream open(ObjectRead read) throws IOException {
                call("open " + read.key());
                return super.open(read);
            }

            @Override
            public ObjectInfo put(String key, ObjectSource source, PutOptions options) throws IOException {
                call("put " + key);
                return super.put(key, source, options);
            }

            @Override
            public void delete(Collection<String> keys) throws IOException {
                for (String key : keys) {
                    call("delete " + key);
                    super.delete(List.of(key));
                }
            }
        };
    }
}
