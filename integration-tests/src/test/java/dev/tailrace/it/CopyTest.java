// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.copy.CopyListener;
import dev.tailrace.copy.CopyOptions;
import dev.tailrace.copy.CopyPlan;
import dev.tailrace.copy.CopyResult;
import dev.tailrace.copy.ReplicaCopier;
import dev.tailrace.error.CopyConflictException;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.EmptyReplicaException;
import dev.tailrace.replica.LtxTree;
import dev.tailrace.replica.ReplicaLayout;
import dev.tailrace.restore.RestoreOptions;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectIterator;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.PutOptions;
import dev.tailrace.store.RetryPolicy;
import dev.tailrace.testkit.ExpectedRestore;
import dev.tailrace.testkit.Fault;
import dev.tailrace.testkit.FaultInjectingObjectStore;
import dev.tailrace.testkit.InMemoryObjectStore;
import dev.tailrace.testkit.ReplicaFixture;
import dev.tailrace.testkit.ReplicaFixtures;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Copies hold what their sources hold, and can be restored while they are made. */
@Tag("thorough")
class CopyTest {

    private static final Instant LATER = Instant.parse("2050-01-01T00:00:00Z");

    private static final int MOST_POINTS = Integer.getInteger("tailrace.copy.points", 8);
    private static final int MOST_LOOKS = 20;

    @TempDir
    Path folder;

    private RestorablePoints points;

    @BeforeEach
    void setUp() {
        points = new RestorablePoints(folder);
    }

    static List<ReplicaFixture> fixtures() throws IOException {
        return ReplicaFixtures.all();
    }

    static Stream<ReplicaFixture> generations() throws IOException {
        return ReplicaFixtures.all().stream()
                .filter(fixture -> !fixture.layout().equals("ltx"));
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void restoresToAllThatItsSourceDoes(ReplicaFixture fixture) throws Exception {
        InMemoryObjectStore source = fixture.inMemory();
        InMemoryObjectStore destination = new InMemoryObjectStore("memory:copy");

        CopyResult result = copy(source, destination);

        assertThat(result.objects()).isEqualTo(keys(destination).size());
        assertThat(times(destination)).isEqualTo(timesOf(source, keys(destination)));
        Map<String, RestoreOptions> asked = points.asked(source);
        assertThat(points.planned(destination, asked)).isEqualTo(points.planned(source, asked));
        Map<String, RestoreOptions> askedOfLitestream = new LinkedHashMap<>();
        for (ExpectedRestore expected : fixture.restores()) {
            if (expected.mustMatch() && expected.timestamp().isEmpty()) {
                askedOfLitestream.put(expected.toString(), RestorablePoints.asked(expected));
            }
        }
        Map<String, String> restored = points.of(destination, askedOfLitestream);
        assertThat(restored).isNotEmpty().isEqualTo(points.of(source, askedOfLitestream));
    }

    @ParameterizedTest
    @MethodSource("generations")
    void restoresTheSameInEveryLayout(ReplicaFixture fixture) throws Exception {
        InMemoryObjectStore source = fixture.inMemory();
        Map<String, RestoreOptions> asked = points.asked(source);
        Map<String, String> expected = points.planned(source, asked);
        for (ReplicaLayout layout : ReplicaLayout.values()) {
            InMemoryObjectStore destination = new InMemoryObjectStore("memory:copy");

            ReplicaCopier.of(source, destination, options().layout(layout).build())
                    .copy();

            assertThat(points.planned(destination, asked)).as("%s", layout).isEqualTo(expected);
            assertThat(points.latest(destination)).as("%s", layout).isEqualTo(points.latest(source));
        }
    }

    @ParameterizedTest
    @EnumSource(LtxTree.class)
    void restoresTheSameFromEveryTree(LtxTree tree) throws Exception {
        InMemoryObjectStore source = ReplicaFixtures.of("ltx", "levels").inMemory();
        InMemoryObjectStore destination = new InMemoryObjectStore("memory:copy");

        ReplicaCopier.of(source, destination, options().tree(tree).build()).copy();

        assertThat(LtxTree.in(destination)).containsExactly(tree);
        assertThat(points.of(destination)).isEqualTo(points.of(source));
        CopyResult again = copy(source, destination);
        assertThat(again.objects()).as("goes where the first one went").isZero();
    }

    static Stream<ReplicaFixture> small() throws IOException {
        return ReplicaFixtures.all().stream().filter(fixture -> fixture.times().size() <= 80);
    }

    @ParameterizedTest
    @MethodSource("small")
    void canBeRestoredToTheNewestStateAfterEachObjectFromTheFirstStateOn(ReplicaFixture fixture) throws Exception {
        InMemoryObjectStore source = fixture.inMemory();
        Map<String, String> newest = points.planned(source, latestOnly());
        InMemoryObjectStore copy = new InMemoryObjectStore("memory:copy");
        AtomicReference<Map<String, String>> reached = new AtomicReference<>(Map.of());

        copy(source, new WatchedStore(copy, key -> {
            Map<String, String> latest = points.planned(copy, latestOnly());
            if (!reached.get().isEmpty() || !latest.isEmpty()) {
                assertThat(latest).as("after %s", key).isEqualTo(newest);
                reached.set(latest);
            }
        }));

        assertThat(reached.get()).isEqualTo(newest);
        assertThat(points.latest(copy)).isEqualTo(points.latest(source));
    }

    @ParameterizedTest
    @CsvSource({
        "v03-flat, manysnap",
        "v03-flat, twogen",
        "seed-nested, twogen",
        "v04-nested16, twogen",
        "ltx, levels",
        "ltx, l0-expired",
        "ltx, mixed-v03-ltx"
    })
    void keepsWhateverCouldBeRestoredAfterEachObject(String layout, String scenario) throws Exception {
        InMemoryObjectStore source = ReplicaFixtures.of(layout, scenario).inMemory();
        InMemoryObjectStore copy = new InMemoryObjectStore("memory:copy");
        Watcher watcher = new Watcher(source, copy);

        copy(source, new WatchedStore(copy, watcher::look));

        assertThat(points.planned(copy, watcher.asked)).isEqualTo(watcher.all);
        assertThat(points.latest(copy)).isEqualTo(points.latest(source));
    }

    @ParameterizedTest
    @CsvSource({
        "v03-flat, manysnap",
        "v03-flat, twogen",
        "seed-nested, twogen",
        "v04-nested16, twogen",
        "ltx, levels",
        "ltx, l0-expired"
    })
    void goesOnFromAnyPointOfTheHistory(String layout, String scenario) throws Exception {
        ReplicaFixture fixture = ReplicaFixtures.of(layout, scenario);
        InMemoryObjectStore source = fixture.inMemory();
        List<String> history = history(fixture);
        int steps = 4;
        for (int step = 1; step < steps; step++) {
            InMemoryObjectStore copy = new InMemoryObjectStore("memory:copy");
            for (String key : history.subList(0, history.size() * step / steps)) {
                put(copy, key, fixture);
            }
            Watcher watcher = new Watcher(source, copy);
            if (layout.equals("ltx") && points.planned(copy, latestOnly()).isEmpty()) {
                // Its oldest files are compacted ones.
                continue;
            }

            CopyResult result = copy(source, new WatchedStore(copy, watcher::look));

            assertThat(result.found()).isPositive();
            assertThat(points.planned(copy, watcher.asked)).isEqualTo(watcher.all);
        }
    }

    private final class Watcher {

        private final ObjectStore copy;
        private final Map<String, RestoreOptions> asked;
        private final Map<String, String> all;
        private final Set<String> states;
        private final int looksApart;
        private Map<String, String> before;
        private int objects;

        Watcher(ObjectStore source, ObjectStore copy) throws Exception {
            this.copy = copy;
            Map<String, RestoreOptions> everything = points.asked(source);
            states = Set.copyOf(points.planned(source, everything).values());
            asked = some(everything);
            looksApart = 1 + keys(source).size() / MOST_LOOKS;
            all = points.planned(source, asked);
            before = points.planned(copy, asked);
        }

        void look(String key) throws Exception {
            if (objects++ % looksApart != 0) {
                Map<String, String> latest = points.planned(copy, latestOnly());
                assertThat(latest.keySet())
                        .as("after %s", key)
                        .containsAll(before.containsKey("latest") ? latestOnly().keySet() : Set.of());
                return;
            }
            Map<String, String> now = points.planned(copy, asked);
            assertThat(now.keySet()).as("after %s", key).containsAll(before.keySet());
            assertThat(states).as("states after %s", key).containsAll(now.values());
            before.forEach((point, digest) -> {
                if (digest.equals(all.get(point))) {
                    assertThat(now).as("after %s", key).containsEntry(point, digest);
                }
            });
            before = now;
        }
    }

    /** As many as can be asked for again and again: the first, which is the newest state, and others over all the rest. */
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

    @ParameterizedTest
    @CsvSource({"v03-flat, tiny", "v03-flat, twogen", "ltx, tiny"})
    void goesOnAfterEveryFaultOfEitherStore(String layout, String scenario) throws Exception {
        ReplicaFixture fixture = ReplicaFixtures.of(layout, scenario);
        InMemoryObjectStore source = fixture.inMemory();
        Map<String, RestoreOptions> asked = some(points.asked(source));
        Map<String, String> all = points.planned(source, asked);
        int happened = 0;
        for (Fault.Call call : Fault.Call.values()) {
            for (boolean ofSource : new boolean[] {true, false}) {
                for (int number = 1; ; number++) {
                    InMemoryObjectStore copy = new InMemoryObjectStore("memory:copy");
                    FaultInjectingObjectStore faulty = new FaultInjectingObjectStore(
                            ofSource ? source.reopen() : copy.reopen(), fault(call, number));
                    try {
                        ReplicaCopier.of(
                                        ofSource ? faulty : source,
                                        ofSource ? copy : faulty,
                                        options().build())
                                .copy();
                    } catch (dev.tailrace.error.TailraceException failed) {
                        Map<String, String> left = points.planned(copy, latestOnly());
                        if (left.containsKey("latest")) {
                            assertThat(left).as("%s %s", call, number).containsEntry("latest", all.get("latest"));
                        }
                        CopyResult second = copy(source, copy);
                        assertThat(second.objects() + second.found())
                                .isEqualTo(keys(copy).size());
                    }
                    faulty.assertNothingOpen();
                    if (faulty.happened() == 0) {
                        break;
                    }
                    happened++;
                    assertThat(keys(copy)).hasSize(keys(source).size());
                    assertThat(points.planned(copy, asked)).isEqualTo(all);
                }
            }
        }
        assertThat(happened).isGreaterThan(2 * keys(source).size());
    }

    private static Fault fault(Fault.Call call, int number) {
        if (number % 2 == 1) {
            return Fault.of(call, number, new Fault.Effect.Refused());
        }
        return Fault.of(
                call, number, call == Fault.Call.PUT ? new Fault.Effect.AnswerLost() : new Fault.Effect.Unavailable());
    }

    @Test
    void comparesWhatIsThereAndWritesNothingTwice() throws Exception {
        InMemoryObjectStore source = ReplicaFixtures.of("v03-flat", "tiny").inMemory();
        InMemoryObjectStore copy = new InMemoryObjectStore("memory:copy");
        copy(source, copy);
        Map<String, String> versions = versions(copy);

        CopyResult again = copy(source, copy);

        assertThat(again.objects()).isZero();
        assertThat(again.found()).isEqualTo(keys(source).size());
        assertThat(versions(copy)).isEqualTo(versions);
    }

    @Test
    void refusesToReplaceOtherBytesUnlessAsked() throws Exception {
        ReplicaFixture fixture = ReplicaFixtures.of("v03-flat", "tiny");
        InMemoryObjectStore source = fixture.inMemory();
        InMemoryObjectStore copy = new InMemoryObjectStore("memory:copy");
        String key = fixture.objects().lastKey();
        byte[] torn = fixture.objects().get(key).clone();
        torn[torn.length / 2] ^= 1;
        copy.put(key, ObjectSource.of(torn), PutOptions.NONE);

        assertThatThrownBy(() -> copy(source, copy))
                .isInstanceOf(CopyConflictException.class)
                .hasMessageContainingAll(key, "memory:copy", source.location(), "byte " + torn.length / 2);
        assertThat(bytes(copy, key)).isEqualTo(torn);

        CopyResult replaced =
                ReplicaCopier.of(source, copy, options().replace(true).build()).copy();
        assertThat(replaced.replaced()).isEqualTo(1);
        assertThat(points.of(copy)).isEqualTo(points.of(source));
    }

    @Test
    void refusesToMixLayoutsInOneGeneration() throws Exception {
        InMemoryObjectStore source = ReplicaFixtures.of("v03-flat", "tiny").inMemory();
        InMemoryObjectStore copy = new InMemoryObjectStore("memory:copy");
        copy(source, copy);

        assertThatThrownBy(() -> ReplicaCopier.of(
                                source,
                                copy,
                                options().layout(ReplicaLayout.V04_BETA).build())
                        .copy())
                .isInstanceOf(CopyConflictException.class)
                .hasMessageContainingAll("v0.3", "v0.4-beta");
    }

    @ParameterizedTest
    @CsvSource({"v03-flat, tiny", "ltx, tiny"})
    void copiesNothingOfDamagedObjects(String layout, String scenario) throws Exception {
        ReplicaFixture fixture = ReplicaFixtures.of(layout, scenario);
        for (Map.Entry<String, byte[]> object : fixture.objects().entrySet()) {
            InMemoryObjectStore source = fixture.inMemory();
            byte[] damaged = object.getValue().clone();
            damaged[damaged.length - 5] ^= 4;
            source.put(object.getKey(), ObjectSource.of(damaged), PutOptions.NONE.recordedAt(LATER));
            InMemoryObjectStore copy = new InMemoryObjectStore("memory:copy");

            assertThatThrownBy(() -> copy(source, copy))
                    .isInstanceOf(DamagedReplicaException.class)
                    .hasMessageContainingAll(object.getKey(), source.location());
            assertThat(keys(copy)).doesNotContain(object.getKey());
        }
    }

    @Test
    void goesOnFromANewListingWhenTheSourceIsPrunedMeanwhile() throws Exception {
        ReplicaFixture fixture = ReplicaFixtures.of("v03-flat", "manysnap");
        InMemoryObjectStore source = fixture.inMemory();
        List<String> snapshots = keys(source).stream()
                .filter(key -> key.endsWith(".snapshot.lz4"))
                .toList();
        List<String> walOfTheFirst = keys(source).stream()
                .filter(key -> key.endsWith(".wal.lz4"))
                .filter(key -> number(key) < number(snapshots.get(1)))
                .toList();
        List<String> pruned = new ArrayList<>(walOfTheFirst);
        pruned.add(snapshots.get(0));
        assertThat(walOfTheFirst).isNotEmpty();
        InMemoryObjectStore copy = new InMemoryObjectStore("memory:copy");
        List<String> warnings = new ArrayList<>();
        FaultInjectingObjectStore shrinking = new FaultInjectingObjectStore(
                source.reopen(), Fault.of(Fault.Call.OPEN, 2, new Fault.Effect.Action(() -> delete(source, pruned))));

        CopyResult result = ReplicaCopier.of(
                        shrinking,
                        copy,
                        options().listener(warningsTo(warnings)).build())
                .copy();

        assertThat(result.plans()).isGreaterThan(1);
        assertThat(warnings).anyMatch(warning -> warning.contains("changed while it was copied"));
        assertThat(points.of(copy, points.asked(source))).isEqualTo(points.of(source));
    }

    @Test
    void leavesForWhatComesLaterAnotherCopy() throws Exception {
        ReplicaFixture fixture = ReplicaFixtures.of("v03-flat", "manysnap");
        String last = fixture.objects().lastKey();
        InMemoryObjectStore source = fixture.inMemory();
        source.delete(List.of(last));
        InMemoryObjectStore copy = new InMemoryObjectStore("memory:copy");
        FaultInjectingObjectStore growing = new FaultInjectingObjectStore(
                source.reopen(),
                Fault.of(Fault.Call.OPEN, 2, new Fault.Effect.Action(() -> putUnchecked(source, last, fixture))));

        copy(growing, copy);
        assertThat(keys(copy)).doesNotContain(last);

        assertThat(copy(source, copy).objects()).isEqualTo(1);
        assertThat(points.of(copy)).isEqualTo(points.of(source));
    }

    @Test
    void namesWhatItDoesNotKnowAndLeavesItThere() throws Exception {
        InMemoryObjectStore source = ReplicaFixtures.of("v03-flat", "tiny").inMemory();
        String generation = keys(source).get(0).substring(0, "generations/".length() + 17);
        source.put(generation + "wal/notes.txt", ObjectSource.of(new byte[3]), PutOptions.NONE);
        source.put("photos/cat.jpg", ObjectSource.of(new byte[3]), PutOptions.NONE);
        InMemoryObjectStore copy = new InMemoryObjectStore("memory:copy");

        CopyPlan plan = ReplicaCopier.of(source, copy, options().build()).plan();
        copy(source, copy);

        assertThat(plan.foreign()).containsExactly(generation + "wal/notes.txt", "photos/");
        assertThat(plan.foreignObjects()).isEqualTo(1);
        assertThat(keys(copy)).hasSize(keys(source).size() - 2);
    }

    @Test
    void copiesOneGenerationOnly() throws Exception {
        InMemoryObjectStore source = ReplicaFixtures.of("v03-flat", "twogen").inMemory();
        String generation = keys(source).get(0).split("/")[1];
        InMemoryObjectStore copy = new InMemoryObjectStore("memory:copy");

        ReplicaCopier.of(
                        source,
                        copy,
                        options()
                                .generation(new dev.tailrace.replica.Generation(generation))
                                .build())
                .copy();

        assertThat(keys(copy)).isNotEmpty().allMatch(key -> key.startsWith("generations/" + generation + "/"));
        assertThat(points.of(copy, points.asked(source)).get(generation))
                .isEqualTo(points.of(source).get(generation));
    }

    @Test
    void saysThatThereIsNothing() {
        assertThatThrownBy(() -> copy(new InMemoryObjectStore("memory:source"), new InMemoryObjectStore("memory:copy")))
                .isInstanceOf(EmptyReplicaException.class)
                .hasMessageContaining("memory:source");
    }

    private static long number(String key) {
        String name = key.substring(key.lastIndexOf('/') + 1);
        return Long.parseLong(name.substring(0, 8), 16);
    }

    private static CopyListener warningsTo(List<String> warnings) {
        return new CopyListener() {
            @Override
            public void warning(String message) {
                warnings.add(message);
            }
        };
    }

    private static CopyOptions.Builder options() {
        return CopyOptions.builder().retries(RetryPolicy.NEVER).parallelism(3);
    }

    private static CopyResult copy(ObjectStore source, ObjectStore destination) throws IOException {
        return ReplicaCopier.of(source, destination, options().build()).copy();
    }

    private static Map<String, RestoreOptions> latestOnly() {
        return Map.of("latest", RestoreOptions.defaults());
    }

    /** Keys as they were written: by their times. */
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

    private static void putUnchecked(ObjectStore store, String key, ReplicaFixture fixture) {
        try {
            put(store, key, fixture);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void delete(ObjectStore store, List<String> keys) {
        try {
            store.delete(keys);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<ObjectInfo> list(ObjectStore store) throws IOException {
        List<ObjectInfo> all = new ArrayList<>();
        try (ObjectIterator objects = store.list("", "")) {
            while (objects.hasNext()) {
                all.add(objects.next());
            }
        }
        return all;
    }

    private static List<String> keys(ObjectStore store) throws IOException {
        return list(store).stream().map(ObjectInfo::key).toList();
    }

    private static Map<String, Instant> times(ObjectStore store) throws IOException {
        Map<String, Instant> times = new TreeMap<>();
        list(store).forEach(object -> times.put(object.key(), object.createdAt()));
        return times;
    }

    private static Map<String, Instant> timesOf(ObjectStore store, List<String> keys) throws IOException {
        Map<String, Instant> times = times(store);
        times.keySet().retainAll(keys);
        return times;
    }

    private static Map<String, String> versions(ObjectStore store) throws IOException {
        Map<String, String> versions = new HashMap<>();
        list(store)
                .forEach(object -> versions.put(object.key(), object.version().orElseThrow()));
        return versions;
    }

    private static byte[] bytes(ObjectStore store, String key) throws IOException {
        try (var stream = store.open(dev.tailrace.store.ObjectRead.whole(key))) {
            return stream.readAllBytes();
        }
    }
}
