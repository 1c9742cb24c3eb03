package org.sidestep.kernel.l4.layout;

/** Segment selectors, in the order that SYSENTER and SYSEXIT require (SDM vol. 2, SYSEXIT). */
public final class Selectors {

    private Selectors() {}

    public static final int KERNEL_CODE = 0x08;
    public static final int KERNEL_DATA = 0x10;
    // between them are the user's: UserSegment.CODE, DATA and UTCB

    public static final int TSS = 0x30;

    /** EFLAGS of a thread that starts, or resumes with no others saved: IF and the constant bit. IOPL 0. */
    public static final int USER_EFLAGS = 0x202;
}
