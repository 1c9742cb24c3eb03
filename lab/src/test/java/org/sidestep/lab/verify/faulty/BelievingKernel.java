package org.sidestep.lab.verify.faulty;

import org.sidestep.asm.Label;
import org.sidestep.isa.Operand;
import org.sidestep.isa.Reg32;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.ValidationHooks;
import org.sidestep.layout.Field;
import org.sidestep.verify.mutation.KernelAround;

/** A kernel whose fix-up asks nobody whether a thread may run, or which is not told that it does. */
record BelievingKernel(KernelCode kernel, Faults fault) implements KernelAround {

    @Override
    public ValidationHooks validation() {
        return fault.is("trusted-claim") ? new Believing(kernel) : kernel.validation();
    }

    private static final class Believing extends ValidationHooks {
        Believing(KernelCode kernel) {
            super(kernel);
        }

        @Override
        protected void emitPublish(Reg32 tcb, Reg32 utcb, Field status, Operand value) {
            kernel.validation().publish(tcb, utcb, status, value);
        }

        @Override
        protected void emitLoad(Reg32 tcb, Field status, Reg32 out) {
            kernel.validation().load(tcb, status, out);
        }

        @Override
        protected void emitAdmit(Reg32 from, Reg32 to, Field status, Reg32 scratch) {}
    }

    @Override
    public Label adopt() {
        if (!fault.is("kernel-not-told")) return kernel.adopt();
        Label nothing = asm().label("faulty.nothing");
        if (!nothing.isBound())
            kernel.outOfLine(() -> {
                if (nothing.isBound()) return;
                asm().bind(nothing);
                asm().emit("ret");
            });
        return nothing;
    }
}
