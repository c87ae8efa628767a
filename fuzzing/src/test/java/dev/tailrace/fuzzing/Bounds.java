// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.fuzzing;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** What a parser may take for one input. */
public final class Bounds {

    /** What one input may take at most, in seconds; far above what any does, since machines are busy. */
    static final int SECONDS = 10;

    private static final int MOST_TRIALS = 3;

    /** What Jazzer reserves in the same thread, in bytes: its hooks look at what the parsers compare. */
    private static final long ROOM = Long.getLong("tailrace.fuzz.room", 0);

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Bounds() {}

    /** What is tried on one input. */
    public interface Trial {

        /** Throws whatever is not to be thrown. */
        void run() throws Exception;
    }

    /**
     * Runs a trial in this thread; more than once if it reserves too much, since classes are loaded at their first use.
     *
     * @param bytes how many may be reserved in all, those given back included
     * @throws AssertionError if the trial failed, or reserved more each time
     */
    public static void within(long bytes, Trial trial) {
        long reserved = 0;
        for (int i = 0; i < MOST_TRIALS; i++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            try {
                trial.run();
            } catch (Exception e) {
                throw new AssertionError("not of the typed family: " + e, e);
            }
            reserved = THREADS.getCurrentThreadAllocatedBytes() - before;
            if (reserved <= bytes + ROOM) {
                return;
            }
        }
        throw new AssertionError("reserved " + reserved + " bytes, more than " + bytes);
    }

    /** @throws AssertionError if it does not hold */
    public static void require(boolean holds, String what, Object... values) {
        if (!holds) {
            throw new AssertionError(String.format(what, values));
        }
    }
}
