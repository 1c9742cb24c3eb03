package org.sidestep.kernel.l4.memory;

import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.kernel.l4.memory.PageBits.FRAME;
import static org.sidestep.kernel.l4.memory.PageBits.PRESENT;

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

    private static final int DIRECTORY_SHIFT = 22;
    /** Leaves a table's index times the size of an entry. */
    private static final int TABLE_SHIFT = 10;

    private static final int TABLE_OFFSET = 0xFFC;

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

    /** The entry for {@code linear} of a table, given by its physical address. Clobbers {@code scratch}. */
    final Mem tableEntry(Reg32 table, Reg32 linear, Reg32 scratch) {
        if (scratch != linear) mov(scratch, linear);
        shr(scratch, TABLE_SHIFT);
        and(scratch, TABLE_OFFSET);
        return table.at(scratch, 1, MemoryMap.WINDOW);
    }

    /** Writes an entry that was not present, or that no space in use has: no translation of it can be remembered. */
    protected final void enter(Mem entry, Operand value) {
        mov(entry, value);
    }

    /** Sets the accessed or dirty bit of an entry, as the processor does when it uses the page. */
    final void mark(Mem entry, int bits) {
        or(entry, bits);
    }

    /** Changes whether a page that is present may be written. */
    protected final void setWritable(Mem entry, boolean writable, Mem page) {
        if (writable) or(entry, PageBits.WRITABLE);
        else and(entry, ~PageBits.WRITABLE);
        op("invlpg", page);
    }

    /**
     * Writes an entry that may be present: more rights on the same frame, else a replacement. {@code page} is the page's linear
     * address. Clobbers {@code value} and ECX.
     */
    final void install(Reg32 entry, Reg32 value, Reg32 page) {
        Mem target = entry.at(0).dword();
        Label absent = fresh("absent");
        Label replace = fresh("replace");
        mov(ECX, entry.at(0));
        test(Reg8.CL, PRESENT);
        exitIf(Condition.Z, absent, "no translation to forget");
        xor(ECX, value);
        and(ECX, FRAME);
        exitIf(Condition.NZ, replace, "another frame");
        or(value, target);
        here(replace);
        mov(target, value);
        op("invlpg", page.at(0));
        op("clc");
        ret();
        here(absent);
        mov(target, value);
        op("clc");
        ret();
    }
}
