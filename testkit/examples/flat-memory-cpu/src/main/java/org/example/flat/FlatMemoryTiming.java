package org.example.flat;

import org.sidestep.isa.Instruction;
import org.sidestep.machine.StateTape;
import org.sidestep.machine.Timing;
import org.sidestep.plugin.Parameters;

/** The clock: nothing overlaps, so that each report of the machine moves it on by itself. */
final class FlatMemoryTiming extends Timing {

    private final int memory;
    private final int trap;
    private final int sysenter;
    private long cycles;

    FlatMemoryTiming(Parameters parameters) {
        memory = parameters.integer(FlatMemoryProcessor.MEMORY);
        trap = parameters.integer(FlatMemoryProcessor.TRAP);
        sysenter = parameters.integer(FlatMemoryProcessor.SYSENTER);
    }

    /** An instruction costs what it does: there is nothing to prepare. */
    @Override
    public Object prepare(Instruction instruction) {
        return instruction;
    }

    /** Instructions come from a ROM as fast as the processor. */
    @Override
    public void fetch(int line) {}

    @Override
    public void load(int physical, int bytes) {
        cycles += memory;
    }

    @Override
    public void store(int physical, int bytes) {
        cycles += memory;
    }

    @Override
    public void walk(int physical, boolean instructionSide, boolean written) {
        cycles += written ? 2L * memory : memory;
    }

    /** Nothing is fetched ahead: a branch is as good as any instruction. */
    @Override
    public void branch(Branch kind, int address, int next, int target, boolean taken) {}

    @Override
    public void event(Event event) {
        switch (event) {
            case INTERRUPT_INWARD, INTERRUPT_SAME_LEVEL, IRET_OUTWARD, IRET_SAME_LEVEL -> cycles += trap;
            case FAR_TRANSFER_INWARD, FAR_TRANSFER_OUTWARD -> cycles += trap;
            case SYSENTER, SYSEXIT -> cycles += sysenter;
            case SPLIT_ACCESS -> cycles += memory;
            default -> {}
        }
    }

    @Override
    public void retire(Object prepared, int iterations) {
        cycles += Math.max(iterations, 1);
    }

    @Override
    public void idleUntil(long cycle) {
        cycles = Math.max(cycles, cycle);
    }

    @Override
    public long cycles() {
        return cycles;
    }

    @Override
    public long l1Misses() {
        return 0;
    }

    @Override
    public long l2Misses() {
        return 0;
    }

    @Override
    public long mispredictions() {
        return 0;
    }

    /** Everything that changes is listed here, or a restored machine would go on with another clock. */
    @Override
    public void keep(StateTape tape) {
        cycles = tape.number(cycles);
    }
}
