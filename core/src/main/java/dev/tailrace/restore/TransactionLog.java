// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static java.util.Objects.requireNonNull;

import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.EmptyReplicaException;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.error.UnsupportedReplicaException;
import dev.tailrace.replica.ForeignFormat;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.GenerationCatalog;
import dev.tailrace.replica.Position;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.replica.WalSegmentInfo;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Every transaction that a replica holds: the states between which a restore can choose. Each is told as soon as its bytes
 * are read and proved, and nothing is read that the range does not ask for, but for the beginning of the WAL index it begins
 * in. Blocks; interrupting the calling thread cancels it. Safe for use by many threads.
 */
public final class TransactionLog {

    /** Hears of transactions. */
    @FunctionalInterface
    public interface Visitor {

        /**
         * The next transaction, in the thread that called {@link TransactionLog#read}.
         *
         * @return whether to go on
         * @throws IOException what {@link TransactionLog#read} then throws
         */
        boolean visit(Transaction transaction) throws IOException;
    }

    private final ReplicaClient replica;
    private final TransactionRange range;

    private TransactionLog(ReplicaClient replica, TransactionRange range) {
        this.replica = requireNonNull(replica, "replica");
        this.range = requireNonNull(range, "range");
    }

    /**
     * The log of a replica.
     *
     * @param replica stays the caller's to close
     */
    public static TransactionLog of(ReplicaClient replica, TransactionRange range) {
        return new TransactionLog(replica, range);
    }

    /**
     * Reads the transactions, from the oldest to the newest: those after the oldest snapshot of each generation, as no other
     * can be restored, and generations in the order of their newest objects.
     *
     * @throws DamagedReplicaException at the end, if there is damage: of a generation, what lies before the first damage has
     *     been told then, and what lies behind it can be asked for by a range of its own
     * @throws TargetNotAvailableException if there is no such generation
     * @throws EmptyReplicaException if there is no object of any known layout
     * @throws UnsupportedReplicaException if all data is of a format not read here
     * @throws IOException another of {@link dev.tailrace.error}, if the store fails, or the visitor
     * @throws dev.tailrace.error.NoProviderException if there is no LZ4 compression
     */
    public void read(Visitor visitor) throws IOException {
        if (range.first().orElse(1) == 0 || range.last().orElse(1) == 0) {
            return;
        }
        if (range.last().isPresent()) {
            for (Transaction transaction : last(range.last().getAsInt())) {
                if (!visitor.visit(transaction)) {
                    return;
                }
            }
            return;
        }
        long[] told = {0};
        Visitor counting = transaction -> {
            boolean more = !range.contains(transaction.position()) || visitor.visit(transaction);
            told[0] += range.contains(transaction.position()) ? 1 : 0;
            return more && told[0] != range.first().orElse(-1);
        };
        DamagedReplicaException damage = null;
        try {
            for (Generation generation : generations()) {
                try {
                    read(catalog(generation), counting);
                } catch (DamagedReplicaException e) {
                    damage = damage == null ? e : damage;
                }
            }
        } catch (TransactionReader.EnoughException enough) {
            // As it was asked for.
        }
        if (damage != null) {
            throw damage;
        }
    }

    private void read(GenerationCatalog catalog, Visitor visitor) throws IOException {
        checkNames(catalog);
        List<HistoryStep> steps = steps(catalog);
        try (ObjectReads reads = reads(steps)) {
            TransactionReader reader = new TransactionReader(catalog, reads, visitor);
            for (HistoryStep step : steps) {
                if (step.hole().isPresent() && !step.open()) {
                    throw new DamagedReplicaException(step.hole().get());
                }
                if (step.wal().isPresent()) {
                    reader.read(step.wal().get());
                }
            }
        }
    }

    /** What is asked for from the end is found by going back from there, one WAL index after the other. */
    private Deque<Transaction> last(int number) throws IOException {
        Deque<Transaction> found = new ArrayDeque<>();
        List<Generation> newestFirst = new ArrayList<>(generations());
        Collections.reverse(newestFirst);
        for (Generation generation : newestFirst) {
            GenerationCatalog catalog = catalog(generation);
            checkNames(catalog);
            List<HistoryStep> steps = steps(catalog);
            List<Transaction> ofIndex = new ArrayList<>();
            try (ObjectReads reads = ObjectReads.oneByOne(replica)) {
                TransactionReader reader = new TransactionReader(catalog, reads, transaction -> {
                    if (range.contains(transaction.position())) {
                        ofIndex.add(transaction);
                    }
                    return true;
                });
                for (int i = steps.size() - 1; i >= 0 && found.size() < number; i--) {
                    HistoryStep step = steps.get(i);
                    if (step.hole().isPresent() && !step.open()) {
                        throw new DamagedReplicaException(step.hole().get());
                    }
                    if (step.wal().isPresent()) {
                        ofIndex.clear();
                        reader.read(step.wal().get());
                        for (int t = ofIndex.size() - 1; t >= 0 && found.size() < number; t--) {
                            found.addFirst(ofIndex.get(t));
                        }
                    }
                }
            }
            if (found.size() == number) {
                break;
            }
        }
        return found;
    }

    private static void checkNames(GenerationCatalog catalog) throws DamagedReplicaException {
        if (!catalog.damages().isEmpty()) {
            throw new DamagedReplicaException(catalog.damages().get(0));
        }
        if (catalog.snapshots().isEmpty()) {
            throw Planner.withoutSnapshot(catalog);
        }
    }

    /** Those that the range reaches, the last one cut where it ends. */
    private List<HistoryStep> steps(GenerationCatalog catalog) {
        List<HistoryStep> steps = new ArrayList<>();
        for (HistoryStep step : GenerationHistory.of(catalog).steps()) {
            if (range.reaches(step.index())) {
                steps.add(range.until()
                        .filter(until ->
                                until.index() == step.index() && step.wal().isPresent())
                        .map(until -> cut(step, until))
                        .orElse(step));
            }
        }
        return steps;
    }

    private static HistoryStep cut(HistoryStep step, Position until) {
        List<WalSegmentInfo> before = step.wal().orElseThrow().segments().stream()
                .filter(segment -> segment.offset() < until.offset())
                .toList();
        WalIndex wal = new WalIndex(step.index(), before, until.offset(), false);
        return new HistoryStep(step.index(), Optional.of(wal), step.snapshot(), step.hole(), step.open());
    }

    /** Where a number is asked for, nothing is read ahead: it would be read for nothing. */
    private ObjectReads reads(List<HistoryStep> steps) {
        if (range.first().isPresent()) {
            return ObjectReads.oneByOne(replica);
        }
        List<WalIndex> indexes =
                steps.stream().flatMap(step -> step.wal().stream()).toList();
        ObjectReads reads = new ObjectReads(
                replica,
                RestoreListener.NONE,
                FetchLimits.of(RestoreOptions.DEFAULT_REQUESTS, RestoreOptions.DEFAULT_PARALLELISM),
                indexes.stream()
                        .flatMap(wal -> wal.segments().stream())
                        .map(WalSegmentInfo::object)
                        .iterator(),
                Optional.empty());
        reads.start(indexes.stream().mapToInt(wal -> wal.segments().size()).sum());
        return reads;
    }

    private GenerationCatalog catalog(Generation generation) throws IOException {
        GenerationCatalog catalog = replica.catalog(generation);
        if (catalog.isEmpty()) {
            throw new TargetNotAvailableException(
                    "no generation " + generation + " in " + replica.location(), replica.location());
        }
        return catalog;
    }

    /**
     * Those that the range may lie in, the one with the newest object last. Of one without a snapshot nothing can be restored:
     * it does not count where there are others.
     */
    private List<Generation> generations() throws IOException {
        if (range.onlyGeneration().isPresent()) {
            return List.of(range.onlyGeneration().get());
        }
        record Dated(Generation generation, Instant newest) {}
        List<Dated> dated = new ArrayList<>();
        List<Generation> others = new ArrayList<>();
        for (Generation generation : replica.generations()) {
            GenerationCatalog catalog = replica.catalog(generation);
            if (!catalog.snapshots().isEmpty()) {
                dated.add(new Dated(generation, catalog.updatedAt().orElseThrow()));
            } else if (!catalog.isEmpty()) {
                others.add(generation);
            }
        }
        if (dated.isEmpty() && others.isEmpty()) {
            throw nothing();
        }
        dated.sort(Comparator.comparing(Dated::newest));
        return dated.isEmpty() ? others : dated.stream().map(Dated::generation).toList();
    }

    private IOException nothing() throws IOException {
        String location = replica.location();
        List<ForeignFormat> foreign = replica.foreignFormats();
        return foreign.isEmpty()
                ? new EmptyReplicaException(
                        "no matching backups found in " + location
                                + "; check the path, or whether replication has begun",
                        location)
                : new UnsupportedReplicaException(
                        location + " holds " + foreign.get(0).name()
                                + (foreign.get(0).isLtx()
                                        ? " data, whose transactions have numbers, and no generations or positions"
                                        : " data, which this version cannot read yet"),
                        location);
    }
}
