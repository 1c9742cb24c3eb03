package org.sidestep.machine.ia32.timing;

/**
 * What one decoded instruction does to the pipeline, computed once. Registers are places in the pipeline's table of ready
 * times: 0..7 the general registers, then {@link #FLAGS}; {@link #ALWAYS} is a source that is always ready, {@link #SINK}
 * a destination that nobody reads.
 */
final class Template {

    static final int FLAGS = 8;
    static final int ALWAYS = 9;
    static final int SINK = 10;
    static final int PLACES = 11;

    /** Which port computes the result. */
    static final int NO_UNIT = 0;

    static final int EITHER = 1;
    static final int PORT0 = 2;
    static final int PORT1 = 3;
    /** Several micro-ops. */
    static final int SEVERAL = 4;

    // Front end.
    int length;
    int microOps;
    boolean needsFirstDecoder;
    /** Cycles for which decoding of what follows is held up, if more than 1. */
    int decodeCycles;

    // Data flow.
    int address0 = ALWAYS;
    int address1 = ALWAYS;
    int source0 = ALWAYS;
    int source1 = ALWAYS;
    int source2 = ALWAYS;
    int flagsSource = ALWAYS;
    int destination0 = SINK;
    int destination1 = SINK;
    int flagsDestination = SINK;
    /** Address registers that are stepped (stack pointer, string pointers). */
    int step0 = SINK;

    int step1 = SINK;
    boolean steps;

    // Execution.
    int unit;
    int latency;
    /** Cycles for which port 0 is taken by its micro-op. */
    int port0Cycles = 1;
    /** Micro-ops beside the first, by port. */
    int also0;

    int also1;
    int alsoEither;

    // Partial registers and flags: sets of registers (bit 0 = EAX) and of EFLAGS bits.
    int reads32;
    int reads16;
    int writes32;
    int writes16;
    int writes8;
    /** Registers cleared by an idiom that lets a later partial write pass as a full one. */
    int zeroes;

    int flagsRead;
    int flagsWritten;

    /** Cycles of a serialising instruction, from when everything before it is complete; -1 for all others. */
    int serialCycles = -1;
    /** Cycles of a repeated string instruction: before the first iteration, and per iteration in sixteenths; -1 for all others. */
    int repeatSetup = -1;

    int repeatSixteenths;

    /** Whether {@link #serialCycles} or {@link #repeatSetup} is set. */
    boolean isRare() {
        return serialCycles >= 0 || repeatSetup >= 0;
    }
}
