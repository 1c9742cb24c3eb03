package org.sidestep.x2;

/** The segment selectors with which a user thread starts. */
public final class UserSegment {

    private UserSegment() {}

    public static final int CODE = 0x1B;
    /** DS, ES, FS and SS. */
    public static final int DATA = 0x23;
    /** GS: the word at its offset 0 is the running thread's local id. */
    public static final int UTCB = 0x2B;
}
