// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import dev.tailrace.restore.RestoreListener;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Says in a terminal how much has been read. */
final class VerifyProgress implements RestoreListener, AutoCloseable {

    private static final long EACH_NANOS = Duration.ofMillis(200).toNanos();

    private final Messages messages;
    private final boolean shown;
    private final AtomicLong read = new AtomicLong();
    private final AtomicLong next = new AtomicLong(System.nanoTime() + EACH_NANOS);

    VerifyProgress(Session session, boolean quiet) {
        messages = session.messages();
        shown = session.surroundings().terminal() && !quiet;
    }

    @Override
    public void read(long bytes) {
        long sum = read.addAndGet(bytes);
        long due = next.get();
        long now = System.nanoTime();
        // Whoever changes it draws.
        if (shown && now - due >= 0 && next.compareAndSet(due, now + EACH_NANOS)) {
            messages.status("verifying: " + Quantity.bytes(sum) + " read");
        }
    }

    @Override
    public void close() {
        messages.clearStatus();
    }
}
