package org.sidestep.verify.mutation;

import java.util.List;
import org.sidestep.experiment.Axis;
import org.sidestep.isa.Operand;
import org.sidestep.isa.Reg32;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.StateValidation;
import org.sidestep.kernel.ValidationHooks;
import org.sidestep.layout.Field;
import org.sidestep.plugin.Parameter;
import org.sidestep.plugin.Parameters;

/** A validation whose code is known by the hook that emits it. */
record MarkedValidation(StateValidation validation, Mutator mutator) implements StateValidation {

    @Override
    public String id() {
        return validation.id();
    }

    @Override
    public String summary() {
        return validation.summary();
    }

    @Override
    public List<Parameter> parameters() {
        return validation.parameters();
    }

    @Override
    public void check(Parameters parameters) {
        validation.check(parameters);
    }

    @Override
    public boolean contains() {
        return validation.contains();
    }

    @Override
    public ValidationHooks hooks(KernelCode kernel) {
        mutator.in(kernel.asm());
        return new Hooks(kernel, validation.hooks(new MarkedKernel(kernel)));
    }

    /** Hands everything on. */
    private static final class Hooks extends ValidationHooks {
        private final ValidationHooks hooks;

        Hooks(KernelCode kernel, ValidationHooks hooks) {
            super(kernel);
            this.hooks = hooks;
        }

        private void by(String hook, Runnable code) {
            MarkedKernel.by(asm, Axis.VALIDATION + " " + hook, code);
        }

        @Override
        protected void emitPublish(Reg32 tcb, Reg32 utcb, Field status, Operand value) {
            by("publish", () -> hooks.publish(tcb, utcb, status, value));
        }

        @Override
        protected void emitLoad(Reg32 tcb, Field status, Reg32 out) {
            by("load", () -> hooks.load(tcb, status, out));
        }

        @Override
        protected void emitAdmit(Reg32 from, Reg32 to, Field status, Reg32 scratch) {
            by("admit", () -> hooks.admit(from, to, status, scratch));
        }

        @Override
        protected void emitSwitched(Reg32 from, Reg32 to, Field status, Reg32 scratch) {
            by("switched", () -> hooks.switched(from, to, status, scratch));
        }
    }
}
