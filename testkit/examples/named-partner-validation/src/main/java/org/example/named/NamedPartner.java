package org.example.named;

import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.Z;

import org.sidestep.isa.Operand;
import org.sidestep.isa.Reg32;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.StateValidation;
import org.sidestep.kernel.ThreadLayout.State;
import org.sidestep.kernel.ValidationHooks;
import org.sidestep.layout.Field;

/**
 * The kernel's own state decides who may be resumed, as with the platform's twin; and a thread that stopped running without
 * saying for whom it waits is killed, since nobody could ever wake it.
 */
public final class NamedPartner implements StateValidation {

    @Override
    public String id() {
        return "named-partner";
    }

    @Override
    public String summary() {
        return "the twin, and nobody stops running without naming a partner";
    }

    @Override
    public ValidationHooks hooks(KernelCode kernel) {
        return new Hooks(kernel);
    }

    private static final class Hooks extends ValidationHooks {

        Hooks(KernelCode kernel) {
            super(kernel);
        }

        @Override
        protected void emitPublish(Reg32 tcb, Reg32 utcb, Field status, Operand value) {
            mov(utcb.at(status), value);
        }

        @Override
        protected void emitLoad(Reg32 tcb, Field status, Reg32 out) {
            mov(out, tcb.at(thread.utcbAlias));
            mov(out, out.at(status));
        }

        @Override
        protected void emitAdmit(Reg32 from, Reg32 to, Field status, Reg32 scratch) {
            cmp(to.at(thread.state), State.WAITING);
            exitIf(NE, kernel.killCurrent(), "the thread that is said to run did not wait");
            emitLoad(from, status, scratch);
            test(scratch, scratch);
            exitIf(Z, kernel.killCurrent(), "stopped running, but waits for nobody");
        }
    }
}
