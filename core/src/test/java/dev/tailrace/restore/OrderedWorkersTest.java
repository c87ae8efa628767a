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

@Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OrderedWorkersTest {

    private final Turns turns = new Turns();
    private final Queue<Runnable> queue = new ArrayDeque<>();

    private OrderedWorkers workers() {
        return new OrderedWorkers(turns, "test-workers", Optional.empty());
    }

    /** Workers that begin when a test lets them. */
    private OrderedWorkers queued() {
        return new OrderedWorkers(turns, "unused", Optional.of(queue::add));
    }

    /** Returns when a thread waits for the workers, or has given that up. */
    private static void awaitWaiting(Thread thread) {
        while (thread.getState() != Thread.State.TIMED_WAITING && thread.isAlive()) {
            Thread.onSpinWait();
        }
    }

    /** Does something on a thread of its own that must not have to wait for this one. */
    private static void elsewhere(Runnable work) throws InterruptedException {
        Thread thread = new Thread(work);
        thread.setDaemon(true);
        thread.start();
        thread.join(5_000);
        assertThat(thread.isAlive()).isFalse();
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

    /** A thread for which there is no memory is no reason to wait for it for ever. */
    @Test
    void whateverElseTheExecutorThrowsEndsTheWorkToo() {
        Error problem = new OutOfMemoryError("marker");
        OrderedWorkers workers = new OrderedWorkers(turns, "unused", Optional.of(work -> {
            throw problem;
        }));
        workers.start(2, () -> {});
        workers.await();
        assertThatThrownBy(workers::throwFailure).isSameAs(problem);
    }

    @Test
    void whatAWorkerThrowsIsThrownAsItIs() {
        for (Throwable thrown :
                List.of(new IOException("a"), new IllegalArgumentException("b"), new AssertionError("c"))) {
            OrderedWorkers workers = new OrderedWorkers(new Turns(), "unused", Optional.of(Runnable::run));
            workers.start(1, () -> sneakily(thrown));
            workers.await();
            assertThatThrownBy(workers::throwFailure).isSameAs(thrown);
        }
        Exception undeclared = new Exception("d");
        OrderedWorkers workers = new OrderedWorkers(turns, "unused", Optional.of(Runnable::run));
        workers.start(1, () -> sneakily(undeclared));
        assertThatThrownBy(workers::throwFailure)
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasCause(undeclared);
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneakily(Throwable thrown) throws T {
        throw (T) thrown;
    }

    /** So that one whose store does not answer keeps no process alive. */
    @Test
    void threadsOfItsOwnAreDaemonsOfTheGivenName() throws IOException {
        List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
        OrderedWorkers workers = workers();
        workers.start(1, () -> threads.add(Thread.currentThread()));
        workers.await();
        workers.throwFailure();
        assertThat(threads).singleElement().satisfies(thread -> {
            assertThat(thread.isDaemon()).isTrue();
            assertThat(thread.getName()).isEqualTo("test-workers");
        });
    }

    @Test
    void nothingIsWaitedForWhereNothingWasStarted() throws IOException {
        workers().await();
        OrderedWorkers workers = queued();
        workers.start(0, () -> {});
        workers.await();
        workers.throwFailure();
        assertThat(queue).isEmpty();
    }

    @Test
    void thoseThatHaveNotBegunAreWaitedFor() throws Exception {
        AtomicInteger done = new AtomicInteger();
        OrderedWorkers workers = queued();
        workers.start(2, done::incrementAndGet);
        assertThat(queue).hasSize(2);
        Thread caller = Thread.currentThread();
        Thread late = new Thread(() -> {
            awaitWaiting(caller);
            queue.remove().run();
        });
        late.start();
        workers.await();
        workers.throwFailure();
        assertThat(done).hasValue(1);
        late.join();
    }

    /** Of an executor that has fewer threads, the work of one is all that there is. */
    @Test
    void thoseThatHaveNotBegunAreNotWaitedForNorDoTheyBeginOnceOneHasFoundNothingLeft() throws Exception {
        AtomicInteger done = new AtomicInteger();
        OrderedWorkers workers = queued();
        workers.start(2, done::incrementAndGet);
        queue.remove().run();
        workers.await();
        queue.remove().run();
        workers.throwFailure();
        assertThat(done).hasValue(1);
    }

    @Test
    void workOnTheCallersThreadIsNotAllThatThereIs() throws IOException {
        AtomicInteger here = new AtomicInteger();
        AtomicInteger there = new AtomicInteger();
        OrderedWorkers workers = queued();
        workers.runHere(here::incrementAndGet);
        workers.start(1, there::incrementAndGet);
        queue.remove().run();
        workers.runHere(here::incrementAndGet);
        workers.await();
        workers.throwFailure();
        assertThat(here).hasValue(2);
        assertThat(there).hasValue(1);
    }

    @Test
    void nobodyIsInterruptedOnlyBecauseHeIsWaitedFor() throws IOException {
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread caller = Thread.currentThread();
        OrderedWorkers workers = workers();
        workers.start(1, () -> {
            awaitWaiting(caller);
            interrupted.set(Thread.currentThread().isInterrupted());
        });
        workers.await();
        workers.throwFailure();
        assertThat(interrupted).isFalse();
    }

    /** As a client of a store does that takes it for a lost connection, and tries again. */
    @Test
    void aWorkerThatSwallowsAnInterruptionGetsAnother() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        AtomicInteger swallowed = new AtomicInteger();
        OrderedWorkers workers = workers();
        workers.start(1, () -> {
            begun.countDown();
            while (swallowed.get() < 2) {
                try {
                    Thread.sleep(60_000);
                } catch (InterruptedException e) {
                    swallowed.incrementAndGet();
                }
            }
        });
        begun.await();
        workers.cancel(new RestoreCancelledException("marker", null));
        workers.await();
        assertThat(swallowed).hasValue(2);
    }

    /** No call keeps the lock. */
    @Test
    void othersMayGoOnWhoeverHasStartedCancelledOrWaited() throws Exception {
        OrderedWorkers workers = queued();
        workers.start(3, () -> {});
        elsewhere(queue.remove());
        workers.cancel(new RestoreCancelledException("marker", null));
        elsewhere(queue.remove());
        workers.await();
        elsewhere(queue.remove());
    }

    @Test
    void workThatHasNotBegunBeforeTheEndNeverDoes() {
        AtomicBoolean done = new AtomicBoolean();
        OrderedWorkers workers = queued();
        workers.start(2, () -> done.set(true));
        workers.cancel(new RestoreCancelledException("marker", null));
        workers.await();
        queue.forEach(Runnable::run);
        assertThat(done).isFalse();
        assertThatThrownBy(workers::throwFailure).hasMessage("marker");
    }

    @Test
    void anInterruptionDoesNotOutliveTheWorkItWasMeantFor() {
        AtomicBoolean interrupted = new AtomicBoolean();
        OrderedWorkers workers = workers();
        workers.runHere(() -> {
            workers.cancel(new RestoreCancelledException("marker", null));
            interrupted.set(Thread.currentThread().isInterrupted());
        });
        assertThat(interrupted).isTrue();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
}
