// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static dev.tailrace.fixture.MemoryStore.TIME;
import static dev.tailrace.fixture.ReplicaBytes.GENERATION;
import static dev.tailrace.fixture.ReplicaBytes.database;
import static dev.tailrace.fixture.ReplicaBytes.page;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.fixture.ReplicaBytes;
import dev.tailrace.fixture.WalBytes;
import dev.tailrace.replica.Position;
import dev.tailrace.replica.ReplicaLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is tried next after a plan has failed, how often, and what is said of it. */
class RestoreAttemptsTest {

    private static final int PAGE = 512;
    private static final byte[] BASE = database(PAGE, 4, 0);
    private static final byte[] FIRST = wal(0, 3).appliedTo(BASE);

    @TempDir
    Path folder;

    private final ReplicaBytes replica = ReplicaBytes.in(ReplicaLayout.V03_FLAT);
    private final List<String> warnings = new ArrayList<>();
    private final List<RestorePlan> executed = new ArrayList<>();

    /** Each transaction writes another page, so that a snapshot of a later state is told. */
    private static WalBytes wal(int index, int transactions) {
        WalBytes wal = WalBytes.ofIndex(PAGE, index);
        for (int n = 1; n <= transactions; n++) {
            wal.frame(1 + n, page(PAGE, 1 + n, 100 * index + n), 4);
        }
        return wal;
    }

    private static Position end(int index, int transactions) {
        int[] ends = wal(index, transactions).commitEnds();
        return new Position(GENERATION, index, ends[transactions - 1]);
    }

    /** Where the segment with a transaction begins, the transactions counted from 1. */
    private String key(int index, int transaction) {
        return replica.walKey(
                index, transaction == 1 ? 0 : end(index, transaction - 1).offset());
    }

    /** A snapshot, and two indexes of three transactions in a segment each. */
    private void twoIndexes() {
        replica.snapshot(0, BASE);
        for (int index = 0; index < 2; index++) {
            WalBytes wal = wal(index, 3);
            replica.wal(index, wal.bytes(), wal.commitEnds());
        }
    }

    private void flipABitOf(String key) {
        flipABitOf(key, replica.store().get(key).length / 2);
    }

    private void flipABitOf(String key, int at) {
        byte[] bytes = replica.store().get(key).clone();
        bytes[at] ^= 1;
        replica.store().put(key, bytes, TIME);
    }

    private void endEarly(String key) {
        byte[] bytes = replica.store().get(key);
        replica.store().put(key, Arrays.copyOf(bytes, bytes.length / 2), TIME);
    }

    private RestoreOptions.Builder options(RestoreTarget target) {
        return RestoreOptions.builder().target(target).listener(new RestoreListener() {
            @Override
            public void warning(String message) {
                warnings.add(message);
            }
        });
    }

    private RestoreResult restore(RestoreTarget target, boolean bestEffort) throws IOException {
        return Restorer.of(
                        replica.client(), options(target).bestEffort(bestEffort).build())
                .restoreTo(folder.resolve("app.db"));
    }

    private DamagedReplicaException refusal(RestoreTarget target) {
        return catchThrowableOfType(DamagedReplicaException.class, () -> restore(target, false));
    }

    private RestoreAttempts attempts(RestoreTarget target) {
        return new RestoreAttempts(replica.client(), options(target).build(), PlanBounds.STRICT);
    }

    private DamagedReplicaException failing(RestoreTarget target, SecondLook.Execution<RestorePlan, String> execution) {
        return catchThrowableOfType(
                DamagedReplicaException.class,
                () -> attempts(target).run(plan -> {
                    executed.add(plan);
                    return execution.execute(plan);
                }));
    }

    @Test
    void goesByTheSnapshotOfTheCutIndexWhereTheWayToItIsDamaged() throws IOException {
        twoIndexes();
        replica.snapshot(1, FIRST);
        flipABitOf(key(0, 2));

        RestoreResult result = restore(RestoreTarget.atPosition(end(1, 2)), false);

        assertThat(result.path()).hasBinaryContent(wal(1, 2).appliedTo(FIRST));
        assertThat(result.plan().snapshot().index()).isEqualTo(1);
        assertThat(result.position()).isEqualTo(end(1, 2));
        assertThat(result.plan().leftOut()).isEmpty();
    }

    @Test
    void callsTheWayDamagedWhereTheSnapshotOfTheCutIndexIsOfALaterState() {
        twoIndexes();
        replica.snapshot(1, wal(1, 3).appliedTo(FIRST));
        flipABitOf(key(0, 2));

        assertThat(refusal(RestoreTarget.atPosition(end(1, 2))).damage().key()).isEqualTo(key(0, 2));

        TargetNotAvailableException later = new TargetNotAvailableException("it is ahead", "memory://test");
        DamagedReplicaException told = failing(RestoreTarget.atPosition(end(1, 2)), plan -> {
            if (plan.snapshot().index() == 1) {
                throw later;
            }
            throw new DamagedReplicaException(Damage.of(key(0, 2), "it is wrong"));
        });
        assertThat(told.damage().key()).isEqualTo(key(0, 2));
        assertThat(told).hasSuppressedException(later);
    }

    /** Each execution may be the download of a large replica. */
    @Test
    void triesDamageOnceWhereNoOtherSnapshotLeadsToTheTarget() {
        twoIndexes();
        DamagedReplicaException wrong = new DamagedReplicaException(Damage.of(key(0, 1), "it is wrong"));
        for (RestoreTarget target : List.of(
                RestoreTarget.latest(), RestoreTarget.atPosition(end(0, 2)), RestoreTarget.atPosition(end(1, 2)))) {
            executed.clear();
            assertThat(failing(target, plan -> {
                        throw wrong;
                    }))
                    .isSameAs(wrong)
                    .hasNoSuppressedExceptions();
            assertThat(executed).as("%s", target).hasSize(1);
        }
        assertThat(warnings).isEmpty();
    }

    @Test
    void triesWhatAFreshListingShowsOtherwise() throws IOException {
        replica.snapshot(0, BASE).wal(0, wal(0, 1).bytes());
        Position position = attempts(RestoreTarget.latest()).run(plan -> {
            executed.add(plan);
            if (executed.size() == 1) {
                replica.wal(1, wal(1, 1).bytes());
                throw new DamagedReplicaException(Damage.of(key(0, 1), "it is gone"));
            }
            return plan.lastIndex().lastSegment().position();
        });
        assertThat(position.index()).isEqualTo(1);
        assertThat(executed).hasSize(2);
        assertThat(warnings).containsExactly("the replica changed while it was read; restoring from a new plan");
    }

    @Test
    void saysWhichDamageBestEffortStopsBefore() throws IOException {
        twoIndexes();
        flipABitOf(key(1, 2));

        RestoreResult result = restore(RestoreTarget.latest(), true);

        assertThat(result.position()).isEqualTo(end(1, 1));
        assertThat(warnings)
                .first()
                .asString()
                .startsWith("stopping before damage: ")
                .contains(key(1, 2));
    }

    @Test
    void restoresTheStateBeforeANewestSegmentThatIsBeingWritten() throws IOException {
        replica.store().showingUnfinishedObjects();
        twoIndexes();
        endEarly(key(1, 3));

        RestoreResult result = restore(RestoreTarget.latest(), false);

        assertThat(result.path()).hasBinaryContent(wal(1, 2).appliedTo(FIRST));
        assertThat(result.position()).isEqualTo(end(1, 2));
        assertThat(warnings)
                .singleElement()
                .asString()
                .startsWith("the newest object is not whole, as if it were still being written; ")
                .contains(key(1, 3));
    }

    @Test
    void oneObjectAtMostIsBeingWritten() {
        replica.store().showingUnfinishedObjects();
        twoIndexes();
        endEarly(key(1, 3));
        endEarly(key(1, 2));

        assertThat(refusal(RestoreTarget.latest()).damage().key()).isEqualTo(key(1, 2));
    }

    @Test
    void whatEndsEarlyIsDamageWhereObjectsAreSeenOnlyWhole() {
        twoIndexes();
        endEarly(key(1, 3));

        assertThat(refusal(RestoreTarget.latest()).damage().key()).isEqualTo(key(1, 3));
        assertThat(warnings).isEmpty();
    }

    @Test
    void whatIsNotTheNewestOrIsWrongIsNotBeingWritten() {
        replica.store().showingUnfinishedObjects();
        twoIndexes();
        flipABitOf(key(1, 3));
        assertThat(refusal(RestoreTarget.latest()).damage().key()).isEqualTo(key(1, 3));

        // All of it is there, but the checksum at its end is another.
        twoIndexes();
        flipABitOf(key(1, 3), replica.store().get(key(1, 3)).length - 1);
        assertThat(refusal(RestoreTarget.latest()).damage().key()).isEqualTo(key(1, 3));

        // The last of its plan, but WAL follows on it.
        twoIndexes();
        endEarly(key(0, 3));
        assertThat(refusal(RestoreTarget.atIndex(0)).damage().key()).isEqualTo(key(0, 3));

        twoIndexes();
        endEarly(key(1, 2));
        assertThat(refusal(RestoreTarget.latest()).damage().key()).isEqualTo(key(1, 2));

        twoIndexes();
        endEarly(replica.snapshotKey(0));
        assertThat(refusal(RestoreTarget.latest()).damage().key()).isEqualTo(replica.snapshotKey(0));
        assertThat(warnings).isEmpty();
    }

    @Test
    void aSnapshotAloneIsNotLeftOutThoughItEndsEarly() {
        replica.store().showingUnfinishedObjects();
        replica.snapshot(0, BASE);
        endEarly(replica.snapshotKey(0));

        assertThat(refusal(RestoreTarget.latest()).damage().key()).isEqualTo(replica.snapshotKey(0));
    }
}
