// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tailrace.error.RestoreCancelledException;
import dev.tailrace.error.StoreAccessException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.replica.LtxReplicaClient;
import dev.tailrace.replica.LtxTree;
import dev.tailrace.restore.LtxRestorer;
import dev.tailrace.restore.RestoreOptions;
import dev.tailrace.store.RetryPolicy;
import dev.tailrace.testkit.Fault;
import dev.tailrace.testkit.Fault.Call;
import dev.tailrace.testkit.Fault.Effect;
import dev.tailrace.testkit.FaultInjectingObjectStore;
import dev.tailrace.testkit.InMemoryObjectStore;
import dev.tailrace.testkit.ReplicaFixture;
import dev.tailrace.testkit.ReplicaFixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store that fails at any moment gives the right database or a typed failure, and leaves nothing behind. */
@Tag("thorough")
@Timeout(300)
class LtxFaultyStoreTest {

    private static final RetryPolicy SHORT =
            new RetryPolicy(Duration.ofMillis(500), Duration.ofMillis(1), Duration.ofMillis(4));
    private static final Duration FOR_EVER = Duration.ofMinutes(10);
    private static final Duration PROMPTLY = Duration.ofSeconds(5);

    private Scratch scratch;
    private Path database;
    private InMemoryObjectStore objects;
    private LtxStates states;
    private long newest;

    @BeforeEach
    void makeScratch() throws IOException {
        scratch = new Scratch();
        database = scratch.folder().resolve("app.db");
    }

    @AfterEach
    void removeScratch() throws IOException {
        scratch.close();
    }

    private void use(String scenario) throws IOException {
        ReplicaFixture fixture = ReplicaFixtures.of("ltx", scenario);
        objects = fixture.inMemory();
        states = new LtxStates(fixture.objects());
        newest = LtxStates.newest(fixture.objects().keySet());
    }

    private record Run(FaultInjectingObjectStore store, Throwable failure, String digest) {}

    private Run restore(Fault... faults) throws Exception {
        FaultInjectingObjectStore store = new FaultInjectingObjectStore(objects.reopen(), faults);
        Throwable failure;
        try (LtxReplicaClient replica = client(store)) {
            // One worker, so that calls come in one order.
            RestoreOptions options =
                    RestoreOptions.builder().parallelism(1).requests(1).build();
            failure = catchThrowable(() -> LtxRestorer.of(replica, options).restoreTo(database));
        }
        return finished(store, failure);
    }

    private static LtxReplicaClient client(FaultInjectingObjectStore store) {
        return LtxReplicaClient.over("memory", store, SHORT, LtxTree.LTX_FOLDER);
    }

    private Run finished(FaultInjectingObjectStore store, Throwable failure) throws Exception {
        store.assertNothingOpen();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("tailrace-")) {
                thread.join(PROMPTLY.toMillis());
                assertThat(thread.isAlive()).as("%s goes on", thread).isFalse();
            }
        }
        if (failure != null) {
            assertThat(failure).isInstanceOf(TailraceException.class);
            assertThat(Scratch.names(scratch.folder())).isEmpty();
            return new Run(store, failure, "");
        }
        assertThat(Scratch.names(scratch.folder())).containsExactly("app.db");
        String digest = Digest.of(Files.readAllBytes(database));
        Files.delete(database);
        return new Run(store, null, digest);
    }

    private String right() throws IOException {
        return states.at(newest).orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"growshrink", "frames-v0515"})
    void aFaultAtEveryCallGivesTheRightDatabaseOrATypedFailure(String scenario) throws Exception {
        use(scenario);
        FaultInjectingObjectStore intact = restore().store();
        for (Call call : List.of(Call.LIST, Call.OPEN)) {
            assertThat(intact.calls(call)).isPositive();
            for (int number = 1; number <= intact.calls(call); number++) {
                for (Effect effect : List.of(
                        new Effect.Unavailable(), new Effect.Refused(), new Effect.Stall(Duration.ofMillis(2)))) {
                    Run run = restore(Fault.of(call, number, effect));
                    assertThat(run.store().happened()).isEqualTo(1);
                    if (effect instanceof Effect.Refused) {
                        assertThat(run.failure()).isInstanceOf(StoreAccessException.class);
                    } else if (run.failure() == null) {
                        assertThat(run.digest()).isEqualTo(right());
                    } else {
                        assertThat(call).isEqualTo(Call.LIST);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"growshrink", "frames-v0515"})
    void aReadThatBreaksGoesOnAndAChangedByteIsNeverWritten(String scenario) throws Exception {
        use(scenario);
        int opens = restore().store().calls(Call.OPEN);
        for (int number = 1; number <= opens; number++) {
            for (long at : new long[] {0, 1, 99, 100, 150}) {
                for (Effect effect : List.of(new Effect.Unavailable(), new Effect.Cut())) {
                    Run run = restore(Fault.within(Call.OPEN, number, at, effect));
                    assertThat(run.failure())
                            .as("open %s at %s: %s", number, at, effect)
                            .isNull();
                    assertThat(run.digest()).isEqualTo(right());
                }
                Run changed = restore(Fault.within(Call.OPEN, number, at, new Effect.Corrupt()));
                if (changed.failure() == null) {
                    assertThat(changed.digest()).isEqualTo(right());
                }
            }
        }
    }

    @Test
    void aListingThatEndsEarlyIsNeverTakenForANewerStateThanItShows() throws Exception {
        use("tiny");
        for (int level = 1; level <= LtxTree.LEVELS; level++) {
            for (int given = 0; given < 30; given++) {
                Run run = restore(Fault.within(Call.LIST, level, given, new Effect.Cut()));
                if (run.failure() == null && !run.digest().equals(right())) {
                    // A store that hides its newest files shows a replica as it stood earlier: nobody can know.
                    assertThat(level).isEqualTo(1);
                    assertThat(isAState(run.digest())).isTrue();
                }
            }
        }
    }

    private boolean isAState(String digest) throws IOException {
        for (long txid = 1; txid <= newest; txid++) {
            if (states.at(txid).filter(digest::equals).isPresent()) {
                return true;
            }
        }
        return false;
    }

    @Test
    void interruptingOrClosingEndsARestoreThatWaitsForTheStore() throws Exception {
        use("wide");
        int opens = restore().store().calls(Call.OPEN);
        for (int number : new int[] {1, 2, opens}) {
            for (boolean interrupt : new boolean[] {true, false}) {
                FaultInjectingObjectStore store = new FaultInjectingObjectStore(
                        objects.reopen(), Fault.within(Call.OPEN, number, 120, new Effect.Stall(FOR_EVER)));
                LtxReplicaClient replica = client(store);
                AtomicReference<Throwable> failure = new AtomicReference<>();
                Thread restore = new Thread(() ->
                        failure.set(catchThrowable(() -> LtxRestorer.of(replica).restoreTo(database))));
                restore.start();
                while (store.happened() == 0) {
                    Thread.sleep(5);
                }
                if (interrupt) {
                    restore.interrupt();
                } else {
                    replica.close();
                }
                restore.join(PROMPTLY.toMillis());
                assertThat(restore.isAlive()).isFalse();
                assertThat(failure.get()).isNotNull();
                if (interrupt) {
                    assertThat(failure.get()).isInstanceOf(RestoreCancelledException.class);
                }
                replica.close();
                finished(store, failure.get());
            }
        }
    }
}
