// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import java.util.function.LongSupplier;

/**
 * Tells, while the response to one request comes, when the next one may be asked for: as soon as the rest will take no
 * longer than the first byte took. The next response then begins where this one ends, and its connection's share of the
 * bandwidth is not idle while the store prepares the answer.
 *
 * <p>For one thread.
 */
final class RangeArrival {

    private final long size;
    private final LongSupplier clock;
    private final Runnable nextMayBegin;
    private final long asked;
    private long begun;
    private long atBeginning = -1;
    private boolean told;

    /**
     * The arrival of a response that is asked for now.
     *
     * @param size how many bytes are expected
     * @param clock in nanoseconds
     * @param nextMayBegin called once at most, and never before half of the bytes have come
     */
    RangeArrival(long size, LongSupplier clock, Runnable nextMayBegin) {
        this.size = size;
        this.clock = clock;
        this.nextMayBegin = nextMayBegin;
        asked = clock.getAsLong();
    }

    /** @param length how many bytes have come until now; more than at the call before */
    void came(long length) {
        if (told) {
            return;
        }
        long now = clock.getAsLong();
        if (atBeginning < 0) {
            begun = now;
            atBeginning = length;
        } else if (length >= size / 2 && restTakes(now, length) <= begun - asked) {
            told = true;
            nextMayBegin.run();
        }
    }

    /** As long as bytes have taken since the first ones. */
    private double restTakes(long now, long length) {
        return (double) (size - length) * (now - begun) / (length - atBeginning);
    }
}
