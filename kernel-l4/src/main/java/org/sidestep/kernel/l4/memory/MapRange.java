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
import static org.sidestep.kernel.l4.memory.Mapping.FIRST;
import static org.sidestep.kernel.l4.memory.Mapping.FPAGE;
import static org.sidestep.kernel.l4.memory.Mapping.LAST;
import static org.sidestep.kernel.l4.memory.Mapping.RECEIVER;
import static org.sidestep.kernel.l4.memory.Mapping.SENDER;
import static org.sidestep.kernel.l4.memory.Mapping.SENDER_TCB;
import static org.sidestep.kernel.l4.memory.Mapping.SOURCE;
import static org.sidestep.kernel.l4.memory.Mapping.STOPPED;
import static org.sidestep.kernel.l4.memory.Mapping.VALUE;
import static org.sidestep.kernel.l4.memory.PageBits.FRAME;
import static org.sidestep.kernel.l4.memory.PageBits.KERNEL_OWNED;
import static org.sidestep.kernel.l4.memory.PageBits.LARGE;
import static org.sidestep.kernel.l4.memory.PageBits.PRESENT;
import static org.sidestep.kernel.l4.memory.PageBits.UNCACHED;
import static org.sidestep.kernel.l4.memory.PageBits.USER_TABLE;
import static org.sidestep.kernel.l4.memory.PageBits.WRITABLE;

import org.sidestep.asm.Label;
import org.sidestep.isa.Reg8;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.layout.SpaceLayout;
import org.sidestep.x2.Fpage;

/** Maps a range, page by page, in 4 MB pages where source and target allow it. */
public final class MapRange extends PageTableCode {

    private static final int LARGE_OFFSET = MemoryMap.LARGE_PAGE - 1;

    private final Label none = at.mapNone;

    private final Label absent = label("map.lookUp.absent");
    private final Label noPage = label("map.lookUp.noPage");

    public MapRange(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        range();
        lookUp();
        lookUpAbsent();
        mapSmall();
        mapLarge();
    }

    private void range() {
        routine(at.mapRange);
        Label advance = fresh("advance");
        Label rights = fresh("rights");
        Label small = fresh("small");
        Label notYet = fresh("notYet");
        Label stopped = fresh("stopped");
        cmp(EDI, MemoryMap.USER_END);
        exitIf(AE, none, "beyond the user area");
        cmp(ESI, MemoryMap.USER_END);
        exitIf(AE, none, "beyond the user area");
        spend(PASS, notYet);
        call(label("map.lookUp"));
        exitIf(C, advance, "a hole");
        spend(WRITE, notYet);
        mov(EBP.at(SOURCE), EAX);
        mov(EAX, EAX.at(Node.ENTRY));
        and(EAX, FRAME | LARGE | USER_TABLE | UNCACHED);
        test(EBP.at(FPAGE).byte_(), Fpage.WRITE);
        exitIf(NZ, rights, "may be written");
        and(EAX, ~WRITABLE);
        here(rights);
        mov(EBP.at(VALUE), EAX);
        test(Reg8.AL, LARGE);
        exitIf(Z, small, "a small page");
        call(label("map.large"));
        exitIf(NC, advance, "all of it is mapped");
        here(small);
        call(label("map.small"));
        mov(EDX, MemoryMap.PAGE);
        here(advance);
        cmp(EBP.at(STOPPED), 0);
        exitIf(NE, stopped, "this page not, or not yet");
        add(ESI, EDX);
        add(EDI, EDX);
        cmp(EDI, EBP.at(LAST));
        j(BE, at.mapRange);
        ret();
        stop(notYet, stopped);
    }

    /** The next turn goes on at EDI. */
    private void stop(Label notYet, Label stopped) {
        here(notYet);
        mov(EBP.at(STOPPED), Mapping.NOT_YET);
        here(stopped);
        sub(EDI, EBP.at(FIRST));
        mov(EAX, EBP.at(SENDER_TCB));
        mov(EAX.at(tcb.transfer.mapped), EDI);
        ret();
    }

    private void lookUp() {
        routine("map.lookUp", """
                in      EBP mapping - ESI source
                out     CF set: nothing there for EDX bytes; else EAX its page's node. Clobbers ECX""");
        Label found = fresh("found");
        mov(EDX, EBP.at(SENDER));
        mov(EDX, EDX.at(SpaceLayout.PAGE_DIRECTORY));
        directoryIndex(ECX, ESI);
        lea(EAX, directoryEntry(EDX, ECX));
        mov(EDX, ESI);
        and(EDX, LARGE_OFFSET);
        neg(EDX);
        add(EDX, MemoryMap.LARGE_PAGE);
        mov(ECX, EAX.at(0));
        test(Reg8.CL, PRESENT);
        exitIf(Z, absent, "no page table");
        test(Reg8.CL, LARGE);
        exitIf(NZ, found, "a 4 MB page");
        and(ECX, FRAME);
        mov(EAX, ECX);
        lea(EAX, tableEntry(EAX, ESI, ECX));
        mov(EDX, MemoryMap.PAGE);
        mov(ECX, EAX.at(0));
        test(Reg8.CL, PRESENT);
        exitIf(Z, absent, "nothing there");
        test(ECX, KERNEL_OWNED);
        exitIf(NZ, noPage, "the kernel's own");
        here(found);
        op("clc");
        ret();
    }

    private void lookUpAbsent() {
        phase("sigma0 has all memory, whether or not it has touched it");
        here(absent);
        mov(EAX, EBP.at(SENDER));
        test(EAX.at(SpaceLayout.FLAGS).byte_(), SpaceLayout.SIGMA0);
        exitIf(Z, noPage, "another space");
        mov(EDX, ESI);
        call(at.pageOwn);
        mov(EDX, MemoryMap.PAGE);
        cmp(EAX, 1);
        ret();
        here(noPage);
        op("stc");
        ret();
    }

    private void mapSmall() {
        routine("map.small", """
                in      EBP mapping, VALUE as the source has it (LARGE: the 4 MB page of which ESI is a part) - EDI target
                out     the page mapped, unless the target is the kernel's. Keeps EBX, ESI, EDI, EBP""");
        Label entry = fresh("entry");
        mov(EAX, EBP.at(VALUE));
        test(Reg8.AL, LARGE);
        exitIf(Z, entry, "a small page");
        mov(ECX, ESI);
        and(ECX, LARGE_OFFSET & FRAME);
        and(EAX, ~(LARGE_OFFSET & FRAME | LARGE));
        or(EAX, ECX);
        mov(EBP.at(VALUE), EAX);
        here(entry);
        mov(EAX, EBP.at(RECEIVER));
        mov(EDX, EDI);
        sub(EDX, EAX.at(SpaceLayout.UTCB_AREA));
        cmp(EDX, EAX.at(SpaceLayout.UTCB_AREA_WHOLE));
        exitIf(B, none, "the receiver's UTCB area");
        mov(EDX, EDI);
        sub(EDX, EAX.at(SpaceLayout.KIP));
        cmp(EDX, MemoryMap.PAGE);
        exitIf(B, none, "the receiver's kernel interface page");
        mov(EDX, EDI);
        call(at.pageEntry);
        test(EAX, EAX);
        exitIf(Z, none, "a 4 MB page is there, or no page table left");
        mov(EDX, EAX);
        jmp(at.mapEnter);
    }

    private void mapLarge() {
        routine("map.large", """
                in      EBP mapping, VALUE as the source's 4 MB page has it - ESI source - EDI target
                out     CF set: has to be mapped as small pages; else mapped, EDX 4 MB. Keeps EBX, ESI, EDI, EBP""");
        Label not = fresh("not");
        mov(ECX, ESI);
        or(ECX, EDI);
        test(ECX, LARGE_OFFSET);
        exitIf(NZ, not, "not aligned");
        lea(ECX, EDI.at(LARGE_OFFSET));
        cmp(ECX, EBP.at(LAST));
        exitIf(A, not, "less than 4 MB wanted");
        mov(ECX, EBP.at(RECEIVER));
        mov(EDX, ECX.at(SpaceLayout.KIP));
        and(EDX, ~LARGE_OFFSET);
        cmp(EDX, EDI);
        exitIf(E, not, "the kernel interface page is there");
        mov(EAX, ECX.at(SpaceLayout.UTCB_AREA));
        and(EAX, ~LARGE_OFFSET);
        mov(EDX, EDI);
        sub(EDX, EAX);
        cmp(EDX, ECX.at(SpaceLayout.UTCB_AREA_WHOLE));
        exitIf(B, not, "the UTCB area is there");
        directoryIndex(EDX, EDI);
        mov(ECX, ECX.at(SpaceLayout.PAGE_DIRECTORY));
        lea(ECX, directoryEntry(ECX, EDX));
        mov(EDX, ECX.at(0));
        and(EDX, PRESENT | LARGE);
        cmp(EDX, PRESENT);
        exitIf(E, not, "a page table is there");
        mov(EDX, ECX);
        call(at.mapEnter);
        mov(EDX, MemoryMap.LARGE_PAGE);
        op("clc");
        ret();
        here(not);
        op("stc");
        ret();
    }
}
