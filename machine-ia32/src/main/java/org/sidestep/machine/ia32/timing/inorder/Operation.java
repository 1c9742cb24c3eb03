package org.sidestep.machine.ia32.timing.inorder;

/** What one decoded instruction does to the pipeline, computed once. */
final class Operation {

    /** A register or stack place that there is not. */
    static final int NONE = -1;

    private static final int ESP = 1 << 4;

    /** Where the registers of MMX begin in a set of registers. */
    static final int MEDIA = 8;

    Pipe pipe;
    /** What there is only one of for both pipes; null if it needs no such thing. */
    Unit unit;
    /** Cycles in the first decoding stage beyond one. */
    int prefixes;
    /** Cycles in the execution stage. */
    int cycles;
    /** How many memory operands it has. */
    boolean memory;
    /** By how much its stores delay others at most, as far as they hit. */
    int writing;
    /** Registers that the address is made of, as a set. */
    int addresses;
    /** Registers that are read, and written, as sets, those of MMX from {@link #MEDIA} on; the steps of the stack pointer are not among them. */
    int reads;

    int writes;
    /** What the stack pointer is to this instruction: pairs of pushes and of pops are paired in spite of it. */
    Stack stack = Stack.NONE;
    /** Compares and branches pair in spite of the flags; an event that it reports costs all there is to pay. */
    boolean branch;

    boolean transfer;

    // What follows from these, for pairing.
    /** Whether the V pipe may take another instruction beside this one in the U pipe, and this one beside another. */
    boolean opens;

    boolean joins;
    /** The registers that the instruction beside it in the U pipe must not write. */
    int registers;

    boolean usesStack;

    /** Cycles of a repeated string instruction: before the first iteration, and per iteration; -1 for all others. */
    int repeatSetup = -1;

    int repeatEach;

    // Floating point: places relative to the top of the stack as it is before the instruction.
    boolean floating;
    int source0 = NONE;
    int source1 = NONE;
    int destination = NONE;
    /** FXCH with this place. */
    int exchange = NONE;
    /** By how much the top of the stack moves. */
    int pops;

    /** Cycles until a result is there; 0 if it is when execution ends. */
    int latency;

    int busy;

    /** The same instruction with operands that it is quick with, by their ordinal; null if it is with none. */
    Operation[] quicker;

    /** What its own clocks delay at most, but for repetitions. */
    int longest() {
        int longest = prefixes + cycles + latency + busy + writing;
        if (quicker == null) return longest;
        for (Operation other : quicker) if (other != null) longest = Math.max(longest, other.longest());
        return longest;
    }

    /** All other fields are set. */
    void preparePairing() {
        opens = pipe.first || pipe == Pipe.FX;
        joins = pipe.second && exchange == NONE;
        registers = reads | writes | (stack == Stack.NONE ? addresses : addresses & ~ESP);
        usesStack = ((addresses | reads | writes) & ESP) != 0;
    }

    /** Of MMX. */
    enum Unit {
        /** For packing and unpacking as well. */
        SHIFTER,
        MULTIPLIER
    }

    /** Implicit use of the stack pointer. */
    enum Stack {
        NONE,
        PUSH,
        POP
    }
}
