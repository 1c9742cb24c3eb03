package org.sidestep.machine.ia32.timing;

/**
 * The five issue ports of the P6 core: in which of the next 64 cycles each is taken. A micro-op takes the first free cycle
 * at or after the one in which its operands are ready, so a later micro-op may use a cycle that an earlier one could not.
 */
final class Ports {

    private static final int WINDOW = 64;

    /** The cycle that bit 0 stands for. */
    private long base;

    private long port0;
    private long port1;
    private long load;
    private long storeAddress;
    private long storeData;

    Ports() {}

    Ports(Ports other) {
        base = other.base;
        port0 = other.port0;
        port1 = other.port1;
        load = other.load;
        storeAddress = other.storeAddress;
        storeData = other.storeData;
    }

    /** From now on nothing issues before {@code cycle}. */
    void advanceTo(long cycle) {
        long shift = cycle - base;
        if (shift > 0) advance(shift);
    }

    private void advance(long shift) {
        base += shift;
        if (shift >= WINDOW) {
            port0 = port1 = load = storeAddress = storeData = 0;
            return;
        }
        port0 >>>= shift;
        port1 >>>= shift;
        load >>>= shift;
        storeAddress >>>= shift;
        storeData >>>= shift;
    }

    /** Port 0 or 1, whichever is free first. */
    long either(long ready) {
        long offset = ready - base;
        if (offset >= WINDOW) return ready;
        long on0 = firstFree(port0, offset);
        long on1 = firstFree(port1, offset);
        if (on0 < on1) {
            port0 |= bit(on0);
            return base + on0;
        }
        port1 |= bit(on1);
        return base + on1;
    }

    /** Port 0, for {@code cycles} cycles: the divider blocks it. */
    long port0(long ready, int cycles) {
        long offset = ready - base;
        if (offset >= WINDOW) return ready;
        long start = firstFree(port0, offset);
        if (start < WINDOW) port0 |= (1L << cycles) - 1 << start;
        return base + start;
    }

    long port1(long ready) {
        long offset = ready - base;
        if (offset >= WINDOW) return ready;
        long start = firstFree(port1, offset);
        port1 |= bit(start);
        return base + start;
    }

    long load(long ready) {
        long offset = ready - base;
        if (offset >= WINDOW) return ready;
        long start = firstFree(load, offset);
        load |= bit(start);
        return base + start;
    }

    long storeAddress(long ready) {
        long offset = ready - base;
        if (offset >= WINDOW) return ready;
        long start = firstFree(storeAddress, offset);
        storeAddress |= bit(start);
        return base + start;
    }

    long storeData(long ready) {
        long offset = ready - base;
        if (offset >= WINDOW) return ready;
        long start = firstFree(storeData, offset);
        storeData |= bit(start);
        return base + start;
    }

    private static long firstFree(long taken, long offset) {
        return offset + Long.numberOfTrailingZeros(~(taken >>> offset));
    }

    /** Beyond the window nothing is recorded. */
    private static long bit(long offset) {
        return offset < WINDOW ? 1L << offset : 0;
    }
}
