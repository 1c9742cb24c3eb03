package org.sidestep.lab.run;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.sidestep.experiment.Distribution;

/** Measures the cycles of one kind of interval, and what the tally counted within its intervals. */
final class Stopwatch {

    private final int parts;
    private final Samples samples = new Samples();
    private final Map<String, Long> before = new LinkedHashMap<>();
    private final Map<String, Long> within = new LinkedHashMap<>();
    private long startedAt;
    private boolean running;
    private int rounds;

    Stopwatch(int parts) {
        this.parts = parts;
    }

    void start(long cycle, Tally tally) {
        startedAt = cycle;
        running = true;
        before.clear();
        before.putAll(tally.counts());
    }

    void stop(long cycle, Tally tally) {
        if (!running) return;
        running = false;
        rounds++;
        samples.add(cycle - startedAt);
        tally.counts().forEach((name, count) -> within.merge(name, count - before.getOrDefault(name, 0L), Long::sum));
    }

    int rounds() {
        return rounds;
    }

    Optional<Distribution> cycles() {
        return samples.distribution(parts);
    }

    /** Counted happenings of one kind per interval, on average. */
    double perRound(String name) {
        return (double) within.getOrDefault(name, 0L) / rounds;
    }
}
