// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.replica;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * Backup data of a format that is no generations, found beside them or in their place.
 *
 * @param name which format, as shown to people
 * @param newest when its newest object was made
 */
public record ForeignFormat(String name, Instant newest) {

    public ForeignFormat {
        requireNonNull(name, "name");
        requireNonNull(newest, "newest");
    }

    /** Whether it is Litestream 0.5's, which {@link ReplicaClient#ltxReplicas()} reads. */
    public boolean isLtx() {
        return name.equals(ForeignFormats.LTX);
    }
}
