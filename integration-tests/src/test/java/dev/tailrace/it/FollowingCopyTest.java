// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.copy.CopyListener;
import dev.tailrace.copy.CopyOptions;
import dev.tailrace.copy.ReplicaCopier;
import dev.tailrace.error.RestoreCancelledException;
import dev.tailrace.restore.RestoreOptions;
import dev.tailrace.store.ObjectIterator;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.PutOptions;
import dev.tailrace.store.RetryPolicy;
import dev.tailrace.testkit.CountingObjectStore;
import dev.tailrace.testkit.Fault;
import dev.tailrace.testkit.FaultInjectingObjectStore;
import dev.tailrace.testkit.InMemoryObjectStore;
import dev.tailrace.testkit.ReplicaFixture;
import dev.tailrace.testkit.ReplicaFixtures;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A copy that follows its source has what is added to it soon after. */
@Timeout(240)
@Tag("thorough")
class FollowingCopyTest {

    private static final Duration INTERVAL = Duration.ofMillis(20);

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"v03-flat, twogen", "seed-nested, twogen", "ltx, tiny"})
    void bringsWhatIsAddedAndCanBeRestoredAllTheTime(String layout, String scenario) throws Exception {
        RestorablePoints points = new RestorablePoints(folder);
        ReplicaFixture fixture = ReplicaFixtures.of(layout, scenario);
        List<String> history = history(fixture);
        InMemoryObjectStore source = new InMemoryObjectStore("memory:source");
        InMemoryObjectStore copy = new InMemoryObjectStore("memory:copy");
        put(source, history.get(0), fixture);
        List<Throwable> refused = Collections.synchronizedList(new ArrayList<>());
        ObjectStore watched = new WatchedStore(copy, key -> {
            try {
                assertThat(points.planned(copy, Map.of("latest", RestoreOptions.defaults())))
                        .as("after %s", key)
                        .containsKey("latest");
            } catch (AssertionError e) {
                refused.add(e);
            }
        });
        AtomicReference<Throwable> end = new AtomicReference<>();
        Thread thread = follow(source, watched, new ArrayList<>(), end);
        try {
            // Before the first state is there, nothing can be restored.
            awaitSame(source, copy, end);
            for (String key : history.subList(1, history.size())) {
                put(source, key, fixture);
            }
            awaitSame(source, copy, end);
        } finally {
            thread.interrupt();
            thread.join();
        }
        assertThat(refused).isEmpty();
        assertThat(end.get()).isInstanceOf(RestoreCancelledException.class);
        assertThat(points.latest(copy)).isEqualTo(points.latest(source));
    }

    @Test
    void triesAgainAfterAStoreCouldNotBeReachedAndReadsEachObjectOnce() throws Exception {
        ReplicaFixture fixture = ReplicaFixtures.of("v03-flat", "tiny");
        List<String> history = history(fixture);
        InMemoryObjectStore source = new InMemoryObjectStore("memory:source");
        InMemoryObjectStore copy = new InMemoryObjectStore("memory:copy");
        for (String key : history.subList(0, history.size() - 1)) {
            put(source, key, fixture);
        }
        CountingObjectStore counted = new CountingObjectStore(source.reopen());
        FaultInjectingObjectStore faulty = new FaultInjectingObjectStore(
                counted,
                Fault.of(Fault.Call.LIST_FOLDERS, 6, new Fault.Effect.Unavailable()),
                Fault.of(Fault.Call.OPEN, history.size(), new Fault.Effect.Unavailable()));
        List<String> warnings = Collections.synchronizedList(new ArrayList<>());
        AtomicReference<Throwable> end = new AtomicReference<>();
        Thread thread = follow(faulty, copy, warnings, end);
        try {
            awaitSame(source, copy, end);
            while (faulty.happened() < 1) {
                Thread.sleep(10);
            }
            put(source, history.get(history.size() - 1), fixture);
            awaitSame(source, copy, end);
        } finally {
            thread.interrupt();
            thread.join();
        }
        assertThat(faulty.happened()).isEqualTo(2);
        assertThat(warnings).hasSize(2).allMatch(warning -> warning.endsWith("the next round tries again"));
        Map<String, Long> sizes = new TreeMap<>();
        fixture.objects().forEach((key, bytes) -> sizes.put(key, (long) bytes.length));
        assertThat(faulty.bytes()).isEqualTo(sizes);
    }

    private static Thread follow(
            ObjectStore source, ObjectStore copy, List<String> warnings, AtomicReference<Throwable> end) {
        CopyListener listener = new CopyListener() {
            @Override
            public void warning(String message) {
                warnings.add(message);
            }
        };
        CopyOptions options = CopyOptions.builder()
                .retries(RetryPolicy.NEVER)
                .listener(listener)
                .build();
        Thread thread = new Thread(() -> {
            try {
                ReplicaCopier.of(source, copy, options).follow(INTERVAL);
            } catch (IOException | RuntimeException | Error e) {
                end.set(e);
            }
        });
        thread.start();
        return thread;
    }

    private static void awaitSame(ObjectStore source, ObjectStore copy, AtomicReference<Throwable> end)
            throws Exception {
        while (!keys(source).equals(keys(copy))) {
            assertThat(end.get()).as("it goes on").isNull();
            Thread.sleep(10);
        }
    }

    private static TreeSet<String> keys(ObjectStore store) throws IOException {
        TreeSet<String> keys = new TreeSet<>();
        try (ObjectIterator objects = store.list("", "")) {
            while (objects.hasNext()) {
                keys.add(objects.next().key());
            }
        }
        return keys;
    }

    private static List<String> history(ReplicaFixture fixture) {
        return fixture.times().entrySet().stream()
                .sorted(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .toList();
    }

    private static void put(ObjectStore store, String key, ReplicaFixture fixture) throws IOException {
        store.put(
                key,
                ObjectSource.of(fixture.objects().get(key)),
                PutOptions.NONE.recordedAt(fixture.times().get(key)));
    }
}
