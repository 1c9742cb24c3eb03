package org.sidestep.kernel.l4.syscall;

/** What a failing system call leaves in the thread control register ErrorCode. */
final class Errors {

    private Errors() {}

    static final int NO_PRIVILEGE = 1;
    static final int INVALID_THREAD = 2;
    static final int INVALID_SPACE = 3;
    static final int INVALID_SCHEDULER = 4;
    static final int INVALID_PARAMETER = 5;
    static final int INVALID_UTCB_AREA = 6;
    static final int INVALID_KIP_AREA = 7;
    static final int NO_MEMORY = 8;
}
