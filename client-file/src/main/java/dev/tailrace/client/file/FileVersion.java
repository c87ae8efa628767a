// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.file;

import dev.tailrace.store.ObjectInfo;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Optional;

/** What tells one content of a file from another: its size and its modification time to the nanosecond. */
final class FileVersion {

    private static final int RADIX = Character.MAX_RADIX;

    private FileVersion() {}

    static String of(BasicFileAttributes attributes) {
        return of(attributes.size(), attributes.lastModifiedTime().toInstant());
    }

    static ObjectInfo info(String key, BasicFileAttributes attributes) {
        return info(key, attributes.size(), attributes.lastModifiedTime().toInstant());
    }

    static ObjectInfo info(String key, long size, Instant time) {
        return new ObjectInfo(key, size, time, Optional.empty(), Optional.of(of(size, time)));
    }

    private static String of(long size, Instant time) {
        return Long.toString(size, RADIX) + "-" + Long.toString(time.getEpochSecond(), RADIX) + "."
                + Integer.toString(time.getNano(), RADIX);
    }
}
