// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.codec.BlockCompression;
import dev.tailrace.codec.BlockCompressions;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.ltx.LtxHeader;
import dev.tailrace.ltx.LtxReader;
import dev.tailrace.replica.LtxFileInfo;
import dev.tailrace.replica.LtxReplicaClient;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** When files were replicated, as their own headers say it: the store's times may be those of a copy. For one thread. */
final class LtxTimes {

    /** The header, and what is looked at behind it to tell versions from each other. */
    private static final int START = 2 * LtxHeader.SIZE;

    private final LtxReplicaClient replica;
    private final Map<String, Instant> known = new HashMap<>();
    private @Nullable BlockCompression compression;

    LtxTimes(LtxReplicaClient replica) {
        this.replica = replica;
    }

    /**
     * Reads a file's header, by one small request; a second time for nothing.
     *
     * @throws DamagedReplicaException if it has none
     */
    Instant of(LtxFileInfo file) throws IOException {
        Instant time = known.get(file.key());
        if (time == null) {
            if (compression == null) {
                // Finding it searches the whole class path.
                compression = BlockCompressions.installed();
            }
            try (InputStream start = replica.openRange(file.object(), 0, START)) {
                time = new LtxReader(file.key(), start, compression).header().timestamp();
            }
            known.put(file.key(), time);
        }
        return time;
    }
}
