// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.it.workload.LiveReplication.Cuts;
import dev.tailrace.it.workload.LiveReplication.Line;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.replica.ReplicaLayout;
import dev.tailrace.restore.RestoreOptions;
import dev.tailrace.restore.RestoreResult;
import dev.tailrace.restore.RestoreTarget;
import dev.tailrace.restore.Restorer;
import dev.tailrace.restore.Verification;
import dev.tailrace.restore.Verifier;
import dev.tailrace.restore.VerifyLevel;
import dev.tailrace.restore.VerifyOptions;
import dev.tailrace.testkit.InMemoryObjectStore;
import dev.tailrace.testkit.ReplicaWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
 * What SQLite writes in health is restored to the byte as SQLite itself would have it, and is never refused, nor called
 * damaged or doubtful by a verification of any level.
 *
 * <p>{@code -Dtailrace.workloads=1000} runs as many for each layout, {@code -Dtailrace.workloads.seed=N} begins at a seed.
 */
@Tag("thorough")
class HealthyWorkloadTest {

    private static final int NUMBER = Integer.getInteger("tailrace.workloads", 20);
    private static final long FIRST_SEED = Long.getLong("tailrace.workloads.seed", 1);

    @TempDir
    Path folder;

    private int restores;
    private int indexes;
    private int joins;
    private int generations;

    @ParameterizedTest
    @EnumSource(ReplicaLayout.class)
    void restoresTheBytesOfSqlite(ReplicaLayout layout) throws Exception {
        List<String> failures = new ArrayList<>();
        for (long seed = FIRST_SEED; seed < FIRST_SEED + NUMBER; seed++) {
            Path place = Files.createDirectory(folder.resolve(Long.toString(seed)));
            try {
                runOne(layout, seed, place);
            } catch (AssertionError | Exception e) {
                failures.add(layout + ": -Dtailrace.workloads=1 -Dtailrace.workloads.seed=" + seed + ": " + e);
            }
            delete(place);
        }
        System.out.printf(
                "%s: %d workloads, %d WAL indexes in %d generations, %d unproved joins, %d restores, %d failures%n",
                layout, NUMBER, indexes, generations, joins, restores, failures.size());
        assertThat(failures).isEmpty();
    }

    private void runOne(ReplicaLayout layout, long seed, Path place) throws Exception {
        Random random = new Random(seed * 31 + layout.ordinal());
        InMemoryObjectStore store = new InMemoryObjectStore();
        Path database = place.resolve("live.db");
        Path states = Files.createDirectory(place.resolve("states"));
        Path reference = place.resolve("reference.db");
        LiveReplication replication = new LiveReplication(
                database,
                new ReplicaWriter(store, layout),
                random.nextInt(3) == 0 ? Cuts.BYTES : Cuts.COMMITS,
                states,
                random);
        Workload workload = new Workload(database, replication, random);
        try (workload) {
            workload.run(20 + random.nextInt(60));
            replication.finish(random.nextInt(3) == 0, reference);
        } catch (Exception e) {
            throw new IllegalStateException(e + " in workload " + workload, e);
        }
        for (Line line : replication.lines()) {
            indexes += line.ends.size();
        }
        generations += replication.lines().size();
        try (ReplicaClient replica = ReplicaClient.over("memory", store)) {
            check(replica, replication, reference, place, random);
        } catch (AssertionError | Exception e) {
            throw new AssertionError(e + "\n  in " + workload, e);
        }
    }

    private void check(ReplicaClient replica, LiveReplication replication, Path reference, Path place, Random random)
            throws Exception {
        Path target = place.resolve("restored.db");
        Line line = replication.line();
        RestoreResult latest = restore(replica, RestoreOptions.builder(), target);
        assertSame(latest, reference);
        assertThat(Sqlite.integrityProblems(target)).isEmpty();
        assertThat(latest.plan().generation()).isEqualTo(line.generation);
        assertUnprovedJoins(latest, line);
        Files.delete(target);
        for (VerifyLevel level : VerifyLevel.values()) {
            assertVerified(replica, level, latest, place);
        }

        long oldest = line.snapshots.firstKey();
        RestoreResult fromOldest = restore(replica, RestoreOptions.builder().snapshotIndex(oldest), target);
        assertSame(fromOldest, reference);
        assertUnprovedJoins(fromOldest, line);
        joins += fromOldest.unprovedJoins();
        Files.delete(target);

        for (Line each : replication.lines()) {
            if (each.ends.isEmpty()) {
                continue;
            }
            List<Long> ends = List.copyOf(each.ends.keySet());
            long index = ends.get(random.nextInt(ends.size()));
            List<Long> snapshots =
                    List.copyOf(each.snapshots.headMap(index, true).keySet());
            RestoreOptions.Builder options =
                    RestoreOptions.builder().generation(each.generation).target(RestoreTarget.atIndex(index));
            if (random.nextBoolean()) {
                options.snapshotIndex(snapshots.get(random.nextInt(snapshots.size())));
            }
            RestoreResult earlier = restore(replica, options, target);
            assertSame(earlier, each.ends.get(index));
            assertUnprovedJoins(earlier, each);
            if (random.nextInt(3) == 0) {
                assertThat(Sqlite.integrityProblems(target)).isEmpty();
            }
            Files.delete(target);
        }
    }

    private static void assertVerified(ReplicaClient replica, VerifyLevel level, RestoreResult latest, Path place)
            throws IOException {
        VerifyOptions options =
                VerifyOptions.builder().level(level).scratchFolder(place).build();
        Verification verification = Verifier.of(replica, options).verify();
        assertThat(verification.damages()).as("%s", level).isEmpty();
        assertThat(verification.openQuestions()).as("%s", level).isEmpty();
        assertThat(verification.outcome()).isEqualTo(Verification.Outcome.OK);
        if (level != VerifyLevel.NAMES) {
            assertThat(verification.latest()).hasValue(latest.position());
        }
    }

    private RestoreResult restore(ReplicaClient replica, RestoreOptions.Builder options, Path target)
            throws IOException {
        restores++;
        return Restorer.of(replica, options.build()).restoreTo(target);
    }

    private static void assertSame(RestoreResult result, Path expected) throws IOException {
        long difference = Files.mismatch(result.path(), expected);
        assertThat(difference)
                .as(
                        "first differing byte, page %d of %d bytes each, %d bytes expected, %d found, %s from snapshot %x",
                        difference / result.pageSize() + 1,
                        result.pageSize(),
                        Files.size(expected),
                        Files.size(result.path()),
                        result.plan().end(),
                        result.plan().snapshot().index())
                .isEqualTo(-1);
        assertThat(result.pageCount() * result.pageSize()).isEqualTo(Files.size(expected));
    }

    private static void assertUnprovedJoins(RestoreResult result, Line line) {
        long first = result.plan().snapshot().index();
        long last = result.plan().walIndexes().stream()
                .mapToLong(wal -> wal.index())
                .max()
                .orElse(first);
        assertThat(result.unprovedJoins()).as("unproved joins").isEqualTo(line.unprovedJoins(first, last));
    }

    private static void delete(Path place) throws IOException {
        try (Stream<Path> paths = Files.walk(place)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
