// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.StoreAccessException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.it.OperationRun.Outcome;
import dev.tailrace.it.ReplicaOperation.Kind;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.replica.ReplicaLayout;
import dev.tailrace.replica.SnapshotInfo;
import dev.tailrace.restore.Restorer;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.testkit.Fault;
import dev.tailrace.testkit.Fault.Call;
import dev.tailrace.testkit.Fault.Effect;
import dev.tailrace.testkit.FaultInjectingObjectStore;
import dev.tailrace.testkit.InMemoryObjectStore;
import dev.tailrace.testkit.ReplicaFixtures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every operation on a replica with something going wrong at any call to the store ({@link SomePoints} of them), and in the
 * middle of what each call opened: it gives exactly what it gives without that, or fails typed; it leaves nothing behind; and after a
 * failure it can be repeated.
 */
@Tag("thorough")
@Timeout(300)
class FaultyOperationTest {

    private static final Duration MOMENT = Duration.ofMillis(1);
    private static final long[] BYTES = {0, 1, 7, 50, 400};

    private Scratch scratch;

    @BeforeEach
    void makeScratch() throws IOException {
        scratch = new Scratch();
    }

    @AfterEach
    void removeScratch() throws IOException {
        scratch.close();
    }

    @ParameterizedTest
    @CsvSource({"v03-flat, tiny, V03_FLAT", "seed-nested, twogen, NESTED", "v04-nested16, ps512, V04_BETA"})
    void aFaultAtEveryCallGivesTheRightAnswerOrATypedFailure(String fixtures, String scenario, ReplicaLayout layout)
            throws Exception {
        OperationRun runs = new OperationRun(ReplicaFixtures.of(fixtures, scenario), layout, scratch.folder());
        SomePoints points = new SomePoints();
        for (ReplicaOperation operation : runs.operations()) {
            Outcome intact = runs.run(operation);
            assertThat(intact.failure()).as(operation.name()).isNull();
            int calls = 0;
            for (Call call : Call.values()) {
                for (int number = 1; number <= intact.store().calls(call); number++) {
                    calls++;
                    for (Effect effect : effectsOf(call)) {
                        check(points, runs, operation, intact, Fault.of(call, number, effect));
                    }
                    checkWithin(points, runs, operation, intact, call, number);
                }
            }
            assertThat(calls).as("calls of %s", operation).isPositive();
        }
        System.out.println("faults in operations on " + runs + ": " + points);
        assertThat(points.seen()).isGreaterThan(1_000);
        assertThat(runs.faults()).isGreaterThan(200);
    }

    private static List<Effect> effectsOf(Call call) {
        Effect unavailable = new Effect.Unavailable();
        Effect refused = new Effect.Refused();
        Effect stall = new Effect.Stall(MOMENT);
        Effect timedOut = new Effect.TimedOut(MOMENT);
        return switch (call) {
            case LIST, LIST_FOLDERS -> List.of(unavailable, refused, stall, timedOut);
            case STAT -> List.of(unavailable, refused, stall, timedOut, new Effect.Corrupt());
            case OPEN -> List.of(unavailable, refused, stall, timedOut, new Effect.TimedOut(OperationRun.TOO_LONG));
            case PUT -> List.of(unavailable, refused, stall, timedOut, new Effect.AnswerLost(), new Effect.Corrupt());
            case DELETE -> List.of(unavailable, refused, stall, timedOut, new Effect.AnswerLost());
        };
    }

    private static void checkWithin(
            SomePoints points, OperationRun runs, ReplicaOperation operation, Outcome intact, Call call, int number)
            throws Exception {
        for (Effect effect : effectsWithin(call, operation.kind())) {
            if (call == Call.OPEN || call == Call.PUT) {
                for (long at : BYTES) {
                    check(points, runs, operation, intact, Fault.within(call, number, at, effect));
                }
            } else {
                // After each object of the listing, or key of the deletion. A wait is the same everywhere.
                long last = effect instanceof Effect.Stall || effect instanceof Effect.TimedOut ? 1 : Long.MAX_VALUE;
                long at = 0;
                while (at <= last && check(points, runs, operation, intact, Fault.within(call, number, at, effect))) {
                    at++;
                }
            }
        }
    }

    private static List<Effect> effectsWithin(Call call, Kind kind) {
        Effect unavailable = new Effect.Unavailable();
        Effect refused = new Effect.Refused();
        Effect stall = new Effect.Stall(MOMENT);
        Effect timedOut = new Effect.TimedOut(MOMENT);
        Effect cut = new Effect.Cut();
        return switch (call) {
            case LIST, OPEN ->
                // Where nothing is decoded, nobody can know of a wrong byte or size.
                kind == Kind.PROVED_READ
                        ? List.of(unavailable, refused, stall, timedOut, cut, new Effect.Corrupt())
                        : List.of(unavailable, refused, stall, timedOut, cut);
            case PUT -> List.of(unavailable, refused, stall, timedOut, cut);
            case DELETE -> List.of(unavailable, refused, timedOut);
            case LIST_FOLDERS, STAT -> List.of();
        };
    }

    /** Whether the fault has happened, or was left out. */
    private static boolean check(
            SomePoints points, OperationRun runs, ReplicaOperation operation, Outcome intact, Fault fault)
            throws Exception {
        if (!points.next()) {
            return true;
        }
        Outcome outcome = runs.run(operation, fault);
        if (outcome.store().happened() == 0) {
            assertThat(fault.at()).as("%s: %s happens", operation, fault).isPositive();
            return false;
        }
        String what = operation + " on " + runs + " with " + fault;
        boolean listingCut = fault.call() == Call.LIST && fault.effect() instanceof Effect.Cut;
        if (outcome.failure() != null) {
            assertThat(outcome.failure()).as(what).isInstanceOf(TailraceException.class);
            requireLegalRemains(what, runs, operation, intact, outcome);
            requireRepeats(what, runs, operation, intact, outcome);
        } else if (listingCut && operation.kind() == Kind.DELETE) {
            requireLegalRemains(what, runs, operation, intact, outcome);
            requireRepeats(what, runs, operation, intact, outcome);
        } else if (listingCut && !intact.value().equals(outcome.value())) {
            // A store that hides its last objects shows another replica: nobody can know, but that one is told rightly.
            assertThat(runs.valuesWithout(operation, fault.at())).as(what).contains(outcome.value());
        } else {
            assertThat(outcome.value()).as(what).isEqualTo(intact.value());
            assertThat(outcome.objects()).as(what).isEqualTo(intact.objects());
        }
        requireExpectedEnd(what, fault, outcome.failure());
        return true;
    }

    private static void requireExpectedEnd(String what, Fault fault, Throwable failure) {
        Effect effect = fault.effect();
        boolean read = fault.call() != Call.PUT && fault.call() != Call.DELETE && !OperationRun.isTooLong(effect);
        boolean triedAgain = read && (fault.call() == Call.OPEN || fault.number() > 1 || fault.at() > 0);
        if (effect instanceof Effect.Refused) {
            assertThat(failure).as(what).isInstanceOf(StoreAccessException.class);
        } else if (effect instanceof Effect.Stall) {
            assertThat(failure).as(what).isNull();
        } else if (effect instanceof Effect.Unavailable || effect instanceof Effect.TimedOut) {
            if (triedAgain) {
                assertThat(failure).as(what).isNull();
            } else if (!read || failure != null) {
                // A store that has never answered is not asked again; this one may have answered another call.
                assertThat(failure).as(what).isInstanceOf(StoreUnavailableException.class);
            }
        } else if (effect instanceof Effect.Cut && fault.call() == Call.OPEN) {
            assertThat(failure).as(what).isNull();
        } else if (effect instanceof Effect.AnswerLost || fault.call() == Call.PUT || fault.call() == Call.STAT) {
            assertThat(failure).as(what).isInstanceOf(StoreUnavailableException.class);
        }
    }

    /** Each object stands whole, as it was before or as it is after; nothing is there that was not meant to be. */
    private static void requireLegalRemains(
            String what, OperationRun runs, ReplicaOperation operation, Outcome intact, Outcome outcome) {
        Map<String, ByteBuffer> before = runs.contents();
        Map<String, ByteBuffer> after = intact.objects();
        switch (operation.kind()) {
            case READ, PROVED_READ -> assertThat(outcome.objects()).as(what).isEqualTo(before);
            case WRITE -> assertThat(outcome.objects()).as(what).isIn(before, after);
            case DELETE -> {
                assertThat(before).as(what).containsAllEntriesOf(outcome.objects());
                assertThat(outcome.objects()).as(what).containsAllEntriesOf(after);
            }
        }
    }

    private static void requireRepeats(
            String what, OperationRun runs, ReplicaOperation operation, Outcome intact, Outcome outcome)
            throws Exception {
        if (outcome.objects().equals(runs.contents())) {
            // Nothing is different from the first time.
            return;
        }
        Outcome again = runs.again(operation, outcome);
        assertThat(again.failure()).as("repeated: %s", what).isNull();
        assertThat(again.value()).as("repeated: %s", what).isEqualTo(intact.value());
        assertThat(again.objects()).as("repeated: %s", what).isEqualTo(intact.objects());
    }

    @Test
    void aByteChangedOnItsWayIntoTheStoreIsFoundByTheRestore() throws Exception {
        Generation generation = new Generation("0123456789abcdef");
        byte[] snapshot = Lz4.encode(new byte[8_192]);
        for (int at = 0; at < snapshot.length; at++) {
            FaultInjectingObjectStore store = new FaultInjectingObjectStore(
                    new InMemoryObjectStore(), Fault.within(Call.PUT, 1, at, new Effect.Corrupt()));
            try (ReplicaClient replica = ReplicaClient.over("memory", store)) {
                SnapshotInfo written = replica.writeSnapshot(generation, 0, ObjectSource.of(snapshot));
                assertThat(store.happened()).isEqualTo(1);
                assertThatThrownBy(() -> Restorer.of(replica)
                                .restoreSnapshot(written, scratch.folder().resolve("app.db")))
                        .as("byte %d", at)
                        .isInstanceOf(DamagedReplicaException.class);
            }
            assertThat(Scratch.names(scratch.folder())).isEmpty();
        }
    }
}
