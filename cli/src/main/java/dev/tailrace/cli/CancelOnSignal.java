// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Run when the process is told to stop: cancels the work that goes on, and waits until it has cleaned up. */
final class CancelOnSignal extends Thread {

    /** More than any clean-up takes, less than most supervisors wait before they kill. */
    private static final long CLEAN_UP_SECONDS = 8;

    private final Thread working;
    private final CountDownLatch finished = new CountDownLatch(1);
    private volatile boolean stopping;

    /** @param working is interrupted */
    CancelOnSignal(Thread working) {
        super("cancel on signal");
        this.working = working;
    }

    /** To be called when the work is done, also if it was cancelled. */
    void finished() {
        finished.countDown();
    }

    /** Whether the process was told to stop. */
    boolean isStopping() {
        return stopping;
    }

    @Override
    public void run() {
        stopping = true;
        working.interrupt();
        try {
            // The machine stops when the hooks are done: without this wait the temp file would stay.
            boolean cleanedUp = finished.await(CLEAN_UP_SECONDS, TimeUnit.SECONDS);
            if (!cleanedUp) {
                System.err.println("tailrace: stopped before it could clean up; a temp file may be left");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
