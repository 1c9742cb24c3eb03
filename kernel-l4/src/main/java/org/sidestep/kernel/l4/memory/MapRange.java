package org.sidestep.kernel.l4.memory;

import static org.sidestep.isa.Condition.A;
import static org.sidestep.isa.Condition.AE;
import static org.sidestep.isa.Condition.B;
import static org.sidestep.isa.Condition.BE;
import static org.sidestep.isa.Condition.C;
import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Condition.NC;
import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;
import static org.sidestep.kernel.l4.memory.Mapping.FPAGE;
import static org.sidestep.kernel.l4.memory.Mapping.LAST;
import static org.sidestep.kernel.l4.memory.Mapping.RECEIVER;
import static org.sidestep.kernel.l4.memory.Mapping.SENDER_DIRECTORY;
import static org.sidestep.kernel.l4.memory.Mapping.SENDER_FLAGS;
import static org.sidestep.kernel.l4.memory.PageBits.FRAME;
import static org.sidestep.kernel.l4.memory.PageBits.KERNEL_OWNED;
import static org.sidestep.kernel.l4.memory.PageBits.LARGE;
import static org.sidestep.kernel.l4.memory.PageBits.PRESENT;
import static org.sidestep.kernel.l4.memory.PageBits.USER_TABLE;
import static org.sidestep.kernel.l4.memory.PageBits.WRITABLE;

import org.sidestep.asm.Label;
import org.sidestep.isa.Reg8;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.layout.SpaceLayout;
import org.sidestep.layout.Field;
import org.sidestep.x2.Fpage;

/** Maps a range, page by page, in 4 MB pages where source and target allow it. */
public final class MapRange extends PageTableCode {

    private static final int LARGE_OFFSET = MemoryMap.LARGE_PAGE - 1;

    private final Label none = at.mapNone;

    private final Label sigma0 = label("map.lookUp.sigma0");
    private final Label noPage = label("map.lookUp.noPage");

    public MapRange(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        range();
        lookUp();
        lookUpSigma0();
        mapSmall();
        mapLarge();
    }

    private void range() {
        routine(at.mapRange);
        Label advance = fresh("advance");
        Label rights = fresh("rights");
        Label small = fresh("small");
        cmp(EDI, MemoryMap.USER_END);
        exitIf(AE, none, "beyond the user area");
        cmp(ESI, MemoryMap.USER_END);
        exitIf(AE, none, "beyond the user area");
        call(label("map.lookUp"));
        exitIf(C, advance, "a hole");
        test(EBP.at(FPAGE).byte_(), Fpage.WRITE);
        exitIf(NZ, rights, "may be written");
        and(EAX, ~WRITABLE);
        here(rights);
        test(Reg8.AL, LARGE);
        exitIf(Z, small, "a small page");
        call(label("map.large"));
        exitIf(NC, advance, "all of it is mapped");
        here(small);
        call(label("map.small"));
        mov(EDX, MemoryMap.PAGE);
        here(advance);
        add(ESI, EDX);
        add(EDI, EDX);
        cmp(EDI, EBP.at(LAST));
        j(BE, at.mapRange);
        ret();
    }

    private void lookUp() {
        routine("map.lookUp", """
                in      EBP mapping - ESI source
                out     CF set: nothing there for EDX bytes; else EAX its page's table entry (LARGE: a directory entry). Clobbers ECX""");
        Label noTable = fresh("noTable");
        Label found = fresh("found");
        test(EBP.at(SENDER_FLAGS).byte_(), SpaceLayout.SIGMA0);
        exitIf(NZ, sigma0, "it has what it has not touched");
        mov(EAX, EBP.at(SENDER_DIRECTORY));
        directoryIndex(ECX, ESI);
        mov(EAX, directoryEntry(EAX, ECX));
        test(Reg8.AL, PRESENT);
        exitIf(Z, noTable, "no page table");
        test(Reg8.AL, LARGE);
        exitIf(NZ, found, "a 4 MB page");
        and(EAX, FRAME);
        mov(EAX, tableEntry(EAX, ESI, ECX));
        mov(ECX, EAX);
        and(ECX, PRESENT | KERNEL_OWNED);
        cmp(ECX, PRESENT);
        exitIf(NE, noPage, "nothing there, or the kernel's own");
        here(found);
        and(EAX, FRAME | LARGE | USER_TABLE);
        ret();

        here(noTable);
        mov(EDX, ESI);
        and(EDX, LARGE_OFFSET);
        neg(EDX);
        add(EDX, MemoryMap.LARGE_PAGE);
        op("stc");
        ret();
    }

    private void lookUpSigma0() {
        Label large = fresh("large");
        phase("sigma0 has all memory, whether or not it has touched it");
        here(sigma0);
        mov(EDX, ESI);
        call(at.pageReserved);
        exitIf(C, noPage, "the kernel's");
        mov(EAX, ESI);
        cmp(ESI, MemoryMap.IMAGE_END);
        exitIf(AE, large, "the kernel's memory up there has 4 MB pages of its own");
        and(EAX, FRAME);
        or(EAX, USER_TABLE);
        ret();
        here(large);
        and(EAX, ~LARGE_OFFSET);
        or(EAX, USER_TABLE | LARGE);
        ret();
        here(noPage);
        mov(EDX, MemoryMap.PAGE);
        op("stc");
        ret();
    }

    private void mapSmall() {
        routine("map.small", """
                in      EBP mapping - EAX table entry (LARGE: of the 4 MB page of which ESI is a part) - EDI target
                out     the page mapped, unless the target is the kernel's. Keeps EBX, ESI, EDI, EBP""");
        Label entry = fresh("entry");
        test(Reg8.AL, LARGE);
        exitIf(Z, entry, "a small page");
        mov(ECX, ESI);
        and(ECX, LARGE_OFFSET & FRAME);
        and(EAX, ~(LARGE_OFFSET & FRAME | LARGE));
        or(EAX, ECX);
        here(entry);
        mov(ECX, EBP.at(RECEIVER));
        mov(EDX, EDI);
        sub(EDX, ECX.at(SpaceLayout.UTCB_AREA));
        cmp(EDX, ECX.at(SpaceLayout.UTCB_AREA_SIZE));
        exitIf(B, none, "the receiver's UTCB area");
        mov(EDX, EDI);
        sub(EDX, ECX.at(SpaceLayout.KIP));
        cmp(EDX, MemoryMap.PAGE);
        exitIf(B, none, "the receiver's kernel interface page");
        push(EAX);
        mov(EAX, ECX);
        mov(EDX, EDI);
        call(at.pageEntry);
        pop(EDX);
        test(EAX, EAX);
        exitIf(Z, none, "a 4 MB page is there, or no page table left");
        phase("install");
        install(EAX, EDX, EDI);
    }

    private void mapLarge() {
        routine("map.large", """
                in      EBP mapping - EAX directory entry of the source's 4 MB page - ESI source - EDI target
                out     CF set: has to be mapped as small pages; else mapped, EDX 4 MB. Keeps EAX if CF, EBX, ESI, EDI, EBP""");
        Label not = fresh("not");
        Label install = fresh("install");
        mov(ECX, ESI);
        or(ECX, EDI);
        test(ECX, LARGE_OFFSET);
        exitIf(NZ, not, "not aligned");
        lea(ECX, EDI.at(LARGE_OFFSET));
        cmp(ECX, EBP.at(LAST));
        exitIf(A, not, "less than 4 MB wanted");
        mov(ECX, EBP.at(RECEIVER));
        for (Field area : new Field[] {SpaceLayout.UTCB_AREA, SpaceLayout.KIP}) {
            mov(EDX, ECX.at(area));
            and(EDX, ~LARGE_OFFSET);
            cmp(EDX, EDI);
            exitIf(E, not, "the kernel's pages are there");
        }
        directoryIndex(EDX, EDI);
        mov(ECX, ECX.at(SpaceLayout.PAGE_DIRECTORY));
        lea(ECX, directoryEntry(ECX, EDX));
        mov(EDX, ECX.at(0));
        and(EDX, PRESENT | LARGE);
        cmp(EDX, PRESENT);
        exitIf(E, not, "a page table is there");
        mov(EDX, ECX);
        call(install);
        mov(EDX, MemoryMap.LARGE_PAGE);
        op("clc");
        ret();
        here(not);
        op("stc");
        ret();
        here(install);
        install(EDX, EAX, EDI);
    }
}
