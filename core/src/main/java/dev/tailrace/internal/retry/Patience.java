// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.internal.retry;

import dev.tailrace.error.RestoreCancelledException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.store.RetryPolicy;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;

/**
 * How long one reader goes on though its requests fail: it waits longer and longer between them, and gives up when there has
 * been no progress for the whole budget. What cannot be mended by waiting (absent, replaced, refused) it passes on at once.
 */
final class Patience {

    private final RetryPolicy policy;
    private final RequestPace pace;
    private final BooleanSupplier closing;
    private final String location;
    private long lastProgress = System.nanoTime();
    private Duration wait;

    Patience(RetryPolicy policy, RequestPace pace, BooleanSupplier closing, String location) {
        this.policy = policy;
        this.pace = pace;
        this.closing = closing;
        this.location = location;
        wait = policy.firstWait();
    }

    /** Something came: all of the budget is there again. */
    void progressed() {
        lastProgress = System.nanoTime();
        wait = policy.firstWait();
    }

    /** A request was served. */
    void served() {
        pace.served();
    }

    /** Waits until the store may be asked again, by this reader and all others. */
    void takePlace() throws RestoreCancelledException {
        long nanos = pace.place();
        if (nanos <= 0) {
            return;
        }
        try {
            Thread.sleep(nanos / 1_000_000, (int) (nanos % 1_000_000));
        } catch (InterruptedException e) {
            throw cancelled(e);
        }
        // That others had to be served first is no failure of this request.
        lastProgress += nanos;
    }

    /**
     * Waits before the next try, and slows down all others if the store asked for that; or passes on what cannot be mended by
     * trying again.
     *
     * @param begun the time, by {@link System#nanoTime()}, when the request was made that failed
     */
    void failed(IOException e, long begun) throws IOException {
        if (e instanceof StoreUnavailableException busy) {
            busy.retryAfter().ifPresent(wanted -> pace.slowDown(begun, atMostBudget(wanted)));
        }
        failed(e);
    }

    /** The same for the loss of a connection on which the store had begun to answer. */
    void failed(IOException e) throws IOException {
        if (Thread.currentThread().isInterrupted() || isInterruption(e)) {
            throw cancelled(e);
        }
        boolean mayPass = !(e instanceof TailraceException) || e instanceof StoreUnavailableException;
        long without = System.nanoTime() - lastProgress;
        long asked = e instanceof StoreUnavailableException busy
                ? busy.retryAfter().orElse(Duration.ZERO).toNanos()
                : 0;
        if (!mayPass
                || closing.getAsBoolean()
                || without + Math.max(asked, wait.toNanos()) > policy.budget().toNanos()) {
            throw e;
        }
        try {
            // Between a half and the whole of it, so that many readers do not come back in step.
            long nanos = wait.toNanos();
            Thread.sleep(Duration.ofNanos(ThreadLocalRandom.current().nextLong(nanos / 2, nanos + 1))
                            .toMillis()
                    + 1);
        } catch (InterruptedException interrupted) {
            e.addSuppressed(interrupted);
            throw cancelled(e);
        }
        wait = wait.multipliedBy(2).compareTo(policy.longestWait()) < 0 ? wait.multipliedBy(2) : policy.longestWait();
    }

    private Duration atMostBudget(Duration wanted) {
        return wanted.compareTo(policy.budget()) < 0 ? wanted : policy.budget();
    }

    private static boolean isInterruption(IOException e) {
        // A time-out is made of the same stuff, but is nobody's wish.
        return e instanceof ClosedByInterruptException
                || (e instanceof InterruptedIOException && !(e instanceof SocketTimeoutException));
    }

    private RestoreCancelledException cancelled(Exception e) {
        Thread.currentThread().interrupt();
        return new RestoreCancelledException("interrupted while reading from " + location, e);
    }
}
