// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.replica;

import static java.util.Objects.requireNonNull;

import dev.tailrace.store.ObjectInfo;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A piece of one WAL file, compressed. Two are equal if all they tell is equal. */
public final class WalSegmentInfo {

    // Not a record that holds the ObjectInfo: a replica may have millions of segments, and their keys alone would take
    // more than everything else. A key is kept only where it cannot be made again.

    private final Generation generation;
    private final long index;
    private final long offset;
    private final long size;
    private final Instant storedAt;
    private final @Nullable Instant recordedAt;
    private final @Nullable String version;
    private final @Nullable ReplicaLayout layout;
    private final @Nullable String oddKey;

    /**
     * A segment.
     *
     * @param generation the line it belongs to
     * @param index which WAL file, at least 0
     * @param offset where the piece begins, in bytes from the start of the uncompressed WAL file, at least 0
     * @param object where its bytes are
     */
    public WalSegmentInfo(Generation generation, long index, long offset, ObjectInfo object) {
        this.generation = requireNonNull(generation, "generation");
        this.index = index;
        this.offset = offset;
        size = object.size();
        storedAt = object.storedAt();
        recordedAt = object.recordedAt().orElse(null);
        version = object.version().orElse(null);
        layout = layoutOf(object.key(), new Position(generation, index, offset));
        oddKey = layout == null ? object.key() : null;
    }

    private static @Nullable ReplicaLayout layoutOf(String key, Position position) {
        for (ReplicaLayout candidate : ReplicaLayout.values()) {
            if (key.equals(candidate.walSegmentKey(position))) {
                return candidate;
            }
        }
        return null;
    }

    /** The line it belongs to. */
    public Generation generation() {
        return generation;
    }

    /** Which WAL file. */
    public long index() {
        return index;
    }

    /** Where the piece begins, in bytes from the start of the uncompressed WAL file. */
    public long offset() {
        return offset;
    }

    public Position position() {
        return new Position(generation, index, offset);
    }

    /** Where its bytes are. */
    public ObjectInfo object() {
        return new ObjectInfo(key(), size, storedAt, Optional.ofNullable(recordedAt), Optional.ofNullable(version));
    }

    /** In bytes, compressed. */
    public long size() {
        return size;
    }

    public Instant createdAt() {
        return recordedAt != null ? recordedAt : storedAt;
    }

    private String key() {
        return layout != null ? layout.walSegmentKey(position()) : requireNonNull(oddKey);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof WalSegmentInfo segment
                && index == segment.index
                && offset == segment.offset
                && size == segment.size
                && generation.equals(segment.generation)
                && storedAt.equals(segment.storedAt)
                && Objects.equals(recordedAt, segment.recordedAt)
                && Objects.equals(version, segment.version)
                && layout == segment.layout
                && Objects.equals(oddKey, segment.oddKey);
    }

    @Override
    public int hashCode() {
        return Objects.hash(generation, index, offset, size, storedAt);
    }

    @Override
    public String toString() {
        return "WalSegmentInfo[position=" + position() + ", object=" + object() + "]";
    }
}
