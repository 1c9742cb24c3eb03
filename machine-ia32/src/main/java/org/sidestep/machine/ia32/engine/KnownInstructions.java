package org.sidestep.machine.ia32.engine;

import org.sidestep.isa.Decoder;
import org.sidestep.isa.Instruction;
import org.sidestep.machine.ia32.cpu.Op;

/**
 * Instructions that have been decoded, by their bytes. Code that is overwritten again and again, or met at address after
 * address by a guest that runs through empty memory, costs a look here instead of decoding. Only the host's time depends on
 * it: an instruction, its semantics and its clock handle do not depend on where it stands.
 */
final class KnownInstructions {
    private static final int SIZE_SHIFT = 12;

    /** Longer ones are not kept. */
    private static final int LONGEST = 8;

    private final Op[] known = new Op[1 << SIZE_SHIFT];
    private final long[] bytes = new long[1 << SIZE_SHIFT];

    /**
     * What code that begins with {@code code} (eight bytes, little endian) begins with, or null if that is not known.
     *
     * @param default32 the D bit of the code segment
     */
    Op find(long code, boolean default32) {
        int slot = slot(code, default32);
        Op candidate = known[slot];
        boolean same = candidate != null && (code ^ bytes[slot]) << Long.SIZE - 8 * candidate.length == 0;
        return same && candidate.instruction.codeSize == (default32 ? 4 : 2) ? candidate : null;
    }

    void add(long code, boolean default32, Op decoded) {
        // What is undefined says nothing of how many bytes make it so.
        if (decoded.length > LONGEST || isPseudo(decoded.instruction)) return;
        int slot = slot(code, default32);
        known[slot] = decoded;
        bytes[slot] = code;
    }

    private static boolean isPseudo(Instruction instruction) {
        return instruction == Decoder.UNDEFINED || instruction == Decoder.TOO_LONG;
    }

    private static int slot(long code, boolean default32) {
        return ((int) code ^ (default32 ? 0 : 1)) * 0x9E3779B1 >>> 32 - SIZE_SHIFT;
    }
}
