// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tailrace.error.RestoreCancelledException;
import dev.tailrace.error.StoreUnavailableException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TurnsTest {

    private final Turns turns = new Turns();

    /** Whoever has asked something, others may ask too: no call keeps the lock. */
    @AfterEach
    void othersGoOn() throws Exception {
        FutureTask<Throwable> asking = new FutureTask<>(turns::failure);
        new Thread(asking).start();
        assertThat(asking.get(5, TimeUnit.SECONDS)).isSameAs(turns.failure());
    }

    /** What awaiting a turn throws on a thread that waits for it already; null for nothing. */
    private FutureTask<Throwable> waiting(long number) {
        FutureTask<Throwable> waiting = new FutureTask<>(() -> {
            Throwable thrown = catchThrowable(() -> turns.await(number));
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            return thrown;
        });
        Thread thread = new Thread(waiting);
        thread.setDaemon(true);
        thread.start();
        while (thread.getState() != Thread.State.WAITING && !waiting.isDone()) {
            Thread.onSpinWait();
        }
        assertThat(waiting).isNotDone();
        return waiting;
    }

    @Test
    void aTurnThatHasBegunIsNotWaitedFor() throws IOException {
        turns.await(0);
        turns.pass();
        turns.pass();
        turns.await(2);
        turns.await(1);
        turns.await(0);
    }

    @Test
    void whoeverWaitsGoesOnWhenTheTurnBeforeIsPassedOn() throws Exception {
        FutureTask<Throwable> first = waiting(1);
        FutureTask<Throwable> second = waiting(2);
        turns.pass();
        assertThat(first.get()).isNull();
        assertThat(second).isNotDone();
        turns.pass();
        assertThat(second.get()).isNull();
    }

    @Test
    void aFailureEndsTheWaitingOfAll() throws Exception {
        FutureTask<Throwable> first = waiting(1);
        FutureTask<Throwable> second = waiting(2);
        IOException failure = new IOException("marker");
        turns.fail(failure);
        for (FutureTask<Throwable> ended : List.of(first, second)) {
            assertThat(ended.get())
                    .isInstanceOf(RestoreCancelledException.class)
                    .hasMessage("restore has failed elsewhere")
                    .hasCause(failure);
        }
    }

    /** Else whoever has the turn would write on, though all is lost. */
    @Test
    void noTurnBeginsAfterAFailure() {
        IOException failure = new IOException("marker");
        turns.fail(failure);
        assertThatThrownBy(() -> turns.await(0))
                .isInstanceOf(RestoreCancelledException.class)
                .hasCause(failure);
        assertThatThrownBy(turns::checkGoingOn)
                .isInstanceOf(RestoreCancelledException.class)
                .hasCause(failure);
    }

    @Test
    void anInterruptedThreadWaitsNoLongerAndStaysInterrupted() {
        Thread.currentThread().interrupt();
        Throwable thrown = catchThrowable(() -> turns.await(1));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(thrown).isInstanceOf(RestoreCancelledException.class).hasMessage("restore was interrupted");
        assertThat(turns.failure()).isNull();
    }

    @Test
    void theFirstFailureCountsAndLaterOnesAreAddedUnlessTheyOnlyFollowFromIt() {
        IOException first = new StoreUnavailableException("first", "memory://test", null);
        IOException second = new IOException("second");
        turns.fail(first);
        turns.fail(first);
        turns.fail(new RestoreCancelledException("restore has failed elsewhere", first));
        assertThat(first).hasNoSuppressedExceptions();
        turns.fail(second);
        assertThat(turns.failure()).isSameAs(first);
        assertThat(first.getSuppressed()).containsExactly(second);
    }
}
