package org.sidestep.machine.ia32.timing.inorder;

/** Which instructions the Pentium executes side by side, and how long that takes (S Agner Fog, "Microarchitecture"). */
final class Pairing {

    private static final int READ_MODIFY_WRITE = 3;

    private Pairing() {}

    /** Whether the V pipe takes {@code v} beside {@code u}: neither may need or overwrite what {@code u} writes. */
    static boolean allows(Operation u, Operation v) {
        if (u.pipe == Pipe.FX) return v.exchange != Operation.NONE;
        if (!u.opens || !v.joins || (u.writes & v.registers) != 0) return false;
        if (u.unit != null && u.unit == v.unit) return false;
        // The stack pointer of two pushes, or of two pops, is stepped for both at once.
        return u.stack == Operation.Stack.NONE || !v.usesStack || v.stack == u.stack;
    }

    /** Cycles of a pair: loads overlap, but the second of two read-modify-writes waits for the write of the first. */
    static int cycles(Operation u, Operation v) {
        return u.cycles == READ_MODIFY_WRITE ? u.cycles - 1 + v.cycles : Math.max(u.cycles, v.cycles);
    }

    /** Whether two accesses meet in one of the cache's eight banks of four bytes. */
    static boolean sameBank(int address, int other) {
        return ((address ^ other) >> 2 & 7) == 0;
    }
}
