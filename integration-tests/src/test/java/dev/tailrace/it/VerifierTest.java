// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.RestoreCancelledException;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.Position;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.restore.RestoreListener;
import dev.tailrace.restore.Transaction;
import dev.tailrace.restore.TransactionLog;
import dev.tailrace.restore.TransactionRange;
import dev.tailrace.restore.Verification;
import dev.tailrace.restore.Verification.Outcome;
import dev.tailrace.restore.Verifier;
import dev.tailrace.restore.VerifyLevel;
import dev.tailrace.restore.VerifyOptions;
import dev.tailrace.store.ObjectIterator;
import dev.tailrace.store.ObjectRead;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.testkit.ForwardingObjectStore;
import dev.tailrace.testkit.InMemoryObjectStore;
import dev.tailrace.testkit.ReplicaFixtures;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** What a verification says of replicas that are old, short, cut or in motion. */
class VerifierTest {

    /** Snapshots of nearly each WAL index, so that each is held against the WAL before. */
    private static final String MANY_SNAPSHOTS = "manysnap";

    @Test
    void callsAReplicaStaleWhoseNewestStateIsOlderThanWanted() throws IOException {
        InMemoryObjectStore store = fixture(MANY_SNAPSHOTS);
        Instant newest = verify(store, VerifyOptions.builder()).newest().orElseThrow();
        VerifyOptions.Builder hour = VerifyOptions.builder().maxAge(Duration.ofHours(1));
        Verification young = verify(store, hour.clock(() -> newest.plus(Duration.ofHours(1))));
        assertThat(young.outcome()).isEqualTo(Outcome.OK);
        assertThat(young.age()).hasValue(Duration.ofHours(1));
        assertThat(verify(store, hour.clock(() -> newest.plus(Duration.ofMinutes(61))))
                        .outcome())
                .isEqualTo(Outcome.STALE);
        assertThat(verify(store, hour.clock(() -> newest.minusSeconds(5))).age())
                .hasValue(Duration.ZERO);
    }

    @Test
    void callsAReplicaEmptyThatHoldsNothing() throws IOException {
        for (VerifyLevel level : VerifyLevel.values()) {
            Verification nothing =
                    verify(new InMemoryObjectStore(), VerifyOptions.builder().level(level));
            assertThat(nothing.outcome()).isEqualTo(Outcome.EMPTY);
            assertThat(nothing.latest()).isEmpty();
        }
    }

    @Test
    void readsOnlyWhatIsNewerThanWhatWasVerifiedBefore() throws IOException {
        InMemoryObjectStore store = fixture(MANY_SNAPSHOTS);
        Verification all = verify(store, VerifyOptions.builder());
        List<Transaction> transactions = transactions(store);
        for (int i = 0; i < transactions.size(); i += 7) {
            Position since = transactions.get(i).position();
            Verification newer = verify(store, VerifyOptions.builder().since(since));
            assertThat(newer.outcome()).as("since %s: %s", since, newer).isEqualTo(Outcome.OK);
            assertThat(newer.latest()).isEqualTo(all.latest());
            assertThat(newer.since()).hasValue(since);
            long left = keys(store).stream()
                    .filter(key -> Place.of(key)
                            .filter(place -> place.index() > since.index()
                                    || (place.index() == since.index() && !place.isSnapshot()))
                            .isPresent())
                    .count();
            // The snapshot of the index itself counts too where it is newer than the position.
            assertThat(newer.objects()).isBetween(left, left + 1);
        }
        Position last = all.latest().orElseThrow();
        assertThat(verify(store, VerifyOptions.builder().since(last)).objects()).isLessThan(all.objects() / 10);
    }

    @Test
    void findsDamageBehindThePositionToGoOnFromAndNotBefore() throws IOException {
        InMemoryObjectStore store = fixture(MANY_SNAPSHOTS);
        List<Transaction> transactions = transactions(store);
        Position middle = transactions.get(transactions.size() / 2).position();
        delete(store, place -> !place.isSnapshot() && place.index() == middle.index() + 1);
        assertThat(verify(store, VerifyOptions.builder().since(middle)).damages())
                .hasSize(1);
        Position behind = transactions.get(transactions.size() - 1).position();
        assertThat(verify(store, VerifyOptions.builder().since(behind)).outcome())
                .isEqualTo(Outcome.OK);
        assertThat(verify(store, VerifyOptions.builder()).outcome()).isEqualTo(Outcome.DAMAGED);
    }

    @Test
    void missesAnEndThatWasThereOnce() throws IOException {
        InMemoryObjectStore store = fixture("wide");
        Position last = verify(store, VerifyOptions.builder()).latest().orElseThrow();
        Place lastSegment = keys(store).stream()
                .flatMap(key -> Place.of(key).stream())
                .filter(place -> !place.isSnapshot())
                .max(Place::compareTo)
                .orElseThrow();
        delete(store, place -> place.equals(lastSegment));
        assertThat(verify(store, VerifyOptions.builder()).outcome())
                .as("nobody can know")
                .isEqualTo(Outcome.OK);
        Verification shorter = verify(store, VerifyOptions.builder().since(last));
        assertThat(shorter.outcome()).isEqualTo(Outcome.DAMAGED);
        assertThat(shorter.damages().get(0).damage().problem()).contains("ends before " + last);
        delete(store, place -> !place.isSnapshot() && place.index() == last.index());
        assertThat(verify(store, VerifyOptions.builder().since(last)).outcome()).isEqualTo(Outcome.DAMAGED);
    }

    @Test
    void refusesToGoOnFromWhereNoTransactionEnds() throws IOException {
        InMemoryObjectStore store = fixture("wide");
        Position last = verify(store, VerifyOptions.builder()).latest().orElseThrow();
        Position inside = new Position(last.generation(), last.index(), last.offset() - 1);
        assertThatThrownBy(() -> verify(store, VerifyOptions.builder().since(inside)))
                .isInstanceOf(TargetNotAvailableException.class)
                .hasMessageContaining("no transaction ends at " + inside);
        Position elsewhere = new Position(new Generation("00000000deadbeef"), 0, 0);
        assertThatThrownBy(() -> verify(store, VerifyOptions.builder().since(elsewhere)))
                .isInstanceOf(TargetNotAvailableException.class)
                .hasMessageContaining("no generation 00000000deadbeef");
    }

    @Test
    void chainSeesATailThatIsLostAtTheEndOfATransaction() throws IOException {
        int tried = 0;
        Set<String> keys = keys(fixture(MANY_SNAPSHOTS));
        for (Place tail : tails(fixture(MANY_SNAPSHOTS))) {
            if (!keys.contains(new Place(tail.generation(), tail.index() + 1, -1).key("v03-flat"))) {
                continue;
            }
            InMemoryObjectStore store = fixture(MANY_SNAPSHOTS);
            delete(store, tail::equals);
            if (verify(store, VerifyOptions.builder()).outcome() == Outcome.OK) {
                tried++;
                Verification chain = verify(store, VerifyOptions.builder().level(VerifyLevel.CHAIN));
                assertThat(chain.outcome()).as("%s: %s", tail, chain).isEqualTo(Outcome.DAMAGED);
                assertThat(chain.damages().get(0).damage().problem()).contains("neither as the WAL before leaves it");
            }
        }
        assertThat(tried).isPositive();
    }

    @Test
    void leavesOpenWhetherWalIsStillToCome() throws IOException {
        InMemoryObjectStore store = fixture(MANY_SNAPSHOTS);
        long lastSnapshot = keys(store).stream()
                .flatMap(key -> Place.of(key).stream())
                .filter(Place::isSnapshot)
                .mapToLong(Place::index)
                .max()
                .orElseThrow();
        delete(store, place -> !place.isSnapshot() && place.index() >= lastSnapshot - 2);
        Verification verification = verify(store, VerifyOptions.builder());
        assertThat(verification.outcome()).as("%s", verification).isEqualTo(Outcome.INCONCLUSIVE);
        assertThat(verification.damages()).isEmpty();
        assertThat(verification.latest().orElseThrow().index()).isEqualTo(lastSnapshot);
    }

    @Test
    void looksAgainAtAReplicaWhoseOldStatesAreDeletedMeanwhile() throws IOException {
        InMemoryObjectStore store = fixture(MANY_SNAPSHOTS);
        List<Long> snapshots = keys(store).stream()
                .flatMap(key -> Place.of(key).stream())
                .filter(Place::isSnapshot)
                .map(Place::index)
                .sorted()
                .toList();
        long kept = snapshots.get(snapshots.size() / 2);
        AtomicBoolean deleted = new AtomicBoolean();
        // Before anything is read, since many objects can be on their way at once.
        ObjectStore pruned = new ForwardingObjectStore(store.reopen()) {
            @Override
            public ObjectStream open(ObjectRead read) throws IOException {
                synchronized (deleted) {
                    if (!deleted.getAndSet(true)) {
                        VerifierTest.delete(store, place -> place.index() < kept);
                    }
                }
                return super.open(read);
            }
        };
        Verification verification = verify(pruned, VerifyOptions.builder());
        assertThat(deleted).isTrue();
        assertThat(verification.outcome()).as("%s", verification).isEqualTo(Outcome.OK);
        assertThat(verification.generations().get(0).snapshots()).isEqualTo(snapshots.size() - snapshots.size() / 2);
    }

    @Test
    void endsWhenItsThreadIsInterrupted() throws IOException {
        InMemoryObjectStore store = fixture(MANY_SNAPSHOTS);
        Thread verifying = Thread.currentThread();
        VerifyOptions.Builder options = VerifyOptions.builder().listener(new RestoreListener() {
            @Override
            public void read(long bytes) {
                verifying.interrupt();
                try {
                    // Until those who read are interrupted in their turn.
                    Thread.sleep(30_000);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        });
        assertThatThrownBy(() -> verify(store, options))
                .isInstanceOf(RestoreCancelledException.class)
                .hasMessage("verification was interrupted");
        assertThat(Thread.interrupted()).isTrue();
    }

    private static InMemoryObjectStore fixture(String scenario) throws IOException {
        return ReplicaFixtures.of("v03-flat", scenario).inMemory();
    }

    private static Verification verify(InMemoryObjectStore store, VerifyOptions.Builder options) throws IOException {
        return verify((ObjectStore) store.reopen(), options);
    }

    /** Closes the store. */
    private static Verification verify(ObjectStore store, VerifyOptions.Builder options) throws IOException {
        try (ReplicaClient replica = ReplicaClient.over("memory", store)) {
            return Verifier.of(replica, options.build()).verify();
        }
    }

    private static List<Transaction> transactions(InMemoryObjectStore store) throws IOException {
        List<Transaction> transactions = new ArrayList<>();
        try (ReplicaClient replica = ReplicaClient.over("memory", store.reopen())) {
            TransactionLog.of(replica, TransactionRange.all()).read(transactions::add);
        }
        return transactions;
    }

    /** The last segment of each index that has several and is not the last one. */
    private static List<Place> tails(InMemoryObjectStore store) throws IOException {
        List<Place> segments = keys(store).stream()
                .flatMap(key -> Place.of(key).stream())
                .filter(place -> !place.isSnapshot())
                .sorted()
                .toList();
        List<Place> tails = new ArrayList<>();
        for (int i = 1; i + 1 < segments.size(); i++) {
            boolean last = segments.get(i + 1).index() != segments.get(i).index();
            if (last && segments.get(i).offset() > 0) {
                tails.add(segments.get(i));
            }
        }
        return tails;
    }

    private static Set<String> keys(InMemoryObjectStore store) throws IOException {
        Set<String> keys = new TreeSet<>();
        try (ObjectIterator objects = store.list("", "")) {
            while (objects.hasNext()) {
                keys.add(objects.next().key());
            }
        }
        return keys;
    }

    private static void delete(InMemoryObjectStore store, Predicate<Place> which) throws IOException {
        store.delete(keys(store).stream()
                .filter(key -> Place.of(key).filter(which).isPresent())
                .toList());
    }
}
