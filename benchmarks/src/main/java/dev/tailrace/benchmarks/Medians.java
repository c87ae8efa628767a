// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.benchmarks;

import java.util.Arrays;

/** The value in the middle. */
final class Medians {

    private Medians() {}

    /** Of at least one value; the mean of the two in the middle if their number is even. */
    static double of(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
