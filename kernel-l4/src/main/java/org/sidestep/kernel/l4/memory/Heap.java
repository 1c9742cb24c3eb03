package org.sidestep.kernel.l4.memory;

import static org.sidestep.isa.Condition.B;
import static org.sidestep.isa.Condition.NC;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;

import org.sidestep.asm.Label;
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

    private final Label freeWord = label("heap.list");
    private final Mem free = Mem.at(freeWord).dword();
    private final Mem next = Mem.at(at.heapNext).dword();
    private final Mem unpromised = Mem.at(at.heapUnpromised).dword();

    public Heap(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        kernel.data();
        asm.align(4);
        here(freeWord);
        asm.word(imm(0));
        here(at.heapNext);
        asm.word(imm(0));
        here(at.heapUnpromised);
        asm.word(imm(MemoryMap.HEAP_SIZE / MemoryMap.PAGE));
        kernel.text();
        promise();
        allocate();
        free();
    }

    private void promise() {
        routine(at.heapPromise);
        Label promised = fresh("promised");
        sub(unpromised, ECX);
        exitIf(NC, promised, "there are so many");
        add(unpromised, ECX);
        op("stc");
        here(promised);
        ret();
    }

    private void allocate() {
        routine(at.allocatePage);
        Label none = fresh("none");
        sub(unpromised, 1);
        exitIf(B, none, "exhausted");
        entered(at.heapAllocatePromised);
        Label neverUsed = fresh("neverUsed");
        Label clear = fresh("clear");
        mov(EAX, free);
        test(EAX, EAX);
        exitIf(Z, neverUsed, "no freed page");
        mov(ECX, EAX.at(0));
        mov(free, ECX);
        jmp(clear);
        here(neverUsed);
        mov(EAX, next);
        add(next, MemoryMap.PAGE);
        here(clear);
        push(EDI);
        push(EAX);
        mov(EDI, EAX);
        xor(EAX, EAX);
        mov(ECX, WORDS);
        op("rep stosd");
        pop(EAX);
        pop(EDI);
        ret();
        here(none);
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
