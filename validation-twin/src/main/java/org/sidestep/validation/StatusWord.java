package org.sidestep.validation;

import org.sidestep.isa.Operand;
import org.sidestep.isa.Reg32;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.ValidationHooks;
import org.sidestep.layout.Field;

/** The plain accesses to a status word, by the UTCB's kernel address. Whoever is said to run is admitted. */
class StatusWord extends ValidationHooks {

    StatusWord(KernelCode kernel) {
        super(kernel);
    }

    @Override
    protected final void emitPublish(Reg32 tcb, Reg32 utcb, Field status, Operand value) {
        mov(utcb.at(status), value);
    }

    @Override
    protected void emitLoad(Reg32 tcb, Field status, Reg32 out) {
        mov(out, tcb.at(thread.utcbAlias));
        mov(out, out.at(status));
    }

    @Override
    protected void emitAdmit(Reg32 from, Reg32 to, Field status, Reg32 scratch) {}
}
