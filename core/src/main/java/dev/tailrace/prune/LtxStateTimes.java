// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.prune;

import dev.tailrace.codec.BlockCompression;
import dev.tailrace.codec.BlockCompressions;
import dev.tailrace.error.RestoreCancelledException;
import dev.tailrace.ltx.LtxHeader;
import dev.tailrace.ltx.LtxReader;
import dev.tailrace.replica.LtxFileInfo;
import dev.tailrace.replica.LtxReplicaClient;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** When LTX files were replicated, as their own headers say it; each is read once, by one small request. */
final class LtxStateTimes {

    /** The header, and what is looked at behind it to tell versions from each other. */
    private static final int START = 2 * LtxHeader.SIZE;

    private static final int MOST_AT_ONCE = 32;

    private final Map<LtxFileInfo, Instant> known = new ConcurrentHashMap<>();

    /**
     * Reads the headers, many at a time.
     *
     * @return the times in the order of the files
     * @throws dev.tailrace.error.DamagedReplicaException if one has none
     * @throws RestoreCancelledException if the calling thread is interrupted
     */
    List<Instant> of(LtxReplicaClient replica, List<LtxFileInfo> files) throws IOException {
        BlockCompression compression = BlockCompressions.installed();
        ExecutorService readers = Executors.newFixedThreadPool(
                Math.max(1, Math.min(Math.min(replica.concurrentReads(), MOST_AT_ONCE), files.size())),
                work -> new Thread(work, "tailrace-prune-headers"));
        try {
            List<Future<Instant>> reading = new ArrayList<>();
            for (LtxFileInfo file : files) {
                reading.add(readers.submit(() -> read(replica, file, compression)));
            }
            List<Instant> times = new ArrayList<>();
            for (Future<Instant> one : reading) {
                times.add(one.get());
            }
            return times;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RestoreCancelledException("pruning was interrupted before anything was deleted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            readers.shutdownNow();
        }
    }

    private Instant read(LtxReplicaClient replica, LtxFileInfo file, BlockCompression compression) throws IOException {
        Instant time = known.get(file);
        if (time == null) {
            try (InputStream start = replica.openRange(file.object(), 0, START)) {
                time = new LtxReader(file.key(), start, compression).header().timestamp();
            }
            known.put(file, time);
        }
        return time;
    }
}
