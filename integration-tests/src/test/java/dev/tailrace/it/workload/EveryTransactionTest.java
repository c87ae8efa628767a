// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.it.workload.LiveReplication.Cuts;
import dev.tailrace.it.workload.LiveReplication.Line;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.replica.ReplicaLayout;
import dev.tailrace.testkit.InMemoryObjectStore;
import dev.tailrace.testkit.ReplicaWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * After N commits of a random workload the database has certain bytes, which SQLite itself makes of its own WAL; a restore to
 * that transaction gives them, for every N, and one to the time of any object gives those of the last commit stored by then.
 * A refusal must be right: what would have been restored is not what SQLite has; needless ones are counted, and must be rare.
 *
 * <p>{@code -Dtailrace.transactions=100} runs as many workloads for each layout, {@code -Dtailrace.workloads.seed=N} begins
 * at a seed.
 */
@Tag("thorough")
class EveryTransactionTest {

    private static final int NUMBER = Integer.getInteger("tailrace.transactions", 4);
    private static final long FIRST_SEED = Long.getLong("tailrace.workloads.seed", 1);

    @TempDir
    Path folder;

    private final CommitComparison comparison = new CommitComparison(RestoredFile.UNCHANGED);

    @ParameterizedTest
    @EnumSource(ReplicaLayout.class)
    void restoresEveryTransactionAndMoment(ReplicaLayout layout) throws Exception {
        List<String> failures = new ArrayList<>();
        for (long seed = FIRST_SEED; seed < FIRST_SEED + NUMBER; seed++) {
            Path place = Files.createDirectory(folder.resolve(Long.toString(seed)));
            try {
                runOne(layout, seed, place);
            } catch (AssertionError | Exception e) {
                failures.add(layout + ": -Dtailrace.transactions=1 -Dtailrace.workloads.seed=" + seed + ": " + e);
            }
            delete(place);
        }
        System.out.printf(
                "%s: seeds from %d, %d workloads, %d transactions, %d moments, %d refused, %d of them needlessly,"
                        + " %d failures%n",
                layout,
                FIRST_SEED,
                NUMBER,
                comparison.transactions(),
                comparison.moments(),
                comparison.refused(),
                comparison.overcautious(),
                failures.size());
        assertThat(failures).isEmpty();
        assertThat(comparison.overcautious())
                .as("refused needlessly")
                .isLessThanOrEqualTo(comparison.transactions() / 20);
    }

    /**
     * One WAL index that a reader keeps from being restarted, while checkpoints put its pages into the database file and
     * snapshots of that are stored, each in the place of the one before.
     */
    @ParameterizedTest
    @EnumSource(ReplicaLayout.class)
    void refusesOnlyMixturesOfTwoStates(ReplicaLayout layout) throws Exception {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + NUMBER; seed++) {
            Path place = Files.createDirectory(folder.resolve(Long.toString(seed)));
            Random random = new Random(seed * 41 + layout.ordinal());
            InMemoryObjectStore store = new InMemoryObjectStore();
            Path database = place.resolve("live.db");
            LiveReplication replication = new LiveReplication(
                    database,
                    new ReplicaWriter(store, layout),
                    Cuts.COMMITS,
                    Files.createDirectory(place.resolve("states")),
                    random);
            try (Connection writer = Sqlite.open(database);
                    Connection reader = Sqlite.open(database)) {
                writeBehindAReader(writer, reader, replication, random);
                replication.finish(false, place.resolve("reference.db"));
            }
            try (ReplicaClient replica = ReplicaClient.over("memory", store)) {
                comparison.compare(replica, replication.line(), place);
            } catch (AssertionError | Exception e) {
                throw new AssertionError("seed " + seed + ": " + e, e);
            }
            delete(place);
        }
        System.out.printf(
                "%s: snapshots ahead, seeds from %d: %d transactions, %d moments, %d refused,"
                        + " %d of them needlessly%n",
                layout,
                FIRST_SEED,
                comparison.transactions(),
                comparison.moments(),
                comparison.refused(),
                comparison.overcautious());
        assertThat(comparison.refused()).isPositive().isLessThan(comparison.transactions());
        assertThat(comparison.overcautious()).as("refused needlessly").isLessThan(comparison.refused() / 2);
    }

    private static void writeBehindAReader(
            Connection writer, Connection reader, LiveReplication replication, Random random) throws Exception {
        Sqlite.run(writer, "PRAGMA page_size=" + (512 << random.nextInt(4)));
        Sqlite.run(writer, "PRAGMA journal_mode=WAL");
        Sqlite.run(writer, "PRAGMA wal_autocheckpoint=0");
        Sqlite.run(writer, "CREATE TABLE w(id INTEGER PRIMARY KEY, body BLOB)");
        for (int id = 0; id < 40; id++) {
            Sqlite.run(writer, "INSERT INTO w VALUES(" + id + ", randomblob(1000))");
        }
        Sqlite.run(writer, "PRAGMA wal_checkpoint(TRUNCATE)");
        Sqlite.run(writer, "PRAGMA user_version=1");
        replication.start();
        Sqlite.run(reader, "BEGIN");
        Sqlite.run(reader, "SELECT count(*) FROM w");
        for (int step = 0; step < 30; step++) {
            Sqlite.run(
                    writer,
                    random.nextInt(4) == 0
                            ? "DELETE FROM w WHERE id%5=" + random.nextInt(5)
                            : "INSERT OR REPLACE INTO w VALUES(" + random.nextInt(40) + ", randomblob("
                                    + random.nextInt(3000) + "))");
            replication.follow();
            switch (random.nextInt(6)) {
                case 0 -> {
                    Sqlite.run(reader, "COMMIT");
                    Sqlite.run(reader, "BEGIN");
                }
                case 1 -> Sqlite.run(writer, "PRAGMA wal_checkpoint(PASSIVE)");
                case 2 -> replication.snapshot();
                case 3 -> replication.uploadSome();
                default -> replication.follow();
            }
            Sqlite.run(reader, "SELECT count(*) FROM w");
        }
    }

    private void runOne(ReplicaLayout layout, long seed, Path place) throws Exception {
        Random random = new Random(seed * 37 + layout.ordinal());
        InMemoryObjectStore store = new InMemoryObjectStore();
        Path database = place.resolve("live.db");
        LiveReplication replication = new LiveReplication(
                database,
                new ReplicaWriter(store, layout),
                random.nextInt(3) == 0 ? Cuts.BYTES : Cuts.COMMITS,
                Files.createDirectory(place.resolve("states")),
                random);
        Workload workload = new Workload(database, replication, random);
        try (workload) {
            workload.run(20 + random.nextInt(30));
            replication.finish(random.nextInt(3) == 0, place.resolve("reference.db"));
        }
        try (ReplicaClient replica = ReplicaClient.over("memory", store)) {
            for (Line line : replication.lines()) {
                comparison.compare(replica, line, place);
            }
        } catch (AssertionError | Exception e) {
            throw new AssertionError(e + "\n  in " + workload, e);
        }
    }

    private static void delete(Path place) throws IOException {
        try (Stream<Path> paths = Files.walk(place)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
