package org.sidestep.machine.ia32.device;

/**
 * A device's oscillator seen from the processor's cycle counter. Tick {@code t} happens at the first cycle that is not
 * earlier than {@code t / ticksPerSecond} seconds: exact integer arithmetic, so nothing drifts, however long a run is.
 */
record Clock(long cyclesPerSecond, long ticksPerSecond) {

    static final long NEVER = Long.MAX_VALUE;

    /** Ticks that have happened up to and including {@code cycle}. */
    long ticksAt(long cycle) {
        long seconds = cycle / cyclesPerSecond;
        long rest = cycle % cyclesPerSecond;
        return seconds * ticksPerSecond + rest * ticksPerSecond / cyclesPerSecond;
    }

    /** The cycle at which {@code tick} happens; {@link #NEVER} stays {@link #NEVER}. */
    long cycleOf(long tick) {
        if (tick >= NEVER / cyclesPerSecond * ticksPerSecond) return NEVER;
        long seconds = tick / ticksPerSecond;
        long rest = tick % ticksPerSecond;
        return seconds * cyclesPerSecond + (rest * cyclesPerSecond + ticksPerSecond - 1) / ticksPerSecond;
    }
}
