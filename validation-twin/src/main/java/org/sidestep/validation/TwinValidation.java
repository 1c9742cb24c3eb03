package org.sidestep.validation;

import static org.sidestep.isa.Condition.NE;

import org.sidestep.isa.Reg32;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.StateValidation;
import org.sidestep.kernel.ThreadLayout.State;
import org.sidestep.kernel.ValidationHooks;
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
    public ValidationHooks hooks(KernelCode kernel) {
        return new Twin(kernel);
    }

    /** The comparison with the twin where a thread is said to run. Where the status is loaded, the kernel has made it already. */
    static class Twin extends StatusWord {

        Twin(KernelCode kernel) {
            super(kernel);
        }

        /** Kills the believed thread unless {@code to} waits in Ipc, with a resume point and in no queue. */
        @Override
        protected void emitAdmit(Reg32 from, Reg32 to, Field status, Reg32 scratch) {
            cmp(to.at(thread.state), State.WAITING);
            exitIf(NE, kernel.killCurrent(), "the thread that is said to run did not wait");
        }
    }
}
