package org.sidestep.lab.verify.faulty;

import org.sidestep.asm.Assembler;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Operand;
import org.sidestep.isa.Reg32;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.ValidationHooks;
import org.sidestep.layout.Field;
import org.sidestep.verify.mutation.KernelAround;

/** A kernel whose fix-up asks nobody whether a thread may run, or which is not told that it does, or told wrongly. */
record BelievingKernel(KernelCode kernel, Faults fault) implements KernelAround {

    private static final int SLICE = 2;

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
        if (fault.is("kernel-not-told")) return instead("faulty.nothing", () -> {});
        if (!fault.isOfSlices()) return kernel.adopt();
        return instead("faulty.adopt", () -> {
            asm().emit("call", kernel.adopt());
            if (fault.is("slice-begins-again-at-a-local-switch")) fresh(asm());
            if (fault.is("tick-behind-a-local-switch-is-free")) asm().emit("inc", left(asm()));
            if (fault.is("better-one-not-asked-for"))
                asm().emit("mov", Mem.at(asm().label("exit.reschedule")).dword(), new Imm(0));
        });
    }

    /** Ticks left of the running slice. */
    private static Mem left(Assembler asm) {
        return Mem.at(asm.label("scheduler.left")).dword();
    }

    /** Whoever runs may do so for as long as if his slice had just begun. */
    static void fresh(Assembler asm) {
        asm.emit("mov", left(asm), new Imm(SLICE));
    }

    private Label instead(String name, Runnable code) {
        Label routine = asm().label(name);
        if (!routine.isBound())
            kernel.outOfLine(() -> {
                if (routine.isBound()) return;
                asm().bind(routine);
                code.run();
                asm().emit("ret");
            });
        return routine;
    }
}
