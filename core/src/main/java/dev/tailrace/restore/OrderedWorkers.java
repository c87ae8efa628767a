// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.error.RestoreCancelledException;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Threads that do the work of one {@link Turns}: the failure of one of them ends all waiting and interrupts the others as
 * soon as it is waited for, and whoever started them can interrupt them too. Safe for use by many threads.
 */
final class OrderedWorkers {

    private static final long INTERRUPT_AGAIN_MILLIS = 100;

    private final Turns turns;
    private final Executor executor;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Set<Thread> working = new HashSet<>();
    private int notBegun;
    /** Whether a worker has found nothing left to do. */
    private boolean done;

    private boolean interrupting;

    /**
     * Workers that are yet to be started.
     *
     * @param name of the threads that are made where there is no executor
     */
    OrderedWorkers(Turns turns, String name, Optional<Executor> executor) {
        this.turns = turns;
        this.executor = executor.orElse(work -> startThread(work, name));
    }

    /** What each worker does: all that there is to do, together with the others. */
    interface Work {
        void run() throws IOException;
    }

    private static void startThread(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Starts so many workers; that one cannot be started is a failure like that of a worker. */
    void start(int count, Work work) {
        lock.lock();
        try {
            notBegun += count;
        } finally {
            lock.unlock();
        }
        try {
            for (int i = 0; i < count; i++) {
                executor.execute(() -> run(work, 1));
            }
        } catch (RejectedExecutionException e) {
            turns.fail(new RestoreCancelledException(
                    "the executor refused work: it was shut down, or has no room for " + count + " at a time", e));
        } catch (RuntimeException | Error e) {
            turns.fail(e);
        }
    }

    /** Does work on the calling thread as if on one of the workers; returns also if it fails. */
    void runHere(Work work) {
        run(work, 0);
    }

    private void run(Work work, int begun) {
        Thread thread = Thread.currentThread();
        lock.lock();
        try {
            notBegun -= begun;
            if (turns.failure() != null || (done && begun > 0)) {
                changed.signalAll();
                return;
            }
            working.add(thread);
        } finally {
            lock.unlock();
        }
        try {
            work.run();
            noteDone(begun > 0);
        } catch (Throwable e) {
            // Whatever it is, an error of the machine too, the others must not wait for this worker.
            turns.fail(e);
        } finally {
            end(thread);
        }
    }

    private void noteDone(boolean nothingLeft) {
        lock.lock();
        try {
            done |= nothingLeft;
        } finally {
            lock.unlock();
        }
    }

    private void end(Thread thread) {
        lock.lock();
        try {
            working.remove(thread);
            if (interrupting) {
                // That was meant for this work, not for what the thread does next.
                Thread.interrupted();
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the work, unless it has failed already, and interrupts whoever is at it. */
    void cancel(RestoreCancelledException reason) {
        turns.fail(reason);
        lock.lock();
        try {
            interrupting = true;
            working.forEach(Thread::interrupt);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until all work is done or, after a failure, which interrupts whoever is at it, nobody is: who has not begun by
     * then never will. An interrupted caller ends the work, and still waits.
     */
    void await() {
        boolean interrupted = false;
        lock.lock();
        try {
            while (!working.isEmpty() || (notBegun > 0 && !done && turns.failure() == null)) {
                try {
                    // Who waits for a store that does not answer would keep the failure of another back.
                    interrupting |= turns.failure() != null;
                    if (interrupting) {
                        // Once more: a store's client may have swallowed the last one, and be about to try again.
                        working.forEach(Thread::interrupt);
                    }
                    changed.await(INTERRUPT_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                    cancel(new RestoreCancelledException("restore was interrupted", e));
                }
            }
        } finally {
            lock.unlock();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Throws what ended the work, if anything did but its being done. */
    void throwFailure() throws IOException {
        Throwable failure = turns.failure();
        if (failure == null) {
            return;
        }
        if (failure instanceof IOException e) {
            throw e;
        }
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        if (failure instanceof Error e) {
            throw e;
        }
        throw new IllegalStateException(failure);
    }
}
