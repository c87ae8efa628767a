// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.replica;

import static java.util.Objects.requireNonNull;

import dev.tailrace.store.ObjectInfo;
import java.time.Instant;

/**
 * A copy of the whole database file, compressed, taken while a WAL index was the current one.
 *
 * @param generation the line it belongs to
 * @param index the WAL index that follows on it, from that index's start
 * @param object where its bytes are
 */
public record SnapshotInfo(Generation generation, long index, ObjectInfo object) {

    public SnapshotInfo {
        requireNonNull(generation, "generation");
        requireNonNull(object, "object");
    }

    /** In bytes, compressed. */
    public long size() {
        return object.size();
    }

    public Instant createdAt() {
        return object.createdAt();
    }
}
