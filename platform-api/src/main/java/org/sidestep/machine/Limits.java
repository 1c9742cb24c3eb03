package org.sidestep.machine;

/**
 * When {@link Machine#run} returns at the latest.
 *
 * @param maxCycles the clock value at which to stop
 * @param maxInstructions the instruction count at which to stop
 */
public record Limits(long maxCycles, long maxInstructions) {

    public static Limits cycles(long maxCycles) {
        return new Limits(maxCycles, Long.MAX_VALUE);
    }

    public static Limits instructions(long maxInstructions) {
        return new Limits(Long.MAX_VALUE, maxInstructions);
    }
}
