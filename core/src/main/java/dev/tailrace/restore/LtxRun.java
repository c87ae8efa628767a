// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.codec.BlockCompression;
import dev.tailrace.error.TailraceException;
import dev.tailrace.replica.LtxFileInfo;
import dev.tailrace.replica.LtxReplicaClient;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * Fills the temporary database from LTX files: workers take pages in turn, the newest file's first, and decode, check and write
 * them side by side; so one large file keeps as many of them busy as many small ones.
 */
final class LtxRun {

    private final LtxRestorePlan plan;
    private final RestoreOptions options;
    private final BlockCompression compression;
    private final DatabaseOutput database;
    private final ObjectReads reads;
    private final LtxAssembly assembly;
    private final Turns turns = new Turns();
    private final LongAdder pagesRead = new LongAdder();
    private final LongAdder bytesWritten = new LongAdder();
    private final LongAdder writes = new LongAdder();

    LtxRun(
            LtxRestorePlan plan,
            LtxReplicaClient replica,
            RestoreOptions options,
            BlockCompression compression,
            DatabaseOutput database) {
        this.plan = plan;
        this.options = options;
        this.compression = compression;
        this.database = database;
        reads = ObjectReads.of(plan, replica, options);
        assembly = new LtxAssembly(plan);
    }

    /**
     * Reads all files of the plan and writes all pages; returns when no thread is at work any more.
     *
     * @throws IOException the first failure; a {@link TailraceException} unless the store breaks its contract
     */
    void run() throws IOException {
        writePages();
        assembly.complete();
        database.complete(assembly.pageCount() * assembly.pageSize());
    }

    private void writePages() throws IOException {
        OrderedWorkers workers = new OrderedWorkers(turns, "tailrace-restore", options.executor());
        List<LtxFileInfo> newestFirst = new ArrayList<>(plan.files());
        Collections.reverse(newestFirst);
        try (reads;
                LtxWalk walk = new LtxWalk(newestFirst.iterator(), reads, compression, assembly, turns)) {
            long pieces = plan.objects() + (plan.bytes() >> 20);
            // These first: an executor may have no threads for more.
            workers.start(WorkerCount.of(options.parallelism(), pieces), () -> work(walk));
            reads.start(pieces);
            workers.await();
        } catch (IOException e) {
            turns.fail(e);
        }
        workers.throwFailure();
    }

    private void work(LtxWalk walk) throws IOException {
        PageWriter writer = new PageWriter(database);
        LtxChunk chunk = new LtxChunk();
        for (LtxWalk.Place place = walk.next(chunk); place != LtxWalk.Place.NONE; place = walk.next(chunk)) {
            chunk.decode();
            turns.await(chunk.turn());
            chunk.accept();
            if (place == LtxWalk.Place.END_OF_FILE) {
                walk.finish(chunk.file());
            }
            turns.pass();
            chunk.write(writer);
            pagesRead.add(chunk.count());
        }
        writer.flush();
        bytesWritten.add(writer.bytes());
        writes.add(writer.writes());
    }

    LtxAssembly assembly() {
        return assembly;
    }

    /** When the newest transaction was replicated: the store's time may be that of a copy, a header's that of a snapshot. */
    Instant timestamp() {
        Instant told = assembly.timestamp();
        return told.isBefore(plan.timestamp()) ? told : plan.timestamp();
    }

    /** How many requests for bytes of objects were made. */
    long requests() {
        return reads.requests();
    }

    /** How many stored bytes were read. */
    long bytesRead() {
        return reads.bytes();
    }

    long pagesRead() {
        return pagesRead.sum();
    }

    long bytesWritten() {
        return bytesWritten.sum();
    }

    long writes() {
        return writes.sum();
    }
}
