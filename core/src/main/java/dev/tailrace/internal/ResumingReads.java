// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.internal;

import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.RetryPolicy;
import java.io.IOException;
import java.util.function.BooleanSupplier;

/**
 * Reads objects of one store so that lost connections and a busy store are not noticed while they last no longer than the
 * policy has it. All reads of a store go through one of these, since they share the pace that it asks for.
 *
 * @param closing whether the store is being closed, after which nothing is tried again
 */
public record ResumingReads(ObjectStore store, RetryPolicy policy, RequestPace pace, BooleanSupplier closing) {

    public ResumingReads(ObjectStore store, RetryPolicy policy, BooleanSupplier closing) {
        this(store, policy, new RequestPace(), closing);
    }

    /**
     * Opens a range of the listed version of an object.
     *
     * @param to {@link Long#MAX_VALUE} to read to the end, also if that is found beyond the listed size
     */
    public ObjectStream open(ObjectInfo object, long from, long to) throws IOException {
        return ResumingStream.open(this, object, from, to);
    }
}
