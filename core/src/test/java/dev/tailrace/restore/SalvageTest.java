// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static dev.tailrace.fixture.ReplicaBytes.database;
import static dev.tailrace.fixture.ReplicaBytes.page;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.RestoreCancelledException;
import dev.tailrace.fixture.ReplicaBytes;
import dev.tailrace.fixture.Stalls;
import dev.tailrace.fixture.WalBytes;
import dev.tailrace.replica.ReplicaLayout;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is left of a damaged replica: what its refusal says, and what best effort brings, are the same. */
class SalvageTest {

    private static final int PAGE = 512;
    private static final int WAL_LENGTH = 32 + 2 * (24 + PAGE);
    private static final byte[] SNAPSHOT = database(PAGE, 3, 0);
    private static final String PROMISE = "; still restorable, by best effort: ";

    @TempDir
    Path folder;

    private static byte[] wal(int index) {
        return framed(WalBytes.ofIndex(PAGE, index), index).bytes();
    }

    private static byte[] foreign(int sequence, int salt) {
        return framed(new WalBytes(PAGE, sequence, salt, 5, ByteOrder.BIG_ENDIAN), 99)
                .bytes();
    }

    private static WalBytes framed(WalBytes wal, int version) {
        return wal.frame(2, page(PAGE, 2, version), 0).frame(1, page(PAGE, 1, version), 3);
    }

    /** A snapshot of index 0, and WAL on it. */
    private static ReplicaBytes replica(ReplicaLayout layout, byte[]... wals) {
        ReplicaBytes replica = ReplicaBytes.in(layout).snapshot(0, SNAPSHOT);
        for (int index = 0; index < wals.length; index++) {
            replica.wal(index, wals[index]);
        }
        return replica;
    }

    private static ReplicaBytes replica(byte[]... wals) {
        return replica(ReplicaLayout.V03_FLAT, wals);
    }

    private static byte[] changed(byte[] bytes, int at) {
        byte[] changed = bytes.clone();
        changed[at] ^= 1;
        return changed;
    }

    /** The last state that a WAL index left. */
    private static byte[] stateAfter(int index) {
        return framed(WalBytes.ofIndex(PAGE, index), index).appliedTo(SNAPSHOT);
    }

    private static String end(int index) {
        return String.format("up to %s/%08x:%08x", ReplicaBytes.GENERATION, index, WAL_LENGTH);
    }

    private static String snapshot(int index) {
        return String.format(
                "snapshot %s/%08x, if its snapshot is a whole state, which nothing proves",
                ReplicaBytes.GENERATION, index);
    }

    private DamagedReplicaException refusal(ReplicaBytes replica) {
        DamagedReplicaException refusal = catchThrowableOfType(
                DamagedReplicaException.class,
                () -> Restorer.of(replica.client()).restoreTo(folder.resolve("app.db")));
        assertThat(refusal).isNotNull();
        assertThat(folder).isEmptyDirectory();
        assertThat(replica.store().openStreams()).isZero();
        return refusal;
    }

    /** Best effort brings that state, and a plain restore says so. */
    private RestorePlan assertLeft(ReplicaBytes replica, String end, byte[] state) throws IOException {
        assertThat(refusal(replica)).hasMessageEndingWith(PROMISE + end);
        assertThat(refusal(replica).isSalvageable()).isTrue();
        Path database = folder.resolve("app.db");
        RestoreResult result = Restorer.of(
                        replica.client(),
                        RestoreOptions.builder().bestEffort(true).build())
                .restoreTo(database);
        assertThat(database).hasBinaryContent(state);
        Files.delete(database);
        assertThat(result.plan().leftOut()).isNotEmpty();
        return result.plan();
    }

    private void assertNothingLeft(ReplicaBytes replica) {
        assertThat(refusal(replica)).hasMessageEndingWith("; nothing before it can be restored");
        assertThat(refusal(replica).isSalvageable()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(ReplicaLayout.class)
    void leavesOutAFirstIndexThatDoesNotFitAndThatNothingConfirms(ReplicaLayout layout) throws IOException {
        ReplicaBytes replica = replica(layout, foreign(7, 5555), wal(1), wal(2));

        RestorePlan plan = assertLeft(replica, snapshot(0), SNAPSHOT);

        // Those who know better have a way.
        Path database = folder.resolve("app.db");
        RestoreOptions first =
                RestoreOptions.builder().target(RestoreTarget.atIndex(0)).build();
        Restorer.of(replica.client(), first).restoreTo(database);
        assertThat(database).hasBinaryContent(stateAfterForeign());
        assertThat(plan.leftOut().stream().map(Damage::toString))
                .anyMatch(text -> text.contains("WAL index 1 does not continue index 0"))
                .anyMatch(text -> text.startsWith(replica.walKey(0, 0))
                        && text.contains("WAL index 0 does not fit index 1, and no index near them shows"));
    }

    @ParameterizedTest
    @EnumSource(ReplicaLayout.class)
    void keepsAFirstIndexThatTheOneBehindTheForeignOneConfirms(ReplicaLayout layout) throws IOException {
        assertLeft(replica(layout, wal(0), foreign(7, 5555), wal(2)), end(0), stateAfter(0));
    }

    @Test
    void leavesOutBothOfTwoThatAreSwappedAtTheBeginning() throws IOException {
        assertLeft(replica(wal(1), wal(0), wal(2)), snapshot(0), SNAPSHOT);
    }

    @Test
    void keepsTheFirstIndexOfANewerSnapshotThatOlderWalConfirms() throws IOException {
        ReplicaBytes replica = replica(wal(0), wal(1), foreign(7, 5555)).snapshot(1, stateAfter(0));
        RestorePlan plan = assertLeft(replica, end(1), stateAfter(1));
        assertThat(plan.snapshot().index()).isEqualTo(1);
    }

    @Test
    void leavesOutTheForeignFirstIndexOfANewerSnapshotForTheWalThatLeadsToIt() throws IOException {
        ReplicaBytes replica = replica(wal(0), foreign(7, 5555), wal(2), wal(3)).snapshot(1, stateAfter(0));
        RestorePlan plan = assertLeft(replica, end(0), stateAfter(0));
        assertThat(plan.snapshot().index()).isZero();
    }

    @Test
    void keepsAFirstIndexThatNothingSpeaksAgainst() throws IOException {
        assertLeft(replica(wal(0), changed(wal(1), 3)), end(0), stateAfter(0));
        // Made anew, so that the salts need not fit.
        assertLeft(replica(wal(0), foreign(0, 5555), changed(foreign(1, 5556), 3)), end(1), stateAfterForeign());
    }

    private static byte[] stateAfterForeign() {
        return framed(new WalBytes(PAGE, 0, 5555, 5, ByteOrder.BIG_ENDIAN), 99).appliedTo(SNAPSHOT);
    }

    @Test
    void leavesOutAFirstIndexThatAFurtherOneContradictsWhereTheNextIsMissing() throws IOException {
        ReplicaBytes replica = replica(foreign(7, 5555), wal(1), wal(2), wal(3));
        replica.store().remove(replica.walKey(1, 0));
        assertLeft(replica, snapshot(0), SNAPSHOT);
    }

    @Test
    void leavesOutABeginningThatIsForeign() throws IOException {
        ReplicaBytes replica = replica(wal(0), wal(1), wal(2)).segment(0, 32 + 536, new byte[0]);
        replica.wal(0, wal(0), 32 + 536).segment(0, 0, Arrays.copyOf(foreign(7, 5555), 32 + 536));
        assertLeft(replica, snapshot(0), SNAPSHOT);
    }

    @Test
    void promisesNothingThatIsDamagedTooThoughItsNameIsThere() throws IOException {
        assertLeft(replica(wal(0), changed(wal(1), 100), wal(2), changed(wal(3), 100)), end(0), stateAfter(0));
        assertLeft(replica(changed(wal(0), 100), changed(wal(1), 100)), snapshot(0), SNAPSHOT);
        ReplicaBytes hole = replica(wal(0), changed(wal(1), 100), wal(2), wal(3));
        hole.store().remove(hole.walKey(2, 0));
        assertLeft(hole, end(0), stateAfter(0));
    }

    @Test
    void promisesWhatAnOlderSnapshotBringsWhereTheNewerOneIsDamaged() throws IOException {
        ReplicaBytes replica = replica(wal(0), wal(1), wal(2)).snapshot(2, Arrays.copyOf(stateAfter(1), 700));
        assertLeft(replica, end(2), stateAfter(2));
        assertNothingLeft(replica(wal(0)).snapshot(0, Arrays.copyOf(SNAPSHOT, 700)));
    }

    @Test
    void promisesTheSameWhereOnlyAPlanIsWanted() {
        ReplicaBytes replica = replica(wal(0), changed(wal(1), 100), wal(2), wal(3));
        replica.store().remove(replica.walKey(2, 0));
        DamagedReplicaException refusal = catchThrowableOfType(
                DamagedReplicaException.class,
                () -> Restorer.of(replica.client()).plan());
        assertThat(refusal).hasMessageEndingWith(PROMISE + end(0));
    }

    @Test
    void saysPerhapsWhereTheProofWouldTakeTooMuchReading() throws IOException {
        ReplicaBytes replica = replica(wal(0), changed(wal(1), 100));
        RestorePlan plan = Restorer.of(replica.client()).plan();
        long needed = Restorer.of(
                        replica.client(),
                        RestoreOptions.builder()
                                .target(RestoreTarget.atIndex(0))
                                .build())
                .plan()
                .bytes();
        Damage damage = Damage.of(replica.walKey(1, 0), "it is wrong");
        Optional<PlanBounds> bounds = PlanBounds.STRICT.keepingAwayFrom(damage, plan);

        replica.store()
                .hook((operation, key) ->
                        assertThat(key).as("only headers are read").doesNotContain("snapshot"));
        DamagedReplicaException told = new Salvage(replica.client(), RestoreOptions.defaults(), 1)
                .told(new DamagedReplicaException(damage), bounds);
        assertThat(told.isSalvageable()).isTrue();
        assertThat(told).hasMessageContaining("; perhaps restorable, by best effort: up to ");

        replica.store().hook((operation, key) -> {});
        assertThat(new Salvage(replica.client(), RestoreOptions.defaults(), needed)
                        .told(new DamagedReplicaException(damage), bounds))
                .hasMessageEndingWith(PROMISE + end(0));
    }

    /** What has been read in vain counts too, or damage all over would lead to one download after another. */
    @Test
    void readsNoMoreThanItMayForAllProofsTogether() throws IOException {
        ReplicaBytes replica = replica(wal(0), changed(wal(1), 100), changed(wal(2), 100));
        RestorePlan plan = Restorer.of(replica.client()).plan();
        Damage damage = Damage.of(replica.walKey(2, 0), "it is wrong");
        Optional<PlanBounds> bounds = PlanBounds.STRICT.keepingAwayFrom(damage, plan);
        long first = plan.bytes() - replica.store().get(replica.walKey(2, 0)).length;
        RestoreOptions inTurn =
                RestoreOptions.builder().parallelism(1).requests(1).build();

        assertThat(new Salvage(replica.client(), inTurn, 3 * first).told(new DamagedReplicaException(damage), bounds))
                .hasMessageEndingWith(PROMISE + end(0));
        assertThat(new Salvage(replica.client(), inTurn, first).told(new DamagedReplicaException(damage), bounds))
                .hasMessageContaining("; perhaps restorable, by best effort: up to ");
    }

    @Test
    void looksAtDamageThatHasNoEndOnlySoOften() {
        byte[][] wals = new byte[500][];
        for (int index = 0; index < wals.length; index++) {
            wals[index] = changed(wal(index), 100);
        }
        ReplicaBytes replica = replica(wals);
        DamagedReplicaException refusal = refusal(replica);
        assertThat(refusal).hasMessageContaining("; perhaps restorable, by best effort: an older state");
        assertThat(refusal.isSalvageable()).isTrue();
        assertThat(replica.store().listed().get("generations/" + ReplicaBytes.GENERATION + "/"))
                .hasValueLessThan(2 * Salvage.MOST_PLANS);
    }

    /** After the plan of the restore, and the look whether it has changed. */
    private static boolean isThirdPlan(ReplicaBytes replica) {
        return replica.store()
                        .listed()
                        .get("generations/" + ReplicaBytes.GENERATION + "/")
                        .get()
                == 3;
    }

    @Test
    void doesNotCallNothingLeftWhatTheStoreDoesNotGive() {
        ReplicaBytes replica = replica(wal(0), changed(wal(1), 100));
        replica.store().hook((operation, key) -> {
            if (operation.equals("open") && isThirdPlan(replica)) {
                throw new IOException("the line is dead");
            }
        });
        DamagedReplicaException refusal = refusal(replica);
        assertThat(refusal).hasMessageContaining("; what is restorable before it could not be read: ");
        assertThat(refusal.isSalvageable()).isFalse();
    }

    @Test
    void isCancelledByAnInterruptWhileItLooksWhatIsLeft() throws Exception {
        ReplicaBytes replica = replica(wal(0), changed(wal(1), 100));
        CountDownLatch reached = new CountDownLatch(1);
        replica.store().hook((operation, key) -> {
            if (operation.equals("read") && isThirdPlan(replica)) {
                reached.countDown();
                Stalls.forever();
            }
        });
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread caller = new Thread(() -> {
            try {
                Restorer.of(replica.client()).restoreTo(folder.resolve("app.db"));
            } catch (IOException | RuntimeException e) {
                thrown.set(e);
            }
            interrupted.set(Thread.interrupted());
        });
        caller.start();
        assertThat(reached.await(10, TimeUnit.SECONDS)).isTrue();
        caller.interrupt();
        caller.join(10_000);

        assertThat(thrown.get()).isInstanceOf(RestoreCancelledException.class);
        assertThat(Stream.of(thrown.get().getSuppressed())).anyMatch(DamagedReplicaException.class::isInstance);
        assertThat(interrupted).isTrue();
        assertThat(folder).isEmptyDirectory();
        assertThat(replica.store().openStreams()).isZero();
    }

    /** The WAL behind the damage may be what makes the snapshot whole. */
    @Test
    void promisesAStateInsideTheIndexOfItsSnapshotOnlyIfThatIsWhole() throws IOException {
        WalBytes two = WalBytes.ofIndex(PAGE, 0).frame(2, page(PAGE, 2, 7), 3).frame(3, page(PAGE, 3, 7), 3);
        byte[] bytes = two.bytes();
        int[] ends = two.commitEnds();
        bytes[ends[0] + 100] ^= 1;
        ReplicaBytes replica =
                ReplicaBytes.in(ReplicaLayout.V03_FLAT).snapshot(0, SNAPSHOT).wal(0, bytes, ends);
        assertThat(refusal(replica).getMessage())
                .contains("; still restorable, by best effort: up to ")
                .endsWith(", if its snapshot is a whole state, which nothing proves");
        RestoreOptions options = RestoreOptions.builder().bestEffort(true).build();
        RestoreResult result = Restorer.of(replica.client(), options).restoreTo(folder.resolve("app.db"));
        assertThat(result.plan().isSnapshotUnproved()).isTrue();
        assertThat(result.plan().warnings()).singleElement().asString().contains("is lost from there on");
    }

    @Test
    void goesByTheOlderSnapshotWhereTheIndexOfTheNewerOneIsDamaged() throws IOException {
        WalBytes two = WalBytes.ofIndex(PAGE, 1).frame(2, page(PAGE, 2, 7), 3).frame(3, page(PAGE, 3, 7), 3);
        byte[] bytes = two.bytes();
        int[] ends = two.commitEnds();
        bytes[ends[0] + 100] ^= 1;
        ReplicaBytes replica = replica(wal(0)).snapshot(1, stateAfter(0)).wal(1, bytes, ends);
        assertThat(refusal(replica).getMessage()).matches(".*; still restorable, by best effort: up to [^ ,]+");
        RestoreOptions options = RestoreOptions.builder().bestEffort(true).build();
        RestoreResult result = Restorer.of(replica.client(), options).restoreTo(folder.resolve("app.db"));
        assertThat(result.plan().snapshot().index()).isZero();
        assertThat(result.plan().isSnapshotUnproved()).isFalse();
        assertThat(result.plan().warnings()).isEmpty();
    }
}
