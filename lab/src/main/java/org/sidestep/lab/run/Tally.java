package org.sidestep.lab.run;

import java.util.Arrays;
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

    /** Where in {@link #values} a name's count stands; in the order in which they were first mentioned. */
    private final Map<String, Integer> places = new LinkedHashMap<>();

    private long[] values = new long[32];
    private long instructionsBefore;

    Tally() {
        ALWAYS.forEach(this::mention);
        mention(INSTRUCTIONS);
    }

    /** Where the count of {@code name} stands from now on. */
    int mention(String name) {
        Integer known = places.get(name);
        if (known != null) return known;
        int place = places.size();
        places.put(name, place);
        if (place == values.length) values = Arrays.copyOf(values, 2 * place);
        return place;
    }

    /** Adds to the count that stands at a place. */
    void add(int place, long difference) {
        values[place] += difference;
    }

    /** All counts, by their places. */
    long[] values() {
        return values;
    }

    @Override
    public void begin(Machine machine) {
        instructionsBefore = machine.instructions();
    }

    @Override
    public void passed(String probe, Machine machine) {
        add(mention(probe), 1);
    }

    @Override
    public void started(String interval, int parts, Machine machine) {
        values[mention(INSTRUCTIONS)] = machine.instructions() - instructionsBefore;
    }

    @Override
    public void stopped(String interval, Machine machine) {
        values[mention(INSTRUCTIONS)] = machine.instructions() - instructionsBefore;
    }

    @Override
    public void report(SortedMap<String, Double> metrics, SortedMap<String, Distribution> distributions) {
        places.forEach((name, place) -> {
            if (!name.equals(INSTRUCTIONS)) metrics.put(reported(name), (double) values[place]);
        });
    }

    private static String reported(String name) {
        return name.equals(KernelProbes.FIXUP_BEGIN) ? "fixup.count" : name;
    }
}
