// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.RestoreCancelledException;
import dev.tailrace.error.StoreAccessException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.restore.RestoreOptions;
import dev.tailrace.restore.Restorer;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectIterator;
import dev.tailrace.store.ObjectRead;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.PutOptions;
import dev.tailrace.store.RetryPolicy;
import dev.tailrace.testkit.ExpectedRestore;
import dev.tailrace.testkit.Fault;
import dev.tailrace.testkit.Fault.Call;
import dev.tailrace.testkit.Fault.Effect;
import dev.tailrace.testkit.FaultInjectingObjectStore;
import dev.tailrace.testkit.InMemoryObjectStore;
import dev.tailrace.testkit.ReplicaFixture;
import dev.tailrace.testkit.ReplicaFixtures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A whole restore with something going wrong at every call to the store in turn. */
@Tag("thorough")
@Timeout(180)
class FaultyStoreTest {

    private static final RetryPolicy SHORT =
            new RetryPolicy(Duration.ofMillis(500), Duration.ofMillis(1), Duration.ofMillis(4));
    private static final Duration FOR_EVER = Duration.ofMinutes(10);
    private static final Duration PROMPTLY = Duration.ofSeconds(5);

    private final SomePoints points = new SomePoints();
    private Scratch scratch;
    private Path database;

    @BeforeEach
    void makeScratch() throws IOException {
        scratch = new Scratch();
        database = scratch.folder().resolve("app.db");
    }

    @AfterEach
    void removeScratch() throws IOException {
        if (points.seen() > 0) {
            System.out.println("faults in restores: " + points);
        }
        scratch.close();
    }

    /** How a restore over a faulty store ended. */
    private record Run(FaultInjectingObjectStore store, Throwable failure, String digest) {

        /** The right database, or a typed failure that leaves nothing. */
        void requireRightOrTyped(String right) {
            if (failure == null) {
                assertThat(digest).isEqualTo(right);
            } else {
                assertThat(failure).isInstanceOf(TailraceException.class);
            }
        }
    }

    private Run restore(InMemoryObjectStore objects, RetryPolicy retries, Fault... faults) throws Exception {
        FaultInjectingObjectStore store = new FaultInjectingObjectStore(objects.reopen(), faults);
        Throwable failure;
        try (ReplicaClient replica = ReplicaClient.over("memory", store, retries)) {
            // One worker, or another one may have read an object before it is changed.
            RestoreOptions options = RestoreOptions.builder().parallelism(1).build();
            failure = catchThrowable(() -> Restorer.of(replica, options).restoreTo(database));
        }
        return finished(store, failure);
    }

    /** Nothing is left: no stream, no thread, no file but the database itself. */
    private Run finished(FaultInjectingObjectStore store, Throwable failure) throws Exception {
        store.assertNothingOpen();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("tailrace-")) {
                // Its work is done; the moment that it takes to end is its own.
                thread.join(PROMPTLY.toMillis());
                assertThat(thread.isAlive()).as("%s goes on", thread).isFalse();
            }
        }
        if (failure != null) {
            assertThat(Scratch.names(scratch.folder())).isEmpty();
            return new Run(store, failure, "");
        }
        assertThat(Scratch.names(scratch.folder())).containsExactly("app.db");
        String digest = Digest.of(Files.readAllBytes(database));
        Files.delete(database);
        return new Run(store, null, digest);
    }

    @ParameterizedTest
    @CsvSource({"v03-flat,tiny", "seed-nested,twogen", "v04-nested16,ps512"})
    void aFaultAtEveryCallGivesTheRightDatabaseOrATypedFailure(String layout, String scenario) throws Exception {
        ReplicaFixture fixture = ReplicaFixtures.of(layout, scenario);
        InMemoryObjectStore objects = fixture.inMemory();
        String right = right(fixture);
        FaultInjectingObjectStore intact = restore(objects, SHORT).store();
        List<Effect> effects =
                List.of(new Effect.Unavailable(), new Effect.Refused(), new Effect.Stall(Duration.ofMillis(2)));
        for (Call call : List.of(Call.LIST, Call.LIST_FOLDERS, Call.OPEN)) {
            assertThat(intact.calls(call)).isPositive();
            for (int number = 1; number <= intact.calls(call); number++) {
                for (Effect effect : effects) {
                    if (!points.next()) {
                        continue;
                    }
                    Run run = restore(objects, SHORT, Fault.of(call, number, effect));
                    assertThat(run.store().happened()).isEqualTo(1);
                    run.requireRightOrTyped(right);
                    if (effect instanceof Effect.Refused) {
                        assertThat(run.failure()).isInstanceOf(StoreAccessException.class);
                    } else if (effect instanceof Effect.Stall || call != Call.LIST_FOLDERS || number > 1) {
                        assertThat(run.failure())
                                .as("%s %s %s", call, number, effect)
                                .isNull();
                    } else {
                        // A store that has never answered is not asked again.
                        assertThat(run.failure()).isInstanceOf(StoreUnavailableException.class);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"v03-flat,tiny", "seed-nested,twogen", "v04-nested16,ps512"})
    void aReadThatBreaksGoesOnAtTheByteReached(String layout, String scenario) throws Exception {
        ReplicaFixture fixture = ReplicaFixtures.of(layout, scenario);
        InMemoryObjectStore objects = fixture.inMemory();
        String right = right(fixture);
        FaultInjectingObjectStore intact = restore(objects, SHORT).store();
        Map<String, Long> sizes = sizes(objects);
        intact.bytes().forEach((key, count) -> assertThat(count).as(key).isEqualTo(sizes.get(key)));
        for (int number = 1; number <= intact.calls(Call.OPEN); number++) {
            for (long at : new long[] {0, 1, 7, 50}) {
                for (Effect effect : List.of(new Effect.Unavailable(), new Effect.Cut())) {
                    if (!points.next()) {
                        continue;
                    }
                    Run run = restore(objects, SHORT, Fault.within(Call.OPEN, number, at, effect));
                    assertThat(run.failure())
                            .as("open %s at %s: %s", number, at, effect)
                            .isNull();
                    assertThat(run.digest()).isEqualTo(right);
                    assertThat(run.store().happened()).isEqualTo(1);
                    assertThat(run.store().calls(Call.OPEN)).isEqualTo(intact.calls(Call.OPEN) + 1);
                    assertThat(run.store().bytes()).as("no byte twice").isEqualTo(intact.bytes());
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"v03-flat,tiny", "v04-nested16,ps512"})
    void aChangedByteOnTheWireIsNeverWritten(String layout, String scenario) throws Exception {
        ReplicaFixture fixture = ReplicaFixtures.of(layout, scenario);
        InMemoryObjectStore objects = fixture.inMemory();
        String right = right(fixture);
        int opens = restore(objects, SHORT).store().calls(Call.OPEN);
        for (int number = 1; number <= opens; number++) {
            for (long at : new long[] {0, 5, 30, 90}) {
                if (!points.next()) {
                    continue;
                }
                Run run = restore(objects, SHORT, Fault.within(Call.OPEN, number, at, new Effect.Corrupt()));
                run.requireRightOrTyped(right);
            }
        }
    }

    @Test
    void aListingThatEndsEarlyIsNotTakenForTheWhole() throws Exception {
        ReplicaFixture fixture = ReplicaFixtures.of("seed-nested", "tiny");
        History history = History.of(fixture.objects());
        InMemoryObjectStore objects = fixture.inMemory();
        for (int given = 0; given < fixture.times().size(); given++) {
            Run run = restore(objects, SHORT, Fault.within(Call.LIST, 1, given, new Effect.Cut()));
            if (run.failure() == null) {
                // A store that hides its newest objects shows a replica as it stood earlier: nobody can know.
                assertThat(history.allStates(history.contents().firstKey().generation()))
                        .as("%s objects listed", given)
                        .contains(run.digest());
            } else {
                assertThat(run.failure()).isInstanceOf(TailraceException.class);
            }
        }
    }

    @Test
    void aStoreThatStaysAwayEndsTypedAfterTheBudget() throws Exception {
        ReplicaFixture fixture = ReplicaFixtures.of("v03-flat", "tiny");
        Fault[] always = new Fault[5_000];
        for (int i = 0; i < always.length; i++) {
            always[i] = Fault.of(Call.OPEN, i + 1, new Effect.Unavailable());
        }
        long began = System.nanoTime();
        Run run = restore(fixture.inMemory(), SHORT, always);
        assertThat(run.failure()).isInstanceOf(StoreUnavailableException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(PROMPTLY);
    }

    @Test
    void anObjectDeletedDuringTheRestoreIsDamageOrANewPlan() throws Exception {
        onEachOpen((objects, key) -> objects.delete(List.of(key)), run -> {
            if (run.failure() != null) {
                assertThat(run.failure()).isInstanceOf(DamagedReplicaException.class);
            }
        });
    }

    @Test
    void anObjectReplacedByTheSameBytesDuringTheRestoreIsReadInANewPlan() throws Exception {
        String right = right(ReplicaFixtures.of("v03-flat", "tiny"));
        onEachOpen((objects, key) -> objects.put(key, ObjectSource.of(bytes(objects, key)), PutOptions.NONE), run -> {
            assertThat(run.failure()).isNull();
            assertThat(run.digest()).isEqualTo(right);
        });
    }

    /** One that is read ahead may have been open by then: it is right, as it was. */
    @Test
    void anObjectReplacedByOtherBytesDuringTheRestoreIsDamageUnlessItWasOpenBefore() throws Exception {
        byte[] other = Lz4.encode(new byte[5_000]);
        String right = right(ReplicaFixtures.of("v03-flat", "tiny"));
        AtomicInteger damaged = new AtomicInteger();
        onEachOpen((objects, key) -> objects.put(key, ObjectSource.of(other), PutOptions.NONE), run -> {
            if (run.failure() == null) {
                assertThat(run.digest()).isEqualTo(right);
            } else {
                assertThat(run.failure()).isInstanceOf(DamagedReplicaException.class);
                damaged.incrementAndGet();
            }
        });
        assertThat(damaged.get()).isPositive();
    }

    @Test
    void closingTheClientEndsARestorePromptly() throws Exception {
        for (Call call : List.of(Call.LIST, Call.LIST_FOLDERS, Call.OPEN)) {
            Fault stall = Fault.of(call, 1, new Effect.Stall(FOR_EVER));
            assertEndsPromptly(stall, (thread, replica) -> replica.close(), TailraceException.class);
        }
        Fault stall = Fault.within(Call.OPEN, 3, 20, new Effect.Stall(FOR_EVER));
        assertEndsPromptly(stall, (thread, replica) -> replica.close(), TailraceException.class);
    }

    @Test
    void interruptingTheCallerEndsARestorePromptly() throws Exception {
        for (Call call : List.of(Call.LIST, Call.LIST_FOLDERS)) {
            Fault stall = Fault.of(call, 1, new Effect.Stall(FOR_EVER));
            assertEndsPromptly(stall, (thread, replica) -> thread.interrupt(), TailraceException.class);
        }
        for (Fault stall : List.of(
                Fault.of(Call.OPEN, 1, new Effect.Stall(FOR_EVER)),
                Fault.within(Call.OPEN, 3, 20, new Effect.Stall(FOR_EVER)))) {
            assertEndsPromptly(stall, (thread, replica) -> thread.interrupt(), RestoreCancelledException.class);
        }
    }

    @Test
    void interruptingWhileRetriesWaitEndsPromptly() throws Exception {
        RetryPolicy slow = new RetryPolicy(FOR_EVER, FOR_EVER.dividedBy(2), FOR_EVER);
        Fault fault = Fault.of(Call.OPEN, 1, new Effect.Unavailable());
        FaultInjectingObjectStore store = new FaultInjectingObjectStore(
                ReplicaFixtures.of("v03-flat", "tiny").inMemory(), fault);
        assertEndsPromptly(store, slow, (thread, replica) -> thread.interrupt(), RestoreCancelledException.class);
    }

    private interface Change {
        void make(InMemoryObjectStore objects, String key) throws IOException;
    }

    private interface End {
        void make(Thread restoring, ReplicaClient replica) throws IOException;
    }

    /** Changes each object of a restore in turn, at the moment when the first object is opened. */
    private void onEachOpen(Change change, Consumer<Run> check) throws Exception {
        ReplicaFixture fixture = ReplicaFixtures.of("v03-flat", "tiny");
        List<String> keys = new ArrayList<>(
                restore(fixture.inMemory(), SHORT).store().bytes().keySet());
        assertThat(keys).hasSizeGreaterThan(10);
        for (String key : keys) {
            InMemoryObjectStore objects = fixture.inMemory();
            Effect effect = new Effect.Action(() -> {
                try {
                    change.make(objects, key);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            Run run = restore(objects, SHORT, Fault.of(Call.OPEN, 1, effect));
            assertThat(run.store().happened()).isEqualTo(1);
            check.accept(run);
        }
    }

    private void assertEndsPromptly(Fault stall, End end, Class<? extends Exception> type) throws Exception {
        FaultInjectingObjectStore store = new FaultInjectingObjectStore(
                ReplicaFixtures.of("v03-flat", "tiny").inMemory(), stall);
        assertEndsPromptly(store, SHORT, end, type);
    }

    private void assertEndsPromptly(
            FaultInjectingObjectStore store, RetryPolicy retries, End end, Class<? extends Exception> type)
            throws Exception {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        try (ReplicaClient replica = ReplicaClient.over("memory", store, retries)) {
            Thread restoring = new Thread(() -> failure.set(catchThrowable(() -> Restorer.of(
                            replica, RestoreOptions.builder().parallelism(2).build())
                    .restoreTo(database))));
            restoring.start();
            while (store.happened() == 0) {
                Thread.sleep(1);
            }
            Thread.sleep(20);
            long began = System.nanoTime();
            end.make(restoring, replica);
            restoring.join(PROMPTLY.toMillis());
            assertThat(restoring.isAlive()).as("still restoring").isFalse();
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(PROMPTLY);
        }
        assertThat(failure.get()).isInstanceOf(type);
        finished(store, failure.get());
    }

    private static Map<String, Long> sizes(InMemoryObjectStore objects) throws IOException {
        Map<String, Long> sizes = new TreeMap<>();
        try (ObjectIterator all = objects.list("", "")) {
            while (all.hasNext()) {
                ObjectInfo object = all.next();
                sizes.put(object.key(), object.size());
            }
        }
        return sizes;
    }

    private static byte[] bytes(InMemoryObjectStore objects, String key) throws IOException {
        try (var stream = objects.open(ObjectRead.whole(key))) {
            return stream.readAllBytes();
        }
    }

    private static String right(ReplicaFixture fixture) {
        return fixture.restores().stream()
                .filter(restore -> restore.isLatest() && restore.mustMatch())
                .findFirst()
                .flatMap(ExpectedRestore::sha256)
                .orElseThrow();
    }
}
