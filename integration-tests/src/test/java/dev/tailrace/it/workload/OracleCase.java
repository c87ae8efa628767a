// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.workload;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What is tried: a workload in a layout. Each of its steps has a seed of its own, so that a case with some of the steps of
 * another one does in them what the other one does.
 *
 * @param steps which of the steps that follow from the seed, ascending from 0
 */
record OracleCase(OracleLayout layout, long seed, List<Integer> steps) {

    private static final int FEWEST_STEPS = 15;
    private static final int MOST_STEPS = 40;

    OracleCase {
        steps = List.copyOf(steps);
    }

    /** All steps of a seed. */
    static OracleCase of(OracleLayout layout, long seed) {
        int count = new SplittableRandom(seed).nextInt(FEWEST_STEPS, MOST_STEPS);
        return new OracleCase(layout, seed, IntStream.range(0, count).boxed().toList());
    }

    OracleCase withSteps(List<Integer> some) {
        return new OracleCase(layout, seed, some);
    }

    long[] stepSeeds() {
        int count = steps.stream().mapToInt(step -> step + 1).max().orElse(0);
        long[] seeds = new SplittableRandom(~seed).longs(count).toArray();
        return steps.stream().mapToLong(step -> seeds[step]).toArray();
    }

    /** The options that run it again. */
    @Override
    public String toString() {
        return "--seed " + seed + " --layout " + layout + " --steps "
                + (steps.isEmpty()
                        ? "none"
                        : steps.stream().map(String::valueOf).collect(Collectors.joining(",")));
    }
}
