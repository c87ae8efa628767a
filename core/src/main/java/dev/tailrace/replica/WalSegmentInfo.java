// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.replica;

import static java.util.Objects.requireNonNull;

import dev.tailrace.store.ObjectInfo;
import java.time.Instant;

/**
 * A piece of one WAL file, compressed.
 *
 * @param generation the line it belongs to
 * @param index which WAL file
 * @param offset where the piece begins, in bytes from the start of the uncompressed WAL file
 * @param object where its bytes are
 */
public record WalSegmentInfo(Generation generation, long index, long offset, ObjectInfo object) {

    public WalSegmentInfo {
        requireNonNull(generation, "generation");
        requireNonNull(object, "object");
    }

    public Position position() {
        return new Position(generation, index, offset);
    }

    /** In bytes, compressed. */
    public long size() {
        return object.size();
    }

    public Instant createdAt() {
        return object.createdAt();
    }
}
