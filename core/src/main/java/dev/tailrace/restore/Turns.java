// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.error.RestoreCancelledException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Brings work that was done side by side into order again: turn {@code n} begins when turn {@code n - 1} has been passed on.
 * A failure ends all waiting.
 */
final class Turns {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long turn;
    private @Nullable Throwable failure;

    /**
     * Waits until a turn begins; returns at once if it has.
     *
     * @throws RestoreCancelledException if the work has failed elsewhere, or the thread is interrupted
     */
    void await(long number) throws RestoreCancelledException {
        lock.lock();
        try {
            while (turn < number && failure == null) {
                changed.await();
            }
            checkGoingOn();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RestoreCancelledException("restore was interrupted", e);
        } finally {
            lock.unlock();
        }
    }

    /** Ends the present turn. */
    void pass() {
        lock.lock();
        try {
            turn++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends everything; the first failure counts, later ones are added to it. */
    void fail(Throwable problem) {
        lock.lock();
        try {
            if (failure == null) {
                failure = problem;
            } else if (failure != problem && !(problem instanceof RestoreCancelledException)) {
                failure.addSuppressed(problem);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** What ended it; null while it goes on. */
    @Nullable
    Throwable failure() {
        lock.lock();
        try {
            return failure;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the caller's work early if the whole has failed. */
    void checkGoingOn() throws RestoreCancelledException {
        Throwable problem = failure();
        if (problem != null) {
            throw new RestoreCancelledException("restore has failed elsewhere", problem);
        }
    }
}
