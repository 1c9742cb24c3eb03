package org.sidestep.kernel.l4.memory;

import static org.sidestep.isa.Condition.AE;
import static org.sidestep.isa.Condition.BE;
import static org.sidestep.isa.Condition.C;
import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;
import static org.sidestep.kernel.l4.memory.PageBits.FRAME;
import static org.sidestep.kernel.l4.memory.PageBits.KERNEL_OWNED;
import static org.sidestep.kernel.l4.memory.PageBits.PRESENT;
import static org.sidestep.kernel.l4.memory.PageBits.UNCACHED;

import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.layout.MemoryMap;

/** How a space's pages are cached: the bits of its own entries, which those that are mapped from them from then on have too. */
final class PageAttributes extends PageTableCode {

    private static final int LARGE_OFFSET = MemoryMap.LARGE_PAGE - 1;
    /** What one call may do at a stretch: as much as a message with map items. */
    private static final int STEPS = 4096 * WRITE;

    PageAttributes(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        kernel.outOfLine(() -> {
            set();
            page();
        });
    }

    private void set() {
        routine(at.pageAttributes);
        Label done = fresh("done");
        Label out = fresh("out");
        Label refused = fresh("refused");
        push(ESI);
        push(EDI);
        push(EBP);
        mov(EBP, ECX);
        mov(Mem.at(at.mappingSteps).dword(), STEPS);
        call(at.mapDecode);
        exitIf(C, done, "nil, or no memory");
        mov(EDI, EAX);
        lea(ESI, EDX.at(EAX, 1, 0));
        Label next = here(fresh("next"));
        cmp(EDI, MemoryMap.USER_END);
        exitIf(AE, done, "beyond the user area");
        spend(WRITE, refused);
        call(label("attributes.page"));
        exitIf(C, refused, "a part of a 4 MB page");
        dec(EDX);
        or(EDI, EDX);
        inc(EDI);
        cmp(EDI, ESI);
        j(BE, next);
        here(done);
        op("clc");
        here(out);
        pop(EBP);
        pop(EDI);
        pop(ESI);
        ret();
        here(refused);
        op("stc");
        jmp(out);
    }

    private void page() {
        routine("attributes.page", """
                in      EBX current thread - EBP bits - EDI address - ESI last address
                out     CF clear: the page there, if there is one, has them; EDX bytes that are done with it; CF set: a part of a 4 MB page.
                        Clobbers EAX, ECX""");
        Label absent = fresh("absent");
        Label large = fresh("large");
        Label write = fresh("write");
        Label none = fresh("none");
        Label part = fresh("part");
        mov(EDX, MemoryMap.LARGE_PAGE);
        mov(EAX, EBX.at(thread.pageDirectory));
        pageTable(ECX, EDI, absent, large);
        and(EAX, FRAME);
        lea(ECX, tableEntry(EAX, EDI, ECX));
        mov(EDX, MemoryMap.PAGE);
        mov(EAX, ECX.at(0).dword());
        and(EAX, PRESENT | KERNEL_OWNED);
        cmp(EAX, PRESENT);
        exitIf(NE, none, "nothing there, or the kernel's");
        here(write);
        mov(EAX, ECX.at(0).dword());
        and(EAX, ~UNCACHED);
        or(EAX, EBP);
        change(ECX.at(0).dword(), EAX);
        mov(EAX, ECX);
        push(EDX);
        call(at.mappingForget);
        pop(EDX);
        here(none);
        here(absent);
        op("clc");
        ret();
        here(large);
        test(EDI, LARGE_OFFSET);
        exitIf(NZ, part, "not its begin");
        lea(EAX, EDI.at(LARGE_OFFSET));
        cmp(EAX, ESI);
        j(BE, write);
        here(part);
        op("stc");
        ret();
    }
}
