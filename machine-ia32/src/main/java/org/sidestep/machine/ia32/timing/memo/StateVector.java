package org.sidestep.machine.ia32.timing.memo;

import java.util.Arrays;

/**
 * The state of a pipeline as numbers, with all times relative to a moment, the floor, before which nothing can happen any
 * more: equal vectors mean that the future is the same, only later. Each part of a pipeline lists its state once, in a
 * method {@code exchange}, which serves both to read the state out and to put it back.
 *
 * <pre>busFree = state.time(busFree);</pre>
 */
public final class StateVector {

    private int[] words = new int[256];
    private int count;
    private long floor;
    private boolean reading;
    private int horizon;

    /** The parts of the pipeline will be read out into this vector. */
    public void read(long newFloor) {
        floor = newFloor;
        reading = true;
        count = 0;
        horizon = 0;
    }

    /** A state will be put back into the parts of the pipeline. */
    public void write(PipelineState state, long newFloor) {
        state.copyTo(words);
        floor = newFloor;
        reading = false;
        count = 0;
    }

    /** A time that makes no difference if it is before the floor. */
    public long time(long time) {
        return time(time, floor);
    }

    /** A time that makes no difference if it is before {@code earliest}. */
    public long time(long time, long earliest) {
        if (!reading) return floor + words[count++];
        int relative = (int) (Math.max(time, earliest) - floor);
        horizon = Math.max(horizon, relative);
        add(relative);
        return floor + relative;
    }

    /** A time in parts of a cycle that makes no difference if it is before {@code earliest} (a cycle). */
    public long place(long place, int perCycle, long earliest) {
        long origin = perCycle * floor;
        if (!reading) return origin + words[count++];
        int relative = (int) (Math.max(place, perCycle * earliest) - origin);
        horizon = Math.max(horizon, relative / perCycle + 1);
        add(relative);
        return origin + relative;
    }

    /** Whether a time makes no difference any more. */
    public boolean isGone(long time) {
        return reading && time <= floor;
    }

    public int value(int value) {
        if (!reading) return words[count++];
        add(value);
        return value;
    }

    /** Cycles that are taken, bit 0 standing for the floor. */
    public long cycles(long taken) {
        int low = value((int) taken);
        int high = value((int) (taken >>> 32));
        if (reading) horizon = Math.max(horizon, Long.SIZE - Long.numberOfLeadingZeros(taken));
        return Integer.toUnsignedLong(low) | (long) high << 32;
    }

    private void add(int word) {
        if (count == words.length) words = Arrays.copyOf(words, 2 * count);
        words[count++] = word;
    }

    public long floor() {
        return floor;
    }

    /** What has been read out. */
    public PipelineState toState(int clock, int pendingStores, int pendingLines) {
        return new PipelineState(Arrays.copyOf(words, count), horizon, clock, pendingStores, pendingLines);
    }
}
