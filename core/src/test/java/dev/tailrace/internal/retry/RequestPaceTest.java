// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.internal.retry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RequestPaceTest {

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5_000_000_000L);
    private final RequestPace pace = new RequestPace(now::get);

    private static long millis(long number) {
        return Duration.ofMillis(number).toNanos();
    }

    @Test
    void nothingWaitsWhileTheStoreDoesNotComplain() {
        for (int i = 0; i < 1000; i++) {
            assertThat(pace.place()).isZero();
            pace.served();
        }
    }

    @Test
    void allWaitAsLongAsTheStoreAsksAndThenBeginOneAfterTheOther() {
        pace.slowDown(now.get(), Duration.ofSeconds(3));
        long before = 0;
        for (int i = 0; i < 20; i++) {
            long wait = pace.place();
            assertThat(wait).isBetween(Duration.ofSeconds(3).toNanos() + i * millis(10), millis(3000 + i * 20L));
            assertThat(wait).isGreaterThan(before);
            before = wait;
        }
    }

    @Test
    void eachComplaintAboutTheNewPaceDoublesTheIntervalUpToABound() {
        for (int i = 0; i < 40; i++) {
            pace.slowDown(now.get(), Duration.ZERO);
            now.addAndGet(1);
        }
        long one = pace.place();
        assertThat(pace.place() - one).isBetween(millis(1000), millis(2000));
    }

    @Test
    void complaintsAboutWhatWasAskedBeforeSlowDownOnce() {
        long begun = now.get();
        now.addAndGet(millis(1));
        for (int i = 0; i < 30; i++) {
            pace.slowDown(begun, Duration.ZERO);
        }
        long one = pace.place();
        assertThat(pace.place() - one).isBetween(millis(10), millis(20));
    }

    @Test
    void comesBackToFullSpeedAsRequestsAreServed() {
        pace.slowDown(now.get(), Duration.ofMillis(100));
        now.addAndGet(millis(2));
        pace.slowDown(now.get(), Duration.ZERO);
        long before = pace.place();
        now.addAndGet(before);
        pace.served();
        for (int i = 0; i < 60; i++) {
            now.addAndGet(pace.place());
            pace.served();
        }
        for (int i = 0; i < 10; i++) {
            assertThat(pace.place()).isZero();
        }
        assertThat(before).isPositive();
    }
}
