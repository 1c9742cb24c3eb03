package org.sidestep.kernel.l4.memory;

import static org.sidestep.isa.Condition.B;
import static org.sidestep.isa.Condition.NC;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;

import org.sidestep.isa.Mem;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.assembly.KernelRoutines;
import org.sidestep.kernel.l4.layout.MemoryMap;

/**
 * Pages for page tables, UTCBs and space structures: a list of freed ones, and behind it what was never used. Page tables
 * are promised to a space when it is made, so that no space can take what another one needs; what is neither in use nor
 * promised is for new spaces and UTCBs, which only the root task can make.
 */
public final class Heap extends KernelRoutines {

    private static final int WORDS = MemoryMap.PAGE / 4;

    private final Mem free = Mem.at(label("heap.list")).dword();
    private final Mem next = Mem.at(label("heap.next")).dword();
    private final Mem unpromised = Mem.at(at.heapUnpromised).dword();

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
        here(at.heapUnpromised);
        asm.word(imm((MemoryMap.HEAP_END - MemoryMap.HEAP) / MemoryMap.PAGE));
        kernel.text();
        promise();
        allocate();
        free();
    }

    private void promise() {
        routine(at.heapPromise);
        sub(unpromised, ECX);
        j(NC, label("heap.promised"));
        add(unpromised, ECX);
        op("stc");
        here("heap.promised");
        ret();
    }

    private void allocate() {
        routine(at.allocatePage);
        sub(unpromised, 1);
        exitIf(B, label("heap.allocate.none"), "exhausted");
        routine(at.heapAllocatePromised);
        mov(EAX, free);
        test(EAX, EAX);
        jz(label("heap.allocate.unused"));
        mov(ECX, EAX.at(0));
        mov(free, ECX);
        jmp(label("heap.allocate.clear"));
        here("heap.allocate.unused");
        mov(EAX, next);
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
        mov(unpromised, 0);
        xor(EAX, EAX);
        ret();
    }

    private void free() {
        routine(at.freePage);
        mov(ECX, free);
        mov(EAX.at(0), ECX);
        mov(free, EAX);
        inc(unpromised);
        ret();
    }
}
