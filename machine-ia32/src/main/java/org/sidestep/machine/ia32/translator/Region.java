package org.sidestep.machine.ia32.translator;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.sidestep.machine.ia32.cpu.Op;
import org.sidestep.machine.ia32.engine.Block;
import org.sidestep.machine.ia32.engine.CodeCache;
import org.sidestep.machine.ia32.mmu.Mmu;
import org.sidestep.machine.ia32.mmu.PageCache;
import org.sidestep.machine.ia32.timing.memo.BlockSchedule;

/** Blocks that lead to one another by branches whose targets are known, found from a hot one on. */
final class Region {

    /** No region has more blocks. */
    static final int MOST_BLOCKS = 256;

    /** A block is worth joining that has been executed this fraction as often as the hot one. */
    private static final int FRACTION = 32;

    /** Bytes of the host's code that a block takes at most, by its instructions; a guess, checked afterwards. */
    private static final int INSTRUCTION = 22;

    private static final int ACCESS = 30;
    private static final int BLOCK = 55;

    private final CodeCache code;
    private final Mmu mmu;
    /** Whether the clock counts, and does not care what a block is like. */
    private final boolean counted;

    private final List<Block> blocks = new ArrayList<>();
    private final Map<Integer, Integer> numbers = new HashMap<>();
    /** What the blocks lead to, the hottest first; of equally hot ones, that which lies first in memory. */
    private final PriorityQueue<Block> candidates = new PriorityQueue<>(
            Comparator.<Block>comparingInt(block -> -block.runs).thenComparingInt(block -> block.linear));

    private int size;
    private int warm;

    private Region(CodeCache code, Mmu mmu, boolean counted) {
        this.code = code;
        this.mmu = mmu;
        this.counted = counted;
    }

    /** @param limit the size of the host's code that the region may take */
    static Region around(Block hot, CodeCache code, Mmu mmu, boolean counted, int limit) {
        Region region = new Region(code, mmu, counted);
        region.warm = hot.runs / FRACTION;
        region.add(hot);
        while (!region.candidates.isEmpty()) {
            Block hottest = region.candidates.poll();
            if (region.size + size(hottest) > limit || region.blocks.size() == MOST_BLOCKS) break;
            if (region.numberOf(hottest.linear) < 0) region.add(hottest);
        }
        return region;
    }

    private void consider(int linear) {
        PageCache fetches = mmu.fetches(true).contains(linear) ? mmu.fetches(true) : mmu.fetches(false);
        if (numbers.containsKey(linear) || !fetches.contains(linear)) return;
        Block block = code.find(linear, fetches.physical(linear), true);
        if (block != null && block.runs >= warm && isTranslatable(block, counted)) candidates.add(block);
    }

    /** Whether enough of a block is written out to be worth it, and its clock takes it at once. */
    static boolean isTranslatable(Block block, boolean counted) {
        if (!block.default32 || block.crossesPage() || block.watched || block.interpreted) return false;
        int known = 0;
        while (known < block.ops.length && Inlined.of(block.ops[known]) != null) known++;
        if (!counted && !BlockSchedule.isPlain(block.schedule, known)) return false;
        return known == block.ops.length || known > 1;
    }

    private void add(Block block) {
        numbers.put(block.linear, blocks.size());
        blocks.add(block);
        size += size(block);
        for (int linear : Successors.of(block)) consider(linear);
    }

    private static int size(Block block) {
        int size = BLOCK;
        for (Op op : block.ops) size += Successors.touchesMemory(op) ? ACCESS + INSTRUCTION : INSTRUCTION;
        return size;
    }

    /** Whether all blocks see memory alike, and have been executed at one privilege level alone as far as is known. */
    boolean hasOneView() {
        for (Block block : blocks) {
            if (block.atAnyLevel || TransferInlines.changesView(block.ops[block.ops.length - 1].instruction))
                return false;
        }
        return true;
    }

    List<Block> blocks() {
        return blocks;
    }

    /** The number of the block at a linear address, or -1. */
    int numberOf(int linear) {
        return numbers.getOrDefault(linear, -1);
    }
}
