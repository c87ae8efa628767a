// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.store;

import java.io.Closeable;
import java.io.IOException;
import java.util.NoSuchElementException;

/** A listing, read as it is consumed. For one thread at a time; closing is idempotent. */
public interface ObjectIterator extends Closeable {

    /** Whether there is another object; may fetch the next page. */
    boolean hasNext() throws IOException;

    /**
     * The next object, each one once.
     *
     * @throws NoSuchElementException after the last one
     */
    ObjectInfo next() throws IOException;
}
