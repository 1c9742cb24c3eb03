package org.sidestep.machine.ia32.engine;

import org.sidestep.machine.ia32.cpu.Op;
import org.sidestep.machine.ia32.memory.Ram;

/**
 * Instructions that follow one another, decoded. A block lies in one page, except that a single instruction that crosses
 * into the next page makes a block of its own. It is found again only at the same linear and physical address.
 */
final class Block {
    final int linear;
    final int physical;

    /** The 32-byte line to which those of the operations are relative. */
    final int line;

    final boolean default32;
    final Op[] ops;

    /** The block's clock handle. */
    final Object schedule;

    final byte[] code;
    final int length;

    /** Physical address of the byte at the start of the next page, if the block reaches there. */
    final int secondPage;

    /** Whether someone wants to know when execution gets here. */
    boolean watched;

    /** Cleared when the code is overwritten. */
    boolean valid = true;

    /** Next in the chain of the {@link CodeCache}. */
    Block chain;

    /** The blocks that followed last time: the one behind this, and one elsewhere. */
    private Block behind;

    private Block elsewhere;

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
    }

    /** The same code elsewhere, in no other page than it begins, and at the same place in its line. */
    Block movedTo(int toLinear, int toPhysical, boolean isWatched) {
        return new Block(toLinear, toPhysical, lineOf(toPhysical), default32, ops, schedule, code, 0, isWatched);
    }

    /** The line around a physical address. */
    static int lineOf(int physical) {
        return physical & ~31;
    }

    boolean isAt(int linearAddress, int physicalAddress, boolean codeIs32) {
        return valid && linear == linearAddress && physical == physicalAddress && default32 == codeIs32;
    }

    /** The block that followed last time when execution went on at {@code linearAddress}; it may be another or none. */
    Block successor(int linearAddress) {
        return linearAddress == linear + length ? behind : elsewhere;
    }

    void followedBy(Block next) {
        if (next.linear == linear + length) behind = next;
        else elsewhere = next;
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

    /** Whether a linear address lies in the block, behind its beginning. */
    boolean runsAcross(int address) {
        return address != linear && Integer.compareUnsigned(address - linear, length) < 0;
    }

    /** Whether memory still holds the code that the block was decoded from. */
    boolean isIn(Ram ram) {
        for (int i = 0; i < length; i++) {
            int address = addressOf(i);
            if (!ram.contains(address, 1) || (byte) ram.read8(address) != code[i]) return false;
        }
        return true;
    }

    /** The physical address of a byte of the code. */
    private int addressOf(int i) {
        int inPage = (physical & 0xFFF) + i;
        return inPage < 0x1000 ? physical + i : secondPage + inPage - 0x1000;
    }

    boolean crossesPage() {
        return (linear & 0xFFF) + length > 0x1000;
    }

    /** Linear address of the page that the block crosses into. */
    int secondPageLinear() {
        return (linear & ~0xFFF) + 0x1000;
    }
}
