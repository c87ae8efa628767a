// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.codec.BlockCompression;
import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.ObjectChangedException;
import dev.tailrace.error.ObjectMissingException;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.replica.SnapshotInfo;
import dev.tailrace.replica.WalSegmentInfo;
import dev.tailrace.restore.StepReading.SnapshotSize;
import dev.tailrace.store.ObjectInfo;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * Reads each object of a history once: workers decode its steps side by side, and hand them in their order to those who
 * judge. Damage ends the reading of an object, and nothing else.
 */
final class HistoryReading {

    private static final long BASE = 16L << 20;
    private static final long EACH_WORKER = 24L << 20;

    private final GenerationHistory history;
    private final VerifyOptions options;
    private final BlockCompression compression;
    private final FoundDamages found;
    private final HistoryProof proof;
    private final Optional<PageHistory> pages;
    private final ObjectReads reads;
    private final Turns turns = new Turns();
    private final AtomicInteger nextStep = new AtomicInteger();
    private final LongAdder objects = new LongAdder();

    /** @param pages compares the snapshots with the WAL; empty if that is not wanted */
    HistoryReading(
            GenerationHistory history,
            ReplicaClient replica,
            VerifyOptions options,
            BlockCompression compression,
            FoundDamages found,
            HistoryProof proof,
            Optional<PageHistory> pages) {
        this.history = history;
        this.options = options;
        this.compression = compression;
        this.found = found;
        this.proof = proof;
        this.pages = pages;
        Stream<ObjectInfo> order = history.steps().stream().flatMap(HistoryReading::objects);
        reads = new ObjectReads(
                replica,
                options.listener(),
                FetchLimits.of(options.requests(), options.parallelism()),
                order.iterator(),
                options.executor());
    }

    private static Stream<ObjectInfo> objects(HistoryStep step) {
        return Stream.concat(
                step.wal().stream().flatMap(wal -> wal.segments().stream()).map(WalSegmentInfo::object),
                step.snapshot().stream().map(SnapshotInfo::object));
    }

    /**
     * Reads all; returns when no thread is at work any more.
     *
     * @throws IOException if the store fails, or an object is of a format that is not read here
     */
    void run() throws IOException {
        OrderedWorkers workers = new OrderedWorkers(turns, "tailrace-verify", options.executor());
        try (reads) {
            workers.start(workers(), () -> new Worker().work());
            reads.start(history.objects() + (history.bytes() >> 20));
            workers.await();
        }
        workers.throwFailure();
    }

    private int workers() {
        Runtime machine = Runtime.getRuntime();
        long fitting = (machine.maxMemory() - BASE) / EACH_WORKER;
        long useful = Math.min(options.parallelism(), machine.availableProcessors());
        return (int)
                Math.max(1, Math.min(Math.min(useful, fitting), history.steps().size()));
    }

    long objects() {
        return objects.sum();
    }

    long requests() {
        return reads.requests();
    }

    long bytesRead() {
        return reads.bytes();
    }

    /** Reads an object, or a WAL index made of several. */
    private interface Reading<T> {
        T read() throws IOException;
    }

    /** What reading gave: the one or the other. */
    private record Result<T>(Optional<T> value, Optional<Damage> damage) {

        static <T> Result<T> none() {
            return new Result<>(Optional.empty(), Optional.empty());
        }

        static <T> Result<T> of(Reading<T> reading) throws IOException {
            try {
                return new Result<>(Optional.of(reading.read()), Optional.empty());
            } catch (DamagedReplicaException e) {
                return damaged(e.damage());
            } catch (ObjectMissingException e) {
                return damaged(Damage.of(e.key(), "object is listed but cannot be opened, it does not exist"));
            } catch (ObjectChangedException e) {
                return damaged(Damage.of(e.key(), "object was replaced while it was read"));
            }
        }

        private static <T> Result<T> damaged(Damage damage) {
            return new Result<>(Optional.empty(), Optional.of(damage));
        }
    }

    /** One of those who decode side by side. */
    private final class Worker {

        private final WalIndexDecoder decoder =
                new WalIndexDecoder(reads, compression, turns, WalIndexDecoder.PASSING_WINDOW);
        private final SnapshotReader snapshots = new SnapshotReader(reads, compression, turns);
        private final FrameHashes hashes = new FrameHashes();

        void work() throws IOException {
            while (true) {
                int number = nextStep.getAndIncrement();
                if (number >= history.steps().size()) {
                    return;
                }
                HistoryStep step = history.steps().get(number);
                Result<?> wal = step.wal().isPresent() ? readWal(step.wal().get()) : Result.none();
                // Compared is in order only, since only the one whose turn it is knows the state before.
                Result<SnapshotSize> snapshot =
                        pages.isPresent() || step.snapshot().isEmpty()
                                ? Result.none()
                                : readSnapshot(step.snapshot().get(), PageSink.NONE);
                turns.await(number);
                take(step, wal.damage(), snapshot);
                turns.pass();
                objects.add(objects(step).count());
            }
        }

        private Result<?> readWal(WalIndex wal) throws IOException {
            hashes.clear();
            Result<?> result = Result.of(() -> pages.isPresent() ? decodeWithHashes(wal) : decoder.decode(wal));
            if (result.damage().isPresent()) {
                wal.segments().forEach(reads::passOver);
            }
            return result;
        }

        private Object decodeWithHashes(WalIndex wal) throws IOException {
            return decoder.decode(wal, (frame, page, bytes, offset) -> {
                int pageSize = decoder.provedHeader().orElseThrow().pageSize();
                hashes.add(PageHash.of(bytes, offset, pageSize));
            });
        }

        private Result<SnapshotSize> readSnapshot(SnapshotInfo snapshot, PageSink sink) throws IOException {
            return Result.of(() -> snapshots.read(snapshot, sink));
        }

        private void take(HistoryStep step, Optional<Damage> walDamage, Result<SnapshotSize> read) throws IOException {
            Result<SnapshotSize> snapshot = read;
            if (step.wal().isEmpty()) {
                decoder.frames().clear();
            }
            if (pages.isPresent() && step.snapshot().isPresent()) {
                snapshot = compare(step, step.snapshot().get(), walDamage, pages.get());
            }
            proof.take(
                    step,
                    new StepReading(
                            step.wal().isPresent() ? decoder.provedHeader() : Optional.empty(),
                            decoder.frames(),
                            walDamage,
                            snapshot.value(),
                            snapshot.damage()));
            if (pages.isPresent()) {
                if (proof.hasState()) {
                    pages.get().apply(decoder.frames(), hashes);
                } else {
                    pages.get().forget();
                }
            }
        }

        private Result<SnapshotSize> compare(
                HistoryStep step, SnapshotInfo snapshot, Optional<Damage> walDamage, PageHistory known)
                throws IOException {
            if (step.hole().isPresent()) {
                known.forget();
            }
            Result<SnapshotSize> result = readSnapshot(snapshot, known.compare(decoder.frames(), hashes));
            if (result.value().isEmpty()) {
                known.forget();
                return result;
            }
            // Where the WAL of its index may not be all there, a page may be of what is missing.
            boolean open =
                    walDamage.isPresent() || !step.wal().map(WalIndex::followed).orElse(false);
            Generation generation = history.catalog().generation();
            known.end(snapshot, result.value().get())
                    .ifPresent(damage -> found.add(generation, damage, proof.latest(), open));
            return result;
        }
    }
}
