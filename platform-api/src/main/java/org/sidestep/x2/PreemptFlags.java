package org.sidestep.x2;

/** The preempt flags of a UTCB: what a thread wishes of its preemption, as far as Schedule has allowed it. */
public final class PreemptFlags {

    private PreemptFlags() {}

    /** Its exception handler is told when it is preempted by one of no more than its sensitive priority. */
    public static final int SIGNAL = 1 << 5;
    /** It is not preempted at once by one of no more than its sensitive priority. */
    public static final int DELAY = 1 << 6;
    /** Set by the kernel: it would have been preempted, and should give way soon. */
    public static final int PENDING = 1 << 7;
}
