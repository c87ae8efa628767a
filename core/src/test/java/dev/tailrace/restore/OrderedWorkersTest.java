// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.RestoreCancelledException;
import dev.tailrace.error.StoreUnavailableException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class OrderedWorkersTest {

    private final Turns turns = new Turns();

    private OrderedWorkers workers() {
        return new OrderedWorkers(turns, "test-workers", Optional.empty());
    }

    @Test
    void bringsWorkIntoOrderAndWaitsForAllOfIt() throws IOException {
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger next = new AtomicInteger();
        OrderedWorkers workers = workers();
        workers.start(4, () -> {
            for (int number = next.getAndIncrement(); number < 500; number = next.getAndIncrement()) {
                turns.await(number);
                order.add(number);
                turns.pass();
            }
        });
        workers.await();
        workers.throwFailure();
        assertThat(order).hasSize(500).isSorted();
    }

    @Test
    void oneFailureEndsTheWaitingOfAll() {
        OrderedWorkers workers = workers();
        AtomicInteger next = new AtomicInteger();
        workers.start(4, () -> {
            if (next.getAndIncrement() == 2) {
                throw new StoreUnavailableException("marker", "memory://test", null);
            }
            turns.await(1000);
        });
        workers.await();
        assertThatThrownBy(workers::throwFailure).hasMessage("marker").hasNoSuppressedExceptions();
    }

    @Test
    void anInterruptedCallerEndsTheWorkAndStillWaitsForIt() throws Exception {
        OrderedWorkers workers = workers();
        CountDownLatch begun = new CountDownLatch(2);
        AtomicInteger ended = new AtomicInteger();
        workers.start(2, () -> {
            begun.countDown();
            try {
                Thread.sleep(60_000);
            } catch (InterruptedException e) {
                ended.incrementAndGet();
            }
        });
        begun.await();
        Thread.currentThread().interrupt();
        workers.await();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(ended).hasValue(2);
        assertThatThrownBy(workers::throwFailure).isInstanceOf(RestoreCancelledException.class);
    }

    /** Else those that were started would still be at work after the caller has seen the failure. */
    @Test
    void waitsForThoseThatWereStartedIfAnotherCannotBe() {
        CountDownLatch refused = new CountDownLatch(1);
        AtomicBoolean ended = new AtomicBoolean();
        AtomicInteger asked = new AtomicInteger();
        OrderedWorkers workers = new OrderedWorkers(turns, "unused", Optional.of(work -> {
            if (asked.getAndIncrement() == 1) {
                refused.countDown();
                throw new RejectedExecutionException("marker");
            }
            new Thread(work).start();
        }));
        workers.start(3, () -> {
            try {
                refused.await();
                Thread.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            ended.set(true);
        });
        workers.await();
        assertThatThrownBy(workers::throwFailure)
                .isInstanceOf(RestoreCancelledException.class)
                .hasMessageContaining("executor refused work")
                .hasRootCauseMessage("marker");
        // It may also not have begun at all before the failure; then it never does.
        assertThat(ended.get() || asked.get() == 2).isTrue();
    }

    @Test
    void workThatHasNotBegunBeforeTheEndNeverDoes() {
        Queue<Runnable> queue = new ArrayDeque<>();
        AtomicBoolean done = new AtomicBoolean();
        OrderedWorkers workers = new OrderedWorkers(turns, "unused", Optional.of(queue::add));
        workers.start(2, () -> done.set(true));
        workers.cancel(new RestoreCancelledException("marker", null));
        workers.await();
        queue.forEach(Runnable::run);
        assertThat(done).isFalse();
        assertThatThrownBy(workers::throwFailure).hasMessage("marker");
    }

    @Test
    void anInterruptionDoesNotOutliveTheWorkItWasMeantFor() {
        OrderedWorkers workers = workers();
        workers.runHere(() -> {
            workers.cancel(new RestoreCancelledException("marker", null));
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        });
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
}
