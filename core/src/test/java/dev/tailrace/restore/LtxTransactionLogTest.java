// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static dev.tailrace.fixture.LtxStore.all;
import static dev.tailrace.fixture.LtxStore.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.EmptyReplicaException;
import dev.tailrace.fixture.LtxStore;
import dev.tailrace.replica.Txid;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which states are told, and when a hole between files is. */
@Timeout(60)
class LtxTransactionLogTest {

    private static final int PAGE = 512;

    private final LtxStore replica = new LtxStore(PAGE);
    private final List<LtxTransaction> told = new ArrayList<>();

    @AfterEach
    void nothingIsLeftOpen() {
        assertThat(replica.store().openStreams()).isZero();
    }

    /** States 1 to 4, and none of 5, so that what lies behind leads to nothing. */
    private LtxStore withAHoleAfterFour() {
        return replica.snapshot(0, 1, 3, 1)
                .file(0, 2, 2, 3, all(3, 2))
                .file(0, 3, 3, 4, Map.of(2, 3, 4, 3))
                .file(0, 4, 4, 3, Map.of(1, 4))
                .file(0, 6, 6, 3, Map.of(1, 6));
    }

    private List<Long> read(LtxTransactionRange range) throws IOException {
        told.clear();
        LtxTransactionLog.of(replica.client(), range).read(told::add);
        return numbers();
    }

    private List<Long> numbers() {
        return told.stream().map(transaction -> transaction.txid().value()).toList();
    }

    private DamagedReplicaException failure(LtxTransactionRange range) {
        DamagedReplicaException failure = catchThrowableOfType(DamagedReplicaException.class, () -> read(range));
        assertThat(failure).isNotNull();
        return failure;
    }

    private static Instant time(long txid) {
        return Instant.ofEpochMilli(LtxStore.time(txid));
    }

    @Test
    void tellsAllOfEachState() throws IOException {
        replica.snapshot(0, 1, 3, 1).file(0, 2, 2, 4, Map.of(2, 2, 4, 2)).file(0, 3, 3, 4, Map.of(1, 3));
        assertThat(read(LtxTransactionRange.all())).containsExactly(1L, 2L, 3L);
        assertThat(told)
                .extracting(transaction -> transaction.file().key())
                .containsExactly(key(0, 1, 1), key(0, 2, 2), key(0, 3, 3));
        assertThat(told).extracting(LtxTransaction::timestamp).containsExactly(time(1), time(2), time(3));
        assertThat(told)
                .extracting(transaction -> transaction.after().orElse(Instant.MIN))
                .containsExactly(Instant.MIN, time(1), time(2));
        assertThat(told).extracting(LtxTransaction::pages).containsExactly(3L, 2L, 1L);
        assertThat(told).extracting(LtxTransaction::pageCount).containsExactly(3L, 4L, 4L);
        assertThat(told).extracting(LtxTransaction::pageSize).containsOnly(PAGE);
    }

    @Test
    void aHoleIsToldWhenAllBeforeItIs() {
        withAHoleAfterFour();
        assertThat(failure(LtxTransactionRange.all()).damage().problem()).contains("transactions are in no file");
        assertThat(numbers()).containsExactly(1L, 2L, 3L, 4L);
        assertThat(failure(LtxTransactionRange.all().last(2))).isNotNull();
        assertThat(numbers()).containsExactly(3L, 4L);
        assertThat(failure(LtxTransactionRange.all().until(new Txid(5)))).isNotNull();
        assertThat(numbers()).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void aHoleBehindWhatIsWantedIsNoneOfItsBusiness() throws IOException {
        withAHoleAfterFour();
        assertThat(read(LtxTransactionRange.all().until(new Txid(4)))).containsExactly(1L, 2L, 3L, 4L);
        assertThat(read(LtxTransactionRange.all().until(new Txid(3)))).containsExactly(1L, 2L, 3L);
        assertThat(read(LtxTransactionRange.all().first(2))).containsExactly(1L, 2L);
        assertThat(read(LtxTransactionRange.all().first(9))).containsExactly(1L, 2L, 3L, 4L);
        assertThat(read(LtxTransactionRange.all().first(0))).isEmpty();
        assertThat(read(LtxTransactionRange.all().last(0))).isEmpty();
    }

    @Test
    void aHoleIsNotToldToOneWhoWantsNoMore() throws IOException {
        withAHoleAfterFour();
        LtxTransactionLog.of(replica.client(), LtxTransactionRange.all()).read(transaction -> {
            told.add(transaction);
            return told.size() < 4;
        });
        assertThat(numbers()).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void filesWithoutTheirBeginningAreAHole() {
        replica.file(0, 3, 3, 3, Map.of(1, 3));
        assertThat(failure(LtxTransactionRange.all()).damage().key()).startsWith("ltx/");
        assertThat(failure(LtxTransactionRange.all().until(new Txid(3)))).isNotNull();
        assertThat(told).isEmpty();
    }

    @Test
    void nothingAtAllIsNoLog() {
        assertThatExceptionOfType(EmptyReplicaException.class).isThrownBy(() -> read(LtxTransactionRange.all()));
    }

    @Test
    void aFileThatIsCompactedAwayMeanwhileTakesItsStateWithIt() throws IOException {
        replica.snapshot(0, 1, 3, 1).file(0, 2, 2, 3, all(3, 2)).file(0, 3, 3, 3, Map.of(1, 3));
        replica.store().hook((operation, key) -> {
            if (operation.equals("open")) {
                replica.store().remove(key(0, 2, 2));
            }
        });
        assertThat(read(LtxTransactionRange.all())).containsExactly(1L, 3L);
        assertThat(told.get(1).after()).contains(time(1));
    }

    @Test
    void damageEndsItAtItsPlace() {
        replica.snapshot(0, 1, 3, 1).file(0, 2, 2, 3, all(3, 2)).file(0, 3, 3, 3, Map.of(1, 3));
        for (boolean atTheEnd : new boolean[] {false, true}) {
            byte[] right = replica.store().get(key(0, 2, 2));
            byte[] wrong = right.clone();
            wrong[atTheEnd ? wrong.length - 1 : wrong.length / 2] ^= 1;
            replica.store().put(key(0, 2, 2), wrong);
            assertThat(failure(LtxTransactionRange.all()).damage().key()).isEqualTo(key(0, 2, 2));
            assertThat(numbers()).containsExactly(1L);
            replica.store().put(key(0, 2, 2), right);
        }
    }
}
