// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static dev.tailrace.fixture.LtxStore.all;
import static dev.tailrace.fixture.LtxStore.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tailrace.error.Damage;
import dev.tailrace.error.ObjectMissingException;
import dev.tailrace.fixture.LtxStore;
import dev.tailrace.fixture.MemoryStore;
import dev.tailrace.replica.Txid;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each file of every level is read once, and each damaged one is named. */
@Timeout(60)
class LtxVerifierTest {

    private static final int PAGE = 512;

    private final LtxStore replica = new LtxStore(PAGE);

    @AfterEach
    void nothingIsLeftOpen() {
        assertThat(replica.store().openStreams()).isZero();
    }

    private LtxVerification verify(VerifyLevel level, int parallelism) throws IOException {
        return LtxVerifier.of(
                        replica.client(),
                        VerifyOptions.builder()
                                .level(level)
                                .parallelism(parallelism)
                                .build())
                .verify();
    }

    private LtxVerification verify() throws IOException {
        return verify(VerifyLevel.DATA, 2);
    }

    private static List<String> keys(LtxVerification verification) {
        return verification.damages().stream().map(Damage::key).toList();
    }

    /** Compacted files, and those that they were made of. */
    private void levels() {
        replica.snapshot(9, 2, 3, 2)
                .file(1, 3, 4, 3, Map.of(1, 4, 2, 3))
                .snapshot(0, 1, 3, 1)
                .file(0, 2, 2, 3, all(3, 2))
                .file(0, 3, 3, 3, Map.of(2, 3))
                .file(0, 4, 4, 3, Map.of(1, 4));
    }

    /** So that the checksum at its end alone shows it. */
    private void flipABitAtTheEndOf(String key) {
        byte[] bytes = replica.store().get(key).clone();
        bytes[bytes.length - 1] ^= 1;
        replica.store().put(key, bytes);
    }

    private long storedBytes() {
        MemoryStore store = replica.store();
        return store.keys().stream().mapToLong(key -> store.get(key).length).sum();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void readsEveryFileOnce(int parallelism) throws IOException {
        levels();

        LtxVerification verification = verify(VerifyLevel.DATA, parallelism);

        assertThat(verification.outcome()).isEqualTo(Verification.Outcome.OK);
        assertThat(verification.damages()).isEmpty();
        assertThat(verification.files()).isEqualTo(6);
        assertThat(verification.states()).isEqualTo(4);
        assertThat(verification.latest()).contains(new LtxRestorePlan.State(new Txid(4), MemoryStore.TIME));
        assertThat(verification.objects()).isEqualTo(6);
        assertThat(verification.requests()).isEqualTo(6);
        assertThat(verification.bytesRead()).isEqualTo(storedBytes());
        assertThat(replica.store().opened()).hasSize(6);
        assertThat(replica.store().opened().values())
                .allSatisfy(times -> assertThat(times).hasValue(1));
    }

    private LtxVerification verifyAt(Instant now, VerifyLevel level) throws IOException {
        return LtxVerifier.of(
                        replica.client(),
                        VerifyOptions.builder()
                                .level(level)
                                .maxAge(Duration.ofSeconds(10))
                                .clock(InstantSource.fixed(now))
                                .build())
                .verify();
    }

    /** As a copy is that lost the times of its files. */
    private void storedAnewAt(Instant time) {
        MemoryStore store = replica.store();
        store.keys().forEach(key -> store.put(key, store.get(key), time));
    }

    @Test
    void isAsOldAsItsNewestTransaction() throws IOException {
        levels();
        storedAnewAt(Instant.ofEpochMilli(LtxStore.time(4)));
        Instant newest = Instant.ofEpochMilli(LtxStore.time(4));

        LtxVerification fresh = verifyAt(newest.plusSeconds(10), VerifyLevel.DATA);
        assertThat(fresh.age()).contains(Duration.ofSeconds(10));
        assertThat(fresh.outcome()).isEqualTo(Verification.Outcome.OK);
        LtxVerification stale = verifyAt(newest.plusSeconds(10).plusNanos(1), VerifyLevel.DATA);
        assertThat(stale.outcome()).isEqualTo(Verification.Outcome.STALE);
        LtxVerification ahead = verifyAt(newest.minusSeconds(1), VerifyLevel.DATA);
        assertThat(ahead.age()).contains(Duration.ZERO);
        assertThat(ahead.outcome()).isEqualTo(Verification.Outcome.OK);
    }

    /** The headers tell, which are read anyway; only where names are all that is looked at, the store's times must do. */
    @Test
    void aCopyThatLostItsTimesIsNoYounger() throws IOException {
        levels();
        Instant copied = Instant.ofEpochMilli(LtxStore.time(4)).plusSeconds(60);
        storedAnewAt(copied);

        assertThat(verifyAt(copied, VerifyLevel.DATA).age()).contains(Duration.ofSeconds(60));
        assertThat(verifyAt(copied, VerifyLevel.DATA).outcome()).isEqualTo(Verification.Outcome.STALE);
        assertThat(verifyAt(copied, VerifyLevel.NAMES).outcome()).isEqualTo(Verification.Outcome.OK);
    }

    @Test
    void tellsHowLongItTook() throws IOException {
        levels();
        long began = System.nanoTime();
        LtxVerification verification = LtxVerifier.of(replica.client()).verify();
        assertThat(verification.level()).isEqualTo(VerifyLevel.DATA);
        assertThat(verification.duration())
                .isPositive()
                .isLessThanOrEqualTo(Duration.ofNanos(System.nanoTime() - began));
    }

    @Test
    void readsNothingForTheNames() throws IOException {
        levels();

        LtxVerification verification = verify(VerifyLevel.NAMES, 1);

        assertThat(verification.outcome()).isEqualTo(Verification.Outcome.OK);
        assertThat(verification.latest()).contains(new LtxRestorePlan.State(new Txid(4), MemoryStore.TIME));
        assertThat(verification.objects()).isZero();
        assertThat(verification.requests()).isZero();
        assertThat(verification.bytesRead()).isZero();
        assertThat(replica.store().opened()).isEmpty();
    }

    @Test
    void readsNothingWhereThereIsNothing() throws IOException {
        assertThat(verify().outcome()).isEqualTo(Verification.Outcome.EMPTY);
        assertThat(verify().latest()).isEmpty();
    }

    @Test
    void namesEachDamagedFileThatTheNewestStateDoesNotNeed() throws IOException {
        levels();
        List<String> damaged = List.of(key(0, 1, 1), key(0, 2, 2), key(0, 4, 4));
        damaged.forEach(this::flipABitAtTheEndOf);

        LtxVerification verification = verify();

        assertThat(verification.outcome()).isEqualTo(Verification.Outcome.DAMAGED);
        assertThat(keys(verification)).containsExactlyElementsOf(damaged);
        assertThat(verification.latest()).contains(new LtxRestorePlan.State(new Txid(4), MemoryStore.TIME));
        assertThat(verification.objects()).isEqualTo(6);
        assertThat(verification.bytesRead()).isEqualTo(storedBytes());
    }

    @Test
    void goesAroundADamagedFileToTheNewestStateAndReadsItNotAgain() throws IOException {
        levels();
        flipABitAtTheEndOf(key(1, 3, 4));

        LtxVerification verification = verify();

        assertThat(keys(verification)).containsExactly(key(1, 3, 4));
        assertThat(verification.latest()).contains(new LtxRestorePlan.State(new Txid(4), MemoryStore.TIME));
        assertThat(replica.store().opened().get(key(0, 1, 1))).hasValue(1);
        // Two files of which one is damaged, three that are read instead of it, and the rest.
        assertThat(verification.objects()).isEqualTo(2 + 3 + 2);
        assertThat(verification.requests())
                .isEqualTo(replica.store().opened().values().stream()
                        .mapToInt(AtomicInteger::get)
                        .sum());
    }

    @Test
    void hasNoNewestStateWhereNoFileThatBeginsItIsWhole() throws IOException {
        replica.snapshot(9, 1, 1, 1).file(0, 2, 2, 1, Map.of(1, 2));
        flipABitAtTheEndOf(key(9, 1, 1));

        LtxVerification verification = verify();

        assertThat(keys(verification)).containsExactly(key(9, 1, 1));
        assertThat(verification.latest()).isEmpty();
        assertThat(verification.objects()).isEqualTo(3);
    }

    @Test
    void namesAHoleFirstAndStillReadsWhatLiesBehindIt() throws IOException {
        replica.snapshot(9, 1, 1, 1).file(0, 3, 3, 1, Map.of(1, 3)).file(0, 4, 4, 1, Map.of(1, 4));
        flipABitAtTheEndOf(key(0, 4, 4));

        LtxVerification verification = verify();

        assertThat(keys(verification)).containsExactly(key(0, 3, 3), key(0, 4, 4));
        assertThat(verification.latest()).contains(new LtxRestorePlan.State(new Txid(1), MemoryStore.TIME));
        assertThat(keys(verify(VerifyLevel.NAMES, 1))).containsExactly(key(0, 3, 3));
    }

    @Test
    void provesOtherFilesOfLargerPagesToo() throws IOException {
        replica.snapshot(9, 2, 1, 2);
        replica.snapshot(0, 1, 1, 1);
        replica.put(0, 2, 2, new LtxStore(4096).content(2, 2, 2, all(2, 2)).bytes());

        LtxVerification verification = verify(VerifyLevel.DATA, 1);

        assertThat(verification.damages()).isEmpty();
        assertThat(verification.bytesRead()).isEqualTo(storedBytes());
    }

    @Test
    void bringsTheNewestStateBackOnceMoreWhereThatIsAskedFor() throws IOException {
        levels();

        LtxVerification verification = verify(VerifyLevel.RESTORE, 2);

        assertThat(verification.outcome()).isEqualTo(Verification.Outcome.OK);
        assertThat(verification.objects()).isEqualTo(6 + 2);
        assertThat(verification.requests()).isEqualTo(6 + 2);
        assertThat(verification.bytesRead())
                .isEqualTo(storedBytes()
                        + replica.store().get(key(9, 1, 2)).length
                        + replica.store().get(key(1, 3, 4)).length);
    }

    @Test
    void namesAFileOnceThatTheRestoreFindsDamagedToo() throws IOException {
        levels();
        flipABitAtTheEndOf(key(1, 3, 4));

        assertThat(keys(verify(VerifyLevel.RESTORE, 2))).containsExactly(key(1, 3, 4));
    }

    @Test
    void namesWhatOnlyTheRestoreFindsBesideOtherDamage() throws IOException {
        levels();
        flipABitAtTheEndOf(key(0, 1, 1));
        AtomicInteger listings = new AtomicInteger();
        replica.store().hook((operation, name) -> {
            // One to read, one to see that it is still the same, and that of the restore.
            if (operation.equals("list") && name.startsWith("ltx/9/") && listings.incrementAndGet() == 3) {
                flipABitAtTheEndOf(key(9, 1, 2));
            }
        });

        assertThat(keys(verify(VerifyLevel.RESTORE, 2))).containsExactly(key(0, 1, 1), key(9, 1, 2));
    }

    @Test
    void looksAgainWhereAFileIsGone() throws IOException {
        levels();
        replica.store().hook((operation, name) -> {
            if (operation.equals("open") && name.equals(key(0, 3, 3))) {
                replica.store().remove(name);
            }
        });

        LtxVerification verification = verify();

        assertThat(verification.damages()).isEmpty();
        assertThat(verification.files()).isEqualTo(5);
    }

    @Test
    void failsWhereAFileIsListedAgainAndAgainButIsNeverThere() {
        levels();
        replica.store().hook((operation, name) -> {
            if (operation.equals("open") && name.equals(key(0, 3, 3))) {
                throw new ObjectMissingException(name, "memory://test", null);
            }
        });

        assertThatExceptionOfType(ObjectMissingException.class).isThrownBy(this::verify);
    }
}
