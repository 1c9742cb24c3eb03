package org.sidestep.validation;

import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.StateValidation;
import org.sidestep.kernel.ValidationHooks;

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
    public ValidationHooks hooks(KernelCode kernel) {
        return new StatusWord(kernel);
    }
}
