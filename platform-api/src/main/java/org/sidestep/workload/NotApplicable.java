package org.sidestep.workload;

/**
 * A workload cannot be expressed under the policy of its cell, for example because it needs the kernel where all threads are
 * contexts of one kernel thread. Thrown by {@link Workload#build}; the cell's row shows the message as its reason.
 */
public final class NotApplicable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public NotApplicable(String message) {
        super(message);
    }
}
