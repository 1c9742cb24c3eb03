package org.sidestep.validation;

import org.sidestep.isa.Operand;
import org.sidestep.isa.Reg32;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.StateValidation;
import org.sidestep.layout.Field;

/**
 * Believes user level, to show what safety costs. Every other validation costs at least this.
 *
 * <p>What it breaks: a thread that names a queued or sending thread of its space as the current one makes the kernel run it
 * while it is linked into a queue. It is then run twice, from a frame that is no longer there, and the queue, which threads of
 * other spaces share, is corrupt. Use it with well-behaved workloads only.
 */
public final class TrustValidation implements StateValidation {

    @Override
    public String id() {
        return "trust";
    }

    @Override
    public String summary() {
        return "believes what user level says: unsafe, for comparison";
    }

    @Override
    public boolean contains() {
        return false;
    }

    @Override
    public void publish(KernelCode kernel, Reg32 tcb, Reg32 utcb, Field status, Operand value) {
        new StatusWord(kernel, status).publish(utcb, value);
    }

    @Override
    public void load(KernelCode kernel, Reg32 tcb, Field status, Reg32 out) {
        new StatusWord(kernel, status).load(tcb, out);
    }

    @Override
    public void admit(KernelCode kernel, Reg32 from, Reg32 to, Field status, Reg32 scratch) {}
}
