package org.sidestep.machine.ia32.timing;

/**
 * The issue ports of the P6 core: in which of the next 64 cycles each is taken. A micro-op takes the first free cycle at or
 * after the one in which its operands are ready, so a later micro-op may use a cycle that an earlier one could not. The
 * store address port is never busier than the store data port, so one map stands for both.
 *
 * <p>Written without branches where the answer is hard to foresee: this is the inner loop of every simulation.
 */
final class Ports {

    private static final int WINDOW = 64;

    /** Micro-ops that only one of the two arithmetic ports can take exclude the other with this. */
    static final long NOT_HERE = -1;

    /** The cycle that bit 0 stands for. */
    private long base;

    private long port0;
    private long port1;
    private long load;
    private long store;
    private long dividerFree;

    Ports() {}

    Ports(Ports other) {
        base = other.base;
        port0 = other.port0;
        port1 = other.port1;
        load = other.load;
        store = other.store;
        dividerFree = other.dividerFree;
    }

    /** From now on nothing issues before {@code cycle}, which never goes back. */
    void advanceTo(long cycle) {
        long shift = cycle - base;
        long inside = shift - WINDOW >> 63;
        base = cycle;
        port0 = port0 >>> shift & inside;
        port1 = port1 >>> shift & inside;
        load = load >>> shift & inside;
        store = store >>> shift & inside;
    }

    /**
     * Port 0 or 1, whichever is free first.
     *
     * @param not0 {@link #NOT_HERE} if port 0 cannot take it, else 0; {@code not1} likewise
     */
    long arithmetic(long ready, long not0, long not1) {
        long offset = ready - base;
        if (offset >= WINDOW) return ready;
        long on0 = firstFree(port0 | not0, offset);
        long on1 = firstFree(port1 | not1, offset);
        long take1 = on1 - on0 - 1 >> 63;
        long start = on0 + (on1 - on0 & take1);
        long taken = bit(start);
        port0 |= taken & ~take1;
        port1 |= taken & take1;
        return base + start;
    }

    /** The divider behind port 0, which divides in program order and is busy for {@code cycles}. */
    long divider(long ready, int cycles) {
        long start = Math.max(ready, dividerFree);
        dividerFree = start + cycles;
        return start;
    }

    long load(long ready) {
        long offset = ready - base;
        if (offset >= WINDOW) return ready;
        long start = firstFree(load, offset);
        load |= bit(start);
        return base + start;
    }

    long store(long ready) {
        long offset = ready - base;
        if (offset >= WINDOW) return ready;
        long start = firstFree(store, offset);
        store |= bit(start);
        return base + start;
    }

    private static long firstFree(long taken, long offset) {
        return offset + Long.numberOfTrailingZeros(~(taken >>> offset));
    }

    /** Beyond the window nothing is recorded. */
    private static long bit(long offset) {
        return 1L << offset & offset - WINDOW >> 63;
    }
}
