package org.sidestep.kernel.l4.memory;

import static org.sidestep.isa.Condition.*;
import static org.sidestep.isa.Reg32.*;

import org.sidestep.isa.Mem;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.assembly.KernelRoutines;
import org.sidestep.kernel.l4.layout.MemoryMap;

/** Pages for page tables, UTCBs and space structures: a list of freed ones, and behind it what was never used. */
public final class Heap extends KernelRoutines {

    private static final int WORDS = MemoryMap.PAGE / 4;

    /** Not 0 after an allocation that failed, until it is cleared. */
    public static final String EXHAUSTED = "heap.exhausted";

    private final Mem free = Mem.at(label("heap.list")).dword();
    private final Mem next = Mem.at(label("heap.next")).dword();

    public Heap(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        kernel.data();
        asm.align(4);
        here("heap.list");
        asm.word(imm(0));
        here("heap.next");
        asm.word(imm(MemoryMap.window(MemoryMap.HEAP)));
        here(EXHAUSTED);
        asm.word(imm(0));
        kernel.text();

        routine(at.allocatePage.name(), "out     EAX kernel address of a zeroed page, or 0. Keeps all but ECX");
        mov(EAX, free);
        test(EAX, EAX);
        jz(label("heap.allocate.unused"));
        mov(ECX, EAX.at(0));
        mov(free, ECX);
        jmp(label("heap.allocate.clear"));
        here("heap.allocate.unused");
        mov(EAX, next);
        cmp(EAX, MemoryMap.window(MemoryMap.HEAP_END));
        exitIf(E, label("heap.allocate.none"), "exhausted");
        add(next, MemoryMap.PAGE);
        here("heap.allocate.clear");
        push(EDI);
        push(EAX);
        mov(EDI, EAX);
        xor(EAX, EAX);
        mov(ECX, WORDS);
        op("rep stosd");
        pop(EAX);
        pop(EDI);
        ret();
        here("heap.allocate.none");
        mov(Mem.at(label(EXHAUSTED)).dword(), 1);
        xor(EAX, EAX);
        ret();

        routine(at.freePage.name(), "in      EAX kernel address of a page. Keeps all but ECX");
        mov(ECX, free);
        mov(EAX.at(0), ECX);
        mov(free, EAX);
        ret();
    }
}
