package org.sidestep.lab.run;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sidestep.experiment.Distribution;
import org.sidestep.experiment.Metrics;
import org.sidestep.kernel.KernelImage;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Observer;
import org.sidestep.workload.Observables;

/**
 * Watches one run and tells recorders what happens between the workload's begin and end labels. They turn it into metrics.
 */
public final class Observations implements Observer {

    /** Before a figure of the CPU model: how often it was charged. */
    public static final String CHARGED = "charged.";

    /** How many instructions there were from begin to end. */
    public static final String INSTRUCTIONS = "instructions.total";

    private final KernelImage image;
    private final List<Recorder> recorders;
    private final List<Recorder> seeing;
    private final Map<Integer, List<Mark>> marks = new HashMap<>();
    private final int beginning;

    private SortedMap<String, Double> printed = Collections.emptySortedMap();
    private boolean begun;
    private boolean ended;

    /** What to do when execution passes a place. */
    @FunctionalInterface
    private interface Mark {
        void passed(Machine machine);
    }

    /** Makes {@code machine} report to new observations of {@code image}; recorders are told in their order. */
    static Observations of(Machine machine, KernelImage image, List<Recorder> recorders) {
        Observations observations = new Observations(image, recorders);
        machine.observe(observations);
        observations.marks.keySet().stream().sorted().forEach(machine::watch);
        return observations;
    }

    /** Marks at one place act in the order in which they are set: an interval ends before the next one starts. */
    private Observations(KernelImage image, List<Recorder> recorders) {
        this.image = image;
        this.recorders = List.copyOf(recorders);
        this.seeing = recorders.stream().filter(Recorder::seesInstructions).toList();
        Observables wanted = image.observables();
        beginning = image.program().address(wanted.begin());
        mark(wanted.begin(), this::begin);
        image.probes()
                .forEach((name, labels) -> labels.forEach(label ->
                        mark(label, machine -> this.recorders.forEach(recorder -> recorder.passed(name, machine)))));
        wanted.intervals().forEach((name, interval) -> {
            interval.to()
                    .forEach(label -> mark(
                            label, machine -> this.recorders.forEach(recorder -> recorder.stopped(name, machine))));
            interval.from()
                    .forEach(label -> mark(
                            label,
                            machine -> this.recorders.forEach(
                                    recorder -> recorder.started(name, interval.parts(), machine))));
        });
        if (wanted.end() != null) mark(wanted.end(), this::end);
    }

    private void mark(String label, Mark mark) {
        int address = image.program().address(label);
        marks.computeIfAbsent(address, a -> new ArrayList<>()).add(mark);
    }

    private boolean measuring() {
        return begun && !ended;
    }

    private void begin(Machine machine) {
        if (begun) return;
        begun = true;
        recorders.forEach(recorder -> recorder.begin(machine));
    }

    /** The run has ended: with it measuring, where nothing else ends it, and what there is to read on the console. */
    void over(Machine machine) {
        printed = new Printed(image.observables()).read(machine.console());
        if (image.observables().end() == null) end(machine);
    }

    private void end(Machine machine) {
        if (!measuring()) return;
        ended = true;
        recorders.forEach(recorder -> recorder.end(machine));
    }

    @Override
    public void passed(Machine machine, int address) {
        List<Mark> here = marks.get(address);
        if (here == null) return;
        for (Mark mark : here) if (measuring() || !begun && address == beginning) mark.passed(machine);
    }

    @Override
    public boolean seesInstructions() {
        return !seeing.isEmpty();
    }

    @Override
    public void retired(Machine machine, int address, long cycles, long[] lost) {
        seeing.forEach(recorder -> recorder.retired(machine, address, cycles, lost));
    }

    @Override
    public void privilegeChanged(Machine machine, int from, int to, int vector) {
        if (!measuring()) return;
        if (to < from) recorders.forEach(recorder -> recorder.entered(machine, vector));
        else recorders.forEach(recorder -> recorder.left(machine));
    }

    @Override
    public void interrupt(Machine machine, int vector) {
        if (measuring()) recorders.forEach(recorder -> recorder.interrupt(machine));
    }

    /** Why there is nothing to report although the guest ended well; empty if there is. */
    String missing() {
        if (!begun) return missing("began", image.observables().begin());
        if (!ended) return missing("ended", image.observables().end());
        return "";
    }

    private static String missing(String what, String label) {
        return String.format(Locale.ROOT, "measuring never %s: '%s' was not passed", what, label);
    }

    /** What all recorders have to say. */
    Metrics metrics() {
        SortedMap<String, Double> counts = new TreeMap<>(printed);
        SortedMap<String, Distribution> distributions = new TreeMap<>();
        recorders.forEach(recorder -> recorder.report(counts, distributions));
        return new Metrics(counts, distributions);
    }
}
