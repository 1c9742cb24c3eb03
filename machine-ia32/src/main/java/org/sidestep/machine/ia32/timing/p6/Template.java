package org.sidestep.machine.ia32.timing.p6;

import org.sidestep.machine.ia32.timing.Wires;

/** What one decoded instruction does to the pipeline, computed once. */
final class Template extends Wires {

    /** Microcode enters the reorder buffer as there is room; so many places at once leave room for what is in flight. */
    static final int MOST_ENTRIES = 12;

    // Front end.
    int length;
    int microOps;
    /** Places in the reorder buffer that they are given at once; those that only stand for time have none. */
    int entries;
    /** Rounds a decoder place up to that of the first decoder: 3 if only that will do, else 0. */
    int decoderMask;
    /** Decoder places that are used up. */
    int decoderPlaces;

    /** Prefixes if one of them sets the operand size, else 0. */
    int prefixes;
    /** Whether it may change the length of the instruction. */
    boolean changesLength;

    // Execution.
    /** Micro-ops that compute the result: none, one, or several. */
    int computing;
    /** For a single one: the ports that cannot take it. */
    long not0;

    long not1;
    int latency;
    /** Cycles for which decoding is held up if what is stored has retired. */
    int rereads;
    /** Cycles for which the divider is busy, or 0. */
    int divides;
    /** For several: micro-ops by port. */
    int on0;

    int on1;
    int onEither;

    // Partial registers and flags, as sets in the layout of {@link PartialState}.
    /** What makes this instruction wait if it is pending. */
    int stalls;
    /** What is no longer pending after it. */
    int settles;
    /** What is pending after it, partial registers only unless they are known to be zero. */
    int leaves;

    /** Cycles of a serialising instruction, from when everything before it is complete; -1 for all others. */
    int serialCycles = -1;
    /** The figure that says so, or null. */
    String serialFigure;
    /** Cycles of a repeated string instruction: before the first iteration, and per iteration in sixteenths; -1 for all others. */
    int repeatSetup = -1;

    int repeatSixteenths;

    /** Whether {@link #serialCycles} or {@link #repeatSetup} is set. */
    boolean rare;

    /** The same instruction with operands that it is quick with, by ordinal, where it is; null if it is with none. */
    Template[] quicker;

    /** What it may wait for at most, beside what has been under way before its block, and what misses. */
    int waits;

    /** By how much it delays at most what is under way, with its places in the pipeline, if nothing misses. */
    long longest() {
        int serial = Math.max(serialCycles, 0) + Math.max(repeatSetup, 0);
        long longest = serial + latency + divides + microOps + decoderPlaces + rereads + waits;
        if (quicker == null) return longest;
        for (Template other : quicker) if (other != null) longest = Math.max(longest, other.longest());
        return longest;
    }
}
