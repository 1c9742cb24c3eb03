package org.sidestep.kernel.l4.layout;

/** Thread numbers and ids that are fixed. */
public final class Threads {

    private Threads() {}

    /** An id is {@code number << NUMBER_SHIFT | version}. */
    public static final int NUMBER_SHIFT = 14;
    /** Valid bits of a thread number. */
    public static final int NUMBER_BITS = 10;
    /** A global id has one of these bits set, a local id none. */
    public static final int LOCAL_MASK = 0x3F;

    public static final int SYSTEM_BASE = 16;
    public static final int USER_BASE = 48;

    public static final int SIGMA0 = 48 << NUMBER_SHIFT | 1;
    public static final int ROOT = 50 << NUMBER_SHIFT | 1;
    public static final int FIRST_FREE = 51;

    public static final int NIL = 0;
    public static final int ANY = -1;
    public static final int ANY_LOCAL = 0xFFFFFFC0;

    /** The servers' priority. */
    public static final int SERVER_PRIORITY = 255;

    public static final int DEFAULT_PRIORITY = 100;
    /** Microseconds. */
    public static final int DEFAULT_TIME_SLICE = 10_000;
}
