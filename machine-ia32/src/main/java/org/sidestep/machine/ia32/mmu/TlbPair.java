package org.sidestep.machine.ia32.mmu;

import org.sidestep.machine.CpuModel;

/** The two TLBs of one side (instructions or data): for 4 KB pages and for large ones. */
record TlbPair(Tlb small, Tlb large) {
    static final int SMALL_SHIFT = 12;
    static final int LARGE_SHIFT = 22;

    static TlbPair of(CpuModel.Tlb geometry) {
        return new TlbPair(
                new Tlb(geometry.entries4K(), geometry.ways4K(), SMALL_SHIFT),
                new Tlb(geometry.entries4M(), geometry.ways4M(), LARGE_SHIFT));
    }

    /** Empties both; what is large from now on has {@code 1 << shift} bytes. */
    void resize(int shift) {
        flush(false);
        large.setPageShift(shift);
    }

    TlbPair copy() {
        return new TlbPair(small.copy(), large.copy());
    }

    void invalidate(int linear) {
        small.invalidate(linear);
        large.invalidate(linear);
    }

    void flush(boolean keepGlobal) {
        small.flush(keepGlobal);
        large.flush(keepGlobal);
    }
}
