package org.sidestep.machine.ia32.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sidestep.isa.Disassembler;
import org.sidestep.isa.Instruction;
import org.sidestep.machine.ia32.cpu.Op;

/** Where execution has been: the last blocks, and how far each was executed. */
public final class Trail {
    /** Blocks that are remembered, a power of two. */
    public static final int LENGTH = 16;

    private final Block[] blocks = new Block[LENGTH];
    private final int[] counts = new int[LENGTH];
    private int at;

    /** Adds blocks that have been executed, before anything else is added or anybody looks; null if there are none. */
    private Runnable late;

    /** Some blocks that have been executed will be added when it matters. */
    public void addLater(Runnable blocks) {
        late = blocks;
    }

    private void settle() {
        Runnable blocks = late;
        late = null;
        if (blocks != null) blocks.run();
    }

    public void add(Block block, int count) {
        if (late != null) settle();
        blocks[at] = block;
        counts[at] = count;
        at = at + 1 & LENGTH - 1;
    }

    /** Where the last instruction is that was executed, or -1. */
    int lastAddress() {
        settle();
        int slot = lastSlot();
        if (slot < 0) return -1;
        int address = blocks[slot].linear;
        for (int i = 0; i < counts[slot] - 1; i++) address += blocks[slot].ops[i].length;
        return address;
    }

    Optional<Instruction> lastInstruction() {
        settle();
        int slot = lastSlot();
        return slot < 0 ? Optional.empty() : Optional.of(blocks[slot].ops[counts[slot] - 1].instruction);
    }

    /** The newest block of which anything was executed, or -1. */
    private int lastSlot() {
        for (int back = 1; back <= LENGTH; back++) {
            int slot = at - back & LENGTH - 1;
            if (blocks[slot] != null && counts[slot] > 0) return slot;
        }
        return -1;
    }

    /** The last instructions, oldest first, disassembled. */
    List<String> lines() {
        settle();
        List<String> newestFirst = new ArrayList<>();
        for (int back = 1; back <= LENGTH; back++) {
            int slot = at - back & LENGTH - 1;
            if (blocks[slot] != null) addLines(newestFirst, blocks[slot], counts[slot]);
        }
        List<String> lines = new ArrayList<>(newestFirst.subList(0, Math.min(LENGTH, newestFirst.size())));
        Collections.reverse(lines);
        return lines;
    }

    /**
     * The last transfers to another place than behind the instruction before, oldest first.
     *
     * @param now where execution is
     */
    List<String> branches(int now) {
        settle();
        List<String> branches = new ArrayList<>();
        for (int i = 0; i < LENGTH; i++) {
            int from = at + i & LENGTH - 1;
            int to = from + 1 & LENGTH - 1;
            if (blocks[from] == null || counts[from] == 0) continue;
            int last = blocks[from].linear;
            for (int op = 0; op < counts[from] - 1; op++) last += blocks[from].ops[op].length;
            int behind = last + blocks[from].ops[counts[from] - 1].length;
            int target = to == at ? now : blocks[to].linear;
            if (target != behind && target != last)
                branches.add(String.format(Locale.ROOT, "  %08x -> %08x", last, target));
        }
        return branches;
    }

    private static void addLines(List<String> newestFirst, Block block, int count) {
        int address = block.linear;
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Op op = block.ops[i];
            lines.add(String.format(Locale.ROOT, "  %08x  %s", address, Disassembler.text(op.instruction, address)));
            address += op.length;
        }
        Collections.reverse(lines);
        newestFirst.addAll(lines);
    }
}
