// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.workload;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.it.workload.LiveReplication.Cuts;
import dev.tailrace.it.workload.LiveReplication.Line;
import dev.tailrace.replica.LtxReplicaClient;
import dev.tailrace.replica.LtxTree;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectIterator;
import dev.tailrace.store.ObjectRead;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.testkit.InMemoryObjectStore;
import dev.tailrace.testkit.ReplicaWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Runs a random workload on SQLite, stores it as a replica, restores that at every commit and moment, and compares each with
 * SQLite's own state to the byte; and what each Litestream at hand restores, too.
 */
final class Oracle {

    private static final int MOST_TRIALS = 300;

    private final Path folder;
    private final List<Litestream> litestreams;
    private final RestoredFile restored;
    private int cases;

    /**
     * @param folder for databases, each deleted with its case
     * @param litestreams whose restores are compared as well
     * @param restored what is done to each database that Tailrace restored, before it is compared
     */
    Oracle(Path folder, List<Litestream> litestreams, RestoredFile restored) {
        this.folder = folder;
        this.litestreams = litestreams;
        this.restored = restored;
    }

    /** Tries a case. */
    OracleOutcome run(OracleCase tried) throws IOException {
        Path place = Files.createDirectory(folder.resolve("case-" + cases++));
        try {
            return tryOut(tried, place);
        } finally {
            try (Stream<Path> paths = Files.walk(place)) {
                for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    /** The smallest case with steps of a failing one that still fails. */
    OracleCase shrink(OracleCase failing) throws Exception {
        return failing.withSteps(Shrinking.shrink(
                failing.steps(),
                MOST_TRIALS,
                steps -> run(failing.withSteps(steps)).failure().isPresent()));
    }

    private OracleOutcome tryOut(OracleCase tried, Path place) {
        Counts counts = new Counts();
        String log = "";
        try {
            Random random = new Random(tried.seed());
            InMemoryObjectStore store = new InMemoryObjectStore();
            Path database = place.resolve("live.db");
            Path reference = place.resolve("reference.db");
            LiveReplication replication = new LiveReplication(
                    database,
                    new ReplicaWriter(store, tried.layout().followedAs()),
                    random.nextInt(3) == 0 ? Cuts.BYTES : Cuts.COMMITS,
                    Files.createDirectory(place.resolve("states")),
                    random);
            Workload workload = new Workload(database, replication, random);
            try (workload) {
                log = workload.toString();
                workload.runEach(tried.stepSeeds());
                random.setSeed(tried.seed());
                replication.finish(random.nextInt(3) == 0, reference);
            } finally {
                log = workload.toString();
            }
            if (tried.layout().tree().isPresent()) {
                compareLtx(replication.lines(), tried.layout().tree().get(), random, place, counts);
            } else {
                compareGenerations(store, replication.lines(), reference, tried.layout(), place, counts);
            }
            return counts.outcome(log, "");
        } catch (AssertionError | Exception e) {
            return counts.outcome(log, e.toString());
        }
    }

    private static final class Counts {
        private int states;
        private int refused;
        private int overcautious;
        private int byLitestream;

        OracleOutcome outcome(String log, String failure) {
            return new OracleOutcome(states, refused, overcautious, byLitestream, log, failure);
        }
    }

    private void compareGenerations(
            InMemoryObjectStore store, List<Line> lines, Path reference, OracleLayout layout, Path place, Counts counts)
            throws Exception {
        CommitComparison comparison = new CommitComparison(restored);
        try (ReplicaClient replica = ReplicaClient.over("memory", store.reopen())) {
            for (Line line : lines) {
                comparison.compare(replica, line, place);
            }
        } finally {
            counts.states += comparison.transactions() - comparison.refused() + comparison.moments();
            counts.refused += comparison.refused();
            counts.overcautious += comparison.overcautious();
        }
        List<Litestream> readers = litestreams.stream()
                .filter(each -> each.reads().contains(layout.followedAs()))
                .toList();
        Path replica = place.resolve("replica");
        if (!readers.isEmpty()) {
            writeTo(replica, store.reopen());
        }
        Path target = place.resolve("litestream.db");
        for (Litestream litestream : readers) {
            assertSame(litestream, litestream.restore(replica, target), target, reference);
            counts.byLitestream++;
        }
    }

    private void compareLtx(List<Line> lines, LtxTree tree, Random random, Path place, Counts counts) throws Exception {
        LtxHistory history = LtxHistory.of(lines);
        if (history.size() == 0) {
            return;
        }
        InMemoryObjectStore store = new InMemoryObjectStore();
        history.write(store, tree, random);
        try (ReplicaClient replica = ReplicaClient.over("memory", store.reopen())) {
            List<LtxReplicaClient> trees = replica.ltxReplicas();
            assertThat(trees).hasSize(1);
            LtxComparison comparison = new LtxComparison(trees.get(0), history, restored, place);
            try {
                comparison.compare();
            } finally {
                counts.states += comparison.transactions() + comparison.moments();
                counts.refused += comparison.refused();
            }
        }
        // In a folder Litestream looks for this tree only.
        if (tree == LtxTree.LTX_FOLDER) {
            compareLitestreams(history, store.reopen(), place, counts);
        }
    }

    private void compareLitestreams(LtxHistory history, ObjectStore store, Path place, Counts counts) throws Exception {
        List<Litestream> readers =
                litestreams.stream().filter(Litestream::readsLtx).toList();
        if (readers.isEmpty()) {
            return;
        }
        Path replica = place.resolve("replica");
        writeTo(replica, store);
        Path target = place.resolve("litestream.db");
        Path expected = place.resolve("expected.db");
        TreeSet<Long> reachable = history.reachable();
        List<Long> txids = List.copyOf(reachable);
        for (Litestream litestream : readers) {
            history.expected(reachable.last(), expected);
            assertSame(litestream, litestream.restore(replica, target), target, expected);
            long between = txids.get(txids.size() / 2);
            history.expected(between, expected);
            assertSame(litestream, litestream.restore(replica, between, target), target, expected);
            counts.byLitestream += 2;
        }
    }

    private static void assertSame(Litestream litestream, Litestream.Run run, Path target, Path expected)
            throws IOException {
        assertThat(run.exitCode()).as("%s: %s", litestream, run.out()).isZero();
        assertThat(Files.mismatch(target, expected))
                .as("first difference, restored by %s: %s", litestream, run.out())
                .isEqualTo(-1);
        Files.delete(target);
    }

    private static void writeTo(Path replica, ObjectStore store) throws IOException {
        try (ObjectIterator objects = store.list("", "")) {
            while (objects.hasNext()) {
                ObjectInfo object = objects.next();
                Path file = replica.resolve(object.key());
                Files.createDirectories(requireNonNull(file.getParent()));
                try (ObjectStream stream = store.open(ObjectRead.whole(object.key()))) {
                    Files.copy(stream, file);
                }
                Files.setLastModifiedTime(file, FileTime.from(object.createdAt()));
            }
        }
    }
}
