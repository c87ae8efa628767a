// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tailrace.Tailrace;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.replica.LtxReplicaClient;
import dev.tailrace.replica.LtxTree;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.replica.Txid;
import dev.tailrace.restore.LtxRestorePlan;
import dev.tailrace.restore.LtxRestoreResult;
import dev.tailrace.restore.LtxRestorer;
import dev.tailrace.restore.RestoreOptions;
import dev.tailrace.restore.RestoreTarget;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.RetryPolicy;
import dev.tailrace.testkit.CountingObjectStore;
import dev.tailrace.testkit.ExpectedRestore;
import dev.tailrace.testkit.ReplicaFixture;
import dev.tailrace.testkit.ReplicaFixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every replica of Litestream 0.5 gives the bytes that Litestream itself gave for the same choice. */
class LtxRestoreTest {

    private static final Instant LATER = Instant.parse("2027-01-01T00:00:00Z");

    @TempDir
    Path folder;

    @TempDir
    Path elsewhere;

    static List<ReplicaFixture> fixtures() throws IOException {
        return ReplicaFixtures.of("ltx");
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void restoresTheBytesOfLatestAndEachTransactionInEveryTree(ReplicaFixture fixture) throws Exception {
        for (LtxTree tree : LtxTree.values()) {
            try (LtxReplicaClient replica = client(LtxFixtureTest.inTree(fixture, tree), tree)) {
                restoresAll(fixture, replica);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void restoresTheSameFromFolder(ReplicaFixture fixture) throws Exception {
        Path root = fixture.unpackInto(elsewhere.resolve("replica"));
        try (ReplicaClient replica = Tailrace.open(root.toUri().toString())) {
            List<LtxReplicaClient> found = replica.ltxReplicas();
            assertThat(found).hasSize(1);
            restoresAll(fixture, found.get(0));
        }
    }

    private void restoresAll(ReplicaFixture fixture, LtxReplicaClient replica) throws Exception {
        int compared = 0;
        for (ExpectedRestore expected : fixture.restores()) {
            if (expected.timestamp().isPresent() || isOfGenerations(fixture, expected)) {
                continue;
            }
            compared++;
            Path database = folder.resolve("restored.db");
            RestoreOptions options = options(expected.txid()
                    .map(txid -> RestoreTarget.atTxid(Txid.parse(txid)))
                    .orElse(RestoreTarget.latest()));
            if (expected.exitCode() != 0) {
                assertThatExceptionOfType(TargetNotAvailableException.class)
                        .as("%s %s", fixture, expected)
                        .isThrownBy(() -> LtxRestorer.of(replica, options).restoreTo(database))
                        .withMessageMatching("(?s).*(the newest is|was compacted into a file with later ones).*");
                continue;
            }
            LtxRestoreResult result = LtxRestorer.of(replica, options).restoreTo(database);
            assertThat(FixtureRestoreTest.sha256(database))
                    .as("%s %s", fixture, expected)
                    .isEqualTo(expected.sha256().orElseThrow());
            expected.txid().ifPresent(txid -> assertThat(result.txid()).isEqualTo(Txid.parse(txid)));
            assertThat(result.pageSize()).isEqualTo(expected.pageSize().orElseThrow());
            assertThat(result.pageCount()).isEqualTo(expected.pageCount().orElseThrow());
            assertThat(result.timestamp()).isEqualTo(result.plan().timestamp());
            assertThat(result.bytesWritten()).isEqualTo(expected.sizeBytes().orElseThrow());
            assertThat(result.bytesRead()).isEqualTo(result.plan().bytes());
            Files.delete(database);
        }
        assertThat(compared).isPositive();
        assertNothingElseIsLeft();
    }

    /** In a folder with both formats some choices are of the older one. */
    private static boolean isOfGenerations(ReplicaFixture fixture, ExpectedRestore expected) {
        return fixture.scenario().startsWith("mixed")
                && expected.txid().isEmpty()
                && !(expected.selected().orElse(null) instanceof ExpectedRestore.Selection.Ltx);
    }

    /** Litestream takes what is older than the timestamp; Tailrace takes the timestamp in. */
    @ParameterizedTest
    @MethodSource("fixtures")
    void restoresAtAMomentWhatLitestreamRestoresJustAfterIt(ReplicaFixture fixture) throws Exception {
        int compared = 0;
        try (LtxReplicaClient replica = client(fixture.inMemory(), LtxTree.LTX_FOLDER)) {
            for (ExpectedRestore expected : fixture.restores()) {
                if (expected.timestamp().isPresent() && expected.mustMatch() && !isOfGenerations(fixture, expected)) {
                    Instant moment = expected.timestamp().get().minusNanos(1);
                    LtxRestoreResult result = restoreAt(replica, moment, expected);
                    assertThat(result.timestamp()).isBeforeOrEqualTo(moment);
                    assertThat(result.plan().timestamp()).isEqualTo(result.timestamp());
                    result.plan()
                            .next()
                            .ifPresent(next -> assertThat(next.timestamp()).isAfter(moment));
                    compared++;
                }
            }
        }
        // Where both formats lie in one folder, Litestream took the other one at these times.
        assertThat(compared > 0 || fixture.scenario().startsWith("mixed")).isTrue();
    }

    private LtxRestoreResult restoreAt(LtxReplicaClient replica, Instant moment, ExpectedRestore expected)
            throws Exception {
        Path database = folder.resolve("restored.db");
        LtxRestoreResult result = LtxRestorer.of(replica, options(RestoreTarget.atTimestamp(moment)))
                .restoreTo(database);
        assertThat(FixtureRestoreTest.sha256(database))
                .as("%s at %s: %s", expected, moment, expected.notes())
                .isEqualTo(expected.sha256().orElseThrow());
        Files.delete(database);
        return result;
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void namesEveryStateByTheTimeOfItsOwnFile(ReplicaFixture fixture) throws Exception {
        try (LtxReplicaClient replica = client(fixture.inMemory(), LtxTree.LTX_FOLDER)) {
            LtxRestorePlan newest =
                    LtxRestorer.of(replica, options(RestoreTarget.latest())).plan();
            LtxRestorePlan last = LtxRestorer.of(replica, options(RestoreTarget.atTimestamp(LATER)))
                    .plan();
            assertThat(last.txid()).isEqualTo(newest.txid());
            assertThat(last.next()).isEmpty();
            assertThat(last.unresolved()).isEmpty();
            Instant first = first(replica);
            assertThatExceptionOfType(TargetNotAvailableException.class)
                    .isThrownBy(() -> planAt(replica, first.minusMillis(1), false))
                    .withMessageContaining(first.toString())
                    .withMessageContaining(newest.txid().toString());
            int states = 0;
            for (Optional<LtxRestorePlan.State> state = Optional.of(state(planAt(replica, first, false)));
                    state.isPresent();
                    state = planAt(replica, state.get().timestamp(), false).next()) {
                LtxRestorePlan plan = planAt(replica, state.get().timestamp(), false);
                // Several may have been replicated within one millisecond: then it is the last of them.
                assertThat(plan.txid()).isGreaterThanOrEqualTo(state.get().txid());
                assertThat(plan.timestamp()).isEqualTo(state.get().timestamp());
                states++;
            }
            assertThat(states).isGreaterThan(1);
        }
    }

    private static LtxRestorePlan.State state(LtxRestorePlan plan) {
        return new LtxRestorePlan.State(plan.txid(), plan.timestamp());
    }

    /** The time of the first state that can be restored, as the refusal of an earlier one names it. */
    private static Instant first(LtxReplicaClient replica) {
        try {
            planAt(replica, Instant.EPOCH, false);
        } catch (IOException e) {
            return Instant.parse(e.getMessage().replaceAll("(?s).*restored from (\\S+) .*", "$1"));
        }
        throw new AssertionError("nothing is as old as that");
    }

    private static LtxRestorePlan planAt(LtxReplicaClient replica, Instant moment, boolean exact) throws IOException {
        return LtxRestorer.of(
                        replica,
                        RestoreOptions.builder()
                                .clock(() -> LATER)
                                .exact(exact)
                                .target(RestoreTarget.atTimestamp(moment))
                                .build())
                .plan();
    }

    @Test
    void saysHowMuchTimeCannotBeResolvedAndRefusesItIfToldTo() throws Exception {
        ReplicaFixture fixture = ReplicaFixtures.of("ltx", "l0-expired");
        try (LtxReplicaClient replica = client(fixture.inMemory(), LtxTree.LTX_FOLDER)) {
            LtxRestorePlan plan = planAt(replica, first(replica), false);
            while (plan.unresolved().isEmpty()) {
                plan = planAt(replica, plan.next().orElseThrow().timestamp(), false);
            }
            LtxRestorePlan.State next = plan.next().orElseThrow();
            Instant inside = plan.timestamp().plusMillis(1);

            LtxRestorePlan there = planAt(replica, inside, false);

            assertThat(there.files()).isEqualTo(plan.files());
            assertThat(plan.timestamp().plus(there.unresolved().orElseThrow())).isEqualTo(next.timestamp());
            assertThatExceptionOfType(TargetNotAvailableException.class)
                    .isThrownBy(() -> planAt(replica, inside, true))
                    .withMessageContaining(there.txid().toString())
                    .withMessageContaining(next.txid().toString())
                    .withMessageContaining(there.unresolved().orElseThrow().toMillis() + " ms");
            assertThat(planAt(replica, LATER, true).next()).isEmpty();
        }
    }

    @Test
    void readsAFewSmallRangesToFindAMoment() throws Exception {
        ReplicaFixture fixture = ReplicaFixtures.of("ltx", "wide");
        try (CountingObjectStore store = new CountingObjectStore(fixture.inMemory());
                LtxReplicaClient replica = client(store, LtxTree.LTX_FOLDER)) {
            LtxRestorePlan plan = planAt(replica, fixture.timeline().get(20).at(), false);

            assertThat(plan.next()).isPresent();
            assertThat(store.opens().values().stream()
                            .mapToInt(Integer::intValue)
                            .sum())
                    .isBetween(1, 9);
            assertThat(store.bytesRead()).isLessThan(200 * 9L);
        }
    }

    @Test
    void refusesWhatOnlyGenerationsHave() throws Exception {
        try (LtxReplicaClient replica = client(ReplicaFixtures.of("ltx", "tiny").inMemory(), LtxTree.LTX_FOLDER)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> LtxRestorer.of(replica, options(RestoreTarget.atIndex(1))))
                    .withMessageContaining("no generations");
        }
    }

    private static LtxReplicaClient client(ObjectStore store, LtxTree tree) {
        return LtxReplicaClient.over("memory", store, RetryPolicy.NEVER, tree);
    }

    private static RestoreOptions options(RestoreTarget target) {
        return RestoreOptions.builder().clock(() -> LATER).target(target).build();
    }

    private void assertNothingElseIsLeft() throws IOException {
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).as("files left behind").isEmpty();
        }
    }
}
