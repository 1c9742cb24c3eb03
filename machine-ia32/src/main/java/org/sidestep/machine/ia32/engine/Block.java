package org.sidestep.machine.ia32.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.sidestep.machine.ia32.cpu.Op;
import org.sidestep.machine.ia32.instruction.Common;
import org.sidestep.machine.ia32.memory.Ram;

/**
 * Instructions that follow one another, decoded. A block lies in one page, except that a single instruction that crosses
 * into the next page makes a block of its own. It is found again only at the same linear and physical address.
 */
public final class Block {
    private static final int MOST_FOLLOWERS = 16;
    private static final Block[] NONE = {};

    public final int linear;
    public final int physical;

    /** The 32-byte line to which those of the operations are relative. */
    public final int line;

    public final boolean default32;
    public final Op[] ops;

    /** The block's clock handle. */
    public final Object schedule;

    final byte[] code;
    public final int length;

    /** Physical address of the byte at the start of the next page, if the block reaches there. */
    final int secondPage;

    /** Whether it lies in one line, works on registers alone and ends with a jump to its own beginning. */
    final boolean loops;

    /** Whether all that it does then is to count a register down to zero. */
    final boolean countsDown;

    /** Whether someone wants to know when execution gets here. */
    public boolean watched;

    /** Cleared when the code is overwritten. */
    boolean valid = true;

    /** How often the block has been interpreted. */
    public int runs;

    /** Whether an executable of it was of no use; for a translator. */
    public boolean interpreted;

    /** Whether it has been met at several privilege levels; for a translator. */
    public boolean atAnyLevel;

    /** What to run instead of interpreting the block, or null; and which of its blocks this one is. */
    public Executable executable;

    public int entry;

    /** The executables that have been made from this block, among others; null if there has been none. */
    private List<Executable> executables;

    /** Next in the chain of the {@link CodeCache}. */
    Block chain;

    /** The block that followed last time right behind this one, or null. */
    private Block behind;

    /** Blocks that have followed elsewhere; the one of last time is the first. */
    private Block[] elsewhere = NONE;

    Block(
            int linear,
            int physical,
            int line,
            boolean default32,
            Op[] ops,
            Object schedule,
            byte[] code,
            int secondPage,
            boolean watched) {
        this.linear = linear;
        this.physical = physical;
        this.line = line;
        this.default32 = default32;
        this.ops = ops;
        this.schedule = schedule;
        this.code = code;
        length = code.length;
        this.secondPage = secondPage;
        this.watched = watched;
        loops = ops.length > 1 && loops();
        countsDown = loops && ops.length == 2 && Common.countsDown(ops[0], ops[1]);
    }

    private boolean loops() {
        Op jump = ops[ops.length - 1];
        boolean back = Common.isConditional(jump.common) && jump.imm == -length;
        if (!back || ops[0].firstLineOffset != jump.lastLineOffset) return false;
        for (int i = 0; i < ops.length - 1; i++) if (!Common.isOnRegisters(ops[i].common)) return false;
        return true;
    }

    /** The same code elsewhere, in no other page than it begins, and at the same place in its line. */
    Block movedTo(int toLinear, int toPhysical, boolean isWatched) {
        return new Block(toLinear, toPhysical, lineOf(toPhysical), default32, ops, schedule, code, 0, isWatched);
    }

    /** The line around a physical address. */
    static int lineOf(int physical) {
        return physical & ~31;
    }

    /** Whether this is still what memory holds there. */
    public boolean isAt(int linearAddress, int physicalAddress, boolean codeIs32) {
        return valid && linear == linearAddress && physical == physicalAddress && default32 == codeIs32;
    }

    /** The block at an address, if it has followed before and memory still holds it; else null. */
    public Block successor(int linearAddress, int physicalAddress, boolean codeIs32) {
        if (linearAddress == linear + length) {
            return behind != null && behind.isAt(linearAddress, physicalAddress, codeIs32) ? behind : null;
        }
        Block[] known = elsewhere;
        for (int i = 0; i < known.length; i++) {
            Block next = known[i];
            if (!next.isAt(linearAddress, physicalAddress, codeIs32)) continue;
            if (i > 0) {
                known[i] = known[0];
                known[0] = next;
            }
            return next;
        }
        return null;
    }

    /** A block has followed that is not known as a successor. */
    void followedBy(Block next) {
        if (next.linear == linear + length) {
            behind = next;
            return;
        }
        if (elsewhere.length < MOST_FOLLOWERS) elsewhere = Arrays.copyOf(elsewhere, elsewhere.length + 1);
        System.arraycopy(elsewhere, 0, elsewhere, 1, elsewhere.length - 1);
        elsewhere[0] = next;
    }

    /** Where execution has gone on behind this block, as far as that is remembered: linear addresses. */
    public List<Integer> followers() {
        List<Integer> addresses = new ArrayList<>();
        if (behind != null) addresses.add(behind.linear);
        for (Block next : elsewhere) if (!addresses.contains(next.linear)) addresses.add(next.linear);
        return addresses;
    }

    /** Which operation begins at an address, or -1. */
    int indexOf(int linearAddress, int physicalAddress) {
        int offset = linearAddress - linear;
        if (Integer.compareUnsigned(offset, length) >= 0 || physicalAddress - physical != offset) return -1;
        int at = 0;
        int index = 0;
        while (at < offset) at += ops[index++].length;
        return at == offset ? index : -1;
    }

    /** The offset in the code segment, if that begins at zero, of an instruction. */
    public int addressOf(int place) {
        int address = linear;
        for (int i = 0; i < place; i++) address += ops[i].length;
        return address;
    }

    /** The block has become part of an executable. */
    public void joins(Executable made) {
        if (executables == null) executables = new ArrayList<>(1);
        executables.add(made);
    }

    /** The block is no part of an executable any more; it may become hot again. */
    public void leaves(Executable discarded) {
        executables.remove(discarded);
        if (executable != discarded) return;
        executable = null;
        runs = 0;
    }

    /** Nothing that has been made from the block may be run any more. */
    void discardExecutables() {
        if (executables == null) return;
        for (Executable each : List.copyOf(executables)) each.discard();
    }

    /** The block is not in memory any more. */
    void invalidate() {
        valid = false;
        behind = null;
        elsewhere = NONE;
        discardExecutables();
    }

    /** Whether a linear address lies in the block, behind its beginning. */
    boolean runsAcross(int address) {
        return address != linear && Integer.compareUnsigned(address - linear, length) < 0;
    }

    /** Whether memory still holds the code that the block was decoded from. */
    boolean isIn(Ram ram) {
        for (int i = 0; i < length; i++) {
            int address = physicalOf(i);
            if (!ram.contains(address, 1) || (byte) ram.read8(address) != code[i]) return false;
        }
        return true;
    }

    /** The physical address of a byte of the code. */
    private int physicalOf(int i) {
        int inPage = (physical & 0xFFF) + i;
        return inPage < 0x1000 ? physical + i : secondPage + inPage - 0x1000;
    }

    public boolean crossesPage() {
        return (linear & 0xFFF) + length > 0x1000;
    }

    /** Linear address of the page that the block crosses into. */
    int secondPageLinear() {
        return (linear & ~0xFFF) + 0x1000;
    }
}
