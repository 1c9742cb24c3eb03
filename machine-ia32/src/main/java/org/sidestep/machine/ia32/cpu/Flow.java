package org.sidestep.machine.ia32.cpu;

/**
 * The flow of execution: how far the current instruction has got, and when to look around next. The engine reads and sets
 * it between two instructions; instructions say in it what the engine must know about them.
 */
public final class Flow {

    /** Iterations of a string instruction between two looks around. */
    public static final int STRETCH = 64;

    /** No value of EFLAGS. */
    public static final int NOT_COMPARING = -1;

    /** The clock value from which on something other than the next instruction may have to happen. */
    public long deadline;

    /** Iterations that the current string instruction has made, else 1. */
    public int iterations = 1;

    /** Whether the current string instruction stopped between iterations and goes on. */
    public boolean unfinished;

    /** The flags before a repeated CMPS or SCAS that is under way, else {@link #NOT_COMPARING}. */
    public int comparing = NOT_COMPARING;

    /** Execution goes on in the middle of a repeated string instruction. */
    public boolean resuming;

    /** Iterations of a string instruction after which the clock may catch up, and traps and interrupts come in. */
    public int stretch = STRETCH;

    /** Interrupts wait until the next instruction is done (STI, MOV SS). */
    public boolean shadow;

    /** Debug exceptions wait too (MOV SS). */
    public boolean trapShadow;

    /** DR6 bits of the debug trap that follows the current instruction, if any. */
    public int debugTraps;

    /** TF was set when the current instruction began: a debug exception follows it. */
    public boolean stepping;

    /** The engine looks around before the next instruction. */
    public void attention() {
        deadline = 0;
    }

    /** A debug trap follows the current instruction. */
    void debugTrap(int dr6Bits) {
        debugTraps |= dr6Bits;
        attention();
    }

    /** The current instruction is complete, or waits between two iterations. */
    public void instructionEnds() {
        resuming = unfinished;
        unfinished = false;
        iterations = 1;
    }

    /** The current instruction is given up: it begins anew, if at all. */
    public void instructionFaults() {
        resuming = false;
        unfinished = false;
        iterations = 1;
    }

    /** Execution goes on elsewhere, whatever was under way. */
    void divert() {
        comparing = NOT_COMPARING;
        shadow = false;
        trapShadow = false;
        resuming = false;
        stepping = false;
        debugTraps = 0;
    }

    /** Of another flow, what matters between two instructions. */
    void copy(Flow other) {
        comparing = other.comparing;
        shadow = other.shadow;
        trapShadow = other.trapShadow;
        resuming = other.resuming;
        stepping = other.stepping;
        debugTraps = other.debugTraps;
        iterations = 1;
        unfinished = false;
    }
}
