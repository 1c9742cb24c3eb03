package org.sidestep.machine.ia32.timing;

/**
 * Where one decoded instruction has its operands from and its results go. Registers are places in a pipeline's table of
 * ready times: 0..7 the general registers, then {@link #FLAGS}; {@link #ALWAYS} is a source that is always ready,
 * {@link #SINK} a destination that nobody reads; behind them the floating-point registers. What has more sources or
 * destinations than there are fields for, keeps the first.
 */
public class Wires {

    public static final int FLAGS = 8;
    public static final int ALWAYS = 9;
    public static final int SINK = 10;
    /**
     * st(0), and mm0, which share their registers. Sources are relative to the top of the stack before the instruction,
     * destinations to the top behind it.
     */
    public static final int STACK = 11;

    public static final int XMM = 19;
    public static final int PLACES = 27;

    /** Registers that one instruction reads at most. */
    public static final int SOURCES = 6;

    public int address0 = ALWAYS;
    public int address1 = ALWAYS;
    public int source0 = ALWAYS;
    public int source1 = ALWAYS;
    public boolean moreSources;
    public int source2 = ALWAYS;
    public int source3 = ALWAYS;
    public int destination0 = SINK;
    public int destination1 = SINK;
    /** How much later than the first the second result is there, on the pipeline's own scale of time. */
    public int secondLater;

    public int flagsDestination = SINK;
    /** Address registers that are stepped (stack pointer, string pointers). */
    public int step0 = SINK;

    public int step1 = SINK;
    public boolean steps;

    /** By how many registers everything moves away from the top of the x87 stack. */
    public int pushes;
    /** The register that st(0) is exchanged with, or 0. */
    public int exchanges;
    /** Whether one of both is set. */
    public boolean movesStack;
}
