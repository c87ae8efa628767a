// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.EmptyReplicaException;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.Position;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.restore.Transaction;
import dev.tailrace.restore.TransactionLog;
import dev.tailrace.restore.TransactionRange;
import dev.tailrace.testkit.CountingObjectStore;
import dev.tailrace.testkit.InMemoryObjectStore;
import dev.tailrace.testkit.ReplicaFixture;
import dev.tailrace.testkit.ReplicaFixtures;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Parts of a log are parts of the whole, and cost no more reading than they must. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TransactionLogTest {

    private final ReplicaFixture fixture = wide();
    private List<Transaction> all = List.of();

    private static ReplicaFixture wide() {
        try {
            return ReplicaFixtures.of("v03-flat", "wide");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeAll
    void readAll() throws IOException {
        all = read(fixture.inMemory(), TransactionRange.all());
        assertThat(all).hasSizeGreaterThan(50);
    }

    @Test
    void givesTheRangeThatIsAskedFor() throws IOException {
        for (int i = 0; i < all.size(); i += 5) {
            Position since = all.get(i).position();
            assertThat(read(fixture.inMemory(), TransactionRange.all().since(since)))
                    .isEqualTo(all.subList(i + 1, all.size()));
            assertThat(read(fixture.inMemory(), TransactionRange.all().until(since)))
                    .isEqualTo(all.subList(0, i + 1));
            assertThat(read(fixture.inMemory(), TransactionRange.all().first(i)))
                    .isEqualTo(all.subList(0, i));
            assertThat(read(fixture.inMemory(), TransactionRange.all().last(i)))
                    .isEqualTo(all.subList(all.size() - i, all.size()));
            int to = Math.min(all.size() - 1, i + 7);
            TransactionRange part =
                    TransactionRange.all().since(since).until(all.get(to).position());
            assertThat(read(fixture.inMemory(), part)).isEqualTo(all.subList(i + 1, to + 1));
            assertThat(read(fixture.inMemory(), part.last(2))).isEqualTo(all.subList(Math.max(i + 1, to - 1), to + 1));
        }
        assertThat(read(fixture.inMemory(), TransactionRange.all().last(10_000)))
                .isEqualTo(all);
    }

    @Test
    void bracketsEachTransactionByTheTimesOfSegments() {
        Instant before = Instant.MIN;
        for (Transaction transaction : all) {
            assertThat(transaction.createdAt()).isAfterOrEqualTo(before);
            transaction.after().ifPresent(after -> assertThat(after).isBeforeOrEqualTo(transaction.createdAt()));
            assertThat(fixture.times()).containsValue(transaction.createdAt());
            assertThat(transaction.frames()).isPositive();
            assertThat(transaction.pageCount()).isPositive();
            assertThat(transaction.pageSize()).isEqualTo(fixture.pageSize());
            before = transaction.createdAt();
        }
        assertThat(all.get(0).after()).isEmpty();
        assertThat(all.get(all.size() - 1).after()).isPresent();
    }

    @Test
    void readsNoMoreThanTheRangeAsksFor() throws IOException {
        assertThat(opened(TransactionRange.all().first(1))).hasSize(1);
        Position since = all.get(all.size() - 2).position();
        assertThat(opened(TransactionRange.all().since(since)))
                .isNotEmpty()
                .allMatch(key -> Place.of(key).orElseThrow().index() >= since.index());
        Position until = all.get(1).position();
        assertThat(opened(TransactionRange.all().until(until)))
                .allMatch(key -> Place.of(key).orElseThrow().index() <= until.index());
        assertThat(opened(TransactionRange.all().last(1)))
                .allMatch(key -> Place.of(key).orElseThrow().index()
                        == all.get(all.size() - 1).position().index());
    }

    @Test
    void tellsWhatLiesBeforeDamageAndThenOfTheDamage() throws IOException {
        InMemoryObjectStore store = fixture.inMemory();
        Position middle = all.get(all.size() / 2).position();
        String folder = "generations/" + middle.generation() + "/";
        store.delete(fixture.objects().keySet().stream()
                .filter(key -> Place.of(key)
                        .filter(place -> !place.isSnapshot() && place.index() == middle.index())
                        .isPresent())
                .toList());
        List<Transaction> told = new ArrayList<>();
        try (ReplicaClient replica = ReplicaClient.over("memory", store)) {
            assertThatThrownBy(() ->
                            TransactionLog.of(replica, TransactionRange.all()).read(told::add))
                    .isInstanceOf(DamagedReplicaException.class)
                    .hasMessageStartingWith(folder);
        }
        assertThat(told)
                .isEqualTo(all.stream()
                        .filter(transaction -> transaction.position().index() < middle.index())
                        .toList());
        TransactionRange behind =
                TransactionRange.all().since(new Position(middle.generation(), middle.index() + 1, 0));
        assertThat(read(store.reopen(), behind).stream()
                        .map(Transaction::position)
                        .toList())
                .isEqualTo(all.stream()
                        .map(Transaction::position)
                        .filter(position -> position.index() > middle.index())
                        .toList());
    }

    @Test
    void refusesWhatIsNotThere() {
        assertThatThrownBy(() -> read(new InMemoryObjectStore(), TransactionRange.all()))
                .isInstanceOf(EmptyReplicaException.class);
        assertThatThrownBy(
                        () -> read(fixture.inMemory(), TransactionRange.all().in(new Generation("00000000deadbeef"))))
                .isInstanceOf(TargetNotAvailableException.class);
    }

    @Test
    void endsWhenNobodyWantsMore() throws IOException {
        List<Transaction> told = new ArrayList<>();
        try (ReplicaClient replica = ReplicaClient.over("memory", fixture.inMemory())) {
            TransactionLog.of(replica, TransactionRange.all()).read(transaction -> {
                told.add(transaction);
                return told.size() < 3;
            });
        }
        assertThat(told).isEqualTo(all.subList(0, 3));
    }

    private static List<Transaction> read(InMemoryObjectStore store, TransactionRange range) throws IOException {
        List<Transaction> told = new ArrayList<>();
        try (ReplicaClient replica = ReplicaClient.over("memory", store)) {
            TransactionLog.of(replica, range).read(told::add);
        }
        return told;
    }

    private Set<String> opened(TransactionRange range) throws IOException {
        CountingObjectStore store = new CountingObjectStore(fixture.inMemory());
        try (ReplicaClient replica = ReplicaClient.over("memory", store)) {
            TransactionLog.of(replica, range).read(transaction -> true);
        }
        return store.opens().keySet();
    }
}
