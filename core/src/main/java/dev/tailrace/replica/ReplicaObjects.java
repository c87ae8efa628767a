// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.replica;

import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStream;
import java.io.IOException;

/** The listed objects of a replica as bytes, whatever they mean. Safe for use by many threads. */
public interface ReplicaObjects {

    /** The replica for messages: its URL with all secrets masked. */
    String location();

    /**
     * A range of the stored bytes of a listed object, in the version that was listed. To be closed.
     *
     * @param object as a listing of this replica gave it
     * @param from the first byte, at least 0
     * @param to the byte after the last one; {@link Long#MAX_VALUE} reads to the end
     * @throws dev.tailrace.error.ObjectMissingException if it is gone
     * @throws dev.tailrace.error.ObjectChangedException if it was replaced
     */
    ObjectStream openRange(ObjectInfo object, long from, long to) throws IOException;

    /** How many reads at once are served faster than fewer: {@link ObjectStore#concurrentReads()} of the store below. */
    int concurrentReads();
}
