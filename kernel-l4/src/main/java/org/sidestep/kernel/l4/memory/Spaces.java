package org.sidestep.kernel.l4.memory;

import static org.sidestep.isa.Condition.B;
import static org.sidestep.isa.Condition.BE;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;
import static org.sidestep.kernel.l4.layout.SpaceLayout.IO_MAP_BASE;
import static org.sidestep.kernel.l4.layout.SpaceLayout.KIP;
import static org.sidestep.kernel.l4.layout.SpaceLayout.NUMBER;
import static org.sidestep.kernel.l4.layout.SpaceLayout.PAGE_DIRECTORY;
import static org.sidestep.kernel.l4.layout.SpaceLayout.TABLES_LEFT;
import static org.sidestep.kernel.l4.layout.SpaceLayout.THREADS;
import static org.sidestep.kernel.l4.layout.SpaceLayout.UTCB_AREA;
import static org.sidestep.kernel.l4.layout.SpaceLayout.UTCB_AREA_SIZE;
import static org.sidestep.kernel.l4.layout.SpaceLayout.UTCB_AREA_WHOLE;
import static org.sidestep.kernel.l4.layout.SpaceLayout.UTCB_MAP;
import static org.sidestep.kernel.l4.memory.PageBits.ACCESSED;
import static org.sidestep.kernel.l4.memory.PageBits.DIRTY;
import static org.sidestep.kernel.l4.memory.PageBits.FRAME;
import static org.sidestep.kernel.l4.memory.PageBits.KERNEL_OWNED;
import static org.sidestep.kernel.l4.memory.PageBits.PRESENT;
import static org.sidestep.kernel.l4.memory.PageBits.USER;
import static org.sidestep.kernel.l4.memory.PageBits.WRITABLE;
import static org.sidestep.kernel.l4.memory.PageBits.directoryOffset;

import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg8;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.layout.SpaceLayout;

/** Address spaces: their making, their fixed areas, their end. */
public final class Spaces extends PageTableCode {

    private static final int KERNEL_ENTRIES = directoryOffset(MemoryMap.USER_END);
    private static final int KERNEL_PAGE = PRESENT | USER | ACCESSED | KERNEL_OWNED;

    /** The UTCB area for which a page has room for all threads. */
    private static final int PAGE_MAPS = MemoryMap.PAGE / 4 * MemoryMap.UTCB_SIZE;

    private final Label numbers = label("space.numbers");
    private final Label tables = label("space.free.tables");

    public Spaces(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        words();
        create();
        configure();
        backUtcb();
        release();
        free();
    }

    private void words() {
        kernel.bss();
        asm.align(4);
        here(numbers);
        asm.reserve(4);
        kernel.text();
    }

    private void create() {
        routine(at.spaceCreate);
        Label none = fresh("none");
        Label unpromise = fresh("unpromise");
        push(ESI);
        push(EDI);
        lea(ECX, EDX.at(1));
        call(at.heapPromise);
        exitIf(B, none, "no memory for its page tables and directory");
        call(at.allocatePage);
        test(EAX, EAX);
        exitIf(Z, unpromise, "no memory");
        mov(EDI, EAX);
        call(at.allocateTable);
        setOwner(EAX, ECX, DIRECTORY);
        lea(ECX, EAX.at(-MemoryMap.WINDOW));
        mov(EDI.at(PAGE_DIRECTORY), ECX);
        mov(EDI.at(IO_MAP_BASE), spacesHavePorts() ? SpaceLayout.CONSOLES_PORTS : SpaceLayout.NO_PORTS);
        mov(EDI.at(TABLES_LEFT), EDX);
        inc(Mem.at(numbers).dword());
        mov(ECX, Mem.at(numbers));
        mov(EDI.at(NUMBER), ECX);
        phase("the kernel's part of all directories is the same");
        push(EDI);
        lea(EDI, EAX.at(KERNEL_ENTRIES));
        mov(ESI, MemoryMap.window(MemoryMap.MASTER_DIRECTORY) + KERNEL_ENTRIES);
        mov(ECX, (MemoryMap.PAGE - KERNEL_ENTRIES) / 4);
        op("rep movsd");
        pop(EAX);
        Label done = here(fresh("done"));
        pop(EDI);
        pop(ESI);
        ret();
        here(unpromise);
        add(Mem.at(at.heapUnpromised).dword(), EDX);
        inc(Mem.at(at.heapUnpromised).dword());
        here(none);
        xor(EAX, EAX);
        jmp(done);
    }

    private void configure() {
        routine(at.spaceConfigure);
        Label done = fresh("done");
        Label used = fresh("used");
        mov(EDI, EAX);
        mov(EDI.at(KIP), EDX);
        mov(EDI.at(UTCB_AREA), ECX);
        call(at.pageEntry);
        test(EAX, EAX);
        exitIf(Z, done, "no page table left");
        enter(EAX.at(0).dword(), imm(MemoryMap.KIP_PAGE | KERNEL_PAGE));
        call(label("space.utcbMap"));
        test(EAX, EAX);
        exitIf(Z, done, "no memory for the UTCB map");
        mov(EDI.at(UTCB_MAP), EAX);
        mov(EDI.at(UTCB_AREA_WHOLE), ESI);
        mov(ECX, ESI);
        cmp(ECX, MemoryMap.USED_UTCB_AREA);
        exitIf(BE, used, "all of it can be used");
        mov(ECX, MemoryMap.USED_UTCB_AREA);
        here(used);
        mov(EDI.at(UTCB_AREA_SIZE), ECX);
        mov(EAX, 1);
        here(done);
        ret();
        utcbMap();
    }

    /** A page for 1024 threads, or a table for 4096, which no other space was promised. */
    private void utcbMap() {
        routine("space.utcbMap", """
                in      ESI size of the UTCB area
                out     EAX zeroed memory for its map, or 0. Clobbers ECX""");
        Label none = fresh("none");
        cmp(ESI, PAGE_MAPS);
        exitIf(BE, at.allocatePage, "a page is enough");
        mov(ECX, 1);
        call(at.heapPromise);
        exitIf(B, none, "no memory");
        call(at.allocateTable);
        push(EDI);
        push(EAX);
        mov(EDI, EAX);
        xor(EAX, EAX);
        mov(ECX, MemoryMap.TABLE / 4);
        op("rep stosd");
        pop(EAX);
        pop(EDI);
        ret();
        here(none);
        xor(EAX, EAX);
        ret();
    }

    private void backUtcb() {
        routine(at.spaceBackUtcb);
        Label none = fresh("none");
        Label present = fresh("present");
        call(at.pageEntry);
        test(EAX, EAX);
        exitIf(Z, none, "no page table left");
        mov(ECX, EAX.at(0));
        test(Reg8.CL, PRESENT);
        exitIf(NZ, present, "others have theirs on this page");
        push(EAX);
        call(at.allocatePage);
        pop(ECX);
        test(EAX, EAX);
        exitIf(Z, none, "no memory for the UTCB");
        lea(EAX, EAX.at((KERNEL_PAGE | WRITABLE | DIRTY) - MemoryMap.WINDOW));
        enter(ECX.at(0), EAX);
        mov(ECX, EAX);
        here(present);
        and(ECX, FRAME);
        mov(EAX, EDX);
        and(EAX, MemoryMap.PAGE - 1);
        lea(EAX, EAX.at(ECX, 1, MemoryMap.WINDOW));
        here(none);
        ret();
    }

    private void release() {
        routine(at.spaceRelease);
        dec(EAX.at(THREADS));
        exitIf(Z, label("space.free"), "it was the last");
        ret();
    }

    private void free() {
        routine("space.free", """
                in      EAX empty space without threads, not the running one
                out     all its pages are free. Keeps EBX, ESI, EDI, EBP""");
        push(ESI);
        push(EDI);
        push(EBP);
        mov(EBP, EAX);
        call(at.portsRelease);
        mov(ECX, EBP.at(UTCB_AREA_SIZE));
        test(ECX, ECX);
        exitIf(Z, tables, "never configured");
        freeUtcbs();
        here(tables);
        freeTables();
        mov(EAX, EBP);
        call(at.freePage);
        pop(EBP);
        pop(EDI);
        pop(ESI);
        ret();
    }

    /** What can be used of an area is aligned to its size and smaller than 4 MB, so one page table holds all its entries. */
    private void freeUtcbs() {
        Label nextUtcb = fresh("nextUtcb");
        phase("UTCBs and their map");
        Label page = fresh("page");
        Label freed = fresh("freed");
        mov(EAX, EBP.at(UTCB_MAP));
        cmp(EBP.at(UTCB_AREA_WHOLE), PAGE_MAPS);
        exitIf(BE, page, "its map is a page");
        call(at.freeTable);
        inc(Mem.at(at.heapUnpromised).dword());
        jmp(freed);
        here(page);
        call(at.freePage);
        here(freed);
        mov(ESI, EBP.at(UTCB_AREA));
        mov(EDI, EBP.at(UTCB_AREA_SIZE));
        shr(EDI, 12);
        mov(EAX, EBP.at(PAGE_DIRECTORY));
        directoryIndex(ECX, ESI);
        mov(EAX, directoryEntry(EAX, ECX));
        test(Reg8.AL, PRESENT);
        exitIf(Z, tables, "no UTCB was ever placed");
        and(EAX, FRAME);
        lea(ESI, tableEntry(EAX, ESI, ESI));
        Label utcb = here(fresh("utcb"));
        mov(EAX, ESI.at(0));
        add(ESI, 4);
        test(Reg8.AL, PRESENT);
        exitIf(Z, nextUtcb, "no UTCB on this page");
        freeFrame(at.freePage);
        here(nextUtcb);
        dec(EDI);
        jnz(utcb);
    }

    private void freeTables() {
        Label nextTable = fresh("nextTable");
        phase("page tables, taken or only promised, and directory");
        mov(EAX, EBP.at(TABLES_LEFT));
        add(Mem.at(at.heapUnpromised).dword(), EAX);
        mov(ESI, EBP.at(PAGE_DIRECTORY));
        lea(ESI, ESI.at(MemoryMap.WINDOW));
        mov(EDI, KERNEL_ENTRIES / 4);
        Label table = here(fresh("table"));
        mov(EAX, ESI.at(0));
        add(ESI, 4);
        test(Reg8.AL, PRESENT);
        exitIf(Z, nextTable, "no table");
        freeFrame(at.freeTable);
        inc(Mem.at(at.heapUnpromised).dword());
        here(nextTable);
        dec(EDI);
        jnz(table);
        mov(EAX, EBP.at(PAGE_DIRECTORY));
        freeFrame(at.freeTable);
        inc(Mem.at(at.heapUnpromised).dword());
    }

    /** Frees the page, or table, of the heap that the entry (or physical address) in EAX names. */
    private void freeFrame(Label free) {
        and(EAX, FRAME);
        lea(EAX, EAX.at(MemoryMap.WINDOW));
        call(free);
    }
}
