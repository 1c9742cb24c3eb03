package org.sidestep.x2;

/** Thread ids. A global id is a thread number and a version; a local id is the address of the thread's MR0. */
public final class ThreadId {

    private ThreadId() {}

    /** No thread. */
    public static final int NIL = 0;
    /** As FromSpecifier: a thread of any address space. */
    public static final int ANY = -1;
    /** As FromSpecifier: any thread of the caller's own address space. */
    public static final int ANY_LOCAL = 0xFFFFFFC0;

    /** Position of the thread number in a global id; below it is the version. */
    public static final int NUMBER_SHIFT = 14;
    /** Low bits of the version: a global id has one of them set, a local id none. */
    public static final int GLOBAL = 0x3F;

    /** The global id of a thread number, with version 1. */
    public static int global(int number) {
        return number << NUMBER_SHIFT | 1;
    }

    /** The thread number of a global id. */
    public static int number(int globalId) {
        return globalId >>> NUMBER_SHIFT;
    }
}
