package org.sidestep.workloads.l4;

/** Thread ids as the X.2 interface encodes them (reference manual, section 2.1). */
public final class ThreadId {

    private ThreadId() {}

    public static final int NIL = 0;
    public static final int ANY = 0xFFFFFFFF;

    /** Any thread of the caller's own address space. */
    public static final int ANY_LOCAL = 0xFFFFFFC0;

    /** The global id of a thread number, with version 1. */
    public static int global(int number) {
        return number << NUMBER_SHIFT | 1;
    }

    /** A global id has one of these bits set, a local id none. */
    static final int VERSION = 0x3F;

    /** Position of the thread number. */
    static final int NUMBER_SHIFT = 14;

    /** The thread number of a global id. */
    public static int number(int globalId) {
        return globalId >>> NUMBER_SHIFT;
    }
}
