package org.sidestep.lab.run;

import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import org.sidestep.experiment.Distribution;
import org.sidestep.machine.Counters;
import org.sidestep.machine.Machine;

/** What the machine itself counts, from begin to end. */
final class Totals implements Recorder {

    private Reading begin;
    private Reading end;

    private record Reading(long cycles, long instructions, Counters counters, SortedMap<String, Long> charges) {
        static Reading of(Machine machine) {
            return new Reading(machine.cycles(), machine.instructions(), machine.counters(), machine.charges());
        }
    }

    @Override
    public void begin(Machine machine) {
        begin = Reading.of(machine);
    }

    @Override
    public void end(Machine machine) {
        end = Reading.of(machine);
    }

    @Override
    public void report(SortedMap<String, Double> counts, SortedMap<String, Distribution> distributions) {
        Counters events = end.counters().minus(begin.counters());
        counts.put("cycles.total", (double) (end.cycles() - begin.cycles()));
        counts.put(Observations.INSTRUCTIONS, (double) (end.instructions() - begin.instructions()));
        counts.put("cr3.loads", (double) events.cr3Loads());
        counts.put("tlb.misses", (double) events.tlbMisses());
        counts.put("cache.misses", (double) (events.l1Misses() + events.l2Misses()));
        counts.put("cache.misses.l1", (double) events.l1Misses());
        counts.put("cache.misses.l2", (double) events.l2Misses());
        counts.put("branch.mispredictions", (double) events.mispredictions());
        counts.put("interrupts", (double) events.interrupts());
        counts.put("faults", (double) events.faults());
        end.charges().keySet().forEach(figure -> {
            long within = charged(figure);
            if (within > 0) counts.put(Observations.CHARGED + figure, (double) within);
        });
    }

    private long charged(String figure) {
        return end.charges().getOrDefault(figure, 0L) - begin.charges().getOrDefault(figure, 0L);
    }

    /** The figures that the machine has charged, but never from begin to end. */
    Set<String> chargedOutside(Machine machine) {
        Set<String> outside = new TreeSet<>(machine.charges().keySet());
        outside.removeIf(figure -> charged(figure) > 0);
        return outside;
    }
}
