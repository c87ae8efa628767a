// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.it.workload.LiveReplication.Cuts;
import dev.tailrace.it.workload.LiveReplication.Line;
import dev.tailrace.it.workload.LiveReplication.Stored;
import dev.tailrace.it.workload.LiveReplication.Written;
import dev.tailrace.replica.Position;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.replica.ReplicaLayout;
import dev.tailrace.restore.RestoreOptions;
import dev.tailrace.restore.RestoreResult;
import dev.tailrace.restore.RestoreTarget;
import dev.tailrace.restore.Restorer;
import dev.tailrace.restore.TransactionLog;
import dev.tailrace.restore.TransactionRange;
import dev.tailrace.restore.Verification;
import dev.tailrace.restore.Verifier;
import dev.tailrace.restore.VerifyLevel;
import dev.tailrace.restore.VerifyOptions;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

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

    private static final int NUMBER = Integer.getInteger("tailrace.transactions", 2);
    private static final long FIRST_SEED = Long.getLong("tailrace.workloads.seed", 1);
    private static final Pattern NEAREST = Pattern.compile("can be restored is (\\S+), of");

    @TempDir
    Path folder;

    private int transactions;
    private int moments;
    private int refused;
    private int overcautious;

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
                layout, FIRST_SEED, NUMBER, transactions, moments, refused, overcautious, failures.size());
        assertThat(failures).isEmpty();
        assertThat(overcautious).as("refused needlessly").isLessThanOrEqualTo(transactions / 20);
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
                checkTransactions(replica, replication.line(), place);
                checkMoments(replica, replication.line(), place);
            } catch (AssertionError | Exception e) {
                throw new AssertionError("seed " + seed + ": " + e, e);
            }
            delete(place);
        }
        System.out.printf(
                "%s: snapshots ahead, seeds from %d: %d transactions, %d moments, %d refused,"
                        + " %d of them needlessly%n",
                layout, FIRST_SEED, transactions, moments, refused, overcautious);
        assertThat(refused).isPositive().isLessThan(transactions);
        assertThat(overcautious).as("refused needlessly").isLessThan(refused / 2);
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
                checkTransactions(replica, line, place);
                checkMoments(replica, line, place);
            }
        } catch (AssertionError | Exception e) {
            throw new AssertionError(e + "\n  in " + workload, e);
        }
    }

    /** What SQLite has committed is what is listed; and nothing of it is called damaged, with a snapshot that is ahead or not. */
    private static void checkLogAndVerification(ReplicaClient replica, Line line) throws IOException {
        List<Position> committed = new ArrayList<>();
        for (Written written : line.written) {
            for (int end : Sqlite.commitEnds(written.wal())) {
                committed.add(new Position(line.generation, written.index(), end));
            }
        }
        List<Position> listed = new ArrayList<>();
        TransactionLog.of(replica, TransactionRange.all().in(line.generation))
                .read(transaction -> listed.add(transaction.position()));
        assertThat(listed).isEqualTo(committed);
        for (VerifyLevel level : List.of(VerifyLevel.DATA, VerifyLevel.CHAIN)) {
            Verification verification = Verifier.of(
                            replica, VerifyOptions.builder().level(level).build())
                    .verify();
            assertThat(verification.damages()).as("%s", level).isEmpty();
            assertThat(verification.openQuestions()).as("%s", level).isEmpty();
        }
    }

    private void checkTransactions(ReplicaClient replica, Line line, Path place) throws Exception {
        checkLogAndVerification(replica, line);
        Path expected = place.resolve("expected.db");
        for (Written written : line.written) {
            for (int end : Sqlite.commitEnds(written.wal())) {
                transactions++;
                Position position = new Position(line.generation, written.index(), end);
                Sqlite.checkpointedCopy(written.before(), written.wal(), end, expected);
                try {
                    assertSame(restore(replica, RestoreTarget.atPosition(position), place), position, expected);
                } catch (TargetNotAvailableException e) {
                    refused++;
                    assertRefusedByRight(replica, line, written, position, expected, e);
                }
            }
        }
    }

    /**
     * Of a snapshot that is ahead: it and the WAL up to there make another database than SQLite has; or they do not only since
     * later transactions wrote pages that they did not change, which cannot be told.
     */
    private void assertRefusedByRight(
            ReplicaClient replica,
            Line line,
            Written written,
            Position position,
            Path expected,
            TargetNotAvailableException refusal)
            throws Exception {
        assertThat(refusal).hasMessageContaining("is ahead of " + position);
        assertThat(line.snapshots.lastKey()).as("%s", refusal).isGreaterThanOrEqualTo(written.index());
        assertThat(line.snapshots.firstKey())
                .as("an older snapshot leads there: %s", refusal)
                .isEqualTo(written.index());
        Path snapshot = expected.resolveSibling("snapshot.db");
        Path mixture = expected.resolveSibling("mixture.db");
        Restorer.of(replica)
                .restoreSnapshot(
                        replica.catalog(line.generation)
                                .snapshotAtOrBefore(written.index())
                                .orElseThrow(),
                        snapshot);
        try {
            Sqlite.checkpointedCopy(snapshot, written.wal(), (int) position.offset(), mixture);
            if (Files.mismatch(mixture, expected) == -1) {
                overcautious++;
            }
        } catch (SQLiteException e) {
            // What SQLite itself cannot open is no state that it had.
            assertThat(e.getResultCode()).isEqualTo(SQLiteErrorCode.SQLITE_CORRUPT);
        }
        Files.delete(snapshot);
        Matcher nearest = NEAREST.matcher(refusal.getMessage());
        assertThat(nearest.find()).as("%s", refusal).isTrue();
        Position later = Position.parse(nearest.group(1));
        Sqlite.checkpointedCopy(written.before(), written.wal(), (int) later.offset(), expected);
        assertSame(restore(replica, RestoreTarget.atPosition(later), expected.getParent()), later, expected);
    }

    private void checkMoments(ReplicaClient replica, Line line, Path place) throws Exception {
        Path expected = place.resolve("expected.db");
        Position state = null;
        for (Stored stored : line.stored) {
            moments++;
            for (Written written : line.written) {
                if (written.index() == stored.index()) {
                    for (int end : Sqlite.commitEnds(written.wal())) {
                        if (end <= stored.end()) {
                            state = new Position(line.generation, written.index(), end);
                        }
                    }
                }
            }
            RestoreResult result;
            try {
                result = restore(replica, RestoreTarget.atTimestamp(stored.at()), place, line);
            } catch (TargetNotAvailableException e) {
                // Proved by the positions: a snapshot that is ahead, or was replaced by a later one.
                assertThat(e.getMessage()).containsAnyOf("is ahead of", "which can be restored from");
                continue;
            }
            if (result.position().offset() == 0) {
                assertIsSomeState(result, line, state, place);
                continue;
            }
            Position expectedState = state;
            assertThat(result.position()).isEqualTo(expectedState);
            Written written = line.written.stream()
                    .filter(each -> each.index() == result.position().index())
                    .findFirst()
                    .orElseThrow();
            Sqlite.checkpointedCopy(
                    written.before(), written.wal(), (int) result.position().offset(), expected);
            if (Files.mismatch(result.path(), expected) != -1) {
                assertIsSomeState(result, line, state, place);
                continue;
            }
            assertSame(result, result.position(), expected);
        }
    }

    /** A snapshot that is ahead of all that is cut off may stand for a later transaction, as a whole. */
    private static void assertIsSomeState(RestoreResult result, Line line, Position state, Path place)
            throws Exception {
        Path some = place.resolve("some.db");
        long index = result.plan().snapshot().index();
        boolean found = false;
        for (Written written : line.written) {
            if (written.index() != index) {
                continue;
            }
            List<Integer> ends = new ArrayList<>(List.of(0));
            ends.addAll(Sqlite.commitEnds(written.wal()));
            for (int end : ends) {
                Sqlite.checkpointedCopy(written.before(), written.wal(), end, some);
                found |= Files.mismatch(result.path(), some) == -1;
            }
        }
        assertThat(found).as("%s for %s", result.position(), state).isTrue();
        Files.delete(result.path());
    }

    private static RestoreResult restore(ReplicaClient replica, RestoreTarget target, Path place) throws IOException {
        return Restorer.of(replica, RestoreOptions.builder().target(target).build())
                .restoreTo(place.resolve("restored.db"));
    }

    private static RestoreResult restore(ReplicaClient replica, RestoreTarget target, Path place, Line line)
            throws IOException {
        return Restorer.of(
                        replica,
                        RestoreOptions.builder()
                                .generation(line.generation)
                                .target(target)
                                .build())
                .restoreTo(place.resolve("restored.db"));
    }

    private static void assertSame(RestoreResult result, Position position, Path expected) throws IOException {
        assertThat(result.position()).isEqualTo(position);
        assertThat(Files.mismatch(result.path(), expected)).as("%s", position).isEqualTo(-1);
        Files.delete(result.path());
    }

    private static void delete(Path place) throws IOException {
        try (Stream<Path> paths = Files.walk(place)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
