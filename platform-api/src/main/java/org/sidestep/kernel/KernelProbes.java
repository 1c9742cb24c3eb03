package org.sidestep.kernel;

/** Names of the probes that every kernel provides: places in the code, observed at no cost. */
public final class KernelProbes {

    private KernelProbes() {}

    /** An Ipc or Lipc system call arrives in the kernel. */
    public static final String IPC_KERNEL = "ipc.kernel";

    /** An IPC completed at user level, without the kernel. */
    public static final String IPC_USER = "ipc.user";

    /** The kernel begins to compare the current UTCB with what it believes. */
    public static final String ENTRY_CHECK = "entry.check";

    /** The check is over: they agree, or, right after {@link #FIXUP_END}, they agree again. */
    public static final String ENTRY_UNCHANGED = "entry.unchanged";

    /** It found that they differ: fix-up begins. */
    public static final String FIXUP_BEGIN = "fixup.begin";

    /** The kernel's state is up to date again. */
    public static final String FIXUP_END = "fixup.end";

    /** A declared critical sequence was rolled forward. */
    public static final String ROLL_FORWARD = "sequence.forward";

    /** A declared critical sequence is restarted. */
    public static final String RESTART = "sequence.restart";

    /** A thread is killed for what it did at user level. */
    public static final String KILL = "thread.kill";

    /** The kernel is about to return to user level with all its structures consistent. */
    public static final String KERNEL_EXIT = "kernel.exit";
}
