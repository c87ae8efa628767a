// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

/** How many workers a restore is worth. */
final class WorkerCount {

    private static final long BASE = 16L << 20;
    private static final long EACH = 24L << 20;

    private WorkerCount() {}

    /** No more than processors, than the heap holds buffers for, and than there are pieces of work; at least 1. */
    static int of(int parallelism, long pieces) {
        Runtime machine = Runtime.getRuntime();
        long fitting = (machine.maxMemory() - BASE) / EACH;
        long useful = Math.min(parallelism, machine.availableProcessors());
        return (int) Math.max(1, Math.min(Math.min(useful, fitting), pieces));
    }
}
