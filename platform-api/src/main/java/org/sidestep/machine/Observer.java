package org.sidestep.machine;

/**
 * Sees what the machine does, at no cost to the guest. Called synchronously, between instructions (or, for {@link #fault}
 * and {@link #interrupt}, before the handler's first instruction); it may inspect the machine but not change it.
 */
public interface Observer {

    /** Execution is about to execute the instruction at an address of {@link Machine#watch(int)}. */
    default void passed(Machine machine, int address) {}

    /** The privilege level changed; {@code vector} is the interrupt vector, or -1 for sysenter, -2 for a return, -3 for a far transfer. */
    default void privilegeChanged(Machine machine, int from, int to, int vector) {}

    /** CR3 was loaded. */
    default void cr3Loaded(Machine machine, int cr3) {}

    /** An external interrupt is being delivered. */
    default void interrupt(Machine machine, int vector) {}

    /** A fault, trap or abort is being delivered. */
    default void fault(Machine machine, int vector, int errorCode) {}

    /** Whether {@link #tlbMissed} and {@link #cacheMissed} are wanted; asked once, when the observer is added. */
    default boolean seesMisses() {
        return false;
    }

    /** A TLB held no translation for a linear address, of an instruction or of data. */
    default void tlbMissed(Machine machine, int linear, boolean instruction) {}

    /** Whether {@link #retired} is wanted; asked once, when the observer is added. It slows the machine, not the guest. */
    default boolean seesInstructions() {
        return false;
    }

    /**
     * The clock has advanced by an instruction, and by what was delivered or waited for before it.
     *
     * @param address linear address of the instruction
     * @param cycles since the last call, or since the observer was added
     * @param lost how many of these were lost to each {@link Timing.Loss}, by ordinal; together at most {@code cycles}. Only
     *     good during the call
     */
    default void retired(Machine machine, int address, long cycles, long[] lost) {}

    /** The cache of a level (1 or 2) did not hold the line at a physical address. */
    default void cacheMissed(Machine machine, int level, int physical) {}
}
