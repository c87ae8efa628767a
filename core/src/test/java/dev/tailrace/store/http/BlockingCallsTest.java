// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.store.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.ObjectMissingException;
import dev.tailrace.error.StoreAccessException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.error.TailraceException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BlockingCallsTest {

    private final BlockingCalls calls = new BlockingCalls("tailrace-test-", "test://bucket");
    private final BlockingQueue<String> discarded = new LinkedBlockingQueue<>();
    private final ExecutorService caller = Executors.newSingleThreadExecutor();
    private final CountDownLatch begun = new CountDownLatch(1);

    @AfterEach
    void closes() {
        calls.close();
        caller.shutdownNow();
    }

    /** Gives its result only after its caller was let go. */
    private String late(BooleanSupplier abandoned) {
        begun.countDown();
        while (!abandoned.getAsBoolean()) {
            Thread.onSpinWait();
        }
        return "late";
    }

    @Test
    void givesTheResult() throws TailraceException {
        assertThat(calls.<String>run(abandoned -> "result " + abandoned.getAsBoolean(), discarded::add))
                .isEqualTo("result false");
        assertThat(discarded).isEmpty();
    }

    @Test
    void failuresAreThoseOfTheWork() {
        ObjectMissingException missing = new ObjectMissingException("key", "test://bucket", null);
        IllegalStateException unchecked = new IllegalStateException("unchecked");
        AssertionError error = new AssertionError("error");
        assertThatThrownBy(() -> calls.<String>run(
                        abandoned -> {
                            throw missing;
                        },
                        discarded::add))
                .isSameAs(missing);
        assertThatThrownBy(() -> calls.<String>run(
                        abandoned -> {
                            throw unchecked;
                        },
                        discarded::add))
                .isSameAs(unchecked);
        assertThatThrownBy(() -> calls.<String>run(
                        abandoned -> {
                            throw error;
                        },
                        discarded::add))
                .isSameAs(error);
    }

    @Test
    void interruptedCallerIsLetGoAndWhatComesLaterIsDiscarded() throws Exception {
        AtomicBoolean stillInterrupted = new AtomicBoolean();
        CountDownLatch told = new CountDownLatch(1);
        Future<?> run = caller.submit(() -> {
            try {
                calls.run(this::late, discarded::add);
            } finally {
                stillInterrupted.set(Thread.currentThread().isInterrupted());
                told.countDown();
            }
            return null;
        });
        begun.await();
        // Interrupts the thread; what the call ended with is not to be had from the future then.
        run.cancel(true);
        told.await();
        assertThat(stillInterrupted).isTrue();
        assertThat(discarded.poll(20, TimeUnit.SECONDS)).isEqualTo("late");
    }

    @Test
    void interruptionIsToldAsAStoreThatMayComeBack() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> calls.run(this::late, discarded::add))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessage("interrupted while using test://bucket");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void closingLetsCallersGoAndWhatComesLaterIsDiscarded() throws Exception {
        Future<String> run = caller.submit(() -> calls.run(this::late, discarded::add));
        begun.await();
        calls.close();
        assertThatThrownBy(run::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(StoreAccessException.class);
        assertThat(discarded.poll(20, TimeUnit.SECONDS)).isEqualTo("late");
        assertThatThrownBy(() -> calls.run(this::late, discarded::add)).isInstanceOf(StoreAccessException.class);
    }
}
