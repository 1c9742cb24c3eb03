package org.sidestep.kernel.l4.memory;

import static org.sidestep.isa.Condition.AE;
import static org.sidestep.isa.Condition.B;
import static org.sidestep.isa.Condition.C;
import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Cr.CR2;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESP;
import static org.sidestep.kernel.l4.memory.PageBits.FRAME;
import static org.sidestep.kernel.l4.memory.PageBits.KERNEL_OWNED;
import static org.sidestep.kernel.l4.memory.PageBits.LARGE;
import static org.sidestep.kernel.l4.memory.PageBits.PRESENT;
import static org.sidestep.kernel.l4.memory.PageBits.USER;
import static org.sidestep.kernel.l4.memory.PageBits.USER_TABLE;

import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.kernel.Frame;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.layout.SpaceLayout;
import org.sidestep.kernel.l4.layout.Tcb;

/** The entry of a page, in a table that is made if need be; sigma0's own faults, which may read the thread control blocks. */
public final class PageTables extends PageTableCode {

    private static final int ERROR_WRITE = 2;

    public PageTables(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        words();
        entry();
        ownFault();
        own();
        reserved();
        new PageAttributes(kernel).emit();
    }

    private void words() {
        kernel.bss();
        asm.align(4);
        here(at.pageUsedUp);
        asm.reserve(4);
        kernel.text();
    }

    private void entry() {
        routine(at.pageEntry);
        Label newTable = fresh("newTable");
        Label none = fresh("none");
        Label usedUp = fresh("usedUp");
        push(EAX);
        mov(EAX, EAX.at(SpaceLayout.PAGE_DIRECTORY));
        pageTable(ECX, EDX, newTable, none);
        Label found = here(fresh("found"));
        pop(ECX);
        and(EAX, FRAME);
        lea(EAX, tableEntry(EAX, EDX, ECX));
        ret();
        here(newTable);
        mov(EAX, Mem.base(ESP, 0).dword());
        cmp(EAX.at(SpaceLayout.TABLES_LEFT), 0);
        exitIf(E, usedUp, "it has had all that it was promised");
        dec(EAX.at(SpaceLayout.TABLES_LEFT));
        push(ECX);
        call(at.allocateTable);
        sub(Mem.at(at.mappingSteps).dword(), NEW_TABLE);
        push(EDX);
        mov(EDX, Mem.base(ESP, 4).dword());
        mov(owner(EAX, ECX), EDX);
        lea(EAX, EAX.at(USER_TABLE - MemoryMap.WINDOW));
        enter(EDX.at(0), EAX);
        pop(EDX);
        pop(ECX);
        jmp(found);
        here(usedUp);
        mov(Mem.at(at.pageUsedUp).dword(), 1);
        here(none);
        pop(ECX);
        xor(EAX, EAX);
        ret();
    }

    private void ownFault() {
        routine(at.pageOwnFault);
        Label own = fresh("own");
        mov(EAX, EBX.at(thread.space));
        mov(EDX, CR2);
        lea(ECX, EDX.at(-MemoryMap.TCBS_VIEW));
        cmp(ECX, MemoryMap.THREADS * MemoryMap.TCB_SIZE);
        exitIf(AE, own, "no thread control block");
        test(Tcb.frame(EBX, Frame.ERROR), ERROR_WRITE);
        exitIf(NZ, at.killCurrent, "it may read them");
        push(EAX);
        mov(EAX, ECX);
        call(at.threadFrame);
        mov(ECX, EAX);
        pop(EAX);
        or(ECX, PRESENT | USER | KERNEL_OWNED);
        push(ECX);
        call(at.pageEntry);
        test(EAX, EAX);
        exitIf(Z, at.killCurrent, "no page table left");
        pop(EDX);
        enter(EAX.at(0), EDX);
        jmp(at.exitResume);

        here(own);
        call(at.pageOwn);
        test(EAX, EAX);
        exitIf(Z, at.killCurrent, "the kernel's");
        jmp(at.exitResume);
    }

    /** Conventional memory in 4 MB pages, unless something smaller is there already. */
    private void own() {
        routine(at.pageOwn);
        Label none = fresh("none");
        Label noTable = fresh("noTable");
        Label small = fresh("small");
        Label made = fresh("made");
        call(at.pageReserved);
        exitIf(C, none, "the kernel's");
        push(EDX);
        cmp(EDX, MemoryMap.IMAGE_END);
        exitIf(B, small, "parts of the 4 MB are the kernel's");
        push(EAX);
        mov(EAX, EAX.at(SpaceLayout.PAGE_DIRECTORY));
        directoryIndex(ECX, EDX);
        lea(ECX, directoryEntry(EAX, ECX));
        pop(EAX);
        test(ECX.at(0).byte_(), PRESENT);
        exitIf(NZ, small, "a page table is there");
        mov(EAX, ECX);
        and(EDX, -MemoryMap.LARGE_PAGE);
        or(EDX, USER_TABLE | LARGE);
        jmp(made);
        here(small);
        call(at.pageEntry);
        test(EAX, EAX);
        exitIf(Z, noTable, "no page table left");
        and(EDX, FRAME);
        or(EDX, USER_TABLE);
        here(made);
        enter(EAX.at(0), EDX);
        mov(EDX, EAX);
        xor(EAX, EAX);
        call(at.mappingAdopt);
        mov(EAX, EDX);
        pop(EDX);
        ret();
        here(noTable);
        pop(EDX);
        here(none);
        xor(EAX, EAX);
        ret();
    }

    private void reserved() {
        routine(at.pageReserved);
        Label not = fresh("not");
        Label yes = fresh("yes");
        lea(ECX, EDX.at(-MemoryMap.SIGMA0_IMAGE));
        cmp(ECX, MemoryMap.BOOT_INFORMATION + MemoryMap.PAGE - MemoryMap.SIGMA0_IMAGE);
        exitIf(B, not, "sigma0's image, boot information");
        cmp(EDX, MemoryMap.USER_END);
        exitIf(AE, yes, "beyond what users may have");
        mov(ECX, EDX);
        sub(ECX, Mem.at(at.kernelMemory));
        cmp(ECX, MemoryMap.KERNEL_MEMORY_SIZE);
        exitIf(B, yes, "thread control blocks, heap");
        mov(ECX, EDX);
        sub(ECX, Mem.at(at.kernelExtension));
        cmp(ECX, Mem.at(at.kernelExtension).plus(4).dword());
        exitIf(B, yes, "more of the heap");
        lea(ECX, EDX.at(-MemoryMap.BOOT_CODE));
        cmp(ECX, MemoryMap.IMAGE_END - MemoryMap.BOOT_CODE);
        ret();
        here(not);
        op("clc");
        ret();
        here(yes);
        op("stc");
        ret();
    }
}
