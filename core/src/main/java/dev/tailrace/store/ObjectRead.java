// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.store;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * One request for bytes of an object: the half-open range {@code [from, to)}.
 *
 * @param key the object
 * @param from first byte, at least 0
 * @param to the byte after the last one; {@link Long#MAX_VALUE} reads to the end
 * @param version the version that the bytes must belong to; empty takes whatever is there
 */
public record ObjectRead(String key, long from, long to, Optional<String> version) {

    public ObjectRead {
        requireNonNull(key, "key");
        requireNonNull(version, "version");
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("no such range of " + key + ": [" + from + ", " + to + ")");
        }
    }

    /** The whole object in whatever version is there. */
    public static ObjectRead whole(String key) {
        return new ObjectRead(key, 0, Long.MAX_VALUE, Optional.empty());
    }

    /** The whole object in the version that {@code info} names. */
    public static ObjectRead whole(ObjectInfo info) {
        return new ObjectRead(info.key(), 0, Long.MAX_VALUE, info.version());
    }

    /** The same version, {@code [from, to)} of it. */
    public ObjectRead range(long newFrom, long newTo) {
        return new ObjectRead(key, newFrom, newTo, version);
    }
}
