// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.EmptyReplicaException;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.error.UnsupportedReplicaException;
import dev.tailrace.fixture.LtxStore;
import dev.tailrace.fixture.MemoryStore;
import dev.tailrace.fixture.ReplicaBytes;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.replica.ReplicaLayout;
import dev.tailrace.store.RetryPolicy;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@link Verifier} and {@link TransactionLog} say where there is nothing for them, or something else beside it. */
class OtherFormatsTest {

    private static final int PAGE = 512;
    private static final Generation OTHER = new Generation("bbbbbbbbbbbbbbbb");
    private static final String GZIP = "snapshots/00000000.snapshot.gz";
    private static final Instant EARLY = Instant.EPOCH;
    private static final Instant LATE = Instant.parse("2030-01-01T00:00:00Z");

    private final LtxStore ltx = new LtxStore(PAGE);
    private final MemoryStore store = ltx.store();
    private final ReplicaBytes generation = new ReplicaBytes(store, ReplicaLayout.V03_FLAT, ReplicaBytes.GENERATION);

    private ReplicaClient client() {
        return ReplicaClient.over("memory", store, RetryPolicy.NEVER);
    }

    private Verification verify() throws IOException {
        return Verifier.of(
                        client(),
                        VerifyOptions.builder().level(VerifyLevel.NAMES).build())
                .verify();
    }

    private List<Transaction> log(TransactionRange range) throws IOException {
        List<Transaction> told = new ArrayList<>();
        TransactionLog.of(client(), range).read(told::add);
        return told;
    }

    private List<Transaction> log() throws IOException {
        return log(TransactionRange.all());
    }

    private void generation() {
        generation.snapshot(0, ReplicaBytes.database(PAGE, 1, 0));
    }

    @Test
    void olderDataOfAnotherFormatIsNotedByAVerification() throws IOException {
        generation();
        store.put(GZIP, new byte[1], EARLY);
        assertThat(verify().notes())
                .contains("older Litestream 0.2 or older (gzip) data lies beside the generations and was passed over");
    }

    @Test
    void newerDataOfAnotherFormatIsNotVerifiedWithoutAWord() {
        generation();
        store.put(GZIP, new byte[1], LATE);
        assertThatExceptionOfType(UnsupportedReplicaException.class)
                .isThrownBy(this::verify)
                .withMessageContainingAll(
                        " also holds Litestream 0.2 or older (gzip) data of " + LATE,
                        "newer than its generations, which this version cannot verify",
                        "; name a generation to verify the older data");
    }

    @Test
    void newerLtxFilesAreForAnotherVerifier() {
        generation.at(EARLY);
        generation();
        ltx.snapshot(9, 1, 1, 1);
        assertThatExceptionOfType(UnsupportedReplicaException.class)
                .isThrownBy(this::verify)
                .withMessageContainingAll(" also holds Litestream 0.5 (LTX) data of ", "which an LtxVerifier verifies");
    }

    @Test
    void ltxFilesThatAreNewerOnlyForTheStoreAreNoted() throws IOException {
        generation.at(LATE);
        generation();
        ltx.snapshot(9, 1, 1, 1);
        String key = store.keys().stream()
                .filter(name -> name.endsWith(".ltx"))
                .findFirst()
                .orElseThrow();
        store.put(key, store.get(key), LATE.plusSeconds(1));
        assertThat(verify().notes())
                .contains("newer Litestream 0.5 (LTX) data lies beside the generations and was passed over");
    }

    @Test
    void otherFormatsAloneAreNamed() {
        store.put(GZIP, new byte[1], EARLY);
        assertThatExceptionOfType(UnsupportedReplicaException.class)
                .isThrownBy(this::verify)
                .withMessageEndingWith(" holds Litestream 0.2 or older (gzip) data, which this version cannot verify");
        assertThatExceptionOfType(UnsupportedReplicaException.class)
                .isThrownBy(this::log)
                .withMessageEndingWith(" data, which this version cannot read yet");
        store.remove(GZIP);
        ltx.snapshot(9, 1, 1, 1);
        assertThatExceptionOfType(UnsupportedReplicaException.class)
                .isThrownBy(this::verify)
                .withMessageEndingWith(" holds Litestream 0.5 (LTX) data, which an LtxVerifier verifies");
        assertThatExceptionOfType(UnsupportedReplicaException.class)
                .isThrownBy(this::log)
                .withMessageContaining("whose transactions have numbers");
    }

    @Test
    void nothingAtAllHasNoTransactions() throws IOException {
        assertThatExceptionOfType(EmptyReplicaException.class)
                .isThrownBy(this::log)
                .withMessageContaining("no matching backups found");
        assertThatExceptionOfType(TargetNotAvailableException.class)
                .isThrownBy(() -> log(TransactionRange.all().in(OTHER)))
                .withMessageContaining("no generation " + OTHER);
        assertThat(log(TransactionRange.all().first(0))).isEmpty();
        assertThat(log(TransactionRange.all().last(0))).isEmpty();
    }

    @Test
    void transactionsOfAGenerationWithoutSnapshotCannotBeTold() throws IOException {
        ReplicaBytes without = new ReplicaBytes(store, ReplicaLayout.V03_FLAT, OTHER).segment(0, 0, new byte[1]);
        assertThatExceptionOfType(DamagedReplicaException.class)
                .isThrownBy(this::log)
                .withMessageContaining("no snapshots available in generation " + OTHER);
        assertThat(without.store()).isSameAs(store);
        // Beside one that can be restored it does not count.
        generation();
        assertThat(log()).isEmpty();
    }

    @Test
    void transactionsAreNotToldWhereNamesAreWrongOrMissing() {
        generation();
        store.put("generations/" + ReplicaBytes.GENERATION + "/wal/x.wal.lz4", new byte[1]);
        assertThatExceptionOfType(DamagedReplicaException.class)
                .isThrownBy(this::log)
                .withMessageContaining("fits no layout");
        store.remove("generations/" + ReplicaBytes.GENERATION + "/wal/x.wal.lz4");
        generation.segment(2, 0, new byte[1]);
        DamagedReplicaException hole = assertThatExceptionOfType(DamagedReplicaException.class)
                .isThrownBy(this::log)
                .actual();
        assertThat(hole.damage().key()).startsWith("generations/" + ReplicaBytes.GENERATION + "/wal/");
    }
}
