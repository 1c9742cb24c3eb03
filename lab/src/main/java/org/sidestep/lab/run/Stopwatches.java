package org.sidestep.lab.run;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.sidestep.experiment.Distribution;
import org.sidestep.kernel.KernelProbes;
import org.sidestep.machine.Machine;

/** Measures the workload's intervals, and what happened within a round. */
final class Stopwatches implements Recorder {

    /** The interval that is a round: counts are also reported per round. */
    static final String ROUND = "roundtrip";

    private static final List<String> PER_ROUND =
            List.of(KernelProbes.IPC_KERNEL, KernelProbes.IPC_USER, KernelEntries.ALL, Tally.INSTRUCTIONS);

    private final Map<String, Stopwatch> stopwatches = new LinkedHashMap<>();
    private final Tally tally;

    /** The tally must be told of everything first. */
    Stopwatches(Tally tally) {
        this.tally = tally;
    }

    @Override
    public void started(String interval, int parts, Machine machine) {
        stopwatches.computeIfAbsent(interval, i -> new Stopwatch(parts)).start(machine.cycles(), tally);
    }

    @Override
    public void stopped(String interval, Machine machine) {
        Stopwatch stopwatch = stopwatches.get(interval);
        if (stopwatch != null) stopwatch.stop(machine.cycles(), tally);
    }

    @Override
    public void report(SortedMap<String, Double> counts, SortedMap<String, Distribution> distributions) {
        stopwatches.forEach((interval, stopwatch) ->
                stopwatch.cycles().ifPresent(cycles -> distributions.put(interval + ".cycles", cycles)));
        Stopwatch round = stopwatches.get(ROUND);
        if (round == null || round.rounds() == 0) return;
        for (String name : PER_ROUND) counts.put(name + ".per-round", round.perRound(tally.mention(name)));
    }
}
