// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.prune.ObjectRun;
import dev.tailrace.prune.PruneOptions;
import dev.tailrace.prune.PrunePlan;
import dev.tailrace.prune.PruneResult;
import dev.tailrace.prune.ReplicaPruner;
import dev.tailrace.replica.LtxFileInfo;
import dev.tailrace.replica.LtxReplicaClient;
import dev.tailrace.replica.LtxTree;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.replica.ReplicaIterator;
import dev.tailrace.replica.Txid;
import dev.tailrace.restore.LtxRestoreResult;
import dev.tailrace.restore.LtxRestorer;
import dev.tailrace.restore.LtxVerifier;
import dev.tailrace.restore.RestoreOptions;
import dev.tailrace.restore.RestoreTarget;
import dev.tailrace.restore.Verification;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.PutOptions;
import dev.tailrace.store.RetryPolicy;
import dev.tailrace.testkit.Fault;
import dev.tailrace.testkit.Fault.Call;
import dev.tailrace.testkit.Fault.Effect;
import dev.tailrace.testkit.FaultInjectingObjectStore;
import dev.tailrace.testkit.InMemoryObjectStore;
import dev.tailrace.testkit.ReplicaFixture;
import dev.tailrace.testkit.ReplicaFixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Windows over replicas of LTX files: each state and moment inside them restores to the same bytes as before.
 *
 * <p>{@code -Dtailrace.prune.replicas=50} makes as many replicas at random, {@code -Dtailrace.workloads.seed=N} begins at a
 * seed.
 */
@Tag("thorough")
class LtxWindowTest {

    private static final int NUMBER = 5 * Integer.getInteger("tailrace.prune.replicas", 1);
    private static final long FIRST_SEED = Long.getLong("tailrace.workloads.seed", 1);
    private static final RetryPolicy SHORT =
            new RetryPolicy(Duration.ofMillis(50), Duration.ofMillis(1), Duration.ofMillis(4));

    @TempDir
    Path folder;

    private int windows;
    private int compared;
    private int doubts;
    private long deleted;
    private long kept;

    private record Outcomes(Map<Long, String> byTxid, Map<Instant, String> byMoment) {}

    @Test
    void everyStateInsideTheWindowRestoresByteForByte() throws Exception {
        List<String> failures = new ArrayList<>();
        for (long seed = FIRST_SEED; seed < FIRST_SEED + NUMBER; seed++) {
            Random random = new Random(seed);
            try {
                check(RandomLtx.write(seed), random, 6);
            } catch (AssertionError | Exception e) {
                failures.add("-Dtailrace.workloads.seed=" + seed + ": " + e);
            }
        }
        System.out.printf(
                "LTX: seeds from %d, %d replicas, %d windows, %d of them with times out of order, %d points compared,"
                        + " %d files deleted, %d kept outside of the window, %d failures%n",
                FIRST_SEED, NUMBER, windows, doubts, compared, deleted, kept, failures.size());
        assertThat(failures).isEmpty();
        assertThat(doubts).isLessThan(windows / 3);
        assertThat(deleted).isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"levels", "l0-expired", "growshrink", "outside-writes"})
    void whatLitestreamWroteRestoresByteForByte(String scenario) throws Exception {
        check(ReplicaFixtures.of("ltx", scenario).inMemory(), new Random(7), 6);
        System.out.printf(
                "ltx/%s: %d windows, %d points compared, %d files deleted%n", scenario, windows, compared, deleted);
    }

    private void check(InMemoryObjectStore original, Random random, int number) throws Exception {
        List<Instant> times = times(original);
        Outcomes before = outcomes(original, times);
        for (int i = 0; i < number; i++) {
            Instant start = times.get(random.nextInt(times.size())).plusMillis(random.nextInt(3) - 1);
            InMemoryObjectStore copy = PruneScene.copy(original.reopen());
            PrunePlan plan;
            try (ReplicaClient replica = ReplicaClient.over("memory", copy)) {
                ReplicaPruner pruner = ReplicaPruner.of(
                        replica, PruneOptions.builder().before(start).build());
                plan = pruner.plan();
                assertThat(PruneScene.keys(copy.reopen())).isEqualTo(PruneScene.keys(original.reopen()));
                PruneResult result = pruner.prune(plan);
                assertThat(result.objects()).isEqualTo(plan.objects());
                assertThat(pruner.plan().deleted()).isEmpty();
            }
            windows++;
            deleted += plan.objects();
            requireReasons(original, copy, plan, before, start);
            requireSame(copy, times, before, start, "from " + start);
        }
    }

    /** Whatever ends before the state at the start goes, or has a reason; and nothing else has one. */
    private void requireReasons(
            InMemoryObjectStore original, InMemoryObjectStore copy, PrunePlan plan, Outcomes before, Instant start)
            throws Exception {
        Set<String> gone = keys(plan.deleted());
        Set<String> told = keys(plan.kept());
        kept += told.size();
        Set<String> left = new TreeSet<>(PruneScene.keys(original.reopen()));
        left.removeAll(gone);
        assertThat(PruneScene.keys(copy.reopen())).isEqualTo(left);
        assertThat(plan.keptObjects()).isEqualTo(left.size());
        String first = outcome(original, RestoreTarget.atTimestamp(start));
        boolean inDoubt = plan.kept().stream().anyMatch(run -> run.reason().contains("out of order"));
        if (inDoubt || first.startsWith("not")) {
            doubts += inDoubt ? 1 : 0;
            assertThat(gone).isEmpty();
            return;
        }
        long txid = Txid.parse(first.split(" ")[1]).value();
        for (LtxFileInfo file : files(original)) {
            assertThat(gone.contains(file.key()) || told.contains(file.key()))
                    .as("%s, from transaction %d", file.key(), txid)
                    .isEqualTo(file.maxTxid().value() < txid);
        }
    }

    private static Set<String> keys(List<ObjectRun> runs) {
        Set<String> keys = new TreeSet<>();
        for (ObjectRun run : runs) {
            for (int i = 0; i < run.count(); i++) {
                keys.add(run.get(i).key());
            }
        }
        return keys;
    }

    private void requireSame(InMemoryObjectStore copy, List<Instant> times, Outcomes before, Instant start, String what)
            throws Exception {
        String first = outcome(copy, RestoreTarget.atTimestamp(start));
        for (Instant moment : times) {
            if (!moment.isBefore(start)) {
                compared++;
                assertThat(outcome(copy, RestoreTarget.atTimestamp(moment)))
                        .as("%s: at %s", what, moment)
                        .isEqualTo(before.byMoment().get(moment));
            }
        }
        long from =
                first.startsWith("not") ? 1 : Txid.parse(first.split(" ")[1]).value();
        for (Map.Entry<Long, String> state : before.byTxid().entrySet()) {
            if (state.getKey() >= from) {
                compared++;
                assertThat(outcome(copy, RestoreTarget.atTxid(new Txid(state.getKey()))))
                        .as("%s: transaction %d", what, state.getKey())
                        .isEqualTo(state.getValue());
            }
        }
        try (LtxReplicaClient replica = client(copy)) {
            assertThat(LtxVerifier.of(replica).verify().outcome()).isEqualTo(Verification.Outcome.OK);
        }
    }

    private Outcomes outcomes(InMemoryObjectStore store, List<Instant> times) throws Exception {
        Map<Long, String> byTxid = new TreeMap<>();
        for (LtxFileInfo file : files(store)) {
            for (long txid = file.minTxid().value(); txid <= file.maxTxid().value(); txid++) {
                if (!byTxid.containsKey(txid)) {
                    byTxid.put(txid, outcome(store, RestoreTarget.atTxid(new Txid(txid))));
                }
            }
        }
        Map<Instant, String> byMoment = new TreeMap<>();
        for (Instant moment : times) {
            byMoment.put(moment, outcome(store, RestoreTarget.atTimestamp(moment)));
        }
        return new Outcomes(byTxid, byMoment);
    }

    /** The digest and the transaction, or that it is not there. */
    private String outcome(InMemoryObjectStore store, RestoreTarget target) throws Exception {
        Path database = folder.resolve("restored.db");
        try (LtxReplicaClient replica = client(store)) {
            RestoreOptions options =
                    RestoreOptions.builder().target(target).parallelism(1).build();
            LtxRestoreResult result = LtxRestorer.of(replica, options).restoreTo(database);
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(database));
            return HexFormat.of().formatHex(digest) + " " + result.plan().txid();
        } catch (TargetNotAvailableException e) {
            return "not available";
        } finally {
            Files.deleteIfExists(database);
        }
    }

    private static LtxReplicaClient client(InMemoryObjectStore store) {
        return LtxReplicaClient.over("memory", store.reopen(), SHORT, LtxTree.LTX_FOLDER);
    }

    private static List<LtxFileInfo> files(InMemoryObjectStore store) throws IOException {
        List<LtxFileInfo> files = new ArrayList<>();
        try (LtxReplicaClient replica = client(store)) {
            for (int level = 0; level < LtxTree.LEVELS; level++) {
                try (ReplicaIterator<LtxFileInfo> listing = replica.files(level)) {
                    files.addAll(listing.toList());
                }
            }
        }
        return files;
    }

    /** When each file was made, as far as the store tells, and between. */
    private static List<Instant> times(InMemoryObjectStore store) throws IOException {
        TreeSet<Instant> times = new TreeSet<>();
        for (LtxFileInfo file : files(store)) {
            times.add(file.createdAt());
            times.add(file.createdAt().minusMillis(600));
            times.add(file.createdAt().plusMillis(600));
        }
        return new ArrayList<>(times);
    }

    @Test
    void cutOffAtEveryCallAllInsideTheWindowCanBeRestored() throws Exception {
        InMemoryObjectStore original = RandomLtx.write(11);
        List<Instant> times = times(original);
        Outcomes before = outcomes(original, times);
        Instant start = times.get(times.size() * 2 / 3);
        InMemoryObjectStore intact = PruneScene.copy(original.reopen());
        FaultInjectingObjectStore counting = new FaultInjectingObjectStore(intact);
        prune(counting, start);
        Set<String> left = PruneScene.keys(intact.reopen());
        assertThat(left).hasSizeLessThan(PruneScene.keys(original.reopen()).size());
        int faults = 0;
        for (Call call : Call.values()) {
            for (int number = 1; number <= counting.calls(call); number++) {
                List<Fault> all = new ArrayList<>(List.of(
                        Fault.of(call, number, new Effect.Refused()), Fault.of(call, number, new Effect.AnswerLost())));
                for (int at = 0; call == Call.DELETE && at < 30; at++) {
                    all.add(Fault.within(call, number, at, new Effect.Unavailable()));
                }
                for (Fault fault : all) {
                    InMemoryObjectStore copy = PruneScene.copy(original.reopen());
                    FaultInjectingObjectStore faulty = new FaultInjectingObjectStore(copy, fault);
                    try {
                        prune(faulty, start);
                    } catch (TailraceException e) {
                        assertThat(faulty.happened()).as("%s", e).isEqualTo(1);
                    }
                    if (faulty.happened() == 1 && call == Call.DELETE) {
                        faults++;
                        requireSame(copy.reopen(), times, before, start, fault.toString());
                        prune(copy.reopen(), start);
                        assertThat(PruneScene.keys(copy.reopen())).isEqualTo(left);
                    }
                }
            }
        }
        System.out.printf("LTX: %d faults while deleting, %d points compared%n", faults, compared);
        assertThat(faults).isPositive();
    }

    private static void prune(ObjectStore store, Instant start) throws IOException {
        try (ReplicaClient replica = ReplicaClient.over("memory", store, SHORT)) {
            ReplicaPruner pruner = ReplicaPruner.of(
                    replica, PruneOptions.builder().before(start).build());
            pruner.prune(pruner.plan());
        }
    }

    @Test
    void filesWithoutARuleAboutTimeStay() throws Exception {
        InMemoryObjectStore store = RandomLtx.write(3);
        try (ReplicaClient replica = ReplicaClient.over("memory", store)) {
            PrunePlan plan = ReplicaPruner.of(
                            replica, PruneOptions.builder().keepGenerations(1).build())
                    .plan();
            assertThat(plan.deleted()).isEmpty();
            assertThat(plan.kept()).hasSize(1);
            assertThat(plan.kept().get(0).reason()).contains("LTX files have no generations");
        }
    }

    @Test
    void aHoleIsRefused() throws Exception {
        InMemoryObjectStore store = new InMemoryObjectStore();
        for (ObjectInfo object : List.of(first(RandomLtx.write(3)))) {
            store.put(object.key(), ObjectSource.of(new byte[200]), PutOptions.NONE);
        }
        store.put("ltx/0/00000000000000f0-00000000000000f0.ltx", ObjectSource.of(new byte[200]), PutOptions.NONE);
        try (ReplicaClient replica = ReplicaClient.over("memory", store)) {
            ReplicaPruner pruner = ReplicaPruner.of(
                    replica, PruneOptions.builder().keep(Duration.ZERO).build());
            assertThatThrownBy(pruner::plan)
                    .isInstanceOf(DamagedReplicaException.class)
                    .hasMessageContaining("so nothing was deleted");
        }
    }

    private static ObjectInfo first(InMemoryObjectStore store) throws IOException {
        return files(store).get(0).object();
    }

    @Test
    void besideGenerationsEachFormatKeepsItsOwnStates() throws Exception {
        for (ReplicaFixture fixture : ReplicaFixtures.of("ltx")) {
            if (!fixture.scenario().startsWith("mixed")) {
                continue;
            }
            InMemoryObjectStore store = fixture.inMemory();
            try (ReplicaClient replica = ReplicaClient.over("memory", store)) {
                ReplicaPruner pruner = ReplicaPruner.of(
                        replica, PruneOptions.builder().keep(Duration.ZERO).build());
                pruner.prune(pruner.plan());
                Set<String> left = PruneScene.keys(store.reopen());
                assertThat(left).as("%s", fixture).anyMatch(key -> key.contains("/snapshots/"));
                assertThat(left).as("%s", fixture).anyMatch(key -> key.endsWith(".ltx"));
            }
        }
    }
}
