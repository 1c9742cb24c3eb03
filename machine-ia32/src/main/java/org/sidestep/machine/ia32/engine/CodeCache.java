package org.sidestep.machine.ia32.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sidestep.machine.ia32.memory.Ram;
import org.sidestep.machine.ia32.mmu.CodePages;
import org.sidestep.machine.ia32.observe.CodeWatches;

/** All decoded blocks, and which 32-byte lines of memory they came from. */
public final class CodeCache implements CodePages, CodeWatches.Places {
    private static final int BUCKETS = 1 << 14;

    private static final int LINE_SHIFT = 5;

    /** Operations. A guest that runs through empty memory could otherwise fill the host's. */
    private static final int CAPACITY = 1 << 20;

    private final Block[] buckets = new Block[BUCKETS];
    private final Ram ram;
    private final int lastPage;
    /** Pages that code has ever been decoded from: what a processor holds for fetching is from there. */
    private BitSet pages = new BitSet();

    /** Lines of these pages that code may have been decoded from: by this machine, or by one whose state has been put back. */
    private final BitSet lines = new BitSet();
    /** A copy of these lines, as long as there are no others; or null. */
    private BitSet savedLines;

    private final Map<Integer, CodePage> contents = new HashMap<>();
    private Runnable onOverwrite = () -> {};
    /** Operations in all blocks. */
    private int size;

    private long added;

    /** The blocks that touch a page, and a bit for each line that holds some of their code. */
    private static final class CodePage {
        final Set<Block> blocks = new LinkedHashSet<>();
        long low;
        long high;

        void mark(int line) {
            if (line < 64) low |= 1L << line;
            else high |= 1L << line;
        }

        boolean holds(int line) {
            return ((line < 64 ? low : high) >>> line & 1) != 0;
        }
    }

    /** An empty cache of the code in this memory. */
    public CodeCache(Ram ram) {
        this.ram = ram;
        lastPage = (ram.size() >>> 12) - 1;
    }

    /** What to do when code that has been decoded is overwritten. */
    void onOverwrite(Runnable action) {
        onOverwrite = action;
    }

    /** The block at an address, if it has been decoded. */
    public Block find(int linear, int physical, boolean default32) {
        for (Block block = buckets[bucket(physical)]; block != null; block = block.chain) {
            if (block.isAt(linear, physical, default32)) return block;
        }
        return null;
    }

    /** Adds a block; says whether a page now holds code that did not before. */
    boolean add(Block block) {
        added++;
        if (size + block.ops.length > CAPACITY) clear();
        size += block.ops.length;
        int bucket = bucket(block.physical);
        block.chain = buckets[bucket];
        buckets[bucket] = block;
        boolean fresh = mark(block, block.physical, block.crossesPage() ? firstPart(block) : block.length);
        if (block.crossesPage()) fresh |= mark(block, block.secondPage, block.length - firstPart(block));
        return fresh;
    }

    private static int firstPart(Block block) {
        return 0x1000 - (block.linear & 0xFFF);
    }

    private boolean mark(Block block, int physical, int bytes) {
        int page = physical >>> 12;
        CodePage content = contents.computeIfAbsent(page, p -> new CodePage());
        content.blocks.add(block);
        for (int line = physical >> 5; line <= physical + bytes - 1 >> 5; line++) content.mark(line & 127);
        // Firmware above memory is not written to.
        if (page > lastPage) return false;
        markLines(physical, bytes);
        boolean fresh = !pages.get(page);
        pages.set(page);
        return fresh;
    }

    private void markLines(int physical, int bytes) {
        int first = physical >>> LINE_SHIFT;
        int end = (physical + bytes - 1 >>> LINE_SHIFT) + 1;
        if (lines.nextClearBit(first) >= end) return;
        lines.set(first, end);
        savedLines = null;
    }

    /** A block has been decoded that is executed once, without being added. */
    void passing(Block block) {
        int first = block.crossesPage() ? firstPart(block) : block.length;
        if (block.physical >>> 12 <= lastPage) markLines(block.physical, first);
        boolean second = block.crossesPage() && block.secondPage >>> 12 <= lastPage;
        if (second) markLines(block.secondPage, block.length - first);
    }

    /** How many blocks have ever been added. */
    long added() {
        return added;
    }

    @Override
    public boolean holdsCode(int physical) {
        return pages.get(physical >>> 12);
    }

    @Override
    public boolean holdsCodeInLine(int physical) {
        return lines.get(physical >>> LINE_SHIFT);
    }

    @Override
    public void written(int physical, int bytes) {
        CodePage content = contents.get(physical >>> 12);
        if (content == null) return;
        boolean hit = content.holds(physical >> 5 & 127) || content.holds(physical + bytes - 1 >> 5 & 127);
        if (!hit) return;
        forget(physical);
        onOverwrite.run();
    }

    /** Drops all blocks that touch the page around {@code physical}. */
    void forget(int physical) {
        CodePage content = contents.remove(physical >>> 12);
        if (content == null) return;
        for (Block block : content.blocks) {
            block.invalidate();
            unchain(block);
            if (block.crossesPage()) leave(block, physical >>> 12);
        }
    }

    /** The other page of a block that was dropped with page {@code from} would otherwise keep it until it is dropped itself. */
    private void leave(Block block, int from) {
        int first = block.physical >>> 12;
        CodePage other = contents.get(first == from ? block.secondPage >>> 12 : first);
        if (other != null) other.blocks.remove(block);
    }

    /** Memory has been changed from outside: drops the blocks of pages in which code has been hit. */
    void changed(int physical, int length) {
        int end = physical + length;
        for (int page = physical >>> 12; page <= end - 1 >>> 12; page++) {
            CodePage content = contents.get(page);
            if (content == null) continue;
            int first = Math.max(physical, page << 12) >> 5;
            int last = Math.min(end, (page << 12) + 0x1000) - 1 >> 5;
            boolean hit = false;
            for (int line = first; line <= last; line++) hit |= content.holds(line & 127);
            if (!hit) continue;
            forget(page << 12);
            onOverwrite.run();
        }
    }

    /** A linear address has come to be watched, or is no longer: blocks begin there, and others stay as they are. */
    @Override
    public void watch(int linear, boolean on) {
        List<Block> across = new ArrayList<>();
        for (CodePage content : contents.values()) {
            for (Block block : content.blocks) {
                if (block.linear == linear) {
                    block.watched = on;
                    block.discardExecutables();
                } else if (on && block.runsAcross(linear)) across.add(block);
            }
        }
        across.forEach(this::drop);
    }

    private void drop(Block block) {
        block.invalidate();
        unchain(block);
        contents.get(block.physical >>> 12).blocks.remove(block);
        if (block.crossesPage()) contents.get(block.secondPage >>> 12).blocks.remove(block);
    }

    /** A page has been restored: drops the blocks that it no longer holds. */
    void recheck(int physical) {
        CodePage content = contents.get(physical >>> 12);
        if (content == null || content.blocks.stream().allMatch(block -> block.isIn(ram))) return;
        forget(physical);
    }

    /** For a snapshot: where stores must be seen. */
    State save() {
        if (savedLines == null) savedLines = (BitSet) lines.clone();
        return new State((BitSet) pages.clone(), savedLines);
    }

    /** A saved state; nobody changes what it holds. */
    record State(BitSet pages, BitSet lines) {}

    /** Blocks from memory that has not changed stay. */
    void restore(State saved) {
        if (saved.lines != savedLines) {
            lines.or(saved.lines);
            savedLines = null;
        }
        pages = (BitSet) saved.pages.clone();
        for (int page : contents.keySet()) if (page <= lastPage) pages.set(page);
    }

    private void unchain(Block gone) {
        int bucket = bucket(gone.physical);
        if (buckets[bucket] == gone) {
            buckets[bucket] = gone.chain;
            size -= gone.ops.length;
            return;
        }
        for (Block block = buckets[bucket]; block != null; block = block.chain) {
            if (block.chain == gone) {
                block.chain = gone.chain;
                size -= gone.ops.length;
                return;
            }
        }
    }

    /** Drops everything. */
    void clear() {
        for (int page : List.copyOf(contents.keySet())) forget(page << 12);
        Arrays.fill(buckets, null);
        size = 0;
    }

    private static int bucket(int physical) {
        return physical * 0x9E3779B1 >>> 32 - 14;
    }
}
