package org.sidestep.lab.run;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import org.sidestep.asm.Program;
import org.sidestep.experiment.Distribution;
import org.sidestep.kernel.Cause;
import org.sidestep.kernel.KernelImage;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Timing.Loss;

/**
 * Splits all cycles by what they were spent on. Every cycle by which the clock advances goes to exactly one cause: to what
 * the processor lost it to, or else to the cause of the instruction that took it.
 */
final class Bill implements Recorder {

    private static final Loss[] LOSSES = Loss.values();

    /** The causes of the image's instructions by their addresses. */
    private final Map<Integer, Cause> code = new HashMap<>();

    private final long[] spent = new long[Cause.values().length];
    /** Up to when everything has been attributed. */
    private long settled;

    private final Map<String, Interval> intervals = new LinkedHashMap<>();

    Bill(KernelImage image) {
        for (Program.Line line : image.program().lines()) {
            boolean instruction = line.kind() == Program.Line.Kind.CODE && line.length() > 0;
            if (instruction) code.put(line.address(), Cause.of(line.purpose(), Cause.KERNEL));
        }
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
        settle(machine.cycles());
        intervals.computeIfAbsent(name, n -> new Interval(parts)).start();
    }

    @Override
    public void stopped(String name, Machine machine) {
        settle(machine.cycles());
        if (intervals.containsKey(name)) intervals.get(name).stop();
    }

    @Override
    public boolean seesInstructions() {
        return true;
    }

    /** The clock has advanced by an instruction. */
    @Override
    public void retired(Machine machine, int address, long cycles, long[] lost) {
        long rest = machine.cycles() - settled;
        long delivered = cycles - rest;
        for (Loss loss : LOSSES) {
            long taken = Math.min(rest, Math.max(0, lost[loss.ordinal()] - delivered));
            delivered = Math.max(0, delivered - lost[loss.ordinal()]);
            spent[cause(loss).ordinal()] += taken;
            rest -= taken;
        }
        spent[cause(machine, address).ordinal()] += rest;
        settled = machine.cycles();
    }

    /** What has passed since the last instruction went into delivering an interrupt. */
    private void settle(long now) {
        spent[Cause.TRAP.ordinal()] += now - settled;
        settled = now;
    }

    private Cause cause(Machine machine, int address) {
        Cause cause = code.get(address);
        if (cause != null) return cause;
        return machine.cpl() == 0 ? Cause.KERNEL : Cause.WORKLOAD;
    }

    private static Cause cause(Loss loss) {
        return switch (loss) {
            case TRAP -> Cause.TRAP;
            case ADDRESS_SPACE -> Cause.ADDRESS_SPACE;
            case IDLE -> Cause.IDLE;
            case MISPREDICTION -> Cause.MISPREDICTION;
            case TLB_REFILL -> Cause.TLB_REFILL;
            case CACHE_REFILL -> Cause.CACHE_REFILL;
        };
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
