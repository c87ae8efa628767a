// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.replica;

import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.PutOptions;
import dev.tailrace.store.RetryPolicy;
import java.io.Closeable;
import java.io.IOException;
import java.util.Collection;
import java.util.List;

/**
 * What a replica holds: generations with their snapshots and WAL segments.
 *
 * <p>Reading and deleting find an object in whatever layout it was written. Writing uses one layout, chosen when the client
 * is opened, and does not look at what is there: a generation is to be continued in the layout it was begun in, since two
 * in one WAL folder are {@linkplain GenerationCatalog#damages() damage}. Bytes are stored as they are given, and are given
 * as they are stored: compressing them is the caller's.
 *
 * <p>Safe for use by many threads. All methods block; {@link #close()} closes the store below and makes calls in progress
 * fail promptly. Failures are those of {@link dev.tailrace.error}.
 */
public interface ReplicaClient extends ReplicaObjects, Closeable {

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
     * @param retries how long reading and listing go on after a lost connection
     */
    static ReplicaClient over(String type, ObjectStore store, RetryPolicy retries) {
        return over(type, store, retries, ReplicaLayout.V03_FLAT);
    }

    /**
     * A client over a store.
     *
     * @param type the short name of the storage, such as {@code file} or {@code s3}
     * @param store closed with the client
     * @param retries how long reading and listing go on after a lost connection; writing is tried again by the store alone
     * @param layout how what is written is named; the other methods without this parameter use
     *     {@link ReplicaLayout#V03_FLAT}
     */
    static ReplicaClient over(String type, ObjectStore store, RetryPolicy retries, ReplicaLayout layout) {
        return new ObjectStoreReplicaClient(type, store, retries, layout);
    }

    /** The short name of the storage: {@code file}, {@code s3}, {@code gcs}, {@code abs}, {@code sftp}. */
    String type();

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

    /**
     * The stored bytes of the snapshot at an index, still compressed, in the version that is there now. To be closed. Who
     * has listed the snapshots opens them with fewer requests by {@link #openSnapshot(SnapshotInfo)}.
     *
     * @param index at least 0
     * @throws dev.tailrace.error.ObjectMissingException if there is none, naming the key it would have if this client had
     *     written it
     */
    ObjectStream openSnapshot(Generation generation, long index) throws IOException;

    /**
     * The stored bytes of the segment that begins at a position, still compressed, in the version that is there now. To be
     * closed. Who has listed the segments opens them with fewer requests by {@link #openWalSegment(WalSegmentInfo)}.
     *
     * @throws dev.tailrace.error.ObjectMissingException if there is none, naming the key it would have if this client had
     *     written it
     */
    ObjectStream openWalSegment(Position position) throws IOException;

    /**
     * The same catalog with the times that were recorded with its objects, where the store's listings do not tell them and its
     * newest object carries one, as in a copy: by a request for each object. Else the catalog itself, after one request at
     * most.
     */
    default GenerationCatalog withRecordedTimes(GenerationCatalog catalog) throws IOException {
        return catalog;
    }

    /** The same, but of the newest object only, as the time that the generation was {@linkplain GenerationCatalog#updatedAt updated}. */
    default GenerationCatalog withRecordedEnd(GenerationCatalog catalog) throws IOException {
        return catalog;
    }

    /** Whether an object can be seen before it is whole: {@link ObjectStore#showsUnfinishedObjects()} of the store below. */
    boolean showsUnfinishedObjects();

    /** Stores a snapshot without a recorded time or condition: {@link #writeSnapshot(Generation, long, ObjectSource, PutOptions)}. */
    default SnapshotInfo writeSnapshot(Generation generation, long index, ObjectSource source) throws IOException {
        return writeSnapshot(generation, index, source, PutOptions.NONE);
    }

    /**
     * Stores a snapshot whole or not at all, in place of one that this client's layout names the same.
     *
     * @param index at least 0
     * @param source the snapshot, compressed; {@link dev.tailrace.store.SpooledSource} makes one of a stream
     * @param options a recorded time, and what must hold of the object of that name
     * @return with size, times and version as the store tells them
     * @throws dev.tailrace.error.ObjectChangedException if the options' condition does not hold
     * @throws dev.tailrace.error.StoreUnavailableException also if the store tells another size than the source's
     */
    SnapshotInfo writeSnapshot(Generation generation, long index, ObjectSource source, PutOptions options)
            throws IOException;

    /** Stores a WAL segment without a recorded time or condition: {@link #writeWalSegment(Position, ObjectSource, PutOptions)}. */
    default WalSegmentInfo writeWalSegment(Position position, ObjectSource source) throws IOException {
        return writeWalSegment(position, source, PutOptions.NONE);
    }

    /**
     * Stores a WAL segment whole or not at all, in place of one that this client's layout names the same.
     *
     * @param position where the segment begins
     * @param source the segment, compressed; {@link dev.tailrace.store.SpooledSource} makes one of a stream
     * @param options a recorded time, and what must hold of the object of that name
     * @return with size, times and version as the store tells them
     * @throws dev.tailrace.error.ObjectChangedException if the options' condition does not hold
     * @throws dev.tailrace.error.StoreUnavailableException also if the store tells another size than the source's
     */
    WalSegmentInfo writeWalSegment(Position position, ObjectSource source, PutOptions options) throws IOException;

    /**
     * Deletes a snapshot, under every name it has. One that is absent is no error. WAL that follows on it is left.
     *
     * @param index at least 0
     * @throws IOException if it could not be deleted
     */
    void deleteSnapshot(Generation generation, long index) throws IOException;

    /**
     * Deletes WAL segments, under every name they have, in batches. Absent ones are no error. Each generation's WAL is
     * listed once.
     *
     * @param positions where the segments begin, of one generation or several, in any order
     * @throws IOException if some could not be deleted; its message names keys that are left. Deleting stops there, and can
     *     be repeated
     */
    void deleteWalSegments(Collection<Position> positions) throws IOException;

    /**
     * Deletes all objects that one listing finds below a generation, also those whose names say nothing, in batches. A
     * generation that is absent is no error.
     *
     * <p>The newest state goes last. First go leftovers and all snapshots but the newest, then the WAL that only they
     * needed, then the WAL after the newest snapshot from its end, and that snapshot alone at the very end. So whatever is
     * left between two batches can be restored, at last to states that grow older. Within a batch the store has no order: a
     * failure in the middle of one can leave a hole in the WAL, which a restore reports.
     *
     * @throws IOException if some could not be deleted; its message names keys that are left. Deleting stops there, and can
     *     be repeated
     */
    void deleteGeneration(Generation generation) throws IOException;

    /**
     * Deletes objects that a listing of this replica gave, in batches, in the order given; LTX files too. One that is absent
     * is no error. What has replaced one of them since is deleted as well: stores have no condition for that.
     *
     * @throws IOException if some could not be deleted; its message names keys that are left. Deleting stops there, and can
     *     be repeated
     */
    void deleteObjects(Collection<ObjectInfo> objects) throws IOException;

    /** Formats found at the replica's root that are recognised, but that are no generations. */
    List<ForeignFormat> foreignFormats() throws IOException;

    /**
     * The LTX files of Litestream 0.5 in the same place: a client for each of the {@linkplain LtxTree#in trees} that there are,
     * found without a listing of all objects; empty if there is none. They read from the same store: closing one of them closes
     * this client too, and closing this client is enough.
     */
    List<LtxReplicaClient> ltxReplicas() throws IOException;
}
