package org.sidestep.kernel.l4.memory;

import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.kernel.l4.memory.PageBits.ACCESSED;
import static org.sidestep.kernel.l4.memory.PageBits.DIRTY;
import static org.sidestep.kernel.l4.memory.PageBits.FRAME;
import static org.sidestep.kernel.l4.memory.PageBits.PRESENT;
import static org.sidestep.kernel.l4.memory.PageBits.USER;
import static org.sidestep.kernel.l4.memory.PageBits.WRITABLE;

import org.sidestep.asm.Label;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.layout.MemoryMap;

/** What a space may read and write, found as the processor would find it, for accesses that the kernel makes in its name. */
public final class UserPages extends PageTableCode {

    private static final int LARGE_OFFSET = MemoryMap.LARGE_PAGE - 1;

    public UserPages(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        kernel.outOfLine(() -> {
            routine(at.userRead);
            look(PRESENT | USER, ACCESSED);
            routine(at.userWrite);
            look(PRESENT | USER | WRITABLE, DIRTY);
        });
    }

    private void look(int rights, int mark) {
        Label absent = fresh("absent");
        Label large = fresh("large");
        pageTable(ECX, EDX, absent, large);
        and(EAX, FRAME);
        lea(ECX, tableEntry(EAX, EDX, ECX));
        mov(EAX, ECX.at(0));
        use(rights, mark, absent);
        and(EAX, FRAME);
        mov(ECX, EDX);
        and(ECX, ~FRAME);
        or(EAX, ECX);
        ret();
        here(large);
        use(rights, mark, absent);
        and(EAX, ~LARGE_OFFSET);
        mov(ECX, EDX);
        and(ECX, LARGE_OFFSET);
        or(EAX, ECX);
        ret();
        here(absent);
        op("stc");
        ret();
    }

    /** Leaves if the entry EAX, at ECX, has not these rights; else marks it as used. */
    private void use(int rights, int mark, Label absent) {
        Label marked = fresh("marked");
        not(EAX);
        test(EAX, rights);
        exitIf(NZ, absent, "not present, or read-only");
        not(EAX);
        test(EAX, mark);
        exitIf(NZ, marked, "used before");
        mark(ECX.at(0).dword(), ACCESSED | mark);
        here(marked);
    }
}
