// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.codec.BlockCompression;
import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.ltx.LtxPage;
import dev.tailrace.ltx.LtxReader;
import dev.tailrace.replica.LtxFileInfo;
import dev.tailrace.replica.LtxReplicaClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Proves files one by one, each by its own checksum, several side by side. To be used once. */
final class LtxFileProofs {

    private final VerifyOptions options;
    private final BlockCompression compression;
    private final List<LtxFileInfo> files;
    private final ObjectReads reads;
    private final AtomicInteger next = new AtomicInteger();
    private final TreeMap<Integer, Damage> damages = new TreeMap<>();

    LtxFileProofs(
            LtxReplicaClient replica, VerifyOptions options, BlockCompression compression, List<LtxFileInfo> files) {
        this.options = options;
        this.compression = compression;
        this.files = files;
        reads = new ObjectReads(
                replica,
                options.listener(),
                FetchLimits.of(options.requests(), options.parallelism()),
                files.stream().map(LtxFileInfo::object).iterator(),
                options.executor());
    }

    /** What is wrong, in the order of the files; in each the first thing. */
    List<Damage> run() throws IOException {
        if (files.isEmpty()) {
            return List.of();
        }
        Turns turns = new Turns();
        OrderedWorkers workers = new OrderedWorkers(turns, "tailrace-verify", options.executor());
        try (reads) {
            workers.start(WorkerCount.of(options.parallelism(), files.size()), () -> work(turns));
            reads.start(
                    files.size() + files.stream().mapToLong(LtxFileInfo::size).sum() / (1 << 20));
            workers.await();
        }
        workers.throwFailure();
        synchronized (damages) {
            return new ArrayList<>(damages.values());
        }
    }

    private void work(Turns turns) throws IOException {
        LtxPage page = new LtxPage();
        byte[] decoded = new byte[0];
        for (int number = next.getAndIncrement(); number < files.size(); number = next.getAndIncrement()) {
            turns.checkGoingOn();
            try (LtxFile file = LtxFile.open(files.get(number), reads, compression)) {
                LtxReader reader = file.reader();
                if (decoded.length < file.pageSize()) {
                    decoded = new byte[file.pageSize()];
                }
                while (reader.nextPage(page)) {
                    reader.decode(page, decoded, 0);
                    reader.accept(page, decoded, 0);
                }
                reader.finish();
            } catch (DamagedReplicaException e) {
                synchronized (damages) {
                    damages.put(number, e.damage());
                }
            }
        }
    }

    long requests() {
        return reads.requests();
    }

    long bytesRead() {
        return reads.bytes();
    }
}
