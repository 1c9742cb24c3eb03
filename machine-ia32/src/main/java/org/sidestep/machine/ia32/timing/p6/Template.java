package org.sidestep.machine.ia32.timing.p6;

/**
 * What one decoded instruction does to the pipeline, computed once. Registers are places in the pipeline's table of ready
 * times: 0..7 the general registers, then {@link #FLAGS}; {@link #ALWAYS} is a source that is always ready, {@link #SINK}
 * a destination that nobody reads; behind them the floating-point registers.
 */
public final class Template {

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

    /** Microcode enters the reorder buffer as there is room; so many places at once leave room for what is in flight. */
    public static final int MOST_ENTRIES = 12;

    /** Registers that one instruction reads at most. */
    public static final int SOURCES = 6;

    // Front end.
    public int length;
    public int microOps;
    /** Places in the reorder buffer that they are given at once. */
    public int entries;
    /** Rounds a decoder place up to that of the first decoder: 3 if only that will do, else 0. */
    public int decoderMask;
    /** Decoder places that are used up. */
    public int decoderPlaces;

    /** Prefixes if one of them sets the operand size, else 0. */
    public int prefixes;
    /** Whether it may change the length of the instruction. */
    public boolean changesLength;

    // Data flow.
    public int address0 = ALWAYS;
    public int address1 = ALWAYS;
    public int source0 = ALWAYS;
    public int source1 = ALWAYS;
    public boolean moreSources;
    public int source2 = ALWAYS;
    public int source3 = ALWAYS;
    public int destination0 = SINK;
    public int destination1 = SINK;
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

    // Execution.
    /** Micro-ops that compute the result: none, one, or several. */
    public int computing;
    /** For a single one: the ports that cannot take it. */
    public long not0;

    public long not1;
    public int latency;
    /** Cycles for which the divider is busy, or 0. */
    public int divides;
    /** For several: micro-ops by port. */
    public int on0;

    public int on1;
    public int onEither;

    // Partial registers and flags, as sets in the layout of {@link PartialState}.
    /** What makes this instruction wait if it is pending. */
    public int stalls;
    /** What is no longer pending after it. */
    public int settles;
    /** What is pending after it, partial registers only unless they are known to be zero. */
    public int leaves;

    /** Cycles of a serialising instruction, from when everything before it is complete; -1 for all others. */
    public int serialCycles = -1;
    /** The figure that says so, or null. */
    public String serialFigure;
    /** Cycles of a repeated string instruction: before the first iteration, and per iteration in sixteenths; -1 for all others. */
    public int repeatSetup = -1;

    public int repeatSixteenths;

    /** Whether {@link #serialCycles} or {@link #repeatSetup} is set. */
    public boolean rare;

    /** The same instruction with operands that it is quick with, by ordinal, where it is; null if it is with none. */
    public Template[] quicker;

    /** How long it takes at most once it has its operands, with its places in the pipeline. */
    public long longest() {
        int serial = Math.max(serialCycles, 0) + Math.max(repeatSetup, 0);
        long longest = serial + latency + divides + microOps + decoderPlaces;
        if (quicker == null) return longest;
        for (Template other : quicker) if (other != null) longest = Math.max(longest, other.longest());
        return longest;
    }
}
