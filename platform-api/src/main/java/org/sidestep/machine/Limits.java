package org.sidestep.machine;

/**
 * When {@link Machine#run} returns at the latest.
 *
 * @param maxCycles the clock value at which to stop
 * @param maxInstructions the instruction count at which to stop
 * @param stopAtWatch whether to stop before the instruction at the next watched address
 */
public record Limits(long maxCycles, long maxInstructions, boolean stopAtWatch) {

    public static Limits cycles(long maxCycles) {
        return new Limits(maxCycles, Long.MAX_VALUE, false);
    }

    public static Limits instructions(long maxInstructions) {
        return new Limits(Long.MAX_VALUE, maxInstructions, false);
    }

    public static Limits nextWatch(long maxCycles) {
        return new Limits(maxCycles, Long.MAX_VALUE, true);
    }
}
