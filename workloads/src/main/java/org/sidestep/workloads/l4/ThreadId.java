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
        return number << 14 | 1;
    }

    /** The thread number of a global id. */
    public static int number(int globalId) {
        return globalId >>> 14;
    }
}
