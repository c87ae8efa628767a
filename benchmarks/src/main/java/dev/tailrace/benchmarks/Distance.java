// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.benchmarks;

import java.time.Duration;

/**
 * How far away a server is made to be.
 *
 * @param latency before each answer
 * @param bandwidth of each connection, in bytes a second; 0 for as much as there is
 */
record Distance(Duration latency, long bandwidth) {

    /** An operator's view of it. */
    @Override
    public String toString() {
        return latency.toMillis() + " ms for each request, " + (bandwidth == 0 ? "no bound" : bandwidth / 1e6 + " MB/s")
                + " for each connection";
    }
}
