// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

/**
 * What reading ahead may take.
 *
 * @param requests how many requests may go on at once; 1 reads nothing ahead
 * @param ranges how many of them may be for ranges of objects that are larger than one range
 * @param rangeSize how much of a large object is asked for at once, in bytes
 * @param memory how much may lie fetched and not yet taken, or be on its way, in bytes; outside of the heap
 */
record FetchLimits(int requests, int ranges, int rangeSize, int memory) {

    /** Within the 36 MB outside of the heap that the command line gives Java: the rest is for sockets and files. */
    private static final int MEMORY = 28 << 20;

    private static final int LARGEST_RANGE = 2 << 20;
    private static final int SMALLEST_RANGE = 256 << 10;
    /** Where ranges become smaller, they become no smaller than that. */
    private static final int SMALLER_RANGE = 1 << 20;

    /**
     * Ranges as large as memory allows for so many, and half as many again that wait to be taken: the fewer requests, the
     * less their latency counts.
     */
    static FetchLimits of(int requests, int ranges) {
        int together = Math.min(requests, ranges);
        int fitting = (int) (MEMORY / (together + together / 2L + 1));
        return new FetchLimits(requests, together, Math.max(SMALLEST_RANGE, Math.min(LARGEST_RANGE, fitting)), MEMORY);
    }

    /**
     * How much to ask for next. Towards the end of an object it becomes less, so that the last ranges come at about the same
     * time and no request has to be waited for alone.
     *
     * @param left of the object, in bytes
     */
    long rangeOf(long left) {
        return Math.min(rangeSize, Math.max(SMALLER_RANGE, left / ranges));
    }
}
