package org.sidestep.kernel.l4.memory;

import static org.sidestep.isa.Condition.B;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.kernel.l4.layout.MemoryMap.PAGE;
import static org.sidestep.kernel.l4.layout.MemoryMap.TCBS;
import static org.sidestep.kernel.l4.layout.MemoryMap.window;
import static org.sidestep.kernel.l4.memory.PageBits.ACCESSED;
import static org.sidestep.kernel.l4.memory.PageBits.DIRTY;
import static org.sidestep.kernel.l4.memory.PageBits.FRAME;
import static org.sidestep.kernel.l4.memory.PageBits.GLOBAL;
import static org.sidestep.kernel.l4.memory.PageBits.LARGE;
import static org.sidestep.kernel.l4.memory.PageBits.PRESENT;
import static org.sidestep.kernel.l4.memory.PageBits.WRITABLE;

import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.layout.MemoryMap;

/**
 * The memory of the thread control blocks: an array in the kernel's part of all spaces, by thread number. The first ones have a
 * 4 MB page. Behind it, a page of zeros that nobody can write stands for all whose numbers were never used: whoever looks for a thread
 * finds none there. The first thread of a page's numbers gets a page of the heap, which stays.
 */
public final class ThreadBlocks extends PageTableCode {

    private static final int FIRST_PAGES = MemoryMap.FIRST_TCBS_SIZE / PAGE;
    private static final int TABLES = MemoryMap.TCB_TABLES_SIZE / PAGE;
    private static final int ENTRIES = PAGE / 4;

    public ThreadBlocks(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        kernel.bss();
        asm.align(4);
        here(at.tcbPages);
        asm.reserve(4);
        here(at.threads);
        asm.reserve(8);
        kernel.text();
        boot();
        back();
        frame();
        ring();
    }

    private void boot() {
        routine(at.bootThreadBlocks);
        mov(EAX, Mem.at(at.kernelMemory));
        or(EAX, PRESENT | WRITABLE | ACCESSED | DIRTY | LARGE | GLOBAL);
        int directory = window(MemoryMap.MASTER_DIRECTORY) + PageBits.directoryOffset(TCBS);
        enter(Mem.absolute(directory).dword(), EAX);
        phase("the page tables, full of zeros' page");
        mov(EDI, Mem.at(at.kernelMemory));
        add(EDI, window(MemoryMap.TCB_TABLES));
        lea(EDX, EDI.at((PRESENT | WRITABLE | ACCESSED) - MemoryMap.WINDOW));
        mov(EAX, MemoryMap.NIL_UTCB_PAGE | PRESENT | ACCESSED | GLOBAL);
        mov(ECX, TABLES * ENTRIES);
        op("rep stosd");
        mov(EDI, directory + 4);
        mov(ECX, TABLES);
        Label next = here(fresh("next"));
        enter(EDI.at(0), EDX);
        add(EDI, 4);
        add(EDX, PAGE);
        dec(ECX);
        jnz(next);
        phase("the ring of all threads: nobody");
        lea(EAX, threads());
        mov(EAX.at(tcb.nextThread), EAX);
        mov(EAX.at(tcb.previousThread), EAX);
        ret();
    }

    private void back() {
        routine(at.threadBack);
        Label there = fresh("there");
        Label none = fresh("none");
        lea(EAX, EBP.at(-TCBS));
        shr(EAX, Integer.numberOfTrailingZeros(PAGE));
        sub(EAX, FIRST_PAGES);
        exitIf(B, there, "one of the first");
        call(label("thread.page"));
        test(EDX.at(0).byte_(), WRITABLE);
        exitIf(NZ, there, "a thread had one beside it");
        call(at.allocatePage);
        test(EAX, EAX);
        exitIf(Z, none, "no memory");
        lea(EAX, EAX.at((PRESENT | WRITABLE | ACCESSED | DIRTY | GLOBAL) - MemoryMap.WINDOW));
        change(EDX.at(0).dword(), EAX);
        invalidate(EBP);
        inc(Mem.at(at.tcbPages).dword());
        here(there);
        op("clc");
        ret();
        here(none);
        op("stc");
        ret();

        routine("thread.page", """
                in      EAX number of a page of thread control blocks, behind the first ones
                out     EDX its entry. Keeps all else""");
        mov(EDX, Mem.at(at.kernelMemory));
        lea(EDX, EDX.at(EAX, 4, window(MemoryMap.TCB_TABLES)));
        ret();
    }

    private void frame() {
        routine(at.threadFrame);
        Label first = fresh("first");
        shr(EAX, Integer.numberOfTrailingZeros(PAGE));
        sub(EAX, FIRST_PAGES);
        exitIf(B, first, "one of the first");
        push(EDX);
        call(label("thread.page"));
        mov(EAX, EDX.at(0).dword());
        pop(EDX);
        and(EAX, FRAME);
        ret();
        here(first);
        add(EAX, FIRST_PAGES);
        shl(EAX, Integer.numberOfTrailingZeros(PAGE));
        add(EAX, Mem.at(at.kernelMemory));
        ret();
    }

    private void ring() {
        routine(at.threadEnlist);
        lea(ECX, threads());
        mov(EDX, ECX.at(tcb.previousThread));
        mov(EBP.at(tcb.nextThread), ECX);
        mov(EBP.at(tcb.previousThread), EDX);
        mov(EDX.at(tcb.nextThread), EBP);
        mov(ECX.at(tcb.previousThread), EBP);
        ret();

        routine(at.threadDelist);
        mov(ECX, EBP.at(tcb.nextThread));
        mov(EDX, EBP.at(tcb.previousThread));
        mov(ECX.at(tcb.previousThread), EDX);
        mov(EDX.at(tcb.nextThread), ECX);
        ret();
    }
}
