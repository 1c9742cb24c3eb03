package org.sidestep.workload.l4;

/** Labels of a thread's report to the root task. */
public final class Report {

    private Report() {}

    /** It has done its work. */
    public static final int DONE = 0x0D0E;

    /** It received what it should not have received. */
    public static final int WRONG = 0x0BAD;
}
