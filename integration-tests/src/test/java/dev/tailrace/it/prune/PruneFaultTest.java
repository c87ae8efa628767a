// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tailrace.error.TailraceException;
import dev.tailrace.it.SomePoints;
import dev.tailrace.prune.PruneOptions;
import dev.tailrace.prune.ReplicaPruner;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.restore.Verification;
import dev.tailrace.restore.Verifier;
import dev.tailrace.restore.VerifyLevel;
import dev.tailrace.restore.VerifyOptions;
import dev.tailrace.store.ObjectIterator;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.RetryPolicy;
import dev.tailrace.testkit.Fault;
import dev.tailrace.testkit.Fault.Call;
import dev.tailrace.testkit.Fault.Effect;
import dev.tailrace.testkit.FaultInjectingObjectStore;
import dev.tailrace.testkit.InMemoryObjectStore;
import dev.tailrace.testkit.ReplicaFixtures;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Pruning that is cut off at every call to the store, before it, after it and within it: all that is to be kept can be restored
 * at that moment, no verification sees damage, and the next run finishes.
 */
@Tag("thorough")
@Timeout(600)
class PruneFaultTest {

    private static final RetryPolicy SHORT =
            new RetryPolicy(Duration.ofMillis(50), Duration.ofMillis(1), Duration.ofMillis(4));

    /** How many beginnings of the window are tried. */
    private static final int STARTS = Integer.getInteger("tailrace.prune.starts", 1);

    /** How many points are compared for each fault, others each time. */
    private static final int MOST_POINTS = Integer.getInteger("tailrace.prune.points", 5);

    @TempDir
    Path folder;

    private final SomePoints points = new SomePoints();
    private int faults;
    private int compared;

    @ParameterizedTest
    @CsvSource({
        "v03-flat, twogen",
        "v03-flat, manysnap",
        "seed-nested, twogen",
        "seed-nested, manysnap",
        "v04-nested16, twogen",
        "v04-nested16, manysnap"
    })
    void whatIsKeptCanBeRestoredAtEveryMoment(String layout, String scenario) throws Exception {
        InMemoryObjectStore original = ReplicaFixtures.of(layout, scenario).inMemory();
        long deleted = 0;
        for (Instant start : starts(original)) {
            deleted += check(original, start);
        }
        System.out.printf(
                "%s/%s: %d faults, %d points compared, %d objects deleted; faults at %s%n",
                layout, scenario, faults, compared, deleted, points);
        assertThat(deleted).isPositive();
        assertThat(faults).isPositive();
    }

    /** In the course of the replica; near the end, where almost all goes; and in the middle. */
    private static List<Instant> starts(InMemoryObjectStore store) throws IOException {
        TreeSet<Instant> times = new TreeSet<>();
        try (ObjectIterator objects = store.list("", "")) {
            while (objects.hasNext()) {
                times.add(objects.next().createdAt());
            }
        }
        List<Instant> all = new ArrayList<>(times);
        return List.of(all.get(all.size() * 3 / 4), all.get(all.size() - 1), all.get(all.size() / 2))
                .subList(0, STARTS);
    }

    private int check(InMemoryObjectStore original, Instant start) throws Exception {
        Run intact = run(original, start);
        assertThat(intact.failure()).isNull();
        Set<String> all = PruneScene.keys(original);
        Set<String> left = PruneScene.keys(intact.objects());
        try (ReplicaClient replica = ReplicaClient.over("memory", original.reopen())) {
            RestoredPoints before = new RestoredPoints(replica, folder);
            List<RestorePoint> kept = new ArrayList<>(List.of(RestorePoint.atMoment(start)));
            for (RestorePoint point : RestorePoint.allOf(replica)) {
                if (point.isInside(start)) {
                    kept.add(point);
                }
            }
            for (Call call : Call.values()) {
                for (int number = 1; number <= intact.store().calls(call); number++) {
                    for (Effect effect :
                            List.of(new Effect.Unavailable(), new Effect.Refused(), new Effect.AnswerLost())) {
                        cutOff(original, start, Fault.of(call, number, effect), left, before, kept);
                    }
                    for (int at = 0; call == Call.DELETE && at < all.size(); at++) {
                        Fault fault = Fault.within(call, number, at, new Effect.Unavailable());
                        if (!cutOff(original, start, fault, left, before, kept)) {
                            break;
                        }
                    }
                }
            }
        }
        return all.size() - left.size();
    }

    private record Run(InMemoryObjectStore objects, FaultInjectingObjectStore store, Throwable failure) {}

    private static Run run(InMemoryObjectStore original, Instant start, Fault... faults) throws Exception {
        InMemoryObjectStore objects = PruneScene.copy(original);
        FaultInjectingObjectStore store = new FaultInjectingObjectStore(objects, faults);
        Throwable failure = catchThrowable(() -> prune(store, start));
        return new Run(objects.reopen(), store, failure);
    }

    private static void prune(ObjectStore store, Instant start) throws IOException {
        try (ReplicaClient replica = ReplicaClient.over("memory", store, SHORT)) {
            ReplicaPruner pruner = ReplicaPruner.of(
                    replica, PruneOptions.builder().before(start).build());
            pruner.prune(pruner.plan());
        }
    }

    /** Whether the fault has happened, or was left out. */
    private boolean cutOff(
            InMemoryObjectStore original,
            Instant start,
            Fault fault,
            Set<String> left,
            RestoredPoints before,
            List<RestorePoint> kept)
            throws Exception {
        if (!points.next()) {
            return true;
        }
        Run run = run(original, start, fault);
        if (run.store().happened() == 0) {
            return false;
        }
        faults++;
        String what = "from " + start + " with " + fault;
        if (run.failure() == null) {
            // Reading is tried again.
            assertThat(fault.call()).as(what).isNotEqualTo(Call.DELETE);
        } else {
            assertThat(run.failure()).as(what).isInstanceOf(TailraceException.class);
        }
        assertThat(PruneScene.keys(run.objects())).as(what).containsAll(left);
        boolean something = fault.call() == Call.DELETE;
        try (ReplicaClient replica = ReplicaClient.over("memory", run.objects().reopen())) {
            for (VerifyLevel level : List.of(VerifyLevel.NAMES, VerifyLevel.DATA)) {
                if (something) {
                    Verification verification = Verifier.of(
                                    replica,
                                    VerifyOptions.builder().level(level).build())
                            .verify();
                    assertThat(verification.damages()).as("%s, %s", what, level).isEmpty();
                    assertThat(verification.openQuestions())
                            .as("%s, %s", what, level)
                            .isEmpty();
                }
            }
            // Others each time, and none where nothing was done.
            int step = Math.max(1, kept.size() / MOST_POINTS);
            for (int i = faults % step; something && i < kept.size(); i += step) {
                before.requireSame(replica, kept.get(i), what);
                compared++;
            }
        }
        prune(run.objects().reopen(), start);
        assertThat(PruneScene.keys(run.objects())).as("finished: %s", what).isEqualTo(left);
        return true;
    }

    @ParameterizedTest
    @CsvSource({"v03-flat, twogen", "seed-nested, manysnap", "v04-nested16, twogen"})
    void aFailureSaysHowFarItCame(String layout, String scenario) throws Exception {
        InMemoryObjectStore original = ReplicaFixtures.of(layout, scenario).inMemory();
        Instant start = starts(original).get(0);
        Run intact = run(original, start);
        int calls = intact.store().calls(Call.DELETE);
        Run run = run(original, start, Fault.of(Call.DELETE, calls, new Effect.Unavailable()));
        List<String> gone = new ArrayList<>(PruneScene.keys(original));
        gone.removeAll(PruneScene.keys(run.objects()));
        List<String> planned = new ArrayList<>(PruneScene.keys(original));
        planned.removeAll(PruneScene.keys(intact.objects()));
        assertThat(run.failure())
                .hasMessageStartingWith("pruning stopped after " + gone.size() + " of " + planned.size()
                        + " objects; what is to be kept can be restored, prune again to go on")
                .hasMessageContaining("injected at DELETE " + calls);
        planned.removeAll(gone);
        assertThat(planned).anySatisfy(key -> assertThat(run.failure()).hasMessageContaining(", before " + key));
    }
}
