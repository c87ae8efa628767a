// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.codec.BlockCompression;
import dev.tailrace.error.RestoreCancelledException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.wal.WalHeader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Fills the temporary database from a plan: workers decode WAL indexes side by side, newest first, choose what they write in
 * that order, and write side by side again; then they share the blocks of the snapshot.
 */
final class RestoreRun {

    private final RestorePlan plan;
    private final RestoreOptions options;
    private final BlockCompression compression;
    private final TemporaryDatabase database;
    private final ObjectReads reads;
    private final DatabaseAssembly assembly;
    private final Turns turns = new Turns();
    private final AtomicInteger nextIndex = new AtomicInteger();
    private final LongAdder bytesWritten = new LongAdder();
    private final LongAdder writes = new LongAdder();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final List<Worker> workers = new CopyOnWriteArrayList<>();

    RestoreRun(
            RestorePlan plan,
            ReplicaClient replica,
            RestoreOptions options,
            BlockCompression compression,
            TemporaryDatabase database) {
        this.plan = plan;
        this.options = options;
        this.compression = compression;
        this.database = database;
        reads = new ObjectReads(replica, options.listener());
        assembly = new DatabaseAssembly(plan);
    }

    /**
     * Reads all objects of the plan and writes all pages; returns when no thread is at work any more.
     *
     * @throws IOException the first failure; a {@link TailraceException} unless the store breaks its contract
     */
    void run() throws IOException {
        int count = Workers.count(options.parallelism(), plan);
        CountDownLatch done = new CountDownLatch(count);
        try (SnapshotDecoder snapshot = new SnapshotDecoder(
                plan.snapshot(),
                reads,
                compression,
                assembly,
                turns,
                plan.walIndexes().size())) {
            for (int i = 0; i < count; i++) {
                workers.add(new Worker(snapshot, done));
            }
            start(options.executor().orElse(RestoreRun::startThread));
            await(done);
        } catch (IOException e) {
            turns.fail(e);
        }
        Throwable failure = turns.failure();
        if (failure != null) {
            throw typed(failure);
        }
        database.complete(assembly.pageCount() * assembly.pageSize());
    }

    /** If not all can be started, those that are have to end before the file they write to is given up. */
    private void start(Executor executor) {
        try {
            workers.forEach(executor::execute);
        } catch (RuntimeException | Error e) {
            turns.fail(e);
            workers.forEach(Worker::callOff);
        }
    }

    private static void startThread(Runnable work) {
        Thread thread = new Thread(work, "tailrace-restore");
        thread.setDaemon(true);
        thread.start();
    }

    /** An interrupted caller ends the work, and still waits until all of it has ended. */
    private void await(CountDownLatch done) {
        boolean interrupted = false;
        while (true) {
            try {
                done.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
                turns.fail(new RestoreCancelledException("restore was interrupted", e));
                threads.forEach(Thread::interrupt);
                workers.forEach(Worker::callOff);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** A worker's part. One that an executor has not begun when it is no longer needed is not waited for. */
    private final class Worker implements Runnable {

        private final SnapshotDecoder snapshot;
        private final CountDownLatch done;
        private final AtomicBoolean taken = new AtomicBoolean();

        Worker(SnapshotDecoder snapshot, CountDownLatch done) {
            this.snapshot = snapshot;
            this.done = done;
        }

        @Override
        public void run() {
            if (taken.compareAndSet(false, true)) {
                work(snapshot, done);
            }
        }

        void callOff() {
            if (taken.compareAndSet(false, true)) {
                done.countDown();
            }
        }
    }

    private void work(SnapshotDecoder snapshot, CountDownLatch done) {
        Thread thread = Thread.currentThread();
        threads.add(thread);
        try {
            turns.checkGoingOn();
            PageWriter writer = new PageWriter(database);
            applyWal(writer);
            snapshot.work(writer);
            writer.flush();
            bytesWritten.add(writer.bytes());
            writes.add(writer.writes());
        } catch (Throwable e) {
            // Whatever it is, an error of the machine too, the others must not wait for this worker.
            turns.fail(e);
        } finally {
            threads.remove(thread);
            // Nothing is left to be begun, or all has failed.
            workers.forEach(Worker::callOff);
            done.countDown();
        }
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
                    wal, chosen, (page, bytes, offset) -> writer.write(bytes, offset, pageSize, (page - 1) * pageSize));
        }
    }

    private static IOException typed(Throwable failure) {
        if (failure instanceof IOException e) {
            return e;
        }
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        if (failure instanceof Error e) {
            throw e;
        }
        throw new IllegalStateException(failure);
    }

    DatabaseAssembly assembly() {
        return assembly;
    }

    ObjectReads reads() {
        return reads;
    }

    long bytesWritten() {
        return bytesWritten.sum();
    }

    long writes() {
        return writes.sum();
    }

    /** How many workers a plan is worth. */
    static final class Workers {

        private static final long BASE = 16L << 20;
        private static final long EACH = 24L << 20;

        private Workers() {}

        /** No more than processors, than the heap holds buffers for, and than there are pieces of work. */
        static int count(int parallelism, RestorePlan plan) {
            Runtime machine = Runtime.getRuntime();
            long fitting = (machine.maxMemory() - BASE) / EACH;
            long useful = Math.min(parallelism, machine.availableProcessors());
            long pieces = plan.walIndexes().size() + Math.max(1, plan.snapshot().size() >> 20);
            return (int) Math.max(1, Math.min(Math.min(useful, fitting), pieces));
        }
    }
}
