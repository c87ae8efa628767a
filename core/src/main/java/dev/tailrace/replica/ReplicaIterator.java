// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.replica;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;

/** Items of a replica, in the order that the method which gave it promises. For one thread at a time. */
public interface ReplicaIterator<T> extends Closeable {

    /** Whether there is another item; may read on in a listing. */
    boolean hasNext() throws IOException;

    /**
     * The next item.
     *
     * @throws NoSuchElementException after the last one
     */
    T next() throws IOException;

    /** The items that are left, then closes. */
    default List<T> toList() throws IOException {
        try (this) {
            List<T> items = new ArrayList<>();
            while (hasNext()) {
                items.add(next());
            }
            return items;
        }
    }
}
