package org.sidestep.kernel.l4.memory;

import static org.sidestep.isa.Condition.B;
import static org.sidestep.isa.Condition.C;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.ESI;
import static org.sidestep.isa.Reg32.ESP;
import static org.sidestep.kernel.l4.memory.PageBits.FRAME;
import static org.sidestep.kernel.l4.memory.PageBits.KERNEL_OWNED;
import static org.sidestep.kernel.l4.memory.PageBits.LARGE;
import static org.sidestep.kernel.l4.memory.PageBits.PRESENT;

import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg8;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.layout.SpaceLayout;

/**
 * Takes all pages out of a space before it is freed, and away from those to whom it handed them on. Page tables that have become
 * empty are freed at once, so that a later turn does not look through them again.
 */
public final class EmptySpace extends PageTableCode {

    /** What a turn may do at a stretch. */
    private static final int TURN = 64 * WRITE;

    private static final int USER_ENTRIES = PageBits.directoryOffset(MemoryMap.USER_END);

    public EmptySpace(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        empty();
        table();
    }

    private void empty() {
        routine(at.spaceEmpty);
        Label notYet = fresh("notYet");
        Label table = fresh("table");
        Label next = fresh("next");
        push(ESI);
        push(EBP);
        mov(EBP, EAX);
        mov(Mem.at(at.mappingSteps).dword(), TURN);
        mov(ESI, EBP.at(SpaceLayout.PAGE_DIRECTORY));
        lea(ESI, ESI.at(MemoryMap.WINDOW));
        Label entry = here(fresh("entry"));
        mov(EAX, ESI.at(0));
        test(Reg8.AL, PRESENT);
        exitIf(Z, next, "nothing there");
        test(Reg8.AL, LARGE);
        exitIf(Z, table, "a page table");
        mov(EAX, ESI);
        call(at.mappingRemove);
        exitIf(C, notYet, "enough for now");
        jmp(next);
        here(table);
        call(label("space.emptyTable"));
        exitIf(C, notYet, "enough for now");
        here(next);
        add(ESI, 4);
        mov(EAX, ESI);
        and(EAX, MemoryMap.PAGE - 1);
        cmp(EAX, USER_ENTRIES);
        j(B, entry);
        op("clc");
        here(notYet);
        pop(EBP);
        pop(ESI);
        ret();
    }

    private void table() {
        routine("space.emptyTable", """
                in      ESI directory entry of a page table - EBP space
                out     CF clear: no page left there, the table has pages of the kernel's own; CF set: not yet, or the table is freed.
                        Keeps EBX, ESI, EBP""");
        Label next = fresh("next");
        Label owned = fresh("owned");
        Label out = fresh("out");
        push(EDI);
        push(0);
        Mem kernels = Mem.base(ESP, 0).dword();
        mov(EDI, ESI.at(0));
        and(EDI, FRAME);
        lea(EDI, EDI.at(MemoryMap.WINDOW));
        Label entry = here(fresh("entry"));
        mov(EAX, EDI.at(0));
        test(Reg8.AL, PRESENT);
        exitIf(Z, next, "nothing there");
        test(EAX, KERNEL_OWNED);
        exitIf(NZ, owned, "a UTCB or the interface page");
        mov(EAX, EDI);
        call(at.mappingRemove);
        exitIf(C, out, "enough for now");
        jmp(next);
        here(owned);
        inc(kernels);
        here(next);
        add(EDI, 4);
        test(EDI, MemoryMap.PAGE - 1);
        jnz(entry);
        test(kernels, -1);
        exitIf(NZ, out, "it stays, for what is the kernel's");
        phase("the table is promised to the space again");
        lea(EAX, EDI.at(-MemoryMap.PAGE));
        call(at.freeTable);
        enter(ESI.at(0).dword(), imm(0));
        inc(EBP.at(SpaceLayout.TABLES_LEFT));
        asm.comment("a look at all entries of a table is enough for a turn");
        op("stc");
        here(out);
        pop(EDI);
        pop(EDI);
        ret();
    }
}
