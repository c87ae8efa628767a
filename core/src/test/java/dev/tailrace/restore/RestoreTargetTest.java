// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static dev.tailrace.fixture.MemoryStore.TIME;
import static dev.tailrace.fixture.ReplicaBytes.GENERATION;
import static dev.tailrace.fixture.ReplicaBytes.database;
import static dev.tailrace.fixture.ReplicaBytes.page;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.fixture.ReplicaBytes;
import dev.tailrace.fixture.WalBytes;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.Position;
import dev.tailrace.replica.ReplicaLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Moments and transactions as targets, and what a snapshot may be that lies in the index which they cut. */
class RestoreTargetTest {

    private static final int PAGE = 512;
    private static final int FRAME = 24 + PAGE;
    private static final Instant NOW = TIME.plusSeconds(1000);

    @TempDir
    Path folder;

    private final ReplicaBytes replica = ReplicaBytes.in(ReplicaLayout.V03_FLAT);

    private static Instant second(int second) {
        return TIME.plusSeconds(second);
    }

    private static Position end(long index, int frames) {
        return new Position(GENERATION, index, 32 + (long) frames * FRAME);
    }

    private RestoreResult restore(RestoreTarget target) throws IOException {
        return restore(RestoreOptions.builder().target(target));
    }

    private RestoreResult restore(RestoreOptions.Builder options) throws IOException {
        Path database = folder.resolve("app.db");
        Files.deleteIfExists(database);
        return Restorer.of(replica.client(), options.clock(() -> NOW).build()).restoreTo(database);
    }

    private RestorePlan plan(Instant timestamp) throws IOException {
        return Restorer.of(
                        replica.client(),
                        RestoreOptions.builder()
                                .clock(() -> NOW)
                                .target(RestoreTarget.atTimestamp(timestamp))
                                .build())
                .plan();
    }

    private byte[] restored(RestoreTarget target) throws IOException {
        return Files.readAllBytes(restore(target).path());
    }

    /** Transaction {@code n} of an index, from 1, writes version {@code 100 * index + n} of page 2, and every second of page 3. */
    private static WalBytes wal(int index, int transactions) {
        WalBytes wal = WalBytes.ofIndex(PAGE, index);
        for (int n = 1; n <= transactions; n++) {
            if (n % 2 == 0) {
                wal.frame(3, page(PAGE, 3, 100 * index + n), 0);
            }
            wal.frame(2, page(PAGE, 2, 100 * index + n), 4);
        }
        return wal;
    }

    private static byte[] state(byte[] before, int index, int transactions) {
        return wal(index, transactions).appliedTo(before);
    }

    /** A snapshot of second 0, and two indexes of three transactions, one segment each, of seconds 1, 2, 3 and 11, 12, 13. */
    private byte[] twoIndexes() {
        byte[] base = database(PAGE, 4, 0);
        replica.at(second(0)).snapshot(0, base);
        for (int index = 0; index < 2; index++) {
            segments(index, wal(index, 3), second(10 * index));
        }
        return base;
    }

    private void segments(int index, WalBytes wal, Instant before) {
        int from = 0;
        int number = 0;
        for (int to : wal.commitEnds()) {
            replica.at(before.plusSeconds(++number)).segment(index, from, Arrays.copyOfRange(wal.bytes(), from, to));
            from = to;
        }
    }

    @Test
    void bringsBackTheTransactionsOfSegmentsCreatedUntilThen() throws IOException {
        byte[] base = twoIndexes();
        byte[] first = state(base, 0, 3);
        assertThat(restored(RestoreTarget.atTimestamp(second(0)))).isEqualTo(base);
        assertThat(restored(RestoreTarget.atTimestamp(second(1)))).isEqualTo(state(base, 0, 1));
        assertThat(restored(RestoreTarget.atTimestamp(second(2).minusNanos(1)))).isEqualTo(state(base, 0, 1));
        assertThat(restored(RestoreTarget.atTimestamp(second(2)))).isEqualTo(state(base, 0, 2));
        assertThat(restored(RestoreTarget.atTimestamp(second(5)))).isEqualTo(first);
        assertThat(restored(RestoreTarget.atTimestamp(second(12)))).isEqualTo(state(first, 1, 2));
    }

    @Test
    void tellsThePositionAndTimeOfTheStateAndWhatFollows() throws IOException {
        twoIndexes();
        RestoreResult result = restore(RestoreTarget.atTimestamp(second(2).plusMillis(1)));
        assertThat(result.position()).isEqualTo(end(0, 3));
        assertThat(result.timestamp()).isEqualTo(second(2));
        assertThat(result.plan().next()).contains(new RestorePlan.Next(end(0, 3), second(3)));
        assertThat(result.plan().end()).isEqualTo("up to " + end(0, 3));

        RestoreResult between = restore(RestoreTarget.atTimestamp(second(5)));
        assertThat(between.position()).isEqualTo(end(0, 4));
        assertThat(between.plan().next()).contains(new RestorePlan.Next(new Position(GENERATION, 1, 0), second(11)));
    }

    @Test
    void bringsBackTheNewestStateAfterTheNewestData() throws IOException {
        byte[] base = twoIndexes();
        RestoreResult result = restore(RestoreTarget.atTimestamp(NOW));
        assertThat(result.path()).hasBinaryContent(state(state(base, 0, 3), 1, 3));
        assertThat(result.timestamp()).isEqualTo(second(13));
        assertThat(result.plan().next()).isEmpty();
        assertThat(result.plan().uncut()).isEmpty();
    }

    @Test
    void refusesTheFutureBeforeItAsksTheStore() {
        twoIndexes();
        assertThatThrownBy(() -> plan(NOW.plusNanos(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("lies in the future", NOW.toString());
        assertThat(replica.store().listed()).isEmpty();
    }

    @Test
    void tellsTheRangeBeforeTheOldestData() {
        twoIndexes();
        assertThatThrownBy(() -> plan(second(0).minusNanos(1)))
                .isInstanceOf(TargetNotAvailableException.class)
                .hasMessageContaining("from " + second(0) + " to " + second(13));
        // WAL that is older than every snapshot leads nowhere.
        replica.at(second(-5)).segment(0, 0, wal(0, 1).bytes());
        assertThatThrownBy(() -> plan(second(-1)))
                .isInstanceOf(TargetNotAvailableException.class)
                .hasMessageContaining("from " + second(0) + " to " + second(13));
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 32, 33, 32 + 300, 32 + FRAME, 32 + FRAME + 1, 32 + 2 * FRAME, 32 + 3 * FRAME - 1})
    void dropsTheOpenTransactionWhereSegmentsEndAnywhere(int cut) throws IOException {
        byte[] base = database(PAGE, 4, 0);
        byte[] bytes = wal(0, 3).bytes();
        replica.at(second(0)).snapshot(0, base);
        replica.at(second(1)).segment(0, 0, Arrays.copyOf(bytes, cut));
        replica.at(second(9)).segment(0, cut, Arrays.copyOfRange(bytes, cut, bytes.length));
        int whole =
                Arrays.stream(wal(0, 3).commitEnds()).filter(end -> end <= cut).toArray().length;
        RestoreResult result = restore(RestoreTarget.atTimestamp(second(5)));
        assertThat(result.path()).hasBinaryContent(state(base, 0, whole));
        assertThat(result.plan().uncut()).isPresent();
    }

    @Test
    void refusesMomentThatOnlySomeOfTheSegmentsBeforeItHaveSeen() throws IOException {
        byte[] base = twoIndexes();
        WalBytes wal = wal(0, 3);
        // As where a copy has lost the time of one segment.
        replica.at(second(30)).segment(0, wal.commitEnds()[0], segmentOf(wal, 1));
        for (int second : new int[] {3, 5, 29}) {
            assertThatThrownBy(() -> plan(second(second)))
                    .isInstanceOf(TargetNotAvailableException.class)
                    .hasMessageContainingAll(
                            "the segment at " + end(0, 1) + " is of " + second(30),
                            second(second).toString(),
                            "choose a transaction by its position");
        }
        assertThat(restored(RestoreTarget.atTimestamp(second(2)))).isEqualTo(state(base, 0, 1));
        RestoreResult after = restore(RestoreTarget.atTimestamp(second(30)));
        assertThat(after.path()).hasBinaryContent(state(state(base, 0, 3), 1, 3));
        assertThat(after.plan().warnings())
                .singleElement()
                .asString()
                .contains(
                        "out of order in 1 place, first where " + end(0, 1),
                        end(0, 3).toString());
    }

    private static byte[] segmentOf(WalBytes wal, int number) {
        return Arrays.copyOfRange(wal.bytes(), wal.commitEnds()[number - 1], wal.commitEnds()[number]);
    }

    @Test
    void doesNotMindTheTimesBeforeTheSnapshot() throws IOException {
        byte[] first = state(twoIndexes(), 0, 3);
        WalBytes wal = wal(0, 3);
        replica.at(second(500)).segment(0, wal.commitEnds()[0], segmentOf(wal, 1));
        replica.at(second(10)).snapshot(1, first);
        RestoreResult result = restore(RestoreTarget.atTimestamp(second(12)));
        assertThat(result.path()).hasBinaryContent(state(first, 1, 2));
        assertThat(result.plan().snapshot().index()).isEqualTo(1);
        assertThat(result.plan().warnings()).singleElement().asString().contains("out of order");
    }

    @Test
    void callsWalThatIsMissingBeforeTheCutDamage() {
        twoIndexes();
        replica.store().remove(replica.walKey(1, wal(1, 3).commitEnds()[0]));
        assertThatThrownBy(() -> restore(RestoreTarget.atTimestamp(second(12))))
                .isInstanceOf(DamagedReplicaException.class)
                .hasMessageContaining("WAL bytes are missing between this segment and the next of index 1");
        replica.store().remove(replica.walKey(0, 0));
        assertThatThrownBy(() -> plan(second(12)))
                .isInstanceOf(DamagedReplicaException.class)
                .hasMessageContaining("the first segment of WAL index 00000000 is missing");
    }

    @Test
    void takesTheGenerationWhoseTimesIncludeTheMoment() throws IOException {
        byte[] base = database(PAGE, 4, 0);
        Generation later = new Generation("ffffffffffffffff");
        replica.at(second(0)).snapshot(0, base).at(second(5)).wal(0, wal(0, 1).bytes());
        ReplicaBytes second = new ReplicaBytes(replica.store(), ReplicaLayout.NESTED, later);
        second.at(second(10))
                .snapshot(0, database(PAGE, 5, 7))
                .at(second(20))
                .wal(0, wal(0, 2).bytes());

        assertThat(plan(second(5)).generation()).isEqualTo(GENERATION);
        assertThat(plan(second(9)).generation()).isEqualTo(GENERATION);
        assertThat(plan(second(10)).generation()).isEqualTo(later);
        assertThat(plan(NOW).generation()).isEqualTo(later);
        assertThat(plan(second(9)).candidates())
                .containsExactly(
                        new GenerationCandidate(
                                GENERATION,
                                ReplicaLayout.V03_FLAT,
                                1,
                                1,
                                Optional.of(second(0)),
                                Optional.of(second(5)),
                                true,
                                "it holds the newest data before " + second(9)),
                        new GenerationCandidate(
                                later,
                                ReplicaLayout.NESTED,
                                1,
                                1,
                                Optional.of(second(10)),
                                Optional.of(second(20)),
                                false,
                                "it begins after the timestamp"));
        // Two that overlap: the one that has gone on longer.
        replica.at(second(15)).segment(1, 0, wal(1, 1).bytes());
        assertThat(plan(second(12)).generation()).isEqualTo(later);
    }

    @Test
    void callsGenerationWithoutSnapshotDamageOnlyWhereTheMomentLiesInIt() throws IOException {
        twoIndexes();
        ReplicaBytes other =
                new ReplicaBytes(replica.store(), ReplicaLayout.V03_FLAT, new Generation("ffffffffffffffff"));
        other.at(second(20)).wal(0, wal(0, 1).bytes());
        assertThat(plan(second(19)).generation()).isEqualTo(GENERATION);
        assertThatThrownBy(() -> plan(second(20)))
                .isInstanceOf(DamagedReplicaException.class)
                .hasMessageContaining("no snapshots available in generation ffffffffffffffff");
    }

    @Test
    void bringsBackEachTransactionByItsPosition() throws IOException {
        byte[] state = twoIndexes();
        for (int index = 0; index < 2; index++) {
            int[] ends = wal(index, 3).commitEnds();
            for (int n = 1; n <= 3; n++) {
                Position position = new Position(GENERATION, index, ends[n - 1]);
                RestoreResult result = restore(RestoreTarget.atPosition(position));
                assertThat(result.path()).hasBinaryContent(state(state, index, n));
                assertThat(result.position()).isEqualTo(position);
                assertThat(result.timestamp()).isEqualTo(second(10 * index + n));
            }
            state = state(state, index, 3);
        }
    }

    @Test
    void bringsBackTransactionInTheMiddleOfASegment() throws IOException {
        byte[] base = database(PAGE, 4, 0);
        replica.at(second(0)).snapshot(0, base).at(second(4)).wal(0, wal(0, 3).bytes());
        replica.at(second(6)).segment(1, 0, wal(1, 1).bytes());
        RestoreResult result = restore(RestoreTarget.atPosition(end(0, 3)));
        assertThat(result.path()).hasBinaryContent(state(base, 0, 2));
        assertThat(result.timestamp()).isEqualTo(second(4));
        // The names do not tell whether the segment goes on.
        assertThat(result.plan().next()).isEmpty();
    }

    @Test
    void namesTheTransactionsNearAPositionThatIsNone() {
        twoIndexes();
        for (Position none : List.of(end(0, 2), new Position(GENERATION, 0, 32 + FRAME + 7))) {
            assertThatThrownBy(() -> restore(RestoreTarget.atPosition(none)))
                    .isInstanceOf(TargetNotAvailableException.class)
                    .hasMessageContainingAll(
                            "no transaction ends at " + none, "the nearest end at " + end(0, 1) + " and " + end(0, 3));
        }
        assertThatThrownBy(() -> restore(RestoreTarget.atPosition(end(1, 9))))
                .isInstanceOf(TargetNotAvailableException.class)
                .hasMessageContaining("the last one of that WAL index ends at " + end(1, 4));
        assertThatThrownBy(() -> restore(RestoreTarget.atPosition(new Position(GENERATION, 1, 100))))
                .isInstanceOf(TargetNotAvailableException.class)
                .hasMessageContaining("the first one of that WAL index ends at " + end(1, 1));
        assertThatThrownBy(() -> restore(RestoreTarget.atPosition(new Position(GENERATION, 1, 32))))
                .isInstanceOf(TargetNotAvailableException.class)
                .hasMessageContaining("a header of 32 bytes");
        assertThatThrownBy(() -> restore(RestoreTarget.atPosition(end(2, 1))))
                .isInstanceOf(TargetNotAvailableException.class)
                .hasMessageContaining("from index 00000000 to index 00000001");
        assertThatThrownBy(() -> restore(RestoreTarget.atPosition(new Position(GENERATION, 1, 0))))
                .isInstanceOf(TargetNotAvailableException.class)
                .hasMessageContaining("the snapshot at " + new Position(GENERATION, 1, 0));
        assertThatThrownBy(() -> RestoreOptions.builder()
                        .generation(new Generation("ffffffffffffffff"))
                        .target(RestoreTarget.atPosition(end(0, 1)))
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("does not lie in generation ffffffffffffffff");
    }

    @Test
    void prefersAnOlderSnapshotWhereTheIndexOfTheNewestIsCut() throws IOException {
        byte[] first = state(twoIndexes(), 0, 3);
        // It is ahead by all of its index, as after a checkpoint that did not restart the WAL.
        replica.at(second(12)).snapshot(1, state(first, 1, 3));
        for (RestoreTarget target :
                List.of(RestoreTarget.atTimestamp(second(12)), RestoreTarget.atPosition(end(1, 3)))) {
            RestoreResult result = restore(target);
            assertThat(result.plan().snapshot().index()).isZero();
            assertThat(result.path()).hasBinaryContent(state(first, 1, 2));
        }
        RestoreResult salvaged =
                restore(RestoreOptions.builder().bestEffort(true).target(RestoreTarget.atPosition(end(1, 3))));
        assertThat(salvaged.plan().snapshot().index()).isZero();
        assertThat(salvaged.path()).hasBinaryContent(state(first, 1, 2));
        RestoreResult whole = restore(RestoreTarget.atTimestamp(second(13)));
        assertThat(whole.plan().snapshot().index()).isEqualTo(1);
        assertThat(whole.path()).hasBinaryContent(state(first, 1, 3));
    }

    /** The snapshot is as of {@code checkpointed} transactions of its own index, which writes pages 2, then 3, then 4. */
    private byte[] ahead(int checkpointed) {
        byte[] base = database(PAGE, 4, 0);
        WalBytes wal = WalBytes.ofIndex(PAGE, 0);
        byte[] snapshot = base;
        for (int n = 1; n <= 3; n++) {
            wal.frame(1 + n, page(PAGE, 1 + n, n), 4);
            snapshot = n == checkpointed ? wal.appliedTo(base) : snapshot;
        }
        replica.at(second(1)).snapshot(0, snapshot);
        segments(0, wal, second(1));
        return base;
    }

    @Test
    void refusesASnapshotThatIsProvedToBeAheadAndNamesTheNearestState() throws IOException {
        byte[] base = ahead(2);
        assertThatThrownBy(() -> restore(RestoreTarget.atPosition(end(0, 1))))
                .isInstanceOf(TargetNotAvailableException.class)
                .hasMessageContainingAll(
                        "the snapshot of index 00000000",
                        "is ahead of " + end(0, 1),
                        "page 3 in it is that of a later",
                        "the nearest later state that can be restored is " + end(0, 2) + ", of " + second(3));
        assertThat(folder).isEmptyDirectory();
        byte[] two = WalBytes.ofIndex(PAGE, 0)
                .frame(2, page(PAGE, 2, 1), 4)
                .frame(3, page(PAGE, 3, 2), 4)
                .appliedTo(base);
        assertThat(restored(RestoreTarget.atPosition(end(0, 2)))).isEqualTo(two);
        // At this moment the snapshot had been taken: all of it together is what the second transaction left.
        assertThat(restored(RestoreTarget.atTimestamp(second(2)))).isEqualTo(two);
    }

    @Test
    void refusesAMixtureOfTwoStatesAtAMomentToo() {
        byte[] base = database(PAGE, 4, 0);
        WalBytes wal = WalBytes.ofIndex(PAGE, 0)
                .frame(2, page(PAGE, 2, 1), 4)
                .frame(2, page(PAGE, 2, 2), 0)
                .frame(3, page(PAGE, 3, 2), 4);
        replica.at(second(1)).snapshot(0, wal.appliedTo(base));
        segments(0, wal, second(1));
        assertThatThrownBy(() -> restore(RestoreTarget.atTimestamp(second(2))))
                .isInstanceOf(TargetNotAvailableException.class)
                .hasMessageContaining("is ahead of " + end(0, 1));
    }

    @Test
    void refusesNothingWhereNothingIsCut() throws IOException {
        ahead(3);
        byte[] newest = restored(RestoreTarget.latest());
        assertThat(restored(RestoreTarget.atIndex(0))).isEqualTo(newest);
        assertThat(restored(RestoreTarget.atTimestamp(second(4)))).isEqualTo(newest);
        assertThat(restored(RestoreTarget.atPosition(end(0, 3)))).isEqualTo(newest);
    }

    @Test
    void bringsBackASnapshotThatIsNotAhead() throws IOException {
        byte[] base = ahead(0);
        assertThat(restored(RestoreTarget.atTimestamp(second(1)))).isEqualTo(base);
        RestoreResult result = restore(RestoreTarget.atPosition(end(0, 1)));
        assertThat(result.path())
                .hasBinaryContent(
                        WalBytes.ofIndex(PAGE, 0).frame(2, page(PAGE, 2, 1), 4).appliedTo(base));
        // What is cut off is read to prove it, and counted.
        assertThat(result.requests()).isGreaterThan(result.plan().objects());
    }

    @Test
    void explainsASnapshotThatHadBeenCutShorter() throws IOException {
        byte[] base = database(PAGE, 4, 0);
        WalBytes wal = WalBytes.ofIndex(PAGE, 0).frame(2, page(PAGE, 2, 1), 4).frame(1, page(PAGE, 1, 2), 3);
        replica.at(second(1)).snapshot(0, Arrays.copyOf(base, 3 * PAGE));
        segments(0, wal, second(1));
        assertThatThrownBy(() -> restore(RestoreTarget.atPosition(end(0, 1))))
                .isInstanceOf(TargetNotAvailableException.class)
                .hasMessageContainingAll(
                        "page 4 is not in it, which a later transaction gave back",
                        end(0, 2).toString());
        assertThat(restored(RestoreTarget.atPosition(end(0, 2)))).isEqualTo(wal.appliedTo(base));
    }

    @Test
    void bringsBackTheSnapshotAloneAtOffsetZero() throws IOException {
        ahead(2);
        RestoreResult result = restore(RestoreTarget.atPosition(new Position(GENERATION, 0, 0)));
        assertThat(result.position().offset()).isZero();
        assertThat(result.plan().walIndexes()).isEmpty();
        assertThat(result.timestamp()).isEqualTo(second(1));
    }
}
