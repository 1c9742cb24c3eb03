package org.sidestep.lab.run;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.sidestep.experiment.Distribution;
import org.sidestep.kernel.KernelProbes;
import org.sidestep.machine.Machine;

/**
 * Counts happenings by metric name: probes that are passed, and whatever other recorders add. A name once mentioned is reported
 * even if nothing happened.
 */
final class Tally implements Recorder {

    /** Up to date whenever an interval begins or ends, and reported by others. */
    static final String INSTRUCTIONS = "instructions";

    private static final List<String> ALWAYS = List.of(
            KernelProbes.IPC_KERNEL,
            KernelProbes.IPC_USER,
            KernelProbes.FIXUP_BEGIN,
            KernelProbes.ROLL_FORWARD,
            KernelProbes.RESTART,
            KernelProbes.KILL);

    private final Map<String, Long> counts = new LinkedHashMap<>();
    private long instructionsBefore;

    Tally() {
        ALWAYS.forEach(this::mention);
    }

    void mention(String name) {
        counts.putIfAbsent(name, 0L);
    }

    void add(String name, long difference) {
        counts.merge(name, difference, Long::sum);
    }

    Map<String, Long> counts() {
        return counts;
    }

    @Override
    public void begin(Machine machine) {
        instructionsBefore = machine.instructions();
    }

    @Override
    public void passed(String probe, Machine machine) {
        add(probe, 1);
    }

    @Override
    public void started(String interval, int parts, Machine machine) {
        counts.put(INSTRUCTIONS, machine.instructions() - instructionsBefore);
    }

    @Override
    public void stopped(String interval, Machine machine) {
        counts.put(INSTRUCTIONS, machine.instructions() - instructionsBefore);
    }

    @Override
    public void report(SortedMap<String, Double> metrics, SortedMap<String, Distribution> distributions) {
        counts.forEach((name, count) -> {
            if (!name.equals(INSTRUCTIONS)) metrics.put(reported(name), (double) count);
        });
    }

    private static String reported(String name) {
        return name.equals(KernelProbes.FIXUP_BEGIN) ? "fixup.count" : name;
    }
}
