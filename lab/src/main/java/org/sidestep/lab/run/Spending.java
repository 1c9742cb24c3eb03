package org.sidestep.lab.run;

import java.util.HashMap;
import java.util.Map;
import org.sidestep.asm.Program;
import org.sidestep.kernel.Cause;
import org.sidestep.kernel.KernelImage;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Timing.Loss;

/**
 * Splits all cycles by what they were spent on. Every cycle by which the clock advances goes to exactly one cause: to what
 * the processor lost it to, or else to the cause of the instruction that took it.
 */
abstract class Spending implements Recorder {

    /** Where nothing was executed: what was delivered since the last instruction. */
    static final int NOWHERE = -1;

    private static final Loss[] LOSSES = Loss.values();

    /** The causes of the image's instructions by their addresses. */
    private final Map<Integer, Cause> code = new HashMap<>();

    /** Up to when everything has been attributed. */
    private long settled;

    Spending(KernelImage image) {
        for (Program.Line line : image.program().lines()) {
            boolean instruction = line.kind() == Program.Line.Kind.CODE && line.length() > 0;
            if (instruction) code.put(line.address(), Cause.of(line.purpose(), Cause.KERNEL));
        }
    }

    /**
     * Cycles have gone to a cause.
     *
     * @param address linear address of the instruction that took them, or {@link #NOWHERE}
     */
    abstract void spent(Machine machine, int address, Cause cause, long cycles);

    @Override
    public final boolean seesInstructions() {
        return true;
    }

    /** The clock has advanced by an instruction. */
    @Override
    public final void retired(Machine machine, int address, long cycles, long[] lost) {
        long rest = machine.cycles() - settled;
        long delivered = cycles - rest;
        for (Loss loss : LOSSES) {
            long taken = Math.min(rest, Math.max(0, lost[loss.ordinal()] - delivered));
            delivered = Math.max(0, delivered - lost[loss.ordinal()]);
            if (taken > 0) spent(machine, address, cause(loss), taken);
            rest -= taken;
        }
        if (rest > 0) spent(machine, address, cause(machine, address), rest);
        settled = machine.cycles();
    }

    /** Attributes all up to now: what has passed since the last instruction went into delivering an interrupt. */
    final void settle(Machine machine) {
        long rest = machine.cycles() - settled;
        if (rest > 0) spent(machine, NOWHERE, Cause.TRAP, rest);
        settled = machine.cycles();
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
}
