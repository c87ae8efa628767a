// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.codec.BlockCompression;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.wal.WalHeader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Fills the temporary database from a plan: workers decode WAL indexes side by side, newest first, choose what they write in
 * that order, and write side by side again; then they share the blocks of the snapshot.
 */
final class RestoreRun {

    private final RestorePlan plan;
    private final ReplicaClient replica;
    private final RestoreOptions options;
    private final BlockCompression compression;
    private final DatabaseOutput database;
    private final ObjectReads reads;
    private final DatabaseAssembly assembly;
    private final Turns turns = new Turns();
    private final AtomicInteger nextIndex = new AtomicInteger();
    private final LongAdder bytesWritten = new LongAdder();
    private final LongAdder writes = new LongAdder();
    private long requestsAgain;
    private long bytesAgain;

    RestoreRun(
            RestorePlan plan,
            ReplicaClient replica,
            RestoreOptions options,
            BlockCompression compression,
            DatabaseOutput database) {
        this.plan = plan;
        this.replica = replica;
        this.options = options;
        this.compression = compression;
        this.database = database;
        reads = ObjectReads.of(plan, replica, options);
        assembly = new DatabaseAssembly(plan);
    }

    /**
     * Reads all objects of the plan and writes all pages; returns when no thread is at work any more.
     *
     * @throws IOException the first failure; a {@link TailraceException} unless the store breaks its contract
     */
    void run() throws IOException {
        try {
            writePages();
            withCutIndex(CutIndex.ofSnapshot(plan), CutIndex::proveSnapshot);
        } catch (TargetNotAvailableException e) {
            if (plan.target() instanceof RestoreTarget.AtPosition at && assembly.missesTarget()) {
                withCutIndex(plan.uncut(), cut -> {
                    throw cut.nearest(at.position());
                });
            }
            throw e;
        } catch (DamagedReplicaException e) {
            long missing = assembly.missingPage();
            if (missing > 0) {
                withCutIndex(CutIndex.ofSnapshot(plan), cut -> {
                    Optional<TargetNotAvailableException> shorter = cut.shorterSnapshot(missing);
                    if (shorter.isPresent()) {
                        throw shorter.get();
                    }
                });
            }
            throw e;
        }
        database.complete(assembly.pageCount() * assembly.pageSize());
    }

    /** A question to the WAL index that the target cuts. */
    private interface Question {
        void ask(CutIndex cut) throws IOException;
    }

    private void withCutIndex(Optional<WalIndex> wal, Question question) throws IOException {
        if (wal.isEmpty()) {
            return;
        }
        Turns alone = new Turns();
        OrderedWorkers worker = new OrderedWorkers(alone, "tailrace-restore-cut", options.executor());
        try (ObjectReads again = ObjectReads.of(wal.get(), replica, options)) {
            worker.start(1, () -> {
                WalIndexDecoder decoder = new WalIndexDecoder(again, compression, alone);
                question.ask(new CutIndex(plan, wal.get(), assembly, database, decoder));
            });
            again.start(wal.get().segments().size());
            worker.await();
            requestsAgain = again.requests();
            bytesAgain = again.bytes();
            worker.throwFailure();
        }
    }

    private void writePages() throws IOException {
        OrderedWorkers workers = new OrderedWorkers(turns, "tailrace-restore", options.executor());
        try (reads;
                SnapshotDecoder snapshot = new SnapshotDecoder(
                        plan.snapshot(),
                        reads,
                        compression,
                        assembly,
                        turns,
                        plan.walIndexes().size())) {
            long pieces = plan.walIndexes().size() + Math.max(1, plan.snapshot().size() >> 20);
            // These first: an executor may have no threads for more.
            workers.start(WorkerCount.of(options.parallelism(), pieces), () -> work(snapshot));
            reads.start(plan.objects() + (plan.bytes() >> 20));
            workers.await();
        } catch (IOException e) {
            turns.fail(e);
        }
        workers.throwFailure();
    }

    private void work(SnapshotDecoder snapshot) throws IOException {
        PageWriter writer = new PageWriter(database);
        applyWal(writer);
        snapshot.work(writer);
        writer.flush();
        bytesWritten.add(writer.bytes());
        writes.add(writer.writes());
    }

    private void applyWal(PageWriter writer) throws IOException {
        WalIndexDecoder decoder = new WalIndexDecoder(reads, compression, turns);
        List<WalIndex> newestFirst = new ArrayList<>(plan.walIndexes());
        Collections.reverse(newestFirst);
        while (true) {
            int number = nextIndex.getAndIncrement();
            if (number >= newestFirst.size()) {
                return;
            }
            WalIndex wal = newestFirst.get(number);
            WalHeader header = decoder.decode(wal);
            turns.await(number);
            BitSet chosen = assembly.choose(wal, header, decoder.frames());
            turns.pass();
            int pageSize = header.pageSize();
            decoder.write(
                    wal,
                    chosen,
                    (frame, page, bytes, offset) -> writer.write(bytes, offset, pageSize, (page - 1) * pageSize));
        }
    }

    DatabaseAssembly assembly() {
        return assembly;
    }

    /** How many requests for bytes of objects were made. */
    long requests() {
        return reads.requests() + requestsAgain;
    }

    /** How many stored bytes were read. */
    long bytesRead() {
        return reads.bytes() + bytesAgain;
    }

    long bytesWritten() {
        return bytesWritten.sum();
    }

    long writes() {
        return writes.sum();
    }
}
