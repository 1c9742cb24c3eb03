package org.sidestep.kernel.l4.memory;

import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.ECX;

import org.sidestep.asm.Label;
import org.sidestep.isa.Condition;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Operand;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.Reg8;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.assembly.KernelRoutines;
import org.sidestep.kernel.l4.layout.MemoryMap;

/** How entries of page directories and page tables are found, through the window, and the only place where they are written. */
public abstract class PageTableCode extends KernelRoutines {

    static final int DIRECTORY_SHIFT = 22;
    /** Leaves a table's index times the size of an entry. */
    static final int TABLE_SHIFT = 10;

    static final int TABLE_OFFSET = 0xFFC;

    /** What owns a page directory. */
    static final int DIRECTORY = 1;

    /** Of what the kernel does at a stretch, {@link #spend}: to pass an entry by, and to write one. */
    static final int PASS = 1;

    static final int WRITE = 4;
    /** The same for a new table, which has to be cleared: nothing else after it. */
    static final int NEW_TABLE = 32 * WRITE;

    protected PageTableCode(Kernel kernel) {
        super(kernel);
    }

    /** {@code index} := that of the directory entry for {@code linear}. */
    final void directoryIndex(Reg32 index, Reg32 linear) {
        mov(index, linear);
        shr(index, DIRECTORY_SHIFT);
    }

    /** The entry of a directory, given by its physical address. */
    static Mem directoryEntry(Reg32 directory, Reg32 index) {
        return directory.at(index, 4, MemoryMap.WINDOW);
    }

    /**
     * In: EAX a directory. Out: EAX its entry for {@code linear}, {@code place} the entry's address. Leaves if that is of no page
     * table. Clobbers ECX.
     */
    final void pageTable(Reg32 place, Reg32 linear, Label absent, Label large) {
        directoryIndex(ECX, linear);
        lea(place, directoryEntry(EAX, ECX));
        mov(EAX, place.at(0));
        test(Reg8.AL, PageBits.PRESENT);
        exitIf(Z, absent, "no page table");
        test(Reg8.AL, PageBits.LARGE);
        exitIf(NZ, large, "a 4 MB page");
    }

    /** The entry for {@code linear} of a table, given by its physical address. Clobbers {@code scratch}. */
    final Mem tableEntry(Reg32 table, Reg32 linear, Reg32 scratch) {
        if (scratch != linear) mov(scratch, linear);
        shr(scratch, TABLE_SHIFT);
        and(scratch, TABLE_OFFSET);
        return table.at(scratch, 1, MemoryMap.WINDOW);
    }

    /** To whom the table at {@code table} belongs; {@link #owner}. Clobbers {@code scratch}. */
    final void setOwner(Reg32 table, Reg32 scratch, int owner) {
        mov(owner(table, scratch), owner);
    }

    /**
     * The word that says what the table is in which the entry {@code entry} lies: of a page table the directory entry that points to it,
     * {@link #DIRECTORY}, or 0 if it is free. Clobbers {@code scratch}.
     */
    final Mem owner(Reg32 entry, Reg32 scratch) {
        lea(scratch, entry.at(-MemoryMap.WINDOW));
        shr(scratch, Integer.numberOfTrailingZeros(MemoryMap.TABLE));
        return Mem.at(at.tableOwners, scratch, 4).dword();
    }

    /** Inline. So much of what the kernel may do at a stretch is done: leaves for {@code exit} if that was too much. */
    final void spend(int steps, Label exit) {
        sub(Mem.at(at.mappingSteps).dword(), steps);
        exitIf(Condition.S, exit, "long enough with interrupts off");
    }

    /** Writes an entry that was not present, or that no space in use has: no translation of it can be remembered. */
    protected final void enter(Mem entry, Operand value) {
        mov(entry, value);
    }

    /** Sets the accessed or dirty bit of an entry, as the processor does when it uses the page. */
    final void mark(Mem entry, int bits) {
        or(entry, bits);
    }

    /** Sets the bits of {@code bits} that say what was accessed and written. */
    final void mark(Mem entry, Reg32 bits) {
        or(entry, bits);
    }

    /** Changes whether a page that is present may be written. */
    protected final void setWritable(Mem entry, boolean writable, Mem page) {
        if (writable) or(entry, PageBits.WRITABLE);
        else and(entry, ~PageBits.WRITABLE);
        op("invlpg", page);
    }

    /** Writes an entry that may be present: {@code mapping.forget} has to follow. */
    final void change(Mem entry, Operand value) {
        mov(entry, value);
    }

    /** Clears bits of an entry that is present: {@code mapping.forget} has to follow. */
    final void clear(Mem entry, int bits) {
        and(entry, ~bits);
    }

    /** The processor forgets what it remembers of the page at {@code page} of the space that runs. */
    final void invalidate(Reg32 page) {
        op("invlpg", page.at(0));
    }
}
