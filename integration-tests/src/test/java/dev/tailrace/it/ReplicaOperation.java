// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import dev.tailrace.replica.ReplicaClient;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Something that is asked of a replica.
 *
 * @param name for messages
 * @param kind what it may do to the objects, and what it promises of bytes
 * @param body does it
 */
record ReplicaOperation(String name, Kind kind, Body body) {

    /** What an operation may do to the objects, and what it promises of bytes. */
    enum Kind {
        /** Names, times and sizes as the store tells them, or stored bytes as they come. */
        READ,
        /** What it gives is decoded, and so proved by checksums. */
        PROVED_READ,
        WRITE,
        DELETE
    }

    /** Gives what can be compared: all that the operation told, and no version, which every store counts for itself. */
    @FunctionalInterface
    interface Body {

        /** @param folder for temporary files, which must be gone in the end */
        Object run(ReplicaClient replica, Path folder) throws IOException;
    }

    @Override
    public String toString() {
        return name;
    }
}
