package org.sidestep.machine.ia32.timing.inorder;

/** Which instructions the Pentium executes side by side, and how long that takes (S Agner Fog, "Microarchitecture"). */
final class Pairing {

    private static final int ESP = 1 << 4;
    private static final int READ_MODIFY_WRITE = 3;

    private Pairing() {}

    /** Whether the V pipe takes {@code v} beside {@code u}: neither may need or overwrite what {@code u} writes. */
    static boolean allows(Operation u, Operation v) {
        if (u.pipe == Pipe.FX) return v.exchange != Operation.NONE;
        if (!u.pipe.first || !v.pipe.second || v.exchange != Operation.NONE) return false;
        int steps = v.stack == Operation.Stack.NONE ? 0 : ESP;
        if ((u.writes & (v.reads | v.writes | v.addresses & ~steps)) != 0) return false;
        // The stack pointer of two pushes, or of two pops, is stepped for both at once.
        boolean usesStack = ((v.addresses | v.reads | v.writes) & ESP) != 0;
        return u.stack == Operation.Stack.NONE || !usesStack || v.stack == u.stack;
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
