package org.sidestep.machine.ia32.timing;

import org.sidestep.machine.StateTape;
import org.sidestep.machine.ia32.timing.memo.StateVector;

/**
 * The buffers into which lines come that the first-level cache has missed: so many misses are under way at once. Knows
 * times, not addresses; those are in {@link LinesInFlight}, and both count the lines in the order in which they are asked for.
 */
public final class FillBuffers {

    /** When each of the last lines was there, or will be. */
    private final long[] there;

    private int next;

    /** So many, all free. */
    public FillBuffers(int entries) {
        there = new long[entries];
    }

    public void keep(StateTape tape) {
        tape.array(there);
        next = tape.integer(next);
    }

    /** When a miss that is found at {@code start} has a buffer: that of the line that was asked for longest ago. */
    public long room(long start) {
        return Math.max(start, there[next]);
    }

    /** The line is asked for, and will be there at that time. */
    public void fill(long arrival) {
        there[next] = arrival;
        next = next + 1 == there.length ? 0 : next + 1;
    }

    /** When a line was there, or will be. */
    public long arrival(int age) {
        return there[Math.floorMod(next - age, there.length)];
    }

    /** The age of the oldest line that arrives after {@code time}, or 0. */
    public int pending(long time) {
        for (int age = there.length; age > 0; age--) if (arrival(age) > time) return age;
        return 0;
    }

    public void exchange(StateVector state) {
        long[] byAge = new long[there.length];
        for (int i = 0; i < byAge.length; i++) byAge[i] = state.time(there[(next + i) % there.length]);
        next = 0;
        System.arraycopy(byAge, 0, there, 0, there.length);
    }
}
