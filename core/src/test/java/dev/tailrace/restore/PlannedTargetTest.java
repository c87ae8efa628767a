// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static dev.tailrace.fixture.MemoryStore.TIME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.error.UnsupportedReplicaException;
import dev.tailrace.fixture.MemoryStore;
import dev.tailrace.fixture.ReplicaBytes;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.Position;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.replica.ReplicaLayout;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read for a moment or a position, by the names and times of the objects alone. */
class PlannedTargetTest {

    private static final Generation A = new Generation("aaaaaaaaaaaaaaaa");
    private static final Generation B = new Generation("bbbbbbbbbbbbbbbb");
    private static final byte[] ANY = new byte[1];

    private final MemoryStore store = new MemoryStore();

    private static Instant at(int second) {
        return TIME.plusSeconds(second);
    }

    private ReplicaBytes generation(Generation generation) {
        return new ReplicaBytes(store, ReplicaLayout.V03_FLAT, generation);
    }

    /** A snapshot, and segments of two indexes, one a second. */
    private void twoIndexes() {
        generation(A)
                .snapshot(0, ANY)
                .at(at(1))
                .segment(0, 0, ANY)
                .at(at(2))
                .segment(0, 100, ANY)
                .at(at(3))
                .segment(1, 0, ANY)
                .at(at(4))
                .segment(1, 100, ANY);
    }

    private RestorePlan plan(RestoreOptions.Builder options) throws IOException {
        return Restorer.of(ReplicaClient.over("memory", store), options.build()).plan();
    }

    private RestorePlan plan(RestoreTarget target) throws IOException {
        return plan(RestoreOptions.builder().target(target));
    }

    private RestorePlan planAt(int second) throws IOException {
        return plan(RestoreTarget.atTimestamp(at(second)));
    }

    private static Position position(long index, long offset) {
        return new Position(A, index, offset);
    }

    private RestorePlan planAt(long index, long offset) throws IOException {
        return plan(RestoreTarget.atPosition(position(index, offset)));
    }

    /** Which segments are read, and where each index ends if that is not its own end. */
    private static List<String> wal(RestorePlan plan) {
        return plan.walIndexes().stream()
                .map(wal -> wal.index() + ":"
                        + wal.segments().stream()
                                .map(segment -> segment.offset())
                                .toList()
                        + (wal.end() == Long.MAX_VALUE ? "" : " to " + wal.end()))
                .toList();
    }

    private static Optional<RestorePlan.Next> next(long index, long offset, int second) {
        return Optional.of(new RestorePlan.Next(position(index, offset), at(second)));
    }

    private void notAvailable(RestoreTarget target, String... message) {
        assertThatExceptionOfType(TargetNotAvailableException.class)
                .isThrownBy(() -> plan(target))
                .satisfies(e -> assertThat(e).hasMessageContainingAll(message));
    }

    @Test
    void readsWhatWasStoredUntilAMoment() throws IOException {
        twoIndexes();
        assertThat(wal(planAt(0))).isEmpty();
        assertThat(planAt(0).next()).isEqualTo(next(0, 0, 1));
        assertThat(wal(planAt(1))).containsExactly("0:[0] to 100");
        assertThat(planAt(1).next()).isEqualTo(next(0, 100, 2));
        assertThat(wal(planAt(2))).containsExactly("0:[0, 100]");
        assertThat(planAt(2).next()).isEqualTo(next(1, 0, 3));
        assertThat(wal(planAt(3))).containsExactly("0:[0, 100]", "1:[0] to 100");
        assertThat(wal(plan(RestoreTarget.atTimestamp(at(4).minusMillis(1)))))
                .containsExactly("0:[0, 100]", "1:[0] to 100");
        assertThat(wal(planAt(4))).containsExactly("0:[0, 100]", "1:[0, 100]");
        assertThat(planAt(4).next()).isEmpty();
        assertThat(wal(planAt(99))).containsExactly("0:[0, 100]", "1:[0, 100]");
    }

    @Test
    void readsAnIndexToItsEndToProveWhereAMomentCutsIt() throws IOException {
        twoIndexes();
        assertThat(planAt(3).uncut())
                .hasValueSatisfying(wal -> assertThat(wal.segments()).hasSize(2));
        assertThat(planAt(2).uncut()).isEmpty();
        assertThat(planAt(4).uncut()).isEmpty();
        assertThat(planAt(1, 100).uncut())
                .hasValueSatisfying(wal -> assertThat(wal.index()).isEqualTo(1));
    }

    @Test
    void refusesAMomentBeforeTheFirstSnapshot() {
        twoIndexes();
        notAvailable(
                RestoreTarget.atTimestamp(at(-1)),
                "the state at " + at(-1) + " is not in memory://test",
                at(0).toString(),
                at(4).toString());
    }

    @Test
    void refusesAMomentThatTheTimesLeaveOpen() throws IOException {
        generation(A)
                .snapshot(0, ANY)
                .at(at(1))
                .segment(0, 0, ANY)
                .at(at(3))
                .segment(0, 100, ANY)
                .at(at(2))
                .segment(1, 0, ANY);
        assertThat(wal(planAt(1))).containsExactly("0:[0] to 100");
        notAvailable(
                RestoreTarget.atTimestamp(at(2)),
                "do not tell its state at " + at(2),
                position(0, 100) + " is of " + at(3),
                position(1, 0) + ", which follows on it, is of " + at(2));
        assertThat(wal(planAt(3))).containsExactly("0:[0, 100]", "1:[0]");
        assertThat(planAt(3).warnings()).singleElement().asString().isNotBlank();
    }

    @Test
    void takesTheTimesOfWalBeforeTheSnapshotForNothing() throws IOException {
        generation(A)
                .at(at(9))
                .segment(0, 0, ANY)
                .at(at(1))
                .snapshot(1, ANY)
                .at(at(2))
                .segment(1, 0, ANY)
                .at(at(3))
                .segment(2, 0, ANY);
        assertThat(wal(planAt(2))).containsExactly("1:[0]");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 32})
    void readsNothingOfAnIndexOfWhichOnlyTheHeaderCounts(long offset) throws IOException {
        generation(A)
                .snapshot(0, ANY)
                .at(at(1))
                .segment(0, 0, ANY)
                .at(at(2))
                .segment(0, offset, ANY)
                .at(at(3))
                .segment(1, 0, ANY)
                .at(at(4))
                .segment(1, offset, ANY);
        assertThat(wal(planAt(1))).isEmpty();
        assertThat(planAt(1).next()).isEqualTo(next(0, offset, 2));
        assertThat(wal(planAt(3))).containsExactly("0:[0, " + offset + "]");
        assertThat(planAt(3).next()).isEqualTo(next(1, offset, 4));
    }

    @Test
    void readsToTheFirstByteBehindTheHeaderWhereASegmentEndsThere() throws IOException {
        generation(A).snapshot(0, ANY).at(at(1)).segment(0, 0, ANY).at(at(2)).segment(0, 33, ANY);
        assertThat(wal(planAt(1))).containsExactly("0:[0] to 33");
    }

    @Test
    void startsFromAnOlderSnapshotWhereTheTargetCutsTheNewerOnesIndex() throws IOException {
        twoIndexes();
        generation(A).at(at(2)).snapshot(1, ANY);
        for (RestorePlan plan : List.of(planAt(3), planAt(1, 100))) {
            assertThat(plan.snapshot().index()).isZero();
            assertThat(wal(plan)).containsExactly("0:[0, 100]", "1:[0] to 100");
        }
        assertThat(planAt(4).snapshot().index()).isEqualTo(1);
        assertThat(planAt(1, 0).snapshot().index()).isEqualTo(1);
        assertThat(wal(planAt(1, 0))).isEmpty();
    }

    @Test
    void startsFromTheNewerSnapshotWhereNoOlderOneLeadsThere() throws IOException {
        twoIndexes();
        generation(A).at(at(2)).snapshot(1, ANY);
        store.remove(generation(A).walKey(0, 0));
        assertThat(planAt(3).snapshot().index()).isEqualTo(1);
        assertThat(wal(planAt(3))).containsExactly("1:[0] to 100");
    }

    @Test
    void startsFromASnapshotStoredLateWhereAllOfItsIndexCounts() throws IOException {
        twoIndexes();
        generation(A).at(at(50)).snapshot(1, ANY);
        generation(A).at(at(5)).segment(2, 0, ANY);
        assertThat(planAt(5).snapshot().index()).isEqualTo(1);
        assertThat(wal(planAt(5))).containsExactly("1:[0, 100]", "2:[0]");
        assertThat(planAt(4).snapshot().index()).isZero();
        assertThat(planAt(3).snapshot().index()).isZero();
        assertThat(planAt(50).snapshot().index()).isEqualTo(1);
    }

    @Test
    void readsUpToAPosition() throws IOException {
        twoIndexes();
        assertThat(wal(planAt(0, 100))).containsExactly("0:[0] to 100");
        assertThat(planAt(0, 100).next()).isEqualTo(next(0, 100, 2));
        // Where the first segment ends is not in the names.
        assertThat(wal(planAt(0, 50))).containsExactly("0:[0] to 50");
        assertThat(planAt(0, 50).next()).isEqualTo(next(0, 50, 1));
        assertThat(wal(planAt(0, 101))).containsExactly("0:[0, 100] to 101");
        assertThat(planAt(0, 101).next()).isEmpty();
        assertThat(wal(planAt(1, 33))).containsExactly("0:[0, 100]", "1:[0] to 33");
        assertThat(wal(planAt(0, 0))).isEmpty();
        assertThat(planAt(0, 0).next()).isEqualTo(next(0, 0, 1));
    }

    @Test
    void refusesPositionsThatAreNoneOfTheGeneration() {
        twoIndexes();
        for (long offset : new long[] {1, 32}) {
            notAvailable(
                    RestoreTarget.atPosition(position(1, offset)),
                    "no transaction ends at " + position(1, offset),
                    "a header of 32 bytes");
        }
        notAvailable(
                RestoreTarget.atPosition(position(2, 100)),
                "position " + position(2, 100) + " is not in generation " + A,
                "from index 00000000 to index 00000001");
        notAvailable(RestoreTarget.atPosition(position(1, 0)), "the snapshot at " + position(1, 0) + " is not in");
    }

    @Test
    void readsAsFarAsThereIsNoHoleBeforeAMomentByBestEffort() throws IOException {
        twoIndexes();
        generation(A).at(at(5)).segment(3, 0, ANY).snapshot(3, ANY);
        RestoreOptions.Builder options =
                RestoreOptions.builder().target(RestoreTarget.atIndex(3)).snapshotIndex(0);
        assertThatExceptionOfType(DamagedReplicaException.class)
                .isThrownBy(() -> plan(options))
                .satisfies(e -> {
                    assertThat(e).hasMessageContaining("WAL index 00000002 is missing");
                    assertThat(e.damage().expected()).contains("index 00000002");
                    assertThat(e.damage().actual()).contains("index 00000003");
                });
        RestorePlan plan = plan(options.bestEffort(true));
        assertThat(wal(plan)).containsExactly("0:[0, 100]", "1:[0, 100]");
        assertThat(plan.leftOut()).hasSize(1);
        assertThat(plan.next()).isEmpty();
        assertThat(plan.uncut()).isEmpty();
    }

    @Test
    void refusesASnapshotThatIsNewerThanAMoment() {
        twoIndexes();
        generation(A).at(at(2)).snapshot(1, ANY);
        assertThatExceptionOfType(TargetNotAvailableException.class)
                .isThrownBy(() -> plan(RestoreOptions.builder()
                        .target(RestoreTarget.atTimestamp(at(1)))
                        .snapshotIndex(1)))
                .withMessageContaining("snapshot 00000001 is newer than the state at " + at(1));
    }

    @Test
    void takesTheGenerationWhoseTimesIncludeTheMoment() throws IOException {
        twoIndexes();
        generation(B).at(at(3)).snapshot(0, ANY).at(at(6)).segment(0, 0, ANY);
        assertThat(planAt(2).generation()).isEqualTo(A);
        assertThat(planAt(3).generation()).isEqualTo(B);
        assertThat(planAt(5).generation()).isEqualTo(B);
        // None includes it: the one that ended last.
        assertThat(planAt(9).generation()).isEqualTo(B);
        generation(A).at(at(7)).segment(2, 0, ANY);
        assertThat(planAt(5).generation()).isEqualTo(A);
        assertThat(planAt(9).generation()).isEqualTo(A);
    }

    @Test
    void asksEveryIndexButTheLastToEndInACommit() throws IOException {
        twoIndexes();
        assertThat(planAt(9).walIndexes()).extracting(WalIndex::followed).containsExactly(true, false);
        assertThat(planAt(2).walIndexes()).extracting(WalIndex::followed).containsExactly(true);
    }

    @Test
    void refusesASnapshotWhoseOwnIndexLacksItsBeginning() {
        generation(A).snapshot(0, ANY).segment(0, 100, ANY);
        assertThatExceptionOfType(DamagedReplicaException.class)
                .isThrownBy(() -> planAt(0, 0))
                .withMessageContaining("the first segment of WAL index 00000000 is missing");
    }

    @Test
    void refusesAMomentWhoseSnapshotIsYetToCome() {
        generation(A).at(at(1)).segment(0, 0, ANY).at(at(5)).snapshot(1, ANY);
        notAvailable(
                RestoreTarget.atTimestamp(at(2)),
                "the state at " + at(2) + " is not in generation " + A,
                "which can be restored");
    }

    @Test
    void doesNotGuessByBestEffortWhatTheTimesLeaveOpen() {
        generation(A).snapshot(0, ANY).at(at(3)).segment(0, 0, ANY).at(at(2)).segment(0, 100, ANY);
        assertThatExceptionOfType(TargetNotAvailableException.class)
                .isThrownBy(() -> plan(RestoreOptions.builder()
                        .target(RestoreTarget.atTimestamp(at(2)))
                        .bestEffort(true)))
                .withMessageContaining("do not tell its state at " + at(2));
    }

    private RestorePlan planWithout(Damage damage) throws IOException {
        ReplicaClient replica = ReplicaClient.over("memory", store);
        RestoreOptions options = RestoreOptions.builder().bestEffort(true).build();
        RestorePlan whole = new Planner(replica, options, PlanBounds.SALVAGE).plan();
        PlanBounds bounds = PlanBounds.SALVAGE.keepingAwayFrom(damage, whole).orElseThrow();
        assertThat(bounds.leftOut()).containsExactly(damage);
        RestorePlan plan = new Planner(replica, options, bounds).plan();
        assertThat(plan.leftOut()).containsExactly(damage);
        return plan;
    }

    @Test
    void keepsAwayFromTheWalFromADamagedPlaceOn() throws IOException {
        twoIndexes();
        String first = generation(A).walKey(1, 0);
        String second = generation(A).walKey(1, 100);
        assertThat(wal(planWithout(Damage.at(second, 132, "bad")))).containsExactly("0:[0, 100]", "1:[0, 100] to 132");
        assertThat(wal(planWithout(Damage.of(second, "bad")))).containsExactly("0:[0, 100]", "1:[0] to 100");
        assertThat(wal(planWithout(Damage.at(first, 33, "bad")))).containsExactly("0:[0, 100]", "1:[0] to 33");
        assertThat(wal(planWithout(Damage.at(first, 32, "bad")))).containsExactly("0:[0, 100]");
        assertThat(wal(planWithout(Damage.of(first, "bad")))).containsExactly("0:[0, 100]");
    }

    @Test
    void keepsAwayFromADamagedSnapshotAndNotTwiceFromOnePlace() throws IOException {
        twoIndexes();
        generation(A).snapshot(1, ANY);
        assertThat(planWithout(Damage.of(generation(A).snapshotKey(1), "bad"))
                        .snapshot()
                        .index())
                .isZero();
        RestorePlan plan = planAt(9);
        Damage damage = Damage.of(generation(A).walKey(1, 100), "bad");
        PlanBounds bounds = PlanBounds.SALVAGE.keepingAwayFrom(damage, plan).orElseThrow();
        assertThat(bounds.keepingAwayFrom(damage, plan)).isEmpty();
        assertThat(bounds.keepingAwayFrom(Damage.of("elsewhere", "bad"), plan)).isEmpty();
        assertThat(bounds.keepingAwayFrom(Damage.of(generation(A).walKey(1, 0), "bad"), plan))
                .hasValueSatisfying(nearer -> assertThat(nearer.before()).contains(position(1, 0)));
    }

    @Test
    void stepsOverAGenerationWithoutSnapshotByBestEffortOnly() throws IOException {
        twoIndexes();
        generation(B).at(at(2)).segment(0, 0, ANY).at(at(8)).segment(0, 100, ANY);
        RestoreOptions.Builder options = RestoreOptions.builder().target(RestoreTarget.atTimestamp(at(3)));
        assertThatExceptionOfType(DamagedReplicaException.class)
                .isThrownBy(() -> plan(options))
                .withMessageContaining("no snapshots available in generation " + B);
        RestorePlan plan = plan(options.bestEffort(true));
        assertThat(plan.generation()).isEqualTo(A);
        assertThat(plan.leftOut()).singleElement().asString().contains("no snapshots available in generation " + B);
    }

    @Test
    void leavesOutNamesOfNoLayoutByBestEffort() throws IOException {
        twoIndexes();
        store.put("generations/" + A + "/wal/what.wal.lz4", ANY, at(1));
        assertThatExceptionOfType(DamagedReplicaException.class).isThrownBy(() -> planAt(9));
        RestorePlan plan = plan(RestoreOptions.builder().bestEffort(true));
        assertThat(wal(plan)).containsExactly("0:[0, 100]", "1:[0, 100]");
        assertThat(plan.leftOut()).singleElement().asString().contains("what.wal.lz4");
    }

    @Test
    void refusesAMomentThatLtxFilesBesideItMayTellBetter() throws IOException {
        twoIndexes();
        store.put("ltx/0/0000000000000001-0000000000000001.ltx", ANY, at(9));
        assertThat(planAt(2).generation()).isEqualTo(A);
        assertThatExceptionOfType(UnsupportedReplicaException.class)
                .isThrownBy(() -> planAt(9))
                .withMessageContainingAll("newer than its generations", "an LtxRestorer restores");
    }

    @Test
    void tellsWhyAGenerationWasChosenAmongWhich() throws IOException {
        twoIndexes();
        generation(B).at(at(6)).snapshot(0, ANY);
        assertThat(plan(RestoreTarget.latest()).candidates().toString())
                .contains(A.name(), B.name(), "it holds the newest data", "its data is not newer");
        assertThat(planAt(3).candidates().toString()).contains("its times include " + at(3));
        assertThat(planAt(99).candidates().toString()).contains("it holds the newest data before " + at(99));
        assertThat(planAt(0, 100).candidates().toString())
                .contains(A.name(), "as asked for")
                .doesNotContain(B.name());
    }

    @Test
    void tellsWhereTheWalGoesOnAfterAnIndex() throws IOException {
        twoIndexes();
        assertThat(plan(RestoreTarget.atIndex(0)).next()).isEqualTo(next(1, 0, 3));
        assertThat(plan(RestoreTarget.atIndex(1)).next()).isEmpty();
        assertThat(plan(RestoreTarget.latest()).next()).isEmpty();
    }

    @Test
    void takesTheSnapshotThatReachesFurtherThoughItsWalIsLost() throws IOException {
        twoIndexes();
        generation(A).at(at(5)).snapshot(5, ANY).segment(6, 0, ANY);
        RestorePlan plan = plan(RestoreOptions.builder().bestEffort(true));
        assertThat(plan.snapshot().index()).isEqualTo(5);
        assertThat(plan.walIndexes()).isEmpty();
        assertThat(plan.warnings()).singleElement().asString().contains("the WAL of its index is lost from there on");
    }

    @Test
    void takesTheOlderSnapshotWhoseWalProvesTheStateOfTheNewer() throws IOException {
        twoIndexes();
        generation(A).at(at(5)).snapshot(2, ANY).segment(3, 0, ANY);
        RestorePlan plan = plan(RestoreOptions.builder().bestEffort(true));
        assertThat(plan.snapshot().index()).isZero();
        assertThat(wal(plan)).containsExactly("0:[0, 100]", "1:[0, 100]");
        assertThat(plan.warnings()).isEmpty();
    }
}
