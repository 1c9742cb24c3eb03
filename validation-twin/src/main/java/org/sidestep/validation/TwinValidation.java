package org.sidestep.validation;

import static org.sidestep.isa.Condition.NE;

import org.sidestep.isa.Operand;
import org.sidestep.isa.Reg32;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.StateValidation;
import org.sidestep.kernel.ThreadLayout.State;
import org.sidestep.layout.Field;

/**
 * The state in the TCB is the twin of the status in the UTCB. Whether a thread waits, and may therefore be resumed, is decided
 * by the twin alone: it is what ties a thread to the kernel's queues. For whom it waits is read from user level: a lie there only
 * pairs the liar with another partner, as any receiver could do.
 */
public final class TwinValidation implements StateValidation {

    @Override
    public String id() {
        return "twin";
    }

    @Override
    public String summary() {
        return "a twin in the TCB decides whether a thread waits; user level says for whom";
    }

    @Override
    public void publish(KernelCode kernel, Reg32 tcb, Reg32 utcb, Field status, Operand value) {
        new StatusWord(kernel, status).publish(utcb, value);
    }

    /** The kernel has looked at the twin already. */
    @Override
    public void load(KernelCode kernel, Reg32 tcb, Field status, Reg32 out) {
        new StatusWord(kernel, status).load(tcb, out);
    }

    @Override
    public void admit(KernelCode kernel, Reg32 from, Reg32 to, Field status, Reg32 scratch) {
        new Twin(kernel, status).admit(to);
    }

    /** The comparison with the twin. */
    static class Twin extends StatusWord {

        Twin(KernelCode kernel, Field status) {
            super(kernel, status);
        }

        /** Kills the believed thread unless {@code to} waits in Ipc, with a resume point and in no queue. */
        final void admit(Reg32 to) {
            cmp(to.at(thread.state), State.WAITING);
            exitIf(NE, kernel.killCurrent(), "the thread that is said to run did not wait");
        }
    }
}
