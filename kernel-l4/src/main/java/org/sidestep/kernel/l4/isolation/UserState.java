package org.sidestep.kernel.l4.isolation;

import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;

import org.sidestep.asm.Label;
import org.sidestep.isa.Eflags;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg16;
import org.sidestep.isa.Seg;
import org.sidestep.kernel.Frame;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.assembly.KernelRoutines;
import org.sidestep.kernel.l4.layout.Tcb;
import org.sidestep.kernel.l4.tss.Tss;
import org.sidestep.x2.UserSegment;

/**
 * Processor state that user level leaves behind and that no entry saves: it must not reach another address space.
 * {@code docs/kernel.md} lists all of it and how each is isolated.
 *
 * <p>Of the segment registers no path loads any. A useless selector in DS faults at the kernel's next store, one in ES or FS
 * at the stores that a switch of spaces makes through them; {@code InsideFaults} then loads all four and the store is
 * repeated. Only GS has selectors that are wrong and fault nowhere, the flat ones, so it is compared.
 */
public final class UserState extends KernelRoutines {

    public UserState(Kernel kernel) {
        super(kernel);
    }

    /**
     * Inline, on the way to a thread of another space, before its page directory is loaded: what comes after that waits for it.
     * Clobbers ECX.
     */
    public void isolateGs() {
        Label useless = fresh("useless");
        mov(ECX, Seg.GS);
        cmp(Reg16.CX, UserSegment.UTCB);
        exitIf(NE, useless, "GS is the user's own");
        Label isolated = here(fresh("isolated"));
        kernel.outOfLine(() -> {
            routine(useless.name() + ".gs", "GS as the interface promises it. Clobbers ECX");
            here(useless);
            mov(ECX, UserSegment.UTCB);
            mov(Seg.GS, ECX);
            jmp(isolated);
        });
    }

    /** Where a switch of spaces stores the I/O bitmap's offset: a useless selector in FS faults there. */
    public static Mem ioMapBase() {
        return Tss.ioMapBase().in(Seg.FS);
    }

    /** Where it stores the next kernel stack pointer: a useless selector in ES faults there. */
    public static Mem esp0() {
        return Tss.esp0().in(Seg.ES);
    }

    @Override
    public void emit() {
        routine(at.entryNestedTask);
        test(Tcb.frame(EBX, Frame.EFLAGS), Eflags.NT);
        exitIf(Z, at.exception, "a useless TSS of its own making");
        and(Tcb.frame(EBX, Frame.EFLAGS), ~Eflags.NT);
        jmp(at.exitResume);
    }
}
