package org.sidestep.kernel.l4.memory;

import static org.sidestep.isa.Condition.*;
import static org.sidestep.isa.Cr.*;
import static org.sidestep.isa.Reg32.*;
import static org.sidestep.kernel.l4.memory.PageBits.*;

import org.sidestep.isa.Reg8;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.assembly.KernelRoutines;
import org.sidestep.kernel.l4.layout.MemoryMap;

/** Reaching page table entries through the window. */
public final class PageTables extends KernelRoutines {

    public PageTables(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        routine("page.entry", """
                in      EAX page directory (physical) - EDX user address
                out     EAX kernel address of the page table entry for it, in a new table if need be;
                        0 if there is no memory for one, or a 4 MB page. Keeps all but ECX""");
        mov(ECX, EDX);
        shr(ECX, 22);
        lea(ECX, EAX.at(ECX, 4, MemoryMap.WINDOW));
        mov(EAX, ECX.at(0));
        test(Reg8.AL, PRESENT);
        jz(label("page.entry.newTable"));
        test(Reg8.AL, LARGE);
        exitIf(NZ, label("page.entry.none"), "a 4 MB page");
        here("page.entry.found");
        and(EAX, FRAME);
        mov(ECX, EDX);
        shr(ECX, 10);
        and(ECX, 0xFFC);
        lea(EAX, EAX.at(ECX, 1, MemoryMap.WINDOW));
        ret();
        here("page.entry.newTable");
        push(ECX);
        call(at.allocatePage);
        pop(ECX);
        test(EAX, EAX);
        exitIf(Z, label("page.entry.none"), "no memory");
        lea(EAX, EAX.at(USER_TABLE - MemoryMap.WINDOW));
        mov(ECX.at(0), EAX);
        jmp(label("page.entry.found"));
        here("page.entry.none");
        xor(EAX, EAX);
        ret();

        routine("page.ownFault", """
                in      EBX current thread, of sigma0's space, with a frame, CR2 the address
                out     the same address mapped there, or the thread killed for asking for the kernel's memory""");
        mov(EDX, CR2);
        call(label("page.reserved"));
        exitIf(C, at.killCurrent, "the kernel's");
        mov(EAX, EBX.at(thread.pageDirectory));
        call(label("page.entry"));
        test(EAX, EAX);
        exitIf(Z, at.killCurrent, "no memory for a page table");
        and(EDX, FRAME);
        or(EDX, USER_TABLE);
        mov(EAX.at(0), EDX);
        jmp(at.exitResume);

        routine("page.reserved", """
                in      EDX physical address
                out     CF set if the kernel keeps it for itself. Keeps all but ECX""");
        lea(ECX, EDX.at(-MemoryMap.SIGMA0_IMAGE));
        cmp(ECX, MemoryMap.SIGMA0_IMAGE_END - MemoryMap.SIGMA0_IMAGE);
        j(B, label("page.reserved.not"));
        cmp(EDX, MemoryMap.USER_END);
        j(AE, label("page.reserved.yes"));
        lea(ECX, EDX.at(-MemoryMap.BOOT_CODE));
        cmp(ECX, MemoryMap.HEAP_END - MemoryMap.BOOT_CODE);
        ret();
        here("page.reserved.not");
        op("clc");
        ret();
        here("page.reserved.yes");
        op("stc");
        ret();
    }
}
