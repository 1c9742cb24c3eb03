package org.sidestep.kernel.l4.assembly;

import org.sidestep.asm.Code;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Operand;
import org.sidestep.kernel.Cause;
import org.sidestep.kernel.ThreadLayout;
import org.sidestep.kernel.l4.layout.Tcb;

/** A family of kernel routines: extend it, emit them in {@link #emit}. */
public abstract class KernelRoutines extends Code {

    protected final Kernel kernel;
    protected final Labels at;
    protected final ThreadLayout thread;
    protected final Tcb tcb;

    protected KernelRoutines(Kernel kernel) {
        super(kernel.asm);
        this.kernel = kernel;
        at = kernel.labels;
        thread = kernel.thread;
        tcb = kernel.tcb;
    }

    /** Begins a routine of the table {@link Labels}, which has its contract. */
    protected final Label routine(Label entry) {
        return routine(entry.name(), at.contract(entry));
    }

    /** Emits the family. The current section is the kernel's code, before and after. */
    public abstract void emit();

    /** What the code from here to the end of the family, or to the next such line, is spent on in a cycle bill. */
    protected final void spentOn(Cause cause) {
        asm.purpose(cause.word());
    }

    protected static Operand imm(int value) {
        return new Imm(value);
    }
}
