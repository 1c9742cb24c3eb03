package org.sidestep.lab.run;

import java.util.Arrays;
import java.util.Optional;
import org.sidestep.experiment.Distribution;

/** Measures the cycles of one kind of interval, and what the tally counted within its intervals. */
final class Stopwatch {

    private final int parts;
    private final Samples samples = new Samples();

    /** The tally's values when the interval began, and what they grew by within all intervals. */
    private long[] before = {};

    private long[] within = {};
    private long startedAt;
    private boolean running;
    private int rounds;

    Stopwatch(int parts) {
        this.parts = parts;
    }

    void start(long cycle, Tally tally) {
        startedAt = cycle;
        running = true;
        long[] values = tally.values();
        if (before.length < values.length) before = new long[values.length];
        System.arraycopy(values, 0, before, 0, values.length);
    }

    void stop(long cycle, Tally tally) {
        if (!running) return;
        running = false;
        rounds++;
        samples.add(cycle - startedAt);
        long[] values = tally.values();
        if (within.length < values.length) within = Arrays.copyOf(within, values.length);
        for (int i = 0; i < values.length; i++) within[i] += values[i] - (i < before.length ? before[i] : 0);
    }

    int rounds() {
        return rounds;
    }

    Optional<Distribution> cycles() {
        return samples.distribution(parts);
    }

    /** What the tally counts at {@code place}, per interval, on average. */
    double perRound(int place) {
        return (place < within.length ? (double) within[place] : 0) / rounds;
    }
}
