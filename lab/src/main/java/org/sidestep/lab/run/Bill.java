package org.sidestep.lab.run;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import org.sidestep.experiment.Distribution;
import org.sidestep.kernel.Cause;
import org.sidestep.kernel.KernelImage;
import org.sidestep.machine.Machine;

/** What the cycles of each interval were spent on. */
final class Bill extends Spending {

    private final long[] spent = new long[Cause.values().length];

    private final Map<String, Interval> intervals = new LinkedHashMap<>();

    Bill(KernelImage image) {
        super(image);
    }

    /** Sums of the parts of the bill that fall into intervals of one kind. */
    private final class Interval {
        private final int parts;
        private final long[] begun = new long[spent.length];
        private final long[] sums = new long[spent.length];
        private boolean running;
        private long count;

        Interval(int parts) {
            this.parts = parts;
        }

        void start() {
            System.arraycopy(spent, 0, begun, 0, spent.length);
            running = true;
        }

        void stop() {
            if (!running) return;
            running = false;
            count += parts;
            for (int i = 0; i < sums.length; i++) sums[i] += spent[i] - begun[i];
        }
    }

    @Override
    public void begin(Machine machine) {
        started(Intervals.WHOLE, 1, machine);
    }

    @Override
    public void end(Machine machine) {
        stopped(Intervals.WHOLE, machine);
    }

    @Override
    public void started(String name, int parts, Machine machine) {
        settle(machine);
        intervals.computeIfAbsent(name, n -> new Interval(parts)).start();
    }

    @Override
    public void stopped(String name, Machine machine) {
        settle(machine);
        if (intervals.containsKey(name)) intervals.get(name).stop();
    }

    @Override
    void spent(Machine machine, int address, Cause cause, long cycles) {
        spent[cause.ordinal()] += cycles;
    }

    /**
     * Cycles by {@code bill.<interval>.<cause>}, summed over all intervals of that name, and by {@code bill.<interval>.parts}
     * how many parts these were.
     */
    @Override
    public void report(SortedMap<String, Double> counts, SortedMap<String, Distribution> distributions) {
        intervals.forEach((name, interval) -> {
            if (interval.count == 0) return;
            counts.put("bill." + name + ".parts", (double) interval.count);
            for (Cause cause : Cause.values()) {
                counts.put("bill." + name + "." + cause.word(), (double) interval.sums[cause.ordinal()]);
            }
        });
    }
}
