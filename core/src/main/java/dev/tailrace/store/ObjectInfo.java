// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.store;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * What a store tells of one object.
 *
 * @param key below the store's root, with {@code /} between elements
 * @param size in bytes, as stored
 * @param storedAt when the store received it, as precisely as it says (file: the modification time)
 * @param recordedAt a time that the writer put beside it, where the store keeps one apart from {@code storedAt}
 * @param version what changes when the object is replaced (an ETag, an object generation, size and time), to be given to
 *     {@link ObjectRead}; empty where the store has no such thing
 */
public record ObjectInfo(
        String key, long size, Instant storedAt, Optional<Instant> recordedAt, Optional<String> version) {

    public ObjectInfo {
        requireNonNull(key, "key");
        requireNonNull(storedAt, "storedAt");
        requireNonNull(recordedAt, "recordedAt");
        requireNonNull(version, "version");
        if (size < 0) {
            throw new IllegalArgumentException("negative size of " + key + ": " + size);
        }
    }

    /** When its content came to be: the recorded time, else the stored one. */
    public Instant createdAt() {
        return recordedAt.orElse(storedAt);
    }
}
