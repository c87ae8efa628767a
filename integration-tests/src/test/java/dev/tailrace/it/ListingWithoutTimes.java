// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectIterator;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.testkit.ForwardingObjectStore;
import java.io.IOException;
import java.util.Optional;

/** A store like S3: what was recorded with an object shows only where that object is asked for. */
final class ListingWithoutTimes extends ForwardingObjectStore {

    ListingWithoutTimes(ObjectStore store) {
        super(store);
    }

    @Override
    public boolean listsRecordedTimes() {
        return false;
    }

    @Override
    public ObjectIterator list(String prefix, String startAfter) throws IOException {
        ObjectIterator objects = super.list(prefix, startAfter);
        return new ObjectIterator() {
            @Override
            public boolean hasNext() throws IOException {
                return objects.hasNext();
            }

            @Override
            public ObjectInfo next() throws IOException {
                ObjectInfo object = objects.next();
                return new ObjectInfo(
                        object.key(), object.size(), object.storedAt(), Optional.empty(), object.version());
            }

            @Override
            public void close() throws IOException {
                objects.close();
            }
        };
    }
}
