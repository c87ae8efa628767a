// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.workload;

import java.util.ArrayList;
import java.util.List;

/** Leaves out of a list that makes something fail whatever is not needed for that. */
final class Shrinking {

    /** Tries a list. */
    interface Trial {
        boolean fails(List<Integer> some) throws Exception;
    }

    private Shrinking() {}

    /**
     * Takes away halves, then ever smaller pieces, as long as it still fails without them.
     *
     * @param all a list that fails
     * @param mostTrials after which the smallest list found so far is taken
     * @return one that fails; with enough trials, none that lacks a single element of it does
     */
    static List<Integer> shrink(List<Integer> all, int mostTrials, Trial trial) throws Exception {
        List<Integer> left = List.copyOf(all);
        int trials = 0;
        int piece = Math.max(1, left.size() / 2);
        while (true) {
            boolean smaller = false;
            // From the end, since what failed last is often not needed for itself.
            for (int to = left.size(); to > 0; to -= piece) {
                if (trials++ == mostTrials) {
                    return left;
                }
                int from = Math.max(0, to - piece);
                List<Integer> without = new ArrayList<>(left.subList(0, from));
                without.addAll(left.subList(Math.min(to, left.size()), left.size()));
                if (trial.fails(without)) {
                    left = List.copyOf(without);
                    smaller = true;
                }
            }
            if (piece == 1 && !smaller) {
                return left;
            }
            piece = Math.max(1, piece / 2);
        }
    }
}
