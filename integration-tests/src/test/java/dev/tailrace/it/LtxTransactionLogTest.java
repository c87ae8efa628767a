// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.EmptyReplicaException;
import dev.tailrace.replica.LtxReplicaClient;
import dev.tailrace.replica.LtxTree;
import dev.tailrace.replica.Txid;
import dev.tailrace.restore.LtxRestoreResult;
import dev.tailrace.restore.LtxRestorer;
import dev.tailrace.restore.LtxTransaction;
import dev.tailrace.restore.LtxTransactionLog;
import dev.tailrace.restore.LtxTransactionRange;
import dev.tailrace.restore.RestoreOptions;
import dev.tailrace.restore.RestoreTarget;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.PutOptions;
import dev.tailrace.store.RetryPolicy;
import dev.tailrace.testkit.CountingObjectStore;
import dev.tailrace.testkit.ExpectedRestore;
import dev.tailrace.testkit.InMemoryObjectStore;
import dev.tailrace.testkit.ReplicaFixture;
import dev.tailrace.testkit.ReplicaFixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The log of a replica of Litestream 0.5 names exactly the states that can be restored. */
class LtxTransactionLogTest {

    @TempDir
    Path folder;

    static List<ReplicaFixture> fixtures() throws IOException {
        return ReplicaFixtures.of("ltx");
    }

    private static LtxReplicaClient client(ObjectStore store) {
        return LtxReplicaClient.over("memory", store, RetryPolicy.NEVER, LtxTree.LTX_FOLDER);
    }

    private static List<LtxTransaction> log(LtxReplicaClient replica, LtxTransactionRange range) throws IOException {
        List<LtxTransaction> told = new ArrayList<>();
        LtxTransactionLog.of(replica, range).read(told::add);
        return told;
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void tellsEachStateThatIsRestoredAndNoOther(ReplicaFixture fixture) throws Exception {
        try (LtxReplicaClient replica = client(fixture.inMemory())) {
            List<LtxTransaction> told = log(replica, LtxTransactionRange.all());
            assertThat(told).isNotEmpty().isSortedAccordingTo((a, b) -> a.txid().compareTo(b.txid()));
            Optional<LtxTransaction> before = Optional.empty();
            for (LtxTransaction transaction : told) {
                Path database = folder.resolve("restored.db");
                RestoreOptions options = RestoreOptions.builder()
                        .target(RestoreTarget.atTxid(transaction.txid()))
                        .build();
                LtxRestoreResult result = LtxRestorer.of(replica, options).restoreTo(database);
                assertThat(result.pageCount()).isEqualTo(transaction.pageCount());
                assertThat(result.pageSize()).isEqualTo(transaction.pageSize());
                assertThat(Files.size(database)).isEqualTo(transaction.pageCount() * transaction.pageSize());
                assertThat(transaction.pages()).isBetween(1L, transaction.pageCount());
                assertThat(transaction.after()).isEqualTo(before.map(LtxTransaction::timestamp));
                Files.delete(database);
                before = Optional.of(transaction);
            }
            List<Txid> numbers = told.stream().map(LtxTransaction::txid).toList();
            for (ExpectedRestore expected : fixture.restores()) {
                expected.txid()
                        .map(Txid::parse)
                        .ifPresent(txid -> assertThat(numbers.contains(txid))
                                .as("%s", expected)
                                .isEqualTo(expected.mustMatch()));
            }
        }
    }

    @Test
    void readsOnlyTheFilesOfTheRange() throws Exception {
        CountingObjectStore store =
                new CountingObjectStore(ReplicaFixtures.of("ltx", "wide").inMemory());
        try (LtxReplicaClient replica = client(store)) {
            LtxTransactionRange all = LtxTransactionRange.all();
            List<LtxTransaction> told = log(replica, all);
            int size = told.size();
            assertThat(size).isGreaterThan(8);
            Txid third = told.get(2).txid();
            Txid sixth = told.get(5).txid();
            assertThat(files(log(replica, all.since(third)))).isEqualTo(files(told.subList(3, size)));
            assertThat(files(log(replica, all.until(sixth)))).isEqualTo(files(told.subList(0, 6)));
            assertThat(files(log(replica, all.first(4)))).isEqualTo(files(told.subList(0, 4)));
            assertThat(files(log(replica, all.last(4)))).isEqualTo(files(told.subList(size - 4, size)));
            assertThat(log(replica, all.first(0))).isEmpty();
            assertThat(log(replica, all.last(0))).isEmpty();
            assertThat(files(log(replica, all.last(size + 1)))).isEqualTo(files(told));

            store.resetCounts();
            List<LtxTransaction> some = log(replica, all.since(third).until(sixth));
            assertThat(some).hasSize(3);
            assertThat(store.opens().keySet()).containsExactlyInAnyOrderElementsOf(files(some));
            List<LtxTransaction> two = new ArrayList<>();
            LtxTransactionLog.of(replica, all).read(transaction -> {
                two.add(transaction);
                return two.size() < 2;
            });
            assertThat(two).hasSize(2);
        }
        store.assertNothingOpen();
    }

    private static List<String> files(List<LtxTransaction> transactions) {
        return transactions.stream()
                .map(transaction -> transaction.file().key())
                .toList();
    }

    @Test
    void tellsWhatLiesBeforeDamageAndThenTheDamage() throws Exception {
        ReplicaFixture fixture = ReplicaFixtures.of("ltx", "wide");
        List<LtxTransaction> all;
        try (LtxReplicaClient replica = client(fixture.inMemory())) {
            all = log(replica, LtxTransactionRange.all());
        }
        for (int damaged = 0; damaged < all.size(); damaged += 3) {
            String key = all.get(damaged).file().key();
            InMemoryObjectStore store = fixture.inMemory();
            byte[] bytes = fixture.objects().get(key);
            bytes[bytes.length / 2] ^= 0x10;
            store.put(key, ObjectSource.of(bytes), PutOptions.NONE);
            List<LtxTransaction> told = new ArrayList<>();
            try (LtxReplicaClient replica = client(store)) {
                assertThatThrownBy(() -> LtxTransactionLog.of(replica, LtxTransactionRange.all())
                                .read(told::add))
                        .isInstanceOf(DamagedReplicaException.class)
                        .hasMessageContaining(key);
                assertThat(files(told)).isEqualTo(files(all.subList(0, damaged)));
                assertThat(files(log(
                                replica,
                                LtxTransactionRange.all().since(all.get(damaged).txid()))))
                        .isEqualTo(files(all.subList(damaged + 1, all.size())));
            }
        }
    }

    @Test
    void tellsOfAHoleWhenAllBeforeItIsTold() throws Exception {
        ReplicaFixture fixture = ReplicaFixtures.of("ltx", "wide");
        InMemoryObjectStore store = fixture.inMemory();
        List<LtxTransaction> all;
        try (LtxReplicaClient replica = client(store.reopen())) {
            all = log(replica, LtxTransactionRange.all());
        }
        LtxTransaction gone = all.get(all.size() - 3);
        List<String> holding = fixture.objects().keySet().stream()
                .filter(key -> key.endsWith(".ltx"))
                .filter(key -> holds(key, gone.txid()))
                .toList();
        store.delete(holding);
        try (LtxReplicaClient replica = client(store)) {
            List<LtxTransaction> told = new ArrayList<>();
            assertThatThrownBy(() -> LtxTransactionLog.of(replica, LtxTransactionRange.all())
                            .read(told::add))
                    .isInstanceOf(DamagedReplicaException.class)
                    .hasMessageContaining("transactions are in no file");
            assertThat(told).isNotEmpty();
            Txid last = told.get(told.size() - 1).txid();
            assertThat(last).isLessThan(gone.txid());
            assertThat(log(replica, LtxTransactionRange.all().until(last))).hasSameSizeAs(told);
        }
    }

    private static boolean holds(String key, Txid txid) {
        String name = key.substring(key.lastIndexOf('/') + 1);
        return Txid.parse(name.substring(0, 16)).compareTo(txid) <= 0
                && Txid.parse(name.substring(17, 33)).compareTo(txid) >= 0;
    }

    @Test
    void tellsThatThereIsNothing() throws Exception {
        try (LtxReplicaClient replica = client(new InMemoryObjectStore())) {
            assertThatThrownBy(() -> log(replica, LtxTransactionRange.all())).isInstanceOf(EmptyReplicaException.class);
        }
    }
}
