// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import java.util.Random;

/**
 * Which points of a long enumeration are tried: one of each {@value #USUAL} that follow each other, at random, so that they are
 * spread evenly and come to all in the course of several runs. {@code -Dtailrace.points.every=1} tries all of them, as the full
 * check does; {@code -Dtailrace.points.seed=…} the same ones again.
 */
public final class SomePoints {

    private static final int USUAL = 5;
    private static final int EVERY = Integer.getInteger("tailrace.points.every", USUAL);
    private static final long SEED = Long.getLong("tailrace.points.seed", new Random().nextInt(1_000_000));

    private final Random random = new Random(SEED);
    private int seen;
    private int tried;
    private int chosen;

    /** Whether the next point is to be tried. */
    public boolean next() {
        int number = seen++ % EVERY;
        if (number == 0) {
            chosen = random.nextInt(EVERY);
        }
        if (number != chosen) {
            return false;
        }
        tried++;
        return true;
    }

    /** How many points there were. */
    public int seen() {
        return seen;
    }

    /** How many were tried, and how to try them again. */
    @Override
    public String toString() {
        return tried + " of " + seen + " points, -Dtailrace.points.every=" + EVERY + " -Dtailrace.points.seed=" + SEED;
    }
}
