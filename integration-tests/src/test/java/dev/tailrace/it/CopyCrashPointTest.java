// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.copy.CopyOptions;
import dev.tailrace.copy.ReplicaCopier;
import dev.tailrace.error.TailraceException;
import dev.tailrace.restore.RestoreOptions;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.RetryPolicy;
import dev.tailrace.testkit.InMemoryObjectStore;
import dev.tailrace.testkit.ReplicaFixture;
import dev.tailrace.testkit.ReplicaFixtures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A process that ends before any one of the calls to stores that a copy is made of: what stands there then, and the next one. */
@Timeout(300)
class CopyCrashPointTest {

    private static final int MOST_POINTS = 8;

    @TempDir
    Path folder;

    private RestorablePoints points;

    @BeforeEach
    void setUp() {
        points = new RestorablePoints(folder);
    }

    @ParameterizedTest
    @CsvSource({"v03-flat, tiny", "ltx, l0-expired"})
    void nothingIsLostWhereverItEndsAndTheNextCopyFinishes(String layout, String scenario) throws Exception {
        enumerate(ReplicaFixtures.of(layout, scenario));
    }

    @Tag("slow")
    @ParameterizedTest
    @CsvSource({
        "seed-nested, tiny",
        "v04-nested16, tiny",
        "ltx, tiny",
        "v03-flat, twogen",
        "v03-flat, manysnap",
        "seed-nested, twogen",
        "v04-nested16, twogen",
        "ltx, mixed-v03-ltx"
    })
    void nothingIsLostOfMoreObjects(String layout, String scenario) throws Exception {
        enumerate(ReplicaFixtures.of(layout, scenario));
    }

    private void enumerate(ReplicaFixture fixture) throws Exception {
        InMemoryObjectStore source = fixture.inMemory();
        Map<String, RestoreOptions> asked = some(points.asked(source));
        Map<String, String> all = points.planned(source, asked);
        Map<String, String> objects = StoredObjects.of(source);
        int ends = 0;
        List<String> history = fixture.times().entrySet().stream()
                .sorted(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .toList();
        for (int there : new int[] {0, history.size() / 2}) {
            Map<String, String> before = points.planned(destination(source, history.subList(0, there)), asked);
            int last = 0;
            for (; ; last++) {
                InMemoryObjectStore copy = destination(source, history.subList(0, there));
                StoreLifetime process = new StoreLifetime(last);
                copy(process.over(source.reopen()), process.over(copy.reopen()));
                String where = there + " objects before, ended before call " + last;
                check(before, points.planned(copy, asked), all, there, where);
                if (!process.ended()) {
                    break;
                }
                copy(source.reopen(), copy.reopen());
                assertThat(StoredObjects.of(copy)).as(where).isEqualTo(objects);
            }
            assertThat(last).isGreaterThan(history.size() - there);
            ends += last;
        }
        System.out.printf("copy of %s: ended before each of %d calls, 0 failures%n", fixture, ends);
    }

    private static InMemoryObjectStore destination(InMemoryObjectStore source, List<String> keys) throws IOException {
        return StoredObjects.copy(source.reopen(), keys::contains, "memory:copy");
    }

    private static void check(
            Map<String, String> before, Map<String, String> now, Map<String, String> all, int there, String where) {
        assertThat(now.keySet()).as(where).containsAll(before.keySet());
        before.forEach((point, state) -> {
            if (state.equals(all.get(point))) {
                assertThat(now).as(where).containsEntry(point, state);
            }
        });
        // From the first state on, into nothing, it is the newest one.
        if (there == 0 && now.containsKey("latest")) {
            assertThat(now).as(where).containsEntry("latest", all.get("latest"));
        }
    }

    private static void copy(ObjectStore source, ObjectStore destination) throws IOException {
        try {
            ReplicaCopier.of(
                            source,
                            destination,
                            CopyOptions.builder()
                                    .retries(RetryPolicy.NEVER)
                                    .parallelism(2)
                                    .build())
                    .copy();
        } catch (TailraceException e) {
            assertThat(e).hasStackTraceContaining("ended before call");
        }
    }

    private static Map<String, RestoreOptions> some(Map<String, RestoreOptions> all) {
        Map<String, RestoreOptions> some = new LinkedHashMap<>();
        int number = 0;
        for (Map.Entry<String, RestoreOptions> each : all.entrySet()) {
            if (number++ % (1 + all.size() / MOST_POINTS) == 0) {
                some.put(each.getKey(), each.getValue());
            }
        }
        return some;
    }
}
