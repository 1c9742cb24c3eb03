package org.sidestep.machine.ia32.timing.p6;

import org.sidestep.machine.StateTape;
import org.sidestep.machine.ia32.timing.memo.StateVector;

/**
 * The issue ports of the P6 core: in which of the next 64 cycles each is taken. A micro-op takes the first free cycle at or
 * after the one in which its operands are ready, so a later micro-op may use a cycle that an earlier one could not. The
 * store address port is never busier than the store data port, so one map stands for both.
 *
 * <p>Written without branches where the answer is hard to foresee: this is the inner loop of every simulation.
 */
final class ExecutionPorts {

    private static final int WINDOW = 64;

    /** Units that are busy for as long are dividers. */
    private static final int DIVIDER = 4;

    /** Micro-ops that only one of the two arithmetic ports can take exclude the other with this. */
    static final long NOT_HERE = -1;

    /** The cycle that bit 0 stands for. */
    private long base;

    private long port0;
    private long port1;
    private long load;
    private long store;
    private long multiplier;
    /** When those multiplications are over that had to go beyond the window. */
    private long multiplierFree;

    private long dividerFree;
    /** When the divider is free before that. */
    private long gapFrom;

    private long gapTo;

    ExecutionPorts() {}

    void keep(StateTape tape) {
        base = tape.number(base);
        port0 = tape.number(port0);
        port1 = tape.number(port1);
        load = tape.number(load);
        store = tape.number(store);
        multiplier = tape.number(multiplier);
        multiplierFree = tape.number(multiplierFree);
        dividerFree = tape.number(dividerFree);
        gapFrom = tape.number(gapFrom);
        gapTo = tape.number(gapTo);
    }

    /** From now on nothing issues before {@code cycle}, which never goes back. */
    void advanceTo(long cycle) {
        long shift = cycle - base;
        base = cycle;
        port0 = after(port0, shift);
        port1 = after(port1, shift);
        load = after(load, shift);
        store = after(store, shift);
        multiplier = after(multiplier, shift);
    }

    /**
     * Port 0 or 1, whichever is free first, and port 1 if both are.
     *
     * @param not0 {@link #NOT_HERE} if port 0 cannot take it, else 0; {@code not1} likewise
     */
    long arithmetic(long ready, long not0, long not1) {
        long offset = ready - base;
        if (offset >= WINDOW) return ready;
        long busy1 = port1 | not1;
        long free = free((port0 | not0) & busy1, offset);
        long taken = Long.lowestOneBit(free);
        port0 |= taken & busy1;
        port1 |= taken & ~busy1;
        return base + Long.numberOfTrailingZeros(free);
    }

    /** Whether a unit behind port 0 that is busy for {@code cycles} is the multiplier, not the divider. */
    static boolean isPipelined(int cycles) {
        return cycles < DIVIDER;
    }

    /** The first cycle in which the multiplier behind port 0 takes an operation of two cycles. */
    long multiplier(long ready) {
        long offset = Math.max(ready, multiplierFree) - base;
        if (offset >= WINDOW) return multiplies(base + offset);
        long free = free(port0 | multiplier | multiplier >>> 1, offset);
        if (free == 0) return multiplies(base + WINDOW);
        long taken = Long.lowestOneBit(free);
        port0 |= taken;
        multiplier |= taken | taken << 1;
        return base + Long.numberOfTrailingZeros(free);
    }

    /** Beyond the window multiplications go in order. */
    private long multiplies(long start) {
        multiplierFree = start + 2;
        return start;
    }

    /**
     * The divider behind port 0, which is busy for {@code cycles}: before the last division that has been given a time, if
     * that one waits long enough for its operands, or else behind it.
     */
    long divider(long ready, int cycles) {
        long early = Math.max(ready, gapFrom);
        if (early + cycles <= gapTo) {
            gapFrom = early + cycles;
            return early;
        }
        long start = Math.max(ready, dividerFree);
        gapFrom = dividerFree;
        gapTo = start;
        dividerFree = start + cycles;
        return start;
    }

    long load(long ready) {
        long offset = ready - base;
        if (offset >= WINDOW) return ready;
        long free = free(load, offset);
        load |= Long.lowestOneBit(free);
        return base + Long.numberOfTrailingZeros(free);
    }

    long store(long ready) {
        long offset = ready - base;
        if (offset >= WINDOW) return ready;
        long free = free(store, offset);
        store |= Long.lowestOneBit(free);
        return base + Long.numberOfTrailingZeros(free);
    }

    private static long after(long taken, long shift) {
        return shift < WINDOW ? taken >>> shift : 0;
    }

    /** The free cycles at or after {@code offset}. If there is none, the first beyond the window is, unrecorded. */
    private static long free(long taken, long offset) {
        return ~taken & -1L << offset;
    }

    void exchange(StateVector state) {
        advanceTo(state.floor());
        port0 = state.cycles(port0);
        port1 = state.cycles(port1);
        load = state.cycles(load);
        store = state.cycles(store);
        multiplier = state.cycles(multiplier);
        multiplierFree = state.time(multiplierFree);
        dividerFree = state.time(dividerFree);
        gapTo = state.time(gapTo);
        gapFrom = Math.min(state.time(gapFrom), gapTo);
    }
}
