// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import java.time.Duration;
import java.util.function.LongSupplier;

/** A plain line now and then, for logs; none at all for a quick restore. */
final class ProgressLines implements ProgressDisplay {

    private static final long INTERVAL = Duration.ofSeconds(5).toNanos();

    private final Messages messages;
    private final LongSupplier nanoTime;
    private final long start;
    private long next;

    ProgressLines(Messages messages, LongSupplier nanoTime) {
        this.messages = messages;
        this.nanoTime = nanoTime;
        this.start = nanoTime.getAsLong();
        this.next = start + INTERVAL;
    }

    @Override
    public void advance(long done, long total) {
        long now = nanoTime.getAsLong();
        if (now - next < 0 || done <= 0) {
            return;
        }
        next = now + INTERVAL;
        long elapsed = now - start;
        long perSecond = (long) (done * 1e9 / elapsed);
        Duration left = Duration.ofNanos((long) (elapsed * ((double) (total - done) / done)));
        messages.line("read " + Quantity.bytes(done) + " of " + Quantity.bytes(total) + " (" + 100 * done / total
                + "%), " + Quantity.bytes(perSecond) + "/s, about " + Quantity.roughTime(left) + " left");
    }
}
