package org.sidestep.kernel.l4.memory;

import static org.sidestep.isa.Condition.B;
import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Condition.NC;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;

import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.layout.MemoryMap;

/**
 * The kernel's memory for spaces, in two pools: pages, for UTCBs and space structures; and tables, for page tables and directories
 * with their mapping nodes. Each is a list of freed ones, and behind it what was never used. Tables are promised to a space when
 * it is made, so that no space can take what another one needs; what is neither in use nor promised is for new spaces. Pages
 * only the root task can have spent.
 */
public final class Heap extends PageTableCode {

    private static final int WORDS = MemoryMap.PAGE / 4;

    private final Label freePages = label("heap.pages.list");
    private final Label pagesLeft = label("heap.pages.left");
    private final Label freeTables = label("heap.tables.list");
    private final Mem unpromised = Mem.at(at.heapUnpromised).dword();

    public Heap(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        kernel.data();
        asm.align(4);
        here(freePages);
        asm.word(imm(0));
        here(at.heapNextPage);
        asm.word(imm(0));
        here(pagesLeft);
        asm.word(imm(MemoryMap.HEAP_PAGES_SIZE / MemoryMap.PAGE - kernel.placement.heapPages()));
        here(freeTables);
        asm.word(imm(0));
        here(at.heapNextTable);
        asm.word(imm(0));
        here(at.heapEndOfTables);
        asm.word(imm(0));
        here(at.heapMoreTables);
        asm.word(imm(0));
        here(at.heapUnpromised);
        asm.word(imm(MemoryMap.HEAP_TABLES_SIZE / MemoryMap.TABLE - kernel.placement.heapTables()));
        kernel.text();
        promise();
        allocatePage();
        allocateTable();
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

    private void allocatePage() {
        routine(at.allocatePage);
        Label none = fresh("none");
        sub(Mem.at(pagesLeft).dword(), 1);
        exitIf(B, none, "exhausted");
        take(freePages, at.heapNextPage, MemoryMap.PAGE);

        routine("heap.clear", "in      EAX page; zeroed. Keeps all but ECX");
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
        mov(Mem.at(pagesLeft).dword(), 0);
        xor(EAX, EAX);
        ret();
    }

    private void allocateTable() {
        routine(at.allocateTable);
        Label more = fresh("more");
        take(freeTables, at.heapNextTable, MemoryMap.TABLE);
        cmp(EAX, Mem.at(at.heapEndOfTables));
        exitIf(E, more, "they go on elsewhere");
        jmp(label("heap.clear"));
        here(more);
        mov(EAX, Mem.at(at.heapMoreTables));
        lea(ECX, EAX.at(MemoryMap.TABLE));
        mov(Mem.at(at.heapNextTable).dword(), ECX);
        jmp(label("heap.clear"));
    }

    /** Inline. Out: EAX one of the pool, which is not empty. Clobbers ECX. */
    private void take(Label list, Label next, int size) {
        Label neverUsed = fresh("neverUsed");
        Label taken = fresh("taken");
        mov(EAX, Mem.at(list));
        test(EAX, EAX);
        exitIf(Z, neverUsed, "no freed one");
        mov(ECX, EAX.at(0));
        mov(Mem.at(list), ECX);
        jmp(taken);
        here(neverUsed);
        mov(EAX, Mem.at(next));
        add(Mem.at(next).dword(), size);
        here(taken);
    }

    private void free() {
        routine(at.freePage);
        give(freePages);
        inc(Mem.at(pagesLeft).dword());
        ret();

        routine(at.freeTable);
        give(freeTables);
        setOwner(EAX, ECX, 0);
        ret();
    }

    private void give(Label list) {
        mov(ECX, Mem.at(list));
        mov(EAX.at(0), ECX);
        mov(Mem.at(list), EAX);
    }
}
