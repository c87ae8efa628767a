// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.replica;

import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.RetryPolicy;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/**
 * What a replica holds: generations with their snapshots and WAL segments, in whatever layout they were written.
 *
 * <p>Safe for use by many threads. All methods block; {@link #close()} closes the store below and makes calls in progress
 * fail promptly. Failures are those of {@link dev.tailrace.error}.
 */
public interface ReplicaClient extends Closeable {

    /**
     * A client over a store.
     *
     * @param type the short name of the storage, such as {@code file} or {@code s3}
     * @param store closed with the client
     */
    static ReplicaClient over(String type, ObjectStore store) {
        return over(type, store, RetryPolicy.DEFAULT);
    }

    /**
     * A client over a store.
     *
     * @param type the short name of the storage, such as {@code file} or {@code s3}
     * @param store closed with the client
     * @param retries how long reading goes on after a lost connection
     */
    static ReplicaClient over(String type, ObjectStore store, RetryPolicy retries) {
        return new ObjectStoreReplicaClient(type, store, retries);
    }

    /** The short name of the storage: {@code file}, {@code s3}, {@code gcs}, {@code abs}, {@code sftp}. */
    String type();

    /** The replica for messages: its URL with all secrets masked. */
    String location();

    /** All generations, ascending by name; empty if there are none. Folders of other names are passed over. */
    List<Generation> generations() throws IOException;

    /** All that one listing says of a generation; an empty catalog if there is no such generation. */
    GenerationCatalog catalog(Generation generation) throws IOException;

    /** The snapshots of a generation, ascending by index; empty if there is no such generation. To be closed. */
    ReplicaIterator<SnapshotInfo> snapshots(Generation generation) throws IOException;

    /** The WAL segments of a generation, ascending by index and offset; empty if there are none. To be closed. */
    ReplicaIterator<WalSegmentInfo> walSegments(Generation generation) throws IOException;

    /**
     * A snapshot's stored bytes, still compressed, in the version that was listed. To be closed.
     *
     * @throws dev.tailrace.error.ObjectMissingException if it is gone
     * @throws dev.tailrace.error.ObjectChangedException if it was replaced
     */
    ObjectStream openSnapshot(SnapshotInfo snapshot) throws IOException;

    /**
     * A segment's stored bytes, still compressed, in the version that was listed. To be closed.
     *
     * @throws dev.tailrace.error.ObjectMissingException if it is gone
     * @throws dev.tailrace.error.ObjectChangedException if it was replaced
     */
    ObjectStream openWalSegment(WalSegmentInfo segment) throws IOException;

    /** Formats found at the replica's root that are recognised, but that this client cannot read. */
    List<ForeignFormat> foreignFormats() throws IOException;
}
