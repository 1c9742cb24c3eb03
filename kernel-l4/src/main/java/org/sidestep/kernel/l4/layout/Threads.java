package org.sidestep.kernel.l4.layout;

import org.sidestep.x2.ThreadId;

/** Thread numbers and ids that are fixed. */
public final class Threads {

    private Threads() {}

    /** Valid bits of a thread number. */
    public static final int NUMBER_BITS = 17;

    public static final int SYSTEM_BASE = 16;
    public static final int USER_BASE = 48;

    public static final int SIGMA0 = ThreadId.global(48);
    public static final int ROOT = ThreadId.global(50);
    public static final int FIRST_FREE = 51;

    /** The servers' priority. */
    public static final int SERVER_PRIORITY = 255;

    public static final int DEFAULT_PRIORITY = 100;
    /** Microseconds. */
    public static final int DEFAULT_TIME_SLICE = 10_000;
}
