// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.store;

import java.time.Duration;

/**
 * How long reading and listing are tried again after a store could not be reached or a connection was lost; listing only once
 * the store has answered anything. Waits grow from the first to the longest one, each with some chance in it; every byte and
 * every object that arrives starts the budget anew.
 *
 * @param budget how long there may be no progress; zero never tries again
 * @param firstWait before the second try, more than zero
 * @param longestWait at least {@code firstWait}
 */
public record RetryPolicy(Duration budget, Duration firstWait, Duration longestWait) {

    /** Two minutes, waiting 100 ms at first and 10 s at most. */
    public static final RetryPolicy DEFAULT =
            new RetryPolicy(Duration.ofMinutes(2), Duration.ofMillis(100), Duration.ofSeconds(10));

    /** Every failure is final. */
    public static final RetryPolicy NEVER = new RetryPolicy(Duration.ZERO, Duration.ofMillis(1), Duration.ofMillis(1));

    public RetryPolicy {
        if (budget.isNegative()
                || firstWait.isNegative()
                || firstWait.isZero()
                || longestWait.compareTo(firstWait) < 0) {
            throw new IllegalArgumentException(
                    "no retry policy: budget " + budget + ", waits " + firstWait + " to " + longestWait);
        }
    }
}
