package org.sidestep.lab.conformance;

import java.util.SplittableRandom;

/** Gives each case of a campaign random numbers of its own, so that it can be repeated alone. */
final class Seeds {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private Seeds() {}

    static SplittableRandom at(long seed, int number) {
        return new SplittableRandom(seed * GOLDEN ^ new SplittableRandom(number).nextLong());
    }
}
