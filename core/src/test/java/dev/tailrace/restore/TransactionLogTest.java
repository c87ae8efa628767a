// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static dev.tailrace.fixture.ReplicaBytes.database;
import static dev.tailrace.fixture.ReplicaBytes.page;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.fixture.MemoryStore;
import dev.tailrace.fixture.ReplicaBytes;
import dev.tailrace.fixture.WalBytes;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.Position;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.replica.ReplicaLayout;
import dev.tailrace.store.RetryPolicy;
import java.io.IOException;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which transactions are told, in which order, and what is read for them. */
@Timeout(60)
class TransactionLogTest {

    private static final int PAGE = 512;
    private static final int FRAME = 24 + PAGE;
    private static final Generation A = new Generation("aaaaaaaaaaaaaaaa");
    private static final Generation B = new Generation("bbbbbbbbbbbbbbbb");
    private static final Generation C = new Generation("cccccccccccccccc");

    private final MemoryStore store = new MemoryStore();
    private final List<Transaction> told = new ArrayList<>();

    @AfterEach
    void nothingIsLeftOpen() {
        assertThat(store.openStreams()).isZero();
    }

    private static Instant time(int seconds) {
        return MemoryStore.TIME.plusSeconds(seconds);
    }

    private ReplicaBytes names(Generation generation) {
        return new ReplicaBytes(store, ReplicaLayout.NESTED, generation);
    }

    /** Two transactions, of two frames and of one, that leave three pages and four. */
    private static WalBytes framed(WalBytes wal) {
        return wal.frame(2, page(PAGE, 2, 1), 0).frame(1, page(PAGE, 1, 1), 3).frame(4, page(PAGE, 4, 1), 4);
    }

    private static WalBytes wal(int index) {
        return framed(WalBytes.ofIndex(PAGE, index));
    }

    private static WalBytes foreign() {
        return framed(new WalBytes(PAGE, 7, 5555, 5, ByteOrder.BIG_ENDIAN));
    }

    /** A snapshot of index 0, and two transactions in each index. */
    private ReplicaBytes generation(Generation generation, int from, int indexes) {
        ReplicaBytes replica = names(generation).at(time(from)).snapshot(0, database(PAGE, 3, 0));
        for (int index = 0; index < indexes; index++) {
            replica.at(time(from + index)).wal(index, wal(index).bytes());
        }
        return replica;
    }

    private static Position first(Generation generation, int index) {
        return new Position(generation, index, 32 + 2 * FRAME);
    }

    private static Position second(Generation generation, int index) {
        return new Position(generation, index, 32 + 3 * FRAME);
    }

    private TransactionLog log(TransactionRange range) {
        return TransactionLog.of(ReplicaClient.over("memory", store, RetryPolicy.NEVER), range);
    }

    private List<Position> read(TransactionRange range) throws IOException {
        told.clear();
        log(range).read(told::add);
        return positions();
    }

    private List<Position> positions() {
        return told.stream().map(Transaction::position).toList();
    }

    private List<Position> read() throws IOException {
        return read(TransactionRange.all());
    }

    private DamagedReplicaException failure(TransactionRange range) {
        DamagedReplicaException failure = catchThrowableOfType(DamagedReplicaException.class, () -> read(range));
        assertThat(failure).isNotNull();
        return failure;
    }

    private void damage(String key) {
        byte[] bytes = store.get(key).clone();
        bytes[bytes.length - 1] ^= 1;
        store.put(key, bytes);
    }

    @Test
    void tellsAllOfEachTransaction() throws IOException {
        ReplicaBytes replica = names(A).snapshot(0, database(PAGE, 3, 0));
        byte[] bytes = wal(0).bytes();
        // The first two transactions end in the second segment and in the third.
        int[] cuts = {32 + FRAME, 32 + 2 * FRAME, bytes.length};
        for (int i = 0, at = 0; i < cuts.length; at = cuts[i++]) {
            replica.at(time(i)).segment(0, at, Arrays.copyOfRange(bytes, at, cuts[i]));
        }
        replica.at(time(9)).wal(1, wal(1).bytes());

        read();

        assertThat(told)
                .containsExactly(
                        new Transaction(first(A, 0), Optional.of(time(0)), time(1), 2, PAGE, 3),
                        new Transaction(second(A, 0), Optional.of(time(1)), time(2), 1, PAGE, 4),
                        new Transaction(first(A, 1), Optional.of(time(2)), time(9), 2, PAGE, 3),
                        new Transaction(second(A, 1), Optional.of(time(2)), time(9), 1, PAGE, 4));
    }

    @Test
    void aTransactionOfTheFirstSegmentHasNoneBeforeIt() throws IOException {
        generation(A, 0, 1);
        read();
        assertThat(told).extracting(Transaction::after).containsOnly(Optional.empty());
    }

    @Test
    void tellsGenerationsInTheOrderOfTheirNewestObjects() throws IOException {
        generation(B, 0, 1);
        generation(C, 50, 1);
        generation(A, 100, 1);
        assertThat(read())
                .containsExactly(first(B, 0), second(B, 0), first(C, 0), second(C, 0), first(A, 0), second(A, 0));
        assertThat(read(TransactionRange.all().last(3))).containsExactly(second(C, 0), first(A, 0), second(A, 0));
        assertThat(read(TransactionRange.all().last(4)))
                .containsExactly(first(C, 0), second(C, 0), first(A, 0), second(A, 0));
        assertThat(read(TransactionRange.all().last(99))).hasSize(6);
        assertThat(read(TransactionRange.all().first(3))).containsExactly(first(B, 0), second(B, 0), first(C, 0));
        assertThat(read(TransactionRange.all().in(C))).containsExactly(first(C, 0), second(C, 0));
    }

    @Test
    void givesARange() throws IOException {
        generation(A, 0, 3);
        TransactionRange all = TransactionRange.all();
        assertThat(read(all.since(first(A, 0)).until(first(A, 2))))
                .containsExactly(second(A, 0), first(A, 1), second(A, 1), first(A, 2));
        assertThat(read(all.since(first(A, 0)).until(first(A, 2)).first(2))).containsExactly(second(A, 0), first(A, 1));
        assertThat(read(all.since(first(A, 0)).until(first(A, 2)).last(2))).containsExactly(second(A, 1), first(A, 2));
        assertThat(read(all.until(second(A, 0)))).containsExactly(first(A, 0), second(A, 0));
        assertThat(read(all.until(new Position(A, 1, 0)))).containsExactly(first(A, 0), second(A, 0));
        assertThat(read(all.until(new Position(A, 0, 32 + 2 * FRAME + 1)))).containsExactly(first(A, 0));
        assertThat(read(all.first(0))).isEmpty();
        assertThat(read(all.last(0))).isEmpty();
        assertThat(read(all.since(second(A, 2)))).isEmpty();
    }

    @Test
    void readsNoSegmentBehindTheRange() throws IOException {
        ReplicaBytes replica = names(A).snapshot(0, database(PAGE, 3, 0));
        replica.wal(0, wal(0).bytes(), 32 + 2 * FRAME).wal(1, wal(1).bytes());
        damage(replica.walKey(0, 32 + 2 * FRAME));
        assertThat(read(TransactionRange.all().until(first(A, 0)))).containsExactly(first(A, 0));
        assertThat(store.opened()).containsOnlyKeys(replica.walKey(0, 0));
        assertThat(read(TransactionRange.all().until(first(A, 0)).last(1))).containsExactly(first(A, 0));
        assertThat(store.opened()).containsOnlyKeys(replica.walKey(0, 0));
        assertThat(read(TransactionRange.all().first(1))).containsExactly(first(A, 0));
        assertThat(store.opened()).containsOnlyKeys(replica.walKey(0, 0));
    }

    @Test
    void readsBackwardsOnlyAsFarAsIsAskedFor() throws IOException {
        ReplicaBytes replica = generation(A, 0, 3);
        generation(B, 100, 1);
        damage(replica.walKey(1, 0));
        assertThat(read(TransactionRange.all().last(4)))
                .containsExactly(first(A, 2), second(A, 2), first(B, 0), second(B, 0));
        assertThat(store.opened()).doesNotContainKey(replica.walKey(1, 0));
        store.opened().clear();
        assertThat(read(TransactionRange.all().last(2))).containsExactly(first(B, 0), second(B, 0));
        assertThat(store.opened()).containsOnlyKeys(names(B).walKey(0, 0));
        assertThat(failure(TransactionRange.all().last(5)).damage().key()).isEqualTo(replica.walKey(1, 0));
        assertThat(told).isEmpty();
    }

    @Test
    void tellsNothingOfAnIndexThatDoesNotFollow() {
        ReplicaBytes replica = generation(A, 0, 2).wal(2, foreign().bytes()).wal(3, wal(3).bytes());
        assertThat(failure(TransactionRange.all()).damage().problem())
                .isEqualTo("WAL index 2 does not continue index 1");
        assertThat(positions()).containsExactly(first(A, 0), second(A, 0), first(A, 1), second(A, 1));
        assertThat(failure(TransactionRange.all().last(6)).damage().problem())
                .isEqualTo("WAL index 3 does not continue index 2");
        assertThat(told).isEmpty();
        store.remove(replica.walKey(3, 0));
        assertThat(failure(TransactionRange.all().last(3)).damage().problem())
                .isEqualTo("WAL index 2 does not continue index 1");
    }

    @Test
    void aLastIndexWithoutAnyFrameIsPassedOver() throws IOException {
        byte[] header = new WalBytes(PAGE, 7, 5555, 5, ByteOrder.BIG_ENDIAN).bytes();
        generation(A, 0, 2).wal(2, header);
        assertThat(read()).hasSize(4);
        assertThat(read(TransactionRange.all().last(3))).containsExactly(second(A, 0), first(A, 1), second(A, 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 9})
    void aMissingIndexEndsItAtThatPlace(int last) {
        ReplicaBytes replica = generation(A, 0, 3);
        store.remove(replica.walKey(1, 0));
        TransactionRange range =
                last < 0 ? TransactionRange.all() : TransactionRange.all().last(last);
        assertThat(failure(range).damage().problem()).isEqualTo("WAL index 00000001 is missing");
        assertThat(positions()).isEqualTo(last < 0 ? List.of(first(A, 0), second(A, 0)) : List.of());
    }

    @Test
    void whatIsAskedForFromTheEndIsToldWhereTheHoleLiesBeforeIt() throws IOException {
        ReplicaBytes replica = generation(A, 0, 3);
        store.remove(replica.walKey(1, 0));
        assertThat(read(TransactionRange.all().last(2))).containsExactly(first(A, 2), second(A, 2));
    }

    @Test
    void walThatMayStillComeIsNotMissed() throws IOException {
        generation(A, 0, 1).snapshot(3, database(PAGE, 3, 0));
        assertThat(read()).containsExactly(first(A, 0), second(A, 0));
        assertThat(read(TransactionRange.all().last(9))).containsExactly(first(A, 0), second(A, 0));
        assertThat(read(TransactionRange.all().until(new Position(A, 3, 10)))).hasSize(2);
    }

    @Test
    void namesAreLookedAtBeforeAnythingIsRead() {
        generation(A, 0, 1);
        store.put("generations/" + A + "/wal/x.wal.lz4", new byte[1]);
        for (TransactionRange range :
                List.of(TransactionRange.all(), TransactionRange.all().last(1))) {
            assertThat(failure(range).damage().problem()).isEqualTo("this WAL name fits no layout");
            assertThat(store.opened()).isEmpty();
        }
    }

    @Test
    void aGenerationWithoutSnapshotIsRefusedWhereItIsAskedFor() {
        generation(A, 0, 1);
        names(B).wal(0, wal(0).bytes());
        for (TransactionRange range : List.of(
                TransactionRange.all().in(B), TransactionRange.all().in(B).last(1))) {
            assertThat(failure(range).damage().problem()).startsWith("no snapshots available in generation " + B);
        }
    }

    @Test
    void aGenerationThatIsNotThereCannotBeTold() {
        generation(A, 0, 1);
        assertThatExceptionOfType(TargetNotAvailableException.class)
                .isThrownBy(() -> read(TransactionRange.all().in(C)))
                .withMessage("no generation " + C + " in " + store.location());
    }

    /** And of several damages the first. */
    @Test
    void generationsBehindADamagedOneAreToldToo() {
        damage(generation(A, 0, 2).walKey(1, 0));
        damage(generation(B, 50, 2).walKey(0, 0));
        generation(C, 100, 1);
        assertThat(failure(TransactionRange.all()).damage().key()).isEqualTo(names(A).walKey(1, 0));
        assertThat(positions()).contains(first(A, 0), second(A, 0), first(C, 0), second(C, 0));
    }

    @Test
    void aDamageThatLiesBeforeWhatWasEnoughIsTold() {
        String key = generation(A, 0, 2).walKey(1, 0);
        store.put(key, Arrays.copyOf(store.get(key), 30));
        generation(C, 100, 1);
        assertThat(failure(TransactionRange.all().since(second(A, 0))).damage().key())
                .isEqualTo(key);
        assertThat(failure(TransactionRange.all().first(3)).damage().key()).isEqualTo(key);
        assertThat(positions()).containsExactly(first(A, 0), second(A, 0), first(C, 0));
    }

    @Test
    void endsWhenNobodyWantsMore() throws IOException {
        generation(A, 0, 3);
        generation(B, 100, 1);
        for (TransactionRange range : List.of(
                TransactionRange.all(),
                TransactionRange.all().first(7),
                TransactionRange.all().last(8))) {
            told.clear();
            log(range).read(transaction -> {
                told.add(transaction);
                return told.size() < 3;
            });
            assertThat(positions()).containsExactly(first(A, 0), second(A, 0), first(A, 1));
        }
    }

    @Test
    void aFailureOfTheVisitorIsThatOfTheReading() {
        generation(A, 0, 1);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> log(TransactionRange.all()).read(transaction -> {
                    throw new IOException("the pipe is closed");
                }))
                .withMessage("the pipe is closed");
    }
}
