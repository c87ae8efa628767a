// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.internal.retry;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * How soon after each other requests to a store may begin: at once, until the store asks to be spared. Then all of them wait
 * as long as it asks for, and begin in intervals that are doubled each time it asks again and shrink with each request that
 * is served. Requests that have begun are never held up, so that waiting here cannot stop anything else.
 *
 * <p>Safe for use by many threads.
 */
public final class RequestPace {

    /** What the first complaint of a store leads to: fifty requests a second. */
    private static final long FIRST_INTERVAL = Duration.ofMillis(20).toNanos();

    private static final long LONGEST_INTERVAL = Duration.ofSeconds(2).toNanos();
    /** Below this an interval is none. */
    private static final long SHORTEST_INTERVAL = Duration.ofMillis(1).toNanos();

    private final LongSupplier clock;
    private final long origin;
    private final ReentrantLock lock = new ReentrantLock();
    private long interval;
    /** When the next request may begin; this and what follows in nanoseconds since this pace was made. */
    private long next;
    /** Complaints about requests that began before this are about the pace before it was slowed down. */
    private long slowedAt;

    private boolean slowed;

    public RequestPace() {
        this(System::nanoTime);
    }

    RequestPace(LongSupplier clock) {
        this.clock = clock;
        origin = clock.getAsLong();
    }

    private long now() {
        return clock.getAsLong() - origin;
    }

    /**
     * Gives out the next place in the row.
     *
     * @return how long to wait before the request is made, in nanoseconds; 0 while nothing is to be waited for
     */
    public long place() {
        lock.lock();
        try {
            long now = now();
            if (!slowed) {
                return 0;
            }
            long begin = Math.max(now, next);
            // Not in step: what is given out together is not to arrive together.
            next = begin + interval / 2 + ThreadLocalRandom.current().nextLong(interval / 2 + 1);
            return begin - now;
        } finally {
            lock.unlock();
        }
    }

    /** A request was served. */
    public void served() {
        lock.lock();
        try {
            interval -= interval / 8;
            if (slowed && interval < SHORTEST_INTERVAL && next - now() <= SHORTEST_INTERVAL) {
                slowed = false;
                interval = 0;
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * The store asked to be spared.
     *
     * @param begun the time, by {@link System#nanoTime()}, when the request was made that it refused
     * @param wanted how long it asks to be left alone; zero if it does not say
     */
    public void slowDown(long begun, Duration wanted) {
        lock.lock();
        try {
            long now = now();
            if (!slowed || begun - origin >= slowedAt) {
                interval = Math.min(LONGEST_INTERVAL, Math.max(FIRST_INTERVAL, 2 * interval));
                slowedAt = now;
            }
            slowed = true;
            next = Math.max(Math.max(next, now), now + wanted.toNanos());
        } finally {
            lock.unlock();
        }
    }
}
