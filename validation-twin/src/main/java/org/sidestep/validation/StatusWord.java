package org.sidestep.validation;

import org.sidestep.asm.Code;
import org.sidestep.isa.Operand;
import org.sidestep.isa.Reg32;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.ThreadLayout;
import org.sidestep.layout.Field;

/** The plain accesses to a status word, by the UTCB's kernel address. */
class StatusWord extends Code {

    protected final KernelCode kernel;
    protected final ThreadLayout thread;
    protected final Field status;

    StatusWord(KernelCode kernel, Field status) {
        super(kernel.asm());
        this.kernel = kernel;
        this.thread = kernel.thread();
        this.status = status;
    }

    final void publish(Reg32 utcb, Operand value) {
        mov(utcb.at(status), value);
    }

    final void load(Reg32 tcb, Reg32 out) {
        mov(out, tcb.at(thread.utcbAlias));
        mov(out, out.at(status));
    }
}
