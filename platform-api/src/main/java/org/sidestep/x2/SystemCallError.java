package org.sidestep.x2;

/** The ErrorCode word of the UTCB after a system call other than Ipc that failed. */
public final class SystemCallError {

    private SystemCallError() {}

    public static final int NO_PRIVILEGE = 1;
    public static final int INVALID_THREAD = 2;
    public static final int INVALID_SPACE = 3;
    public static final int INVALID_SCHEDULER = 4;
    public static final int INVALID_PARAMETER = 5;
    public static final int INVALID_UTCB_AREA = 6;
    public static final int INVALID_KIP_AREA = 7;
    public static final int NO_MEMORY = 8;
}
