// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.sftp;

import dev.tailrace.store.ObjectInfo;
import java.time.Instant;
import java.util.Optional;

/** What tells one content of a file from another: its size and its modification time, which SFTP knows to the second. */
final class FileVersion {

    private static final int RADIX = Character.MAX_RADIX;

    private FileVersion() {}

    static String of(Attributes attributes) {
        return Long.toString(attributes.size(), RADIX) + "-" + Long.toString(attributes.modified(), RADIX);
    }

    static ObjectInfo info(String key, Attributes attributes) {
        Instant time = Instant.ofEpochSecond(attributes.modified());
        return new ObjectInfo(key, attributes.size(), time, Optional.empty(), Optional.of(of(attributes)));
    }
}
