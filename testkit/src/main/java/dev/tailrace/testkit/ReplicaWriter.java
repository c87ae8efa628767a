// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit;

import static java.util.Objects.requireNonNull;

import dev.tailrace.codec.BlockCompression;
import dev.tailrace.codec.BlockCompressions;
import dev.tailrace.codec.Lz4FrameWriter;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.ReplicaLayout;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.PutOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;

/**
 * Writes snapshots and WAL segments into a store, named and compressed as Litestream does it. It does not know whether they
 * make a replica: what belongs together, and in which order, is the caller's to know.
 *
 * <p>Safe for use by many threads, if the store is.
 */
public final class ReplicaWriter {

    private final ObjectStore store;
    private final ReplicaLayout layout;
    private final BlockCompression compression = BlockCompressions.installed();

    /**
     * A writer of one layout.
     *
     * @param store stays the caller's to close
     * @throws dev.tailrace.error.NoProviderException if there is no LZ4 compression
     */
    public ReplicaWriter(ObjectStore store, ReplicaLayout layout) {
        this.store = requireNonNull(store, "store");
        this.layout = requireNonNull(layout, "layout");
    }

    /** How the objects are named. */
    public ReplicaLayout layout() {
        return layout;
    }

    /**
     * Stores a snapshot, in the place of one of the same index.
     *
     * @param database the bytes of the database file
     * @param recordedAt kept with the object
     * @return its key
     */
    public String putSnapshot(Generation generation, long index, byte[] database, Instant recordedAt)
            throws IOException {
        return put(snapshotKey(layout, generation, index), database, 0, database.length, recordedAt);
    }

    /**
     * Stores a piece of a WAL file.
     *
     * @param offset where in the WAL file the piece begins
     * @param wal holds the piece from {@code from} to {@code to}, half open
     * @param recordedAt kept with the object
     * @return its key
     */
    public String putSegment(
            Generation generation, long index, long offset, byte[] wal, int from, int to, Instant recordedAt)
            throws IOException {
        return put(segmentKey(layout, generation, index, offset), wal, from, to, recordedAt);
    }

    /** The key of a snapshot. */
    public static String snapshotKey(ReplicaLayout layout, Generation generation, long index) {
        return "generations/" + generation + "/snapshots/" + number(layout, index) + ".snapshot.lz4";
    }

    /** The key of a WAL segment. */
    public static String segmentKey(ReplicaLayout layout, Generation generation, long index, long offset) {
        String between = layout == ReplicaLayout.V03_FLAT ? "_" : "/";
        return "generations/" + generation + "/wal/" + number(layout, index) + between + number(layout, offset)
                + ".wal.lz4";
    }

    private static String number(ReplicaLayout layout, long value) {
        return String.format(layout == ReplicaLayout.V04_BETA ? "%016x" : "%08x", value);
    }

    private String put(String key, byte[] bytes, int from, int to, Instant recordedAt) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        try (Lz4FrameWriter writer = new Lz4FrameWriter(frame, compression)) {
            writer.write(bytes, from, to - from);
        }
        store.put(key, ObjectSource.of(frame.toByteArray()), PutOptions.NONE.recordedAt(recordedAt));
        return key;
    }
}
