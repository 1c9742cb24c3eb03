package org.sidestep.lab.run;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sidestep.experiment.Distribution;
import org.sidestep.experiment.Metrics;
import org.sidestep.experiment.Timeline;
import org.sidestep.kernel.KernelImage;
import org.sidestep.kernel.KernelProbes;
import org.sidestep.machine.Counters;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Observer;
import org.sidestep.workload.Observables;

/**
 * Watches one run and turns what it sees between the workload's begin and end labels into metrics. Every probe of the
 * kernel and the policy is counted under its own name.
 */
public final class Observations implements Observer {

    /** The interval that is a round: counts are also reported per round. */
    private static final String ROUND = "roundtrip";

    private static final String INSTRUCTIONS = "instructions";

    /** Before a figure of the CPU model: how often it was charged. */
    public static final String CHARGED = "charged.";

    private static final int TIMELINE_ROUNDS = 4;
    private static final List<String> PER_ROUND =
            List.of(KernelProbes.IPC_KERNEL, KernelProbes.IPC_USER, KernelEntries.ALL, INSTRUCTIONS);

    private final KernelImage image;
    private final Tally tally = new Tally();
    private final KernelEntries entries = new KernelEntries(tally);
    private final Fixups fixups = new Fixups();
    private final TimelineRecorder timeline;
    private final Map<String, Stopwatch> stopwatches = new LinkedHashMap<>();
    private final Map<Integer, List<Mark>> marks = new HashMap<>();
    /** Splits the cycles, if that was asked for. */
    private final Optional<Bill> bill;

    private Totals begin;
    private Totals end;

    /** What to do when execution passes a place. */
    @FunctionalInterface
    private interface Mark {
        void passed(Machine machine);
    }

    private record Totals(long cycles, long instructions, Counters counters, SortedMap<String, Long> charges) {
        static Totals of(Machine machine) {
            return new Totals(machine.cycles(), machine.instructions(), machine.counters(), machine.charges());
        }
    }

    /** Makes {@code machine} report to new observations of {@code image}. */
    static Observations of(Machine machine, KernelImage image, boolean billed) {
        Observations observations = new Observations(image, billed);
        machine.observe(observations);
        observations.marks.keySet().stream().sorted().forEach(machine::watch);
        return observations;
    }

    /** Marks at one place act in the order in which they are set: an interval ends before the next one starts. */
    private Observations(KernelImage image, boolean billed) {
        this.image = image;
        this.bill = billed ? Optional.of(new Bill(image)) : Optional.empty();
        this.timeline = new TimelineRecorder(image);
        Observables wanted = image.observables();
        mark(wanted.begin(), this::begin);
        markProbes();
        wanted.intervals().forEach((metric, interval) -> {
            Stopwatch stopwatch = new Stopwatch(interval.parts());
            stopwatches.put(metric, stopwatch);
            interval.to().forEach(label -> mark(label, machine -> stop(metric, stopwatch, machine)));
            interval.from().forEach(label -> mark(label, machine -> start(metric, stopwatch, machine)));
        });
        mark(wanted.end(), this::end);
    }

    private void markProbes() {
        for (String name : List.of(
                KernelProbes.IPC_KERNEL,
                KernelProbes.IPC_USER,
                KernelProbes.FIXUP_BEGIN,
                KernelProbes.ROLL_FORWARD,
                KernelProbes.RESTART,
                KernelProbes.KILL)) {
            tally.mention(name);
        }
        image.probes().forEach((name, labels) -> {
            for (String label : labels) {
                mark(label, machine -> tally.add(name, 1));
                mark(label, meaning(name));
            }
        });
    }

    private Mark meaning(String probe) {
        return switch (probe) {
            case KernelProbes.IPC_KERNEL -> machine -> entries.ipc();
            case KernelProbes.IPC_USER -> this::switchedAtUserLevel;
            case KernelProbes.ENTRY_CHECK -> machine -> fixups.checkBegins(machine.cycles());
            case KernelProbes.ENTRY_UNCHANGED -> machine -> fixups.foundUnchanged(machine.cycles());
            case KernelProbes.FIXUP_END -> machine -> fixups.fixed(machine.cycles());
            default -> machine -> {};
        };
    }

    private void mark(String label, Mark mark) {
        int address = image.program().address(label);
        marks.computeIfAbsent(address, a -> new ArrayList<>()).add(mark);
    }

    private boolean measuring() {
        return begin != null && end == null;
    }

    private void begin(Machine machine) {
        if (begin != null) return;
        begin = Totals.of(machine);
        timeline.begin(machine);
        bill.ifPresent(b -> b.start(Intervals.WHOLE, 1, machine));
    }

    private void end(Machine machine) {
        if (!measuring()) return;
        end = Totals.of(machine);
        timeline.end(machine);
        bill.ifPresent(b -> b.stop(Intervals.WHOLE, machine));
    }

    private void start(String metric, Stopwatch stopwatch, Machine machine) {
        countInstructions(machine);
        bill.ifPresent(b -> b.start(metric, stopwatch.parts(), machine));
        stopwatch.start(machine.cycles(), tally);
    }

    private void stop(String metric, Stopwatch stopwatch, Machine machine) {
        countInstructions(machine);
        stopwatch.stop(machine.cycles(), tally);
        bill.ifPresent(b -> b.stop(metric, machine));
        if (metric.equals(ROUND) && stopwatch.rounds() == TIMELINE_ROUNDS) timeline.end(machine);
    }

    private void countInstructions(Machine machine) {
        tally.add(INSTRUCTIONS, machine.instructions() - begin.instructions() - tally.of(INSTRUCTIONS));
    }

    private void switchedAtUserLevel(Machine machine) {
        fixups.switchedAtUserLevel();
        timeline.switchedAtUserLevel(machine);
    }

    @Override
    public void passed(Machine machine, int address) {
        for (Mark mark : marks.getOrDefault(address, List.of())) {
            if (measuring() || isBegin(address)) mark.passed(machine);
        }
    }

    private boolean isBegin(int address) {
        return begin == null
                && address == image.program().address(image.observables().begin());
    }

    @Override
    public boolean seesInstructions() {
        return bill.isPresent();
    }

    @Override
    public void retired(Machine machine, int address, long cycles, long[] lost) {
        bill.orElseThrow().retired(machine, address, cycles, lost);
    }

    @Override
    public void privilegeChanged(Machine machine, int from, int to, int vector) {
        if (!measuring()) return;
        if (to < from) {
            entries.entered(machine, vector);
            timeline.entered(machine);
        } else {
            entries.left();
            timeline.left(machine);
        }
    }

    @Override
    public void interrupt(Machine machine, int vector) {
        if (measuring()) entries.interrupt(machine);
    }

    /** Why there is nothing to report although the guest ended well; empty if there is. */
    String missing() {
        if (begin == null)
            return String.format(
                    Locale.ROOT,
                    "measuring never began: '%s' was not passed",
                    image.observables().begin());
        if (end == null)
            return String.format(
                    Locale.ROOT,
                    "measuring never ended: '%s' was not passed",
                    image.observables().end());
        return "";
    }

    Timeline timeline() {
        return timeline.timeline();
    }

    Metrics metrics() {
        SortedMap<String, Double> counts = new TreeMap<>();
        tally.counts().forEach((name, count) -> counts.put(reported(name), (double) count));
        counts.remove(INSTRUCTIONS);
        totals(counts);
        bill.ifPresent(b -> counts.putAll(b.counts()));
        SortedMap<String, Distribution> distributions = new TreeMap<>(fixups.distributions());
        stopwatches.forEach((metric, stopwatch) ->
                stopwatch.cycles().ifPresent(cycles -> distributions.put(metric + ".cycles", cycles)));
        Stopwatch round = stopwatches.get(ROUND);
        if (round != null && round.rounds() > 0) {
            for (String name : PER_ROUND) counts.put(name + ".per-round", round.perRound(name));
        }
        return new Metrics(counts, distributions);
    }

    private static String reported(String name) {
        return name.equals(KernelProbes.FIXUP_BEGIN) ? "fixup.count" : name;
    }

    private void totals(Map<String, Double> counts) {
        Counters events = end.counters().minus(begin.counters());
        counts.put("cycles.total", (double) (end.cycles() - begin.cycles()));
        counts.put("instructions.total", (double) (end.instructions() - begin.instructions()));
        counts.put("cr3.loads", (double) events.cr3Loads());
        counts.put("tlb.misses", (double) events.tlbMisses());
        counts.put("cache.misses", (double) (events.l1Misses() + events.l2Misses()));
        counts.put("cache.misses.l1", (double) events.l1Misses());
        counts.put("cache.misses.l2", (double) events.l2Misses());
        counts.put("branch.mispredictions", (double) events.mispredictions());
        counts.put("interrupts", (double) events.interrupts());
        counts.put("faults", (double) events.faults());
        end.charges().forEach((figure, count) -> {
            long within = count - begin.charges().getOrDefault(figure, 0L);
            if (within > 0) counts.put(CHARGED + figure, (double) within);
        });
    }
}
