package org.sidestep.kernel.l4.assembly;

import org.sidestep.isa.Operand;
import org.sidestep.isa.Reg32;
import org.sidestep.kernel.Cause;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.StateValidation;
import org.sidestep.layout.Field;

/** A validation that always emits with its own parameters, whichever plugin asks it to. */
record BoundValidation(StateValidation validation, KernelCode own) implements StateValidation {

    @Override
    public String id() {
        return validation.id();
    }

    @Override
    public String summary() {
        return validation.summary();
    }

    @Override
    public void publish(KernelCode kernel, Reg32 tcb, Reg32 utcb, Field status, Operand value) {
        own.spentOn(Cause.VALIDATION, () -> validation.publish(own, tcb, utcb, status, value));
    }

    @Override
    public void load(KernelCode kernel, Reg32 tcb, Field status, Reg32 out) {
        own.spentOn(Cause.VALIDATION, () -> validation.load(own, tcb, status, out));
    }

    @Override
    public void admit(KernelCode kernel, Reg32 from, Reg32 to, Field status, Reg32 scratch) {
        own.spentOn(Cause.VALIDATION, () -> validation.admit(own, from, to, status, scratch));
    }

    @Override
    public void switched(KernelCode kernel, Reg32 from, Reg32 to, Field status, Reg32 scratch) {
        own.spentOn(Cause.VALIDATION, () -> validation.switched(own, from, to, status, scratch));
    }
}
