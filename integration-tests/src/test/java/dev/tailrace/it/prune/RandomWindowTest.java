// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.prune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.it.workload.RandomReplica;
import dev.tailrace.prune.ObjectRun;
import dev.tailrace.prune.PruneOptions;
import dev.tailrace.prune.PrunePlan;
import dev.tailrace.prune.PruneResult;
import dev.tailrace.prune.ReplicaPruner;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.replica.ReplicaLayout;
import dev.tailrace.restore.RestoreOptions;
import dev.tailrace.restore.RestoreTarget;
import dev.tailrace.restore.Restorer;
import dev.tailrace.restore.Verification;
import dev.tailrace.restore.Verifier;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectIterator;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.testkit.InMemoryObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random windows over random replicas: all that a restore could reach inside the window it reaches afterwards, byte for byte,
 * and nothing outside of it stays without a reason.
 *
 * <p>{@code -Dtailrace.prune.replicas=50} makes as many replicas for each layout, {@code -Dtailrace.workloads.seed=N} begins
 * at a seed.
 */
@Tag("thorough")
class RandomWindowTest {

    private static final int NUMBER = Integer.getInteger("tailrace.prune.replicas", 3);
    private static final int WINDOWS = 5;
    private static final long FIRST_SEED = Long.getLong("tailrace.workloads.seed", 1);
    private static final Path MEMORY = Path.of("/dev/shm");

    private Path folder;
    private int windows;
    private int restores;
    private int compared;
    private long deleted;
    private long kept;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.isWritable(MEMORY)
                ? Files.createTempDirectory(MEMORY, "tailrace-prune-")
                : Files.createTempDirectory("tailrace-prune-");
    }

    @AfterEach
    void removeFolder() throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ReplicaLayout.class)
    void everyPointInsideTheWindowRestoresByteForByte(ReplicaLayout layout) throws Exception {
        List<String> failures = new ArrayList<>();
        for (long seed = FIRST_SEED; seed < FIRST_SEED + NUMBER; seed++) {
            try {
                runOne(layout, seed, Files.createDirectory(folder.resolve(Long.toString(seed))));
            } catch (AssertionError | Exception e) {
                failures.add(layout + ": -Dtailrace.prune.replicas=1 -Dtailrace.workloads.seed=" + seed + ": " + e);
            }
        }
        System.out.printf(
                "%s: seeds from %d, %d replicas, %d windows, %d restores, %d points compared, %d objects deleted,"
                        + " %d kept outside of the window, %d failures%n",
                layout, FIRST_SEED, NUMBER, windows, restores, compared, deleted, kept, failures.size());
        assertThat(failures).isEmpty();
        assertThat(deleted).isPositive();
    }

    private void runOne(ReplicaLayout layout, long seed, Path place) throws Exception {
        Random random = new Random(seed * 43 + layout.ordinal());
        InMemoryObjectStore original = RandomReplica.write(place, layout, seed, 1 + random.nextInt(3), 30);
        try (ReplicaClient replica = ReplicaClient.over("memory", original)) {
            RestoredPoints before = new RestoredPoints(replica, place);
            List<RestorePoint> points = RestorePoint.allOf(replica);
            List<Instant> times = new ArrayList<>();
            for (ObjectInfo object : objects(original).values()) {
                times.add(object.createdAt());
            }
            for (int i = 0; i < WINDOWS; i++) {
                windows++;
                Instant start = times.get(random.nextInt(times.size())).plusMillis(500L * (random.nextInt(3) - 1));
                PruneOptions.Builder options = PruneOptions.builder().before(start);
                if (random.nextInt(5) == 0) {
                    options.keepGenerations(1 + random.nextInt(2));
                }
                check(original, before, points, start, options.build());
            }
            restores += before.restores();
        }
    }

    private void check(
            InMemoryObjectStore original,
            RestoredPoints before,
            List<RestorePoint> points,
            Instant start,
            PruneOptions options)
            throws Exception {
        InMemoryObjectStore copy = PruneScene.copy(original);
        try (ReplicaClient pruned = ReplicaClient.over("memory", copy)) {
            ReplicaPruner pruner = ReplicaPruner.of(pruned, options);
            PrunePlan plan = pruner.plan();
            assertThat(objects(copy)).as("planning deletes nothing").isEqualTo(objects(original));
            PruneResult result = pruner.prune(plan);
            assertThat(result.objects()).isEqualTo(plan.objects());
            assertThat(result.spared()).isZero();
            deleted += result.objects();
            requireWhatWasPlanned(objects(original), objects(copy), plan, start);
            String what = "from " + start;
            for (RestorePoint point : points) {
                if (point.isInside(start)) {
                    before.requireSame(pruned, point, what);
                    compared++;
                }
            }
            requireStateAtStart(original, before, pruned, start);
            assertThat(Verifier.of(pruned).verify().outcome()).isEqualTo(Verification.Outcome.OK);
            PrunePlan again = pruner.plan();
            assertThat(again.deleted()).as("a second time, %s", what).isEmpty();
        }
    }

    private void requireStateAtStart(
            InMemoryObjectStore original, RestoredPoints before, ReplicaClient pruned, Instant start) throws Exception {
        RestorePoint atStart = RestorePoint.atMoment(start);
        before.requireSame(pruned, atStart, "at the start");
        if (before.at(atStart).equals("not available")) {
            return;
        }
        try (ReplicaClient replica = ReplicaClient.over("memory", original.reopen())) {
            RestoreOptions options = RestoreOptions.builder()
                    .target(RestoreTarget.atTimestamp(start))
                    .build();
            Path database = folder.resolve("start.db");
            RestoreTarget position = RestoreTarget.atPosition(
                    Restorer.of(replica, options).restoreTo(database).position());
            Files.delete(database);
            RestorePoint same = new RestorePoint(Optional.empty(), position, start, true);
            before.requireSame(pruned, same, "at the start, by its position");
            compared += 2;
        }
    }

    /** All objects are where the plan says, and none that is older than the window stays without a word. */
    private void requireWhatWasPlanned(
            Map<String, ObjectInfo> all, Map<String, ObjectInfo> left, PrunePlan plan, Instant start) {
        Map<String, String> gone = reasons(plan.deleted());
        Map<String, String> stay = reasons(plan.kept());
        kept += stay.size();
        for (ObjectInfo object : all.values()) {
            String key = object.key();
            assertThat(left.containsKey(key)).as(key).isEqualTo(!gone.containsKey(key));
            boolean told = gone.containsKey(key) || stay.containsKey(key);
            if (object.createdAt().isBefore(start)) {
                assertThat(told).as("%s has a reason", key).isTrue();
            } else {
                assertThat(told).as("%s lies inside the window", key).isFalse();
            }
        }
        assertThat(plan.keptObjects()).isEqualTo(left.size());
        assertThat(plan.keptBytes())
                .isEqualTo(left.values().stream().mapToLong(ObjectInfo::size).sum());
    }

    private static Map<String, String> reasons(List<ObjectRun> runs) {
        Map<String, String> reasons = new TreeMap<>();
        for (ObjectRun run : runs) {
            assertThat(run.reason()).isNotBlank();
            for (int i = 0; i < run.count(); i++) {
                assertThat(reasons.put(run.get(i).key(), run.reason()))
                        .as("told once: %s", run.get(i).key())
                        .isNull();
            }
        }
        return reasons;
    }

    private static Map<String, ObjectInfo> objects(ObjectStore store) throws IOException {
        Map<String, ObjectInfo> objects = new TreeMap<>();
        try (ObjectIterator listing = store.list("", "")) {
            while (listing.hasNext()) {
                ObjectInfo object = listing.next();
                objects.put(object.key(), PruneScene.withoutStoring(object));
            }
        }
        return objects;
    }
}
