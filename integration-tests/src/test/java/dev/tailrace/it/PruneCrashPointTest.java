// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.error.TailraceException;
import dev.tailrace.prune.PruneOptions;
import dev.tailrace.prune.ReplicaPruner;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.restore.RestoreOptions;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.RetryPolicy;
import dev.tailrace.testkit.InMemoryObjectStore;
import dev.tailrace.testkit.ReplicaFixture;
import dev.tailrace.testkit.ReplicaFixtures;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A process that ends before any one of the calls to the store that pruning is made of, each deletion for itself. */
@Timeout(300)
class PruneCrashPointTest {

    private static final int MOST_POINTS = 10;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"v03-flat, twogen", "v04-nested16, twogen", "ltx, l0-expired"})
    void theWindowIsKeptWhereverItEndsAndTheNextRunFinishes(String layout, String scenario) throws Exception {
        enumerate(layout, scenario);
    }

    @Tag("slow")
    @ParameterizedTest
    @CsvSource({"v03-flat, manysnap", "seed-nested, manysnap", "v04-nested16, manysnap", "ltx, levels"})
    void theWindowIsKeptOfMoreObjects(String layout, String scenario) throws Exception {
        enumerate(layout, scenario);
    }

    private void enumerate(String layout, String scenario) throws Exception {
        ReplicaFixture fixture = ReplicaFixtures.of(layout, scenario);
        InMemoryObjectStore original = fixture.inMemory();
        List<Instant> times = fixture.times().values().stream().sorted().toList();
        Instant start = times.get(times.size() * 3 / 4);
        InMemoryObjectStore finished = copy(original);
        prune(finished.reopen(), start);
        Map<String, String> left = StoredObjects.of(finished);
        int deleted = fixture.times().size() - left.size();
        assertThat(deleted).isPositive();
        RestorablePoints points = new RestorablePoints(folder);
        Map<String, RestoreOptions> asked = points.asked(original);
        // What pruning promises to keep, it keeps at the end; so it must at every moment before.
        Map<String, String> kept = new TreeMap<>(points.planned(finished, asked));
        kept.entrySet().retainAll(points.planned(original, asked).entrySet());
        assertThat(kept).containsKey("latest");
        asked.keySet().retainAll(kept.keySet());
        String newest = points.latest(original);
        int compared = 0;
        int last = 0;
        for (; ; last++) {
            InMemoryObjectStore pruned = copy(original);
            StoreLifetime process = new StoreLifetime(last);
            prune(process.over(pruned.reopen()), start);
            String where = "ended before call " + last;
            if (!process.ended()) {
                break;
            }
            Map<String, RestoreOptions> some = some(asked, last);
            Map<String, String> expected = new TreeMap<>(kept);
            expected.keySet().retainAll(some.keySet());
            assertThat(points.planned(pruned, some)).as(where).isEqualTo(expected);
            assertThat(points.latest(pruned)).as(where).isEqualTo(newest);
            compared += some.size();
            prune(pruned.reopen(), start);
            assertThat(StoredObjects.of(pruned)).as(where).isEqualTo(left);
        }
        assertThat(last).isGreaterThan(deleted);
        System.out.printf(
                "prune of %s: ended before each of %d calls, %d points compared, 0 failures%n",
                fixture, last, compared);
    }

    /** Others each time, the newest state always. */
    private static Map<String, RestoreOptions> some(Map<String, RestoreOptions> all, int time) {
        Map<String, RestoreOptions> some = new TreeMap<>();
        int apart = 1 + all.size() / MOST_POINTS;
        int number = 0;
        for (Map.Entry<String, RestoreOptions> each : all.entrySet()) {
            if (number++ % apart == time % apart || each.getKey().equals("latest")) {
                some.put(each.getKey(), each.getValue());
            }
        }
        return some;
    }

    private static InMemoryObjectStore copy(InMemoryObjectStore original) throws IOException {
        return StoredObjects.copy(original.reopen(), key -> true, original.location());
    }

    private static void prune(ObjectStore store, Instant start) throws IOException {
        try (ReplicaClient replica = ReplicaClient.over("memory", store, RetryPolicy.NEVER)) {
            ReplicaPruner pruner = ReplicaPruner.of(
                    replica, PruneOptions.builder().before(start).build());
            pruner.prune(pruner.plan());
        } catch (TailraceException e) {
            assertThat(e).hasStackTraceContaining("ended before call");
        }
    }
}
