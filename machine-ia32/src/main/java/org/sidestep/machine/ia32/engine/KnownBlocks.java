package org.sidestep.machine.ia32.engine;

import org.sidestep.isa.Decoder;
import org.sidestep.isa.Instruction;

/**
 * Blocks that have been decoded, by how their code begins. The same code elsewhere, at the same place in its line, is made of
 * the same operations: a guest that runs through empty memory, or copies its code about, costs a comparison instead of
 * decoding. Only the host's time depends on it.
 */
final class KnownBlocks {
    private static final int SIZE_SHIFT = 10;

    private final Block[] known = new Block[1 << SIZE_SHIFT];
    private final long[] beginnings = new long[1 << SIZE_SHIFT];

    /** A block whose code begins alike, at the same place in a line, or null; what comes behind may differ. */
    Block find(long beginning, int physical, boolean default32) {
        int slot = slot(beginning, physical);
        Block block = known[slot];
        boolean same = block != null && beginnings[slot] == beginning && block.default32 == default32;
        return same && block.physical - block.line == physical - Block.lineOf(physical) ? block : null;
    }

    /** A block that ended for no reason but its own instructions. */
    void add(long beginning, Block block) {
        Instruction last = block.ops[block.ops.length - 1].instruction;
        // What is undefined says nothing of how many bytes make it so.
        if (block.crossesPage() || last == Decoder.UNDEFINED || last == Decoder.TOO_LONG) return;
        int slot = slot(beginning, block.physical);
        known[slot] = block;
        beginnings[slot] = beginning;
    }

    private static int slot(long beginning, int physical) {
        return ((int) beginning ^ (int) (beginning >>> 32) * 31 ^ physical & 31) * 0x9E3779B1 >>> 32 - SIZE_SHIFT;
    }
}
